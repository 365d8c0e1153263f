import assert from "node:assert/strict";
import { type Example, readFastText, trainRater, writeFastText } from "../../lib/select/mod.ts";

const toy: Example[] = [
  { text: "the whale swam in the cold sea", label: "good" },
  { text: "the ship sailed over the sea", label: "good" },
  { text: "buy cheap pills now", label: "bad" },
  { text: "cheap loans, click now 鯨", label: "bad" },
];
const rater = trainRater(toy, { positive: "good", buckets: 1000, dimensions: 6, wordNgrams: 3, epochs: 30 });

async function file(bytes?: Uint8Array): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".bin" });
  if (bytes) await Deno.writeFile(path, bytes);
  else await writeFastText(path, rater);
  return path;
}

Deno.test("writeFastText() and readFastText() give back the words, the tables and the scores", async () => {
  const path = await file();
  const read = await readFastText(path, { positive: "good" });
  assert.equal(
    (await Deno.stat(path)).size,
    8 + 48 + 8 + 12 + 16 + entries() + 2 * 17 + 4 * 6 * (1000 + words() + 2),
  );
  assert.deepEqual(read.weights.words, rater.weights.words);
  assert.deepEqual([read.weights.labels, read.weights.dimensions, read.weights.wordNgrams], [
    ["bad", "good"],
    6,
    3,
  ]);
  // Only runs that training met stand in these texts; others are rows of zeros in fastText's format.
  for (const { text } of toy) assert(Math.abs(read.score(text) - rater.score(text)) < 1e-12);
  assert.equal(read.label("the cold sea"), rater.label("the cold sea"));
  await Deno.remove(path);
});

function words(): number {
  return rater.weights.words.length;
}

function entries(): number {
  const names = [...rater.weights.words, "__label__bad", "__label__good"];
  return names.reduce((sum, name) => sum + new TextEncoder().encode(name).length + 10, 0);
}

Deno.test("readFastText() names what is wrong with a file", async () => {
  const path = await file();
  const whole = await Deno.readFile(path);
  const changed = (at: number, value: number) => {
    const bytes = whole.slice();
    new DataView(bytes.buffer).setInt32(at, value, true);
    return bytes;
  };
  for (
    const [bytes, message] of [
      [new Uint8Array(), "it is no fastText model"],
      [changed(0, 7), "it is no fastText model"],
      [changed(4, 11), "it has version 11, and 12 is read"],
      [changed(8 + 4 * 6, 1), "it was trained with another loss than softmax"],
      [changed(8 + 4 * 7, 1), "it holds word vectors and is no classifier"],
      [changed(8 + 4 * 10, 3), "it uses subwords (maxn > 0)"],
      [whole.slice(0, 60), "it is not whole"],
      [whole.slice(0, whole.length - 4), "it is not whole"],
    ] as const
  ) {
    const bad = await file(bytes);
    await assert.rejects(readFastText(bad, { positive: "good" }), (error: Error) => {
      assert.equal(error.message, `Cannot read the fastText model ${bad}: ${message}`);
      return true;
    });
    await Deno.remove(bad);
  }
  await assert.rejects(
    readFastText(path, { positive: "fine" }),
    /positive must be one of bad, good: .* fine$/,
  );
  await Deno.remove(path);
});
