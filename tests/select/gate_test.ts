import assert from "node:assert/strict";
import type { DocumentRater } from "../../lib/select/mod.ts";
import { gate } from "../../lib/select/mod.ts";

const rater: DocumentRater = {
  name: "length",
  rateDocuments: (documents) =>
    documents.map(({ text }) =>
      text === "" ? { score: NaN, known: false, cause: "no words" } : { score: text.length, known: true }
    ),
};
const documents = ["", "a", "bb", "ccc"].map((text, at) => ({ id: `${at}`, text, source: "x", meta: {} }));

Deno.test("gate() keeps what has at least the score, with the scores of all gates, and says why the rest goes", async () => {
  const drops: [string, string, string][] = [];
  const onDrop = ({ id, stage, reason }: { id: string; stage: string; reason: string }) => {
    drops.push([id, stage, reason]);
  };
  const kept = gate(documents, rater, { threshold: 2, onDrop });
  const again = gate(kept, { ...rater, name: "also" }, { threshold: 3, onDrop });
  const out = await Array.fromAsync(again);
  assert.deepEqual(out, [{ ...documents[3], meta: { scores: { length: 3, also: 3 } } }]);
  assert.deepEqual(drops, [
    ["0", "select/length", "no words"],
    ["1", "select/length", "score below 2"],
    ["2", "select/also", "score below 3"],
  ]);
  assert.deepEqual(documents[3].meta, {});
});
