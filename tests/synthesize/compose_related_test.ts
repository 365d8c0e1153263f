import assert from "node:assert/strict";
import { sotu } from "../../lib/sets/mod.ts";
import { composeRelated, type Document, type Drop, segments } from "../../lib/synthesize/mod.ts";

const tokenizer = {
  name: "words",
  encode: (text: string) => (text.match(/\S+/g) ?? []).map((_, at) => at),
};
const length = (text: string) => tokenizer.encode(text).length;

/** Pages on a few matters, each with words of its own, in no order. */
function pagesOf(matters: number, each: number): Document[] {
  return Array.from({ length: matters * each }, (_, at) => {
    const matter = at % matters;
    const words = Array.from({ length: 30 }, (_, n) => `m${matter}w${(at * 7 + n) % 41} the of and`);
    return { id: `${at}`, text: words.join(" "), source: "made", meta: { matter } };
  });
}

function partsOf({ meta }: Document): { id: string; span: [number, number]; similarity: number }[] {
  return meta.parts as { id: string; span: [number, number]; similarity: number }[];
}

Deno.test("composeRelated() puts related documents together, each once and whole, to the length within the tolerance", async () => {
  const pages = pagesOf(5, 13);
  const byId = new Map(pages.map((page) => [page.id, page]));
  const dropped: Drop[] = [];
  const onDrop = (drop: Drop) => dropped.push(drop);
  const texts = await composeRelated(pages, { tokenizer, tokens: 500, tolerance: 0.1, onDrop });
  const used = texts.flatMap((text) => partsOf(text).map(({ id }) => id));
  assert.equal(new Set(used).size, used.length, "no document twice");
  assert.equal(used.length + dropped.length, pages.length);
  assert(used.length >= 0.7 * pages.length, `${used.length}`);
  for (const composed of texts) {
    assert(length(composed.text) <= 500 && length(composed.text) >= 450);
    assert.equal(composed.meta.tokens, length(composed.text));
    const parts = partsOf(composed);
    for (const { id, span } of parts) assert.equal(composed.text.slice(...span), byId.get(id)!.text);
    assert.equal(new Set(parts.map(({ id }) => byId.get(id)!.meta.matter)).size, 1);
    assert.deepEqual(composed.lineage?.parents, parts.map(({ id }) => id));
    assert.equal(parts[0].similarity, 0);
    assert(parts.slice(1).every(({ similarity }) => similarity > 0.2));
  }
  assert.deepEqual(
    new Set(dropped.map(({ reason }) => reason)),
    new Set(["no related documents fill the length"]),
  );
  assert.deepEqual(await composeRelated(pages, { tokenizer, tokens: 500 }), texts, "the same again");
});

Deno.test("composeRelated() names what it leaves out, and cuts only when asked", async () => {
  const [page, other] = pagesOf(1, 2);
  const long = { ...page, id: "long", text: `${page.text}. `.repeat(9).trim() };
  const odd = [
    page,
    { ...page, id: "copy" },
    { ...other, id: page.id },
    { ...page, id: "blank", text: " \n" },
    long,
  ];
  const dropped: Drop[] = [];
  const onDrop = (drop: Drop) => dropped.push(drop);
  assert.deepEqual(await composeRelated(odd, { tokenizer, tokens: 240, onDrop }), []);
  assert.deepEqual(dropped.map(({ id, reason }) => `${id}: ${reason}`), [
    "copy: text stands twice",
    "0: document id stands twice",
    "blank: no text",
    "long: longer than a text",
    "0: no related documents fill the length",
  ]);
  const cut = await composeRelated([long], { tokenizer, tokens: 240, cut: true, tolerance: 0.5 });
  assert(cut.length > 2);
  const words = (text: string) => text.split(/\s+/).join(" ");
  for (const { text, lineage } of cut) {
    assert(length(text) <= 240 && length(text) >= 120);
    assert.deepEqual(lineage?.parents, ["long"]);
    for (const part of text.split("\n\n")) assert(words(long.text).includes(words(part)));
  }
});

Deno.test("composeRelated() goes by embeddings where they are given, in pieces that an embedder reads", async () => {
  // By words a page is like those of its matter, by embedding like those of its half.
  const pages = pagesOf(2, 6).map((page) => ({
    ...page,
    text: page.text.replaceAll("the", Number(page.id) % 4 < 2 ? "north" : "south"),
  }));
  const half = (text: string) => Number(text.includes("south"));
  let asked = 0;
  const embed = (texts: readonly string[]) => {
    asked += texts.length;
    assert(texts.every((text) => new TextEncoder().encode(text).length <= 480));
    return Promise.resolve(texts.map((text) => Float32Array.of(1 - half(text), half(text))));
  };
  const texts = await composeRelated(pages, { tokenizer, tokens: 260, tolerance: 0.2, embed });
  assert(asked > pages.length && asked <= 8 * pages.length);
  assert(texts.length >= 4);
  for (const composed of texts) {
    assert.equal(new Set(partsOf(composed).map(({ id }) => Number(id) % 4 < 2)).size, 1);
    assert.equal(composed.lineage?.sampling.likeness, "embedding");
  }
});

Deno.test("composeRelated() joins parts of one speech more often than chance does", async () => {
  const pages: Document[] = [];
  let speeches = 0;
  for await (const speech of sotu.read()) {
    segments(speech.text, { maxTokens: 150 }).slice(0, 8).forEach((text, at) =>
      pages.push({ id: `${speech.id}/${at}`, text, source: speech.id, meta: {} })
    );
    if (++speeches === 30) break;
  }
  const texts = await composeRelated(pages, { tokenizer, tokens: 600 });
  const speechOf = (id: string) => id.split("/")[0];
  const pairs = texts.flatMap((composed) => {
    const parts = partsOf(composed);
    return parts.slice(1).map(({ id }, at) => speechOf(id) === speechOf(parts[at].id));
  });
  const share = pairs.filter(Boolean).length / pairs.length;
  // Seven of the other pages of two hundred are of the same speech.
  assert(pairs.length > 100 && share > 4 * 7 / pages.length, `${share} of ${pairs.length}`);
});
