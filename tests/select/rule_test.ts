import assert from "node:assert/strict";
import { type Document, documentId, type Drop } from "../../lib/data/mod.ts";
import { applyRules, c4, fineweb, gopherQuality, gopherRepetition } from "../../lib/select/mod.ts";
import { reason, rules, words } from "./_rules.ts";

Deno.test("rules measure every statistic of every text, and never give a NaN", () => {
  const odd = [
    "",
    " ",
    "\n\n\n",
    "\0",
    "🐋",
    "\ud800",
    "...",
    "-".repeat(10_000),
    "a.".repeat(50_000),
    "don't",
    "'",
    "@".repeat(999),
  ];
  for (const { judge } of Object.values(rules)) {
    for (const text of odd) {
      for (const value of Object.values(judge(text).statistics)) {
        assert(Number.isFinite(value), text.slice(0, 9));
      }
    }
  }
});

Deno.test("rules read a line of 20 MB in linear time", () => {
  const text = "the river and all that ".repeat(900_000);
  assert.equal(reason(rules.gopherQuality, text), "more than 100000 words");
  assert.equal(reason(rules.fineweb, text), "too few lines end in punctuation");
  assert.equal(
    reason(rules.gopherRepetition, text.slice(0, 2_000_000)),
    "the most frequent 2-gram takes too much",
  );
});

Deno.test("rules refuse options that are no numbers >= 0", () => {
  assert.throws(() => gopherQuality({ minWords: NaN }), { name: "RangeError", message: /minWords.*NaN/ });
  assert.throws(() => c4({ minSentences: -1 }), { name: "RangeError" });
  assert.throws(() => fineweb({ shortLineUnits: NaN }), { name: "RangeError" });
  assert.throws(() => gopherRepetition({ maxTopGramFraction: { 0: 0.1 } }), {
    name: "RangeError",
    message:
      "Cannot build the rule gopher-repetition as a run of tokens must be a whole number >= 1 long: current value is 0",
  });
  assert.throws(() => gopherRepetition({ maxDuplicateGramFraction: { 5: NaN } }), {
    name: "RangeError",
    message:
      "Cannot build the rule gopher-repetition as the share for n = 5 must be >= 0: current value is NaN",
  });
});

Deno.test("applyRules() passes what each rule leaves to the next, and tells every loss with its rule", async () => {
  const make = (text: string, i: number): Document => ({
    id: documentId("x", i),
    text,
    source: "x",
    meta: { i },
  });
  const good = Array.from({ length: 5 }, (_, i) => `The river and the ${words(20, 20 * i)}.`).join("\n");
  const documents = [make(`Home | About us\n${good}`, 0), make("short", 1), make(`${good}\nIt is { so.`, 2)];
  const drops: Drop[] = [];
  const kept = await Array.fromAsync(
    applyRules(documents, [gopherQuality(), c4(), fineweb()], { onDrop: (drop) => drops.push(drop) }),
  );
  assert.deepEqual(kept, [{ ...documents[0], text: good }]);
  assert.deepEqual(drops.map(({ id, stage, reason }) => [id, stage, reason]), [
    [documents[1].id, "select/gopher-quality", "fewer than 50 words"],
    [documents[2].id, "select/c4", "a curly bracket"],
  ]);
});
