import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Document, readDocuments, writeJsonl } from "../../lib/data/mod.ts";
import { type Plan, runPlan } from "../../lib/run/mod.ts";
import { removeNearDuplicates } from "../../lib/select/mod.ts";
import { dolmaSamples, spamAssassin } from "../../lib/sets/mod.ts";
import { KINDS } from "../../lib/task/_kinds.ts";

const file = fileURLToPath(new URL("../../lib/task/plan.ts", import.meta.url));
const temp = await Deno.makeTempDir();

async function plan(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", file, ...args] });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

const mails = (await spamAssassin.paths()).filter((path) =>
  path.startsWith("spam-1/") && path.endsWith(".txt")
);
const files = await Promise.all(mails.slice(0, 240).map((path) => spamAssassin.file(path)));

Deno.test("near-duplicates over shards are those of all documents at once, and every kind reads what another made", async () => {
  await writeJsonl(`${temp}/items.jsonl`, [{
    question: "Dear friend, will you help me to move the money out of here?",
    answer: "no",
  }]);
  const options = { shingleWords: 3, bands: 10, rows: 4 };
  const written: Plan = {
    name: "mails",
    stages: {
      mails: { kind: "read", from: files, parameters: { as: "mail" }, shards: 3 },
      keys: { kind: "near-keys", from: "mails", parameters: { ...options, parts: 5 } },
      pairs: { kind: "near-pairs", from: "keys", parameters: { parts: 5 } },
      clusters: {
        kind: "near-clusters",
        from: { documents: "mails", pairs: "pairs" },
        parameters: { threshold: 0.6 },
      },
      unique: { kind: "near-keep", from: { documents: "mails", clusters: "clusters" } },
      good: { kind: "rules", from: "unique", parameters: { rules: { "gopher-quality": { minWords: 20 } } } },
      clean: { kind: "decontaminate", from: { documents: "good", items: [`${temp}/items.jsonl`] } },
      tokens: { kind: "tokenize", from: "clean" },
    },
  };
  const report = await runPlan(written, { folder: `${temp}/mails`, base: temp, kinds: KINDS, workers: 1 });
  const made = async (stage: string) => {
    const { merged } = report.find((one) => one.stage === stage)!;
    const documents: Document[] = [];
    for (const { shard, name } of merged.outputs) {
      const path = `${temp}/mails/${merged.folder}/out/${String(shard).padStart(5, "0")}/${name}`;
      if (name === "documents.jsonl") documents.push(...await Array.fromAsync(readDocuments(path)));
    }
    return { documents, counts: merged.counts };
  };
  const [all, unique, clean, tokens] = await Promise.all(["mails", "unique", "clean", "tokens"].map(made));
  assert.equal(all.counts.files, 240);
  const expected = await Array.fromAsync(removeNearDuplicates(all.documents, { ...options, threshold: 0.6 }));
  assert(expected.length < all.documents.length - 5, `${expected.length} of ${all.documents.length} stay`);
  assert.deepEqual(unique.documents, expected);
  assert.equal(unique.counts["dropped: near-duplicate"], all.documents.length - expected.length);
  assert.equal(tokens.counts.documents, clean.documents.length);
});

Deno.test({
  name: "plan submit runs a plan over web archives, says what would run, and does nothing twice",
  ignore: !await dolmaSamples.available(),
  async fn() {
    const archives = (await dolmaSamples.paths()).filter((path) => path.endsWith(".warc.gz"));
    const from = await Promise.all(archives.map((path) => dolmaSamples.file(path)));
    const pages = { kind: "read", from, parameters: { as: "warc" }, shards: 2 };
    const good = { kind: "rules", from: "pages", parameters: { rules: ["gopher-quality"] } };
    await Deno.writeTextFile(`${temp}/web.json`, JSON.stringify({ name: "web", stages: { pages, good } }));
    const run = `${temp}/web`;
    const before = await plan("submit", `${temp}/web.json`, run, "--dry-run");
    assert.match(before.stdout, /^good +good-\w{12} +2 +0 .* it has not been run$/m);
    assert.match(before.stdout, /^2 of 2 stages would run\.$/m);
    const { code, stdout, stderr } = await plan("submit", `${temp}/web.json`, run, "--workers", "1");
    assert.deepEqual([code, stderr.split("\n").at(-2)], [0, "good: 2 of 2 shards"]);
    assert.match(stdout, /^pages +2 +2 +0 +4 .*documents 37/m);
    const again = await plan("submit", `${temp}/web.json`, run);
    assert.match(again.stdout, /^pages +2 +0 +0 +4 .*documents 37/m);
  },
});

Deno.test("plan says what it was not given, and what it does not know", async () => {
  const nothing = await plan();
  assert.deepEqual([nothing.code, nothing.stderr.trim()], [
    2,
    "Cannot run the task as COMMAND must be one of submit, status, logs, why, retry, merge: there is none; see --help",
  ]);
  assert.match(
    (await plan("submit", `${temp}/web.json`)).stderr,
    /submit takes PLAN RUN: it has .*web.json/,
  );
  await Deno.writeTextFile(
    `${temp}/bad.json`,
    '{ "name": "web", "stages": { "pages": { "kind": "reads" } } }',
  );
  const { code, stderr } = await plan("submit", `${temp}/bad.json`, `${temp}/bad`);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /at pages as kind must be one of read, .*: current value is reads; did you mean read\?/,
  );
});
