import assert from "node:assert/strict";
import { bestFit, type Piece } from "../../lib/anneal/_best_fit.ts";
import { byteTokenizer, packDocuments } from "../../lib/anneal/mod.ts";
import { BatchSampler } from "../../lib/anneal/batches.ts";
import { descriptionOf, Random } from "../../lib/base/mod.ts";

/** Best-fit decreasing by looking at every window. */
function naive(lengths: readonly number[], context: number): number {
  const free: number[] = [];
  for (const length of [...lengths].sort((a, b) => b - a)) {
    const fits = free.map((room, i) => [room, i]).filter(([room]) => room >= length);
    if (fits.length === 0) free.push(context - length);
    else free[fits.sort((a, b) => a[0] - b[0])[0][1]] -= length;
  }
  return free.length;
}

Deno.test("bestFit() cuts no document that fits, loses no token, and needs as many windows as best-fit decreasing", () => {
  const random = new Random("best fit");
  for (const context of [2, 7, 64]) {
    const lengths = Array.from({ length: 300 }, () => 1 + random.int(context));
    const ends = lengths.reduce<number[]>((ends, length) => [...ends, (ends.at(-1) ?? 0) + length], []);
    const windows = bestFit(ends, context);
    assert.equal(windows.length, naive(lengths, context));
    const pieces = windows.flat().sort((a, b) => a.start - b.start);
    const whole = ends.map((end, i): Piece => ({ start: ends[i - 1] ?? 0, end }));
    assert.deepEqual(pieces, whole);
    for (const window of windows) {
      assert(window.reduce((sum, { start, end }) => sum + end - start, 0) <= context);
    }
  }
});

Deno.test("bestFit() cuts a long document into full windows and one rest", () => {
  assert.deepEqual(bestFit([11, 13], 4), [
    [{ start: 0, end: 4 }],
    [{ start: 4, end: 8 }],
    [{ start: 8, end: 11 }],
    [{ start: 11, end: 13 }],
  ]);
  assert.deepEqual(bestFit([9, 11, 12], 4).at(-1), [{ start: 9, end: 11 }, { start: 8, end: 9 }, {
    start: 11,
    end: 12,
  }]);
});

const documents = ["abcdefgh", "ij", "k", "lmn"].map((text) => ({ id: text, text, source: "s", meta: {} }));

Deno.test("packDocuments() by best fit: padding and what no document goes on with are not predicted", async () => {
  const packed = await packDocuments(documents, byteTokenizer(), { bestFit: 5 });
  const text = Array.from(packed.tokens, (id) => id === 256 ? "." : String.fromCharCode(id)).join("");
  // abcdefgh. gives abcde and fgh.; lmn. and ij. and k. are laid as they fit.
  assert.equal(text, "abcdefgh..lmn..ij.k..".slice(0, text.length));
  assert.equal([...packed.counted!].join(""), "0111111110" + "01110" + "01111" + "0");
  assert.equal(packed.countedTokens, [...packed.counted!].filter((flag) => flag).length);
  assert.deepEqual([packed.documents, packed.bytes, packed.context], [4, 14, 5]);
});

Deno.test("packDocuments() by best fit tells what it cuts and fills, beside concatenation", async () => {
  const packed = await packDocuments(documents, byteTokenizer(), { bestFit: 5 });
  const [, layouts] = descriptionOf(packed)!;
  assert.deepEqual(typeof layouts === "object" && layouts.rows, [
    { layout: "best fit", "documents cut": "25.0 %", padding: "10.0 %" },
    { layout: "one after another", "documents cut": "75.0 %", padding: "0.0 %" },
  ]);
});

Deno.test("a source laid out for one context is read by no other, and its last window is read too", async () => {
  const source = await packDocuments(documents, byteTokenizer(), { bestFit: 5 });
  const open = (context: number) =>
    new BatchSampler([source], { batch: 4, context, vocabularySize: 257, maskDocuments: true });
  assert.throws(() => open(4), {
    message:
      "Cannot read source s as context must be the 5 tokens that it was laid out for: current value is 4",
  });
  const { tokens, weights } = open(5).next(0);
  assert.equal(tokens.length, 20);
  // Targets that count: all but the ends' own and the padding's, raised to a mean of one.
  const counted = weights!.filter((weight) => weight > 0);
  assert(Math.abs(weights!.reduce((sum, weight) => sum + weight, 0) / 20 - 1) < 1e-6);
  assert.equal(new Set(counted).size, 1);
  // bcdef, gh., mn., j. and the end of k.
  assert.equal(counted.length, 5 + 3 + 3 + 3);
});
