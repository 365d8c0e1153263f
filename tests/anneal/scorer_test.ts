import assert from "node:assert/strict";
import {
  byteTokenizer,
  type Checkpoint,
  initialCheckpoint,
  type LanguageModel,
  logitsOf,
  scorerOf,
  type ScorerOptions,
  type Tokenizer,
  train,
} from "../../lib/anneal/mod.ts";
import { encodePair, type ScoredPair } from "../../lib/base/mod.ts";
import { scoreChoices } from "../../lib/evaluate/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig, tinyConfig } from "./_models.ts";

const tokenizer = byteTokenizer();
const plain = { backend: "cpu" } as const;

/** A model that has learnt something, so that no two tokens are alike to it. */
const { checkpoint } = await train({
  ...plain,
  config: smallestConfig(),
  sources: [await grammar("web")],
  schedule: () => 2e-2,
  steps: 30,
  batch: 4,
});

const PAIRS: ScoredPair[] = [
  { context: "the cat", continuation: " sees it" },
  { context: "the cat ", continuation: "hears us" },
  { context: "", continuation: "one dog" },
  { context: "a bird likes", continuation: " " },
  { context: "a bird likes", continuation: "t" },
  { context: "what lies far behind is not seen any more: the one", continuation: " cat" },
  { context: "x", continuation: "as long as it is" },
  { context: "東", continuation: "京" },
];

function assertClose(found: number, expected: number) {
  assert(Math.abs(found - expected) < 1e-5, `${found} is not ${expected}`);
}

/** What the pair's definition says, from the logits of the whole sequence, in float64. */
async function byDefinition(model: Checkpoint, pair: ScoredPair, { engine, backend }: ScorerOptions) {
  const { context, vocabularySize: V } = model.config;
  const { prefix, continuation } = encodePair(pair, (text) => [...new TextEncoder().encode(text)]);
  const whole = [...prefix.length ? prefix : [256], ...continuation].slice(-context - 1);
  const logits = await logitsOf(model, whole.slice(0, -1), { engine, backend });
  let logLikelihood = 0;
  let greedy = true;
  for (let at = whole.length - 1 - continuation.length; at < whole.length - 1; at++) {
    const row = Array.from(logits.subarray(at * V, (at + 1) * V));
    const most = Math.max(...row);
    const sum = row.reduce((all, logit) => all + Math.exp(logit - most), 0);
    logLikelihood += row[whole[at + 1]] - most - Math.log(sum);
    greedy &&= row.indexOf(most) === whole[at + 1];
  }
  return { logLikelihood, tokens: continuation.length, greedy };
}

async function compareWithDefinition(model: Checkpoint, options: ScorerOptions) {
  const found = await scorerOf(model, tokenizer, options).loglikelihood(PAIRS);
  for (const [i, pair] of PAIRS.entries()) {
    const { logLikelihood, ...rest } = await byDefinition(model, pair, options);
    assertClose(found[i].logLikelihood, logLikelihood);
    assert.deepEqual({ tokens: found[i].tokens, greedy: found[i].greedy }, rest);
  }
}

Deno.test("scorerOf() rates continuations as the logits of each whole sequence do", async () => {
  await compareWithDefinition(checkpoint, plain);
});

Deno.test("scorerOf() turns no sequence by the frequencies of a longer one that is rated with it", async () => {
  const [short, long] = [Float64Array.of(1, 0.01), Float64Array.of(0.5, 0.002)];
  for (const longer of [{ than: 9, inverseFrequencies: long }, { than: 9, factor: 4 }]) {
    const rope = { inverseFrequencies: short, longer };
    const model = { ...checkpoint, config: { ...checkpoint.config, context: 64, rope } };
    await compareWithDefinition(model, plain);
    const prompt = "the one";
    const { text } = await scorerOf(model, tokenizer, plain).generate(prompt, { maxTokens: 6 });
    let written = prompt;
    while (written.length < prompt.length + 6) {
      const row = (await logitsOf(model, tokenizer.encode(written), plain)).slice(-257);
      written += tokenizer.decode([row.indexOf(Math.max(...row))]);
    }
    assert.equal(prompt + text, written);
  }
});

Deno.test({
  name: `scorerOf() rates on TensorFlow's kernels as by their logits ${NEEDS}`,
  ...needsTensorflow,
  async fn() {
    const config = tinyConfig({ qkNorm: true, tieEmbeddings: false, context: 48 });
    const model = await train({
      config,
      sources: [await grammar("web")],
      schedule: () => 1e-2,
      steps: 10,
      batch: 2,
    });
    for (const engine of ["traced", "eager"] as const) {
      await compareWithDefinition(model.checkpoint, { engine });
    }
  },
});

Deno.test("scorerOf() gives a pair the same number whatever stands beside it", async () => {
  const together = await scorerOf(checkpoint, tokenizer, { ...plain, batch: 3 }).loglikelihood(PAIRS);
  const scorer = scorerOf(checkpoint, tokenizer, { ...plain, batch: 1 });
  for (const [i, pair] of PAIRS.entries()) {
    const [{ logLikelihood }] = await scorer.loglikelihood([pair]);
    assertClose(together[i].logLikelihood, logLikelihood);
  }
  assert.deepEqual(await scorer.loglikelihood([]), []);
});

Deno.test("scorerOf() reads a context once for all choices of one token", async () => {
  const letters = ["A", "B", "C", "D"];
  const pairs = letters.map((continuation) => ({ context: "Answer: ", continuation }));
  const passes: number[] = [];
  const scorer = scorerOf(checkpoint, tokenizer, { ...plain, batch: 1 });
  // The space goes to the continuation, so that the sequences differ in nothing that is read.
  await scorer.loglikelihood(pairs, { onProgress: ({ done }) => passes.push(done) });
  assert.deepEqual(passes, [4]);
});

Deno.test("scorerOf() is what evaluate takes, and a language model's name, loglikelihood and complete", async () => {
  const scorer: Pick<LanguageModel, "name" | "loglikelihood" | "complete"> = scorerOf(
    checkpoint,
    tokenizer,
    plain,
  );
  assert.equal(scorer.name, "step-30");
  assert.equal(scorerOf(checkpoint, tokenizer, { name: "mine" }).name, "mine");
  const items = [{ id: "0", context: "the cat", choices: [" sees it", " zzzz zz"], gold: 0 }];
  assert.equal((await scoreChoices(scorer, items)).accuracy, 1);
  const generated = await scorerOf(checkpoint, tokenizer, plain).generate("the", { maxTokens: 2 });
  assert.deepEqual(await scorer.complete({ prompt: "the", maxTokens: 2 }), generated);
});

Deno.test("generate() at temperature 0 writes the most probable tokens, also beyond the context", async () => {
  const { context, vocabularySize: V } = checkpoint.config;
  const ids = [...new TextEncoder().encode("the cat sees")];
  const before = ids.length;
  while (ids.length < 24 && ids.at(-1) !== 256) {
    const logits = await logitsOf(checkpoint, ids.slice(-context), plain);
    const row = Array.from(logits.subarray(-V));
    ids.push(row.indexOf(Math.max(...row)));
  }
  const { text, usage, finishReason } = await scorerOf(checkpoint, tokenizer, plain)
    .generate("the cat sees", { maxTokens: 24 - before });
  assert.equal(text, tokenizer.decode(ids.slice(before)));
  assert.deepEqual(usage, { promptTokens: before, completionTokens: ids.length - before });
  assert.equal(finishReason, ids.at(-1) === 256 ? "stop" : "length");
});

Deno.test("generate() draws the same under one seed, by the tokens' probabilities", async () => {
  const { generate } = scorerOf(checkpoint, tokenizer, plain);
  const one = (seed: number, options: object = {}) =>
    generate("a", { temperature: 1, maxTokens: 6, seed, ...options });
  assert.deepEqual(await one(1), await one(1));
  const texts = await Promise.all([1, 2, 3, 4].map(async (seed) => (await one(seed)).text));
  assert(new Set(texts).size > 1);
  const greedy = await generate("a", { maxTokens: 6 });
  // Of the smallest set that has a millionth there is one token; a cold draw finds it too.
  assert.deepEqual(await one(5, { topP: 1e-6 }), greedy);
  assert.deepEqual(await one(5, { temperature: 1e-4 }), greedy);
});

Deno.test("generate() ends at a stop text, at a document's end and at maxTokens", async () => {
  const { generate } = scorerOf(checkpoint, tokenizer, plain);
  const { text } = await generate("the cat", { maxTokens: 8 });
  const stop = text.slice(2, 4);
  const stopped = await generate("the cat", { maxTokens: 8, stop: ["never", stop] });
  assert.deepEqual(
    [stopped.text, stopped.finishReason],
    [text.slice(0, text.indexOf(stop)), "stop"],
  );
  const none = await generate("the cat", { maxTokens: 0 });
  assert.deepEqual([none.text, none.finishReason], ["", "length"]);
  const [first] = new TextEncoder().encode(text);
  const ending = { ...tokenizer, endOfDocument: first };
  const ended = await scorerOf(checkpoint, ending, plain).generate("the cat", { maxTokens: 8 });
  assert.deepEqual([ended.finishReason, ended.usage.completionTokens], ["stop", 1]);
});

Deno.test("scorerOf() stops at its signal, and names what does not fit", async () => {
  const scorer = scorerOf(checkpoint, tokenizer, plain);
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(scorer.loglikelihood(PAIRS, { signal }), /enough/);
  await assert.rejects(scorer.generate("a", { signal }), /enough/);
  const long = { context: "a", continuation: "this is longer than the context" };
  await assert.rejects(scorer.loglikelihood([PAIRS[0], long]), {
    name: "RangeError",
    message: "Cannot rate a continuation as it must fit the model's context of 16 tokens: number 1 has 31",
  });
  await assert.rejects(scorer.loglikelihood([{ context: "a", continuation: "" }]), {
    name: "TypeError",
    message: /continuation a text that is not empty/,
  });
  await assert.rejects(
    scorer.generate("a", { temperature: -1 }),
    /Cannot continue a prompt as temperature must be finite and >= 0: current value is -1/,
  );
  await assert.rejects(scorer.generate("a", { topP: 0 }), /topP must be in \(0, 1\]/);
  await assert.rejects(scorer.generate("a", { maxTokens: 1.5 }), /maxTokens must be a whole number >= 0/);
  assert.throws(
    () => scorerOf(checkpoint, tokenizer, { batch: 0 }),
    /Cannot score a checkpoint as batch must be a whole number >= 1: current value is 0/,
  );
  assert.throws(
    () => scorerOf(checkpoint, { ...tokenizer, vocabularySize: 300 }),
    /must know the tokenizer's 300 ids: it knows 257/,
  );
});

Deno.test("a checkpoint is told from another by its weights, whatever it is called", () => {
  const [one, same, other] = [1, 1, 2].map((seed) =>
    scorerOf(initialCheckpoint(tinyConfig(), seed), tokenizer, { name: "mine" })
  );
  assert.equal(one.identity, same.identity);
  assert.notEqual(one.identity, other.identity);
});

/** Bytes, with a beginning that a template asks for and an end. */
function templated(before: number[], after: number[] = []): Tokenizer {
  return {
    ...tokenizer,
    encode: (text, options) => {
      const ids = [...text].flatMap((letter) =>
        letter === "^" ? [256] : [...tokenizer.encode(letter) as Uint8Array]
      );
      return options?.specialTokens ? [...before, ...ids, ...after] : ids;
    },
  };
}

Deno.test("scorerOf() puts the beginning that a template asks for before every text, as lm-eval does", async () => {
  const pair = { context: "^the cat", continuation: " sees" };
  const without = { context: "the cat", continuation: " sees" };
  const alone = { context: "", continuation: "one" };
  const [begun] = await scorerOf(checkpoint, templated([]), plain).loglikelihood([pair]);
  const [plainly, single] = await scorerOf(checkpoint, tokenizer, plain).loglikelihood([without, alone]);
  assert.notDeepEqual(begun, plainly);
  for (const after of [[], [256]]) {
    const scorer = scorerOf(checkpoint, templated([256], after), plain);
    // One that brings the beginning itself gets no second one.
    const rated = await scorer.loglikelihood([without, pair, alone, { context: "", continuation: "^one" }]);
    assert.deepEqual(rated, [begun, begun, single, single]);
    const { text, usage } = await scorer.generate("the cat", { maxTokens: 4 });
    const { text: same } = await scorerOf(checkpoint, templated([]), plain).generate("^the cat", {
      maxTokens: 4,
    });
    assert.deepEqual([text, usage.promptTokens], [same, 8]);
  }
});

Deno.test("scorerOf() is another model to caches where a beginning is put before texts", () => {
  const identity = (own: Tokenizer) => scorerOf(checkpoint, own, plain).identity;
  assert.notEqual(identity(templated([256])), identity(templated([])));
});
