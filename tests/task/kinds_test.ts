import assert from "node:assert/strict";
import { type Document, documentId, readDocuments, writeJsonl } from "../../lib/data/mod.ts";
import { available } from "../../lib/native/mod.ts";
import { type Merged, type PlanStage, runPlan } from "../../lib/run/mod.ts";
import { gsm8k } from "../../lib/sets/mod.ts";
import { KINDS } from "../../lib/task/_kinds.ts";
import { answer, scripted } from "../synthesize/_server.ts";

const folder = await Deno.makeTempDir();
const texts = {
  english:
    "The whale is no fish, for it breathes air and must rise to the surface of the sea again and again.",
  german:
    "Der Wal ist kein Fisch, denn er atmet Luft und muss immer wieder an die Oberfläche des Meeres steigen.",
};
const documents = Object.values(texts).map((text, i) => ({
  id: documentId("kinds", i),
  text,
  source: "kinds",
  meta: {},
}));
await writeJsonl(`${folder}/documents.jsonl`, documents);

/** Run a stage, and give what it says and its documents. */
async function stage(
  kind: string,
  given: Omit<PlanStage, "kind"> = {},
): Promise<{ merged: Merged; made: Document[]; out: string }> {
  const run = `${folder}/${kind}`;
  const [{ merged }] = await runPlan(
    { name: "kinds", stages: { only: { kind, ...given } } },
    { folder: run, base: folder, kinds: KINDS, workers: 1 },
  );
  const out = `${run}/${merged.folder}/out`;
  const made = merged.outputs.some(({ name }) => name === "documents.jsonl")
    ? await Array.fromAsync(readDocuments(`${out}/00000/documents.jsonl`))
    : [];
  return { merged, made, out };
}

Deno.test("gate keeps what a rater scores high enough, with its score", async () => {
  const { merged, made } = await stage("gate", {
    from: ["documents.jsonl"],
    parameters: { by: "language", language: "en", threshold: 0.5 },
  });
  assert.deepEqual(made.map(({ text }) => text), [texts.english]);
  assert.deepEqual([merged.counts.read, merged.counts.documents], [2, 1]);
});

Deno.test("synthesize asks a model for each document, keeps lineage, and adds up what it lost and took", async () => {
  const rewritten =
    "A whale, which breathes air as people do, must come up to the top of the sea from time to time and is therefore no fish at all.";
  await using server = await scripted(({ content }) =>
    answer(content.includes(texts.english) ? `Here is the new text: ${rewritten}` : "")
  );
  const { merged, made } = await stage("synthesize", {
    from: ["documents.jsonl"],
    parameters: { style: "plain", model: server.url },
  });
  assert.deepEqual(made.map(({ text, lineage }) => [text, lineage?.parents]), [[rewritten, [
    documents[0].id,
  ]]]);
  assert.equal(merged.counts.documents, 1);
  assert(Object.keys(merged.counts).some((name) => name.startsWith("lost: ")));
  assert(merged.counts.completionTokens >= 10);
});

Deno.test({
  name: "evaluate makes a shard of each benchmark",
  ignore: !await available("smollm2") || !await gsm8k.available(),
  async fn() {
    const { merged, out } = await stage("evaluate", {
      parameters: { benchmarks: ["gsm8k"], limit: 2, shots: 0, lossOnly: true },
    });
    const [{ benchmark, n }] = JSON.parse(await Deno.readTextFile(`${out}/00000/gsm8k.json`));
    assert.deepEqual([benchmark, n, merged.counts], ["gsm8k", 2, { items: 2 }]);
  },
});

Deno.test("parameters that a kind does not take are refused before anything runs", async () => {
  const refused = (kind: string, parameters: PlanStage["parameters"]) =>
    stage(kind, { ...kind === "evaluate" ? {} : { from: ["documents.jsonl"] }, parameters: parameters! })
      .then(
        () => "nothing",
        ({ message }) => message,
      );
  const sentences = [
    await refused("gate", { by: "language", threshold: 0.5 }),
    await refused("read", { as: "pdf" }),
    await refused("rules", { rules: ["gopher"] }),
    await refused("synthesize", { style: "plane" }),
    await refused("evaluate", { benchmarks: ["gsm8k"], limit: 0 }),
    await refused("near-keys", { bands: 0 }),
    await refused("tokenize", { by: "bytes" }),
  ];
  assert.deepEqual(
    sentences.map((sentence) => sentence.replace(/^Cannot lay out kinds at only(?:: |, )/, "").slice(0, 60)),
    [
      "Cannot keep documents by a rater as language must be given w",
      "Cannot read as as must be one of documents, warc, wikipedia,",
      "Cannot apply rules as a rule must be one of gopher-quality, ",
      "Cannot rephrase as style must be one of plain, encyclopaedic",
      "Cannot evaluate as limit must be a whole number >= 1: curren",
      "Cannot make keys of near-duplicates as bands must be a whole",
      "parameters of tokenize as there is no option by: known are ",
    ],
  );
});
