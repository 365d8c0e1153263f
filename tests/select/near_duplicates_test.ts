import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import type { Document } from "../../lib/data/mod.ts";
import { nearDuplicateClusters, removeNearDuplicates } from "../../lib/select/mod.ts";

const random = new Random("near-duplicates");
const text = (length: number) => Array.from({ length }, () => `w${random.int(5000)}`);
const originals: Document[] = Array.from({ length: 40 }, (_, k) => ({
  id: `a${k}`,
  text: text(200).join(" "),
  source: "made",
  meta: {},
}));
/** A copy with two words changed: Jaccard similarity of 5-word shingles of about 0.9. */
const copies = originals.slice(0, 20).map((document, k) => {
  const own = document.text.split(" ");
  own[50] = "changed";
  own[150] = "changed";
  return { ...document, id: `b${k}`, text: own.join(" ") };
});

Deno.test("nearDuplicateClusters() finds copies with two changed words and nothing else", async () => {
  const { clusters, documents } = await nearDuplicateClusters([...originals, ...copies]);
  assert.equal(documents, 60);
  assert.ok(clusters.length >= 19, `found ${clusters.length} of 20`);
  for (const { kept, removed } of clusters) {
    assert.equal(removed.length, 1);
    assert.equal(removed[0].id.slice(1), kept.slice(1));
  }
});

Deno.test("removeNearDuplicates() gives the same whatever the order of documents", async () => {
  const forward = await Array.fromAsync(removeNearDuplicates([...originals, ...copies]));
  const backward = await Array.fromAsync(removeNearDuplicates([...originals, ...copies].reverse()));
  const ids = (documents: Document[]) => documents.map(({ id }) => id).sort();
  assert.deepEqual(ids(forward), ids(backward));
});

Deno.test("removeNearDuplicates() keeps one of identical texts, and takes empty and short ones", async () => {
  const documents = ["same words here", "same words here", "", "x"].map((own, i) => ({
    id: `d${i}`,
    text: own,
    source: "made",
    meta: {},
  }));
  const kept = await Array.fromAsync(removeNearDuplicates(documents));
  assert.ok(kept.length >= 1 && kept.length <= 4);
  assert.equal(kept.filter(({ text: own }) => own === "same words here").length, 1);
});
