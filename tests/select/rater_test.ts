import assert from "node:assert/strict";
import { featuresOf, hashWord, RUN } from "../../lib/select/_features.ts";
import { evaluateRater, type Example, rate, Rater, splitById, trainRater } from "../../lib/select/mod.ts";
import { spamAssassin } from "../../lib/sets/mod.ts";

const toy: Example[] = [
  { text: "the whale swam in the cold sea", label: "good" },
  { text: "the ship sailed over the sea", label: "good" },
  { text: "buy cheap pills now", label: "bad" },
  { text: "cheap loans, click now", label: "bad" },
];
const options = { positive: "good", epochs: 50 };
const mails = await Array.fromAsync(spamAssassin.read({ limit: 1500, seed: 3 }));
const { train, heldOut } = splitById(mails, { heldOutFraction: 0.3 });
const example = ({ text, meta }: (typeof mails)[number]) => ({ text, label: meta.label as string });

Deno.test("trainRater() separates ham from spam on held-out mails far above chance", () => {
  const rater = trainRater(train.map(example), { positive: "ham" });
  const result = evaluateRater(rater, heldOut.map(example));
  assert(result.majorityAccuracy < 0.8);
  assert(result.accuracy.low > result.majorityAccuracy + 0.1, `accuracy ${result.accuracy.low}`);
  assert(result.precision!.low > 0.9, `precision ${result.precision!.low}`);
  assert(result.recall!.low > 0.9, `recall ${result.recall!.low}`);
  assert(result.auc!.low > 0.95, `area ${result.auc!.low}`);
});

Deno.test("trainRater() learns nothing from labels dealt at random", () => {
  const dealt = train.map(({ text }, i) => ({ text, label: i % 2 ? "a" : "b" }));
  const rater = trainRater(dealt, { positive: "a" });
  const result = evaluateRater(rater, heldOut.map(({ text }, i) => ({ text, label: i % 2 ? "a" : "b" })));
  assert(result.auc!.low < 0.5 && result.auc!.high > 0.5, JSON.stringify(result.auc));
});

Deno.test("trainRater() gives the same weights for the same seed, others for another", () => {
  const one = trainRater(toy, options);
  const two = trainRater(toy, options);
  assert.deepEqual(one.weights, two.weights);
  assert.notDeepEqual(trainRater(toy, { ...options, seed: 2 }).weights.input, one.weights.input);
});

Deno.test("trainRater() serves more than two labels, and none of the texts but those it met", () => {
  const rater = trainRater([...toy, { text: "鯨 は 海 に", label: "other" }], {
    positive: "other",
    epochs: 200,
  });
  assert.deepEqual(rater.weights.labels, ["bad", "good", "other"]);
  assert.equal(rater.label("鯨 は 海"), "other");
  assert.equal(rater.label("cheap pills"), "bad");
  const unseen = trainRater(toy, { ...options, wordNgrams: 1 }).probabilities("zzz");
  assert(Math.abs(unseen.reduce((sum, p) => sum + p, 0) - 1) < 1e-12);
});

Deno.test("trainRater() starts at a loss of log 2 and moves the rows of two labels by opposite steps", () => {
  const pair = [{ text: "sea", label: "good" }, { text: "sky", label: "bad" }];
  const still = trainRater(pair, { positive: "good", learningRate: 1e-12, epochs: 1 });
  assert(Math.abs(still.score("sea") - 0.5) < 1e-9);
  const { output } = trainRater(pair, { positive: "good", learningRate: 0.01, epochs: 1 }).weights;
  assert(output.some((weight) => weight !== 0));
  for (let d = 0; d < 32; d++) assert(Math.abs(output[d] + output[32 + d]) < 1e-9);
});

Deno.test("hashWord() is FNV-1a over UTF-8, widened with its sign as fastText does", () => {
  const hash = (text: string) => hashWord(text, 0, text.length) >>> 0;
  // The values of FNV's own test suite.
  assert.equal(hash("a"), 0xe40c292c);
  assert.equal(hash("foobar"), 0xbf9cf968);
  const reference = (text: string) => {
    let hash = 0x811c9dc5n;
    for (const byte of new Int8Array(new TextEncoder().encode(text))) {
      hash = (hash ^ (BigInt(byte) & 0xffffffffn)) * 0x01000193n & 0xffffffffn;
    }
    return Number(hash);
  };
  for (const text of ["é", "鯨", "🐋x", "naïve"]) assert.equal(hash(text), reference(text));
});

Deno.test("featuresOf() gives known words and the buckets of runs by fastText's 64-bit sum, whatever their number", () => {
  const wide = (text: string) => BigInt.asUintN(64, BigInt(hashWord(text, 0, text.length)));
  const run = (...words: string[]) =>
    words.slice(1).reduce((sum, word) => BigInt.asUintN(64, sum * 116049371n + wide(word)), wide(words[0]));
  const wordId = (word: string) => ["sea", "</s>"].indexOf(word);
  for (const buckets of [2 ** 20, 2_000_000, 999_983, 7]) {
    const bucket = (...words: string[]) => RUN + Number(run(...words) % BigInt(buckets));
    assert.deepEqual([...featuresOf("cold sea", { wordNgrams: 3, buckets, wordId })], [
      0,
      1,
      bucket("cold", "sea"),
      bucket("cold", "sea", "</s>"),
      bucket("sea", "</s>"),
    ]);
  }
  assert.deepEqual([...featuresOf("", { wordNgrams: 2, buckets: 8, wordId })], [1]);
});

Deno.test("Rater.save() and Rater.load() give back the same scores, and a damaged file is refused", async () => {
  const path = `${await Deno.makeTempDir()}/rater.bin`;
  const rater = trainRater(toy, options);
  await rater.save(path);
  const loaded = await Rater.load(path);
  assert.deepEqual(loaded.weights, rater.weights);
  for (const { text } of [...toy, { text: "" }, { text: "鯨 🐋 \ud800" }]) {
    assert.equal(loaded.score(text), rater.score(text));
  }
  const whole = await Deno.readFile(path);
  for (const bytes of [new Uint8Array(), whole.subarray(0, 40), whole.subarray(0, whole.length - 4)]) {
    await Deno.writeFile(path, bytes);
    await assert.rejects(Rater.load(path), { name: "InvalidData", message: new RegExp(path) });
  }
});

Deno.test("Rater.score() gives a probability for any text, and an empty one too", () => {
  const rater = trainRater(toy, options);
  for (const text of ["", " \n", "\0", "\ud800", "sea ".repeat(1_000_000)]) {
    const score = rater.score(text);
    assert(score >= 0 && score <= 1, `${score}`);
  }
  assert(rater.score("the cold sea") > 0.9 && rater.score("cheap now") < 0.1);
});

Deno.test("rate() leaves the documents as they are", async () => {
  const rater = trainRater(toy, options);
  const documents = mails.slice(0, 3);
  const rated = await Array.fromAsync(rate(documents, rater));
  const expected = documents.map((document) => ({ document, score: rater.score(document.text) }));
  assert.deepEqual(rated.map(({ document, score }) => ({ document, score })), expected);
  assert(rated.every((one) => Object.keys(one).join() === "document,score,known"));
});

Deno.test("rate() says of a text that the rater knows nothing of it", async () => {
  const rater = trainRater(toy, options);
  const texts = ["", " \n", "zyxw vuts", "the sea", "zyxw sea"];
  const documents = texts.map((text, i) => ({ id: `${i}`, text, source: "x", meta: {} }));
  const rated = await Array.fromAsync(rate(documents, rater), ({ known }) => known);
  assert.deepEqual(rated, [false, false, false, true, true]);
});

Deno.test("trainRater() refuses examples and options that make no rater", () => {
  const cases: [Iterable<Example>, Partial<typeof options> & Record<string, unknown>, RegExp][] = [
    [[], {}, /two labels or more.*labels are none/],
    [toy.slice(0, 2), {}, /labels are good/],
    [toy, { positive: "ugly" }, /positive is ugly/],
    [toy, { buckets: 2 ** 31 }, /buckets must be <= 2\^30: current value is 2147483648$/],
    [toy, { learningRate: NaN }, /learningRate.*NaN/],
    [toy, { epochs: 0 }, /epochs/],
    [toy, { dimensions: 1.5 }, /dimensions.*1.5/],
  ];
  for (const [examples, change, message] of cases) {
    assert.throws(() => trainRater(examples, { ...options, ...change }), { name: "RangeError", message });
  }
  assert.throws(() => trainRater([{ text: 5 } as unknown as Example], options), { name: "TypeError" });
});

Deno.test("evaluateRater() counts as by hand, and its area is the share of pairs in order", () => {
  const scores = new Map([["a", 0.9], ["b", 0.5], ["c", 0.5], ["d", 0.2], ["e", 0.6]]);
  const rater = trainRater(toy, options);
  rater.score = (text) => scores.get(text)!;
  const examples = [["a", "good"], ["b", "good"], ["c", "bad"], ["d", "bad"], ["e", "bad"]]
    .map(([text, label]) => ({ text, label }));
  const result = evaluateRater(rater, examples);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = result;
  assert.deepEqual([truePositives, falsePositives, falseNegatives, trueNegatives], [2, 2, 0, 1]);
  assert.equal(result.precision!.estimate, 0.5);
  assert.equal(result.recall!.estimate, 1);
  assert(Math.abs(result.f1!.estimate - 2 / 3) < 1e-12);
  assert(result.f1!.low < 2 / 3 && result.f1!.high > 2 / 3);
  // Of six pairs: a over c, d, e; b over d, even with c, under e.
  assert.equal(result.auc!.estimate, 4.5 / 6);
  assert.equal(result.majorityAccuracy, 0.6);
  assert.equal(evaluateRater(rater, [{ text: "d", label: "bad" }]).precision, null);
  assert.equal(evaluateRater(rater, [{ text: "d", label: "bad" }]).auc, null);
  assert.throws(() => evaluateRater(rater, []), { name: "RangeError" });
  assert.throws(() => evaluateRater(rater, examples, { threshold: NaN }), { name: "RangeError" });
});

Deno.test("splitById() keeps an item on its side when others come and go, and moves it for another seed", () => {
  const items = Array.from({ length: 5000 }, (_, i) => ({ id: `document ${i}` }));
  const whole = splitById(items);
  const half = splitById(items.filter((_, i) => i % 2));
  const held = new Set(whole.heldOut);
  assert(half.heldOut.every((item) => held.has(item)) && half.train.every((item) => !held.has(item)));
  assert(Math.abs(whole.heldOut.length - 1000) < 4 * Math.sqrt(800));
  assert.notDeepEqual(splitById(items, { seed: 2 }).heldOut, whole.heldOut);
  assert.deepEqual(splitById(items, { heldOutFraction: 0 }).heldOut, []);
  assert.deepEqual(splitById(items, { heldOutFraction: 1 }).train, []);
  assert.throws(() => splitById(items, { heldOutFraction: NaN }), { name: "RangeError" });
});
