import assert from "node:assert/strict";
import { type Document, type Documents, funnel, type OnDrop } from "../../lib/data/mod.ts";
import { toBundle } from "../../lib/notebook/show.ts";

const document = (text: string, id = text): Document => ({ id, text, source: "x", meta: {} });

/** Leaves out what is short. */
async function* long(documents: Documents, least: number, onDrop: OnDrop): AsyncGenerator<Document> {
  for await (const one of documents) {
    if (one.text.length >= least) yield one;
    else onDrop({ id: one.id, source: one.source, stage: "x", reason: `under ${least}`, excerpt: one.text });
  }
}

Deno.test("funnel() counts what comes out of each stage and why the rest does not, and gives documents on untouched", async () => {
  const counts = funnel();
  const read = ["a", "bb", "cccc", "ö".repeat(10)].map((text) => document(text));
  const all = counts.stage("read", () => read);
  const some = counts.stage("two", (onDrop) => long(all, 2, onDrop));
  const few = counts.stage("four", (onDrop) => long(some, 4, onDrop));
  assert.deepEqual(counts.stages.map(({ documents }) => documents), [0, 0, 0]);
  const out = await Array.fromAsync(few);
  assert.equal(out[1], read[3]);
  assert.deepEqual(counts.stages, [
    { name: "read", documents: 4, tokens: 1 + 1 + 1 + 5, dropped: {}, examples: {} },
    { name: "two", documents: 3, tokens: 7, dropped: { "under 2": 1 }, examples: { "under 2": "a" } },
    { name: "four", documents: 2, tokens: 6, dropped: { "under 4": 1 }, examples: { "under 4": "bb" } },
  ]);
  const shown = String((await toBundle(counts))["text/plain"]);
  assert.match(shown, /two +3 +7 +87\.5 % +1/);
  assert.match(shown, /four +under 4 +1 +bb/);
});

Deno.test("funnel() counts tokens as it is told, and lets a stage give more than it got", async () => {
  const counts = funnel({ tokensOf: (text) => text.split(" ").length });
  const pages = counts.stage("pages", () => [document("a b c")]);
  const pairs = counts.stage("pairs", async function* () {
    for await (const { text } of pages) for (const word of text.split(" ")) yield document(word);
  });
  await Array.fromAsync(pairs);
  assert.deepEqual(counts.stages.map(({ documents, tokens }) => [documents, tokens]), [[1, 3], [3, 3]]);
});

Deno.test("funnel() has each name once", () => {
  const counts = funnel();
  counts.stage("read", () => []);
  assert.throws(() => counts.stage("read", () => []), {
    name: "RangeError",
    message: "Cannot count a stage as its name must be new: current value is read",
  });
});
