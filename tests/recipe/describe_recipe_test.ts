import assert from "node:assert/strict";
import { descriptionOf } from "../../lib/base/mod.ts";
import {
  conflict,
  describeRecipe,
  memory,
  missingFacts,
  notReported,
  verified,
} from "../../lib/recipe/mod.ts";
import { made, source } from "./_made.ts";

const bare = made([{ mixture: [source("web", 1)] }, {
  tokens: verified(50e9, "table 1", "of one run"),
  sequence: memory(32768),
  batchTokens: conflict(4e6, "table 2", [{ value: 2e6, locus: "the script" }]),
  optimizerKept: notReported(),
}]);

Deno.test("describeRecipe() counts facts by status and gives each its place", () => {
  const { counts, summary, rows } = describeRecipe(bare);
  assert.equal(counts.verified, 2);
  assert.match(summary, /^2 verified, 1 conflict, 1 from memory, \d+ not reported$/);
  const row = (path: string) => rows.find((one) => one.path === path)!;
  assert.deepEqual([row("s1.tokens").value, row("s1.tokens").locus], ["50B", "table 1: of one run"]);
  assert.equal(row("s1.batchTokens").value, "4,000,000; or 2,000,000 by the script");
});

Deno.test("describeRecipe() strikes out what is only remembered, and says that it is unverified", () => {
  const { value } = describeRecipe(bare).rows.find(({ path }) => path === "s1.sequence")!;
  assert.match(value, / unverified$/);
  assert(!value.includes("32,768"));
  assert(value.replaceAll("\u0336", "").startsWith("32,768"));
});

Deno.test("a recipe shows its counts first", () => {
  assert.match(String(descriptionOf(bare)![0]), /^made, Made: 2 verified/);
});

Deno.test("missingFacts() says what is missing or only remembered, and what a run uses instead", () => {
  const missing = missingFacts(bare);
  const sequence = missing.find(({ path }) => path === "s1.sequence")!;
  assert.equal(sequence.status, "memory");
  assert.match(sequence.instead, /^the context of the stage before/);
  assert(missing.every(({ instead }) => instead !== "nothing"));
  // The first stage keeps no optimizer: there is none before.
  assert.deepEqual(missing.filter(({ path }) => path.endsWith("optimizerKept")).map(({ stage }) => stage), [
    "s1",
  ]);
});
