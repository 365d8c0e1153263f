import assert from "node:assert/strict";
import { openEmbedder } from "../../lib/llm/mod.ts";
import { ContextLengthError } from "../../lib/llm/mod.ts";
import { available } from "../../lib/native/mod.ts";
import { EmbeddingRater, rate, type Rated, spearman, trainEmbeddingRater } from "../../lib/select/mod.ts";
import { mobyDick, spamAssassin } from "../../lib/sets/mod.ts";

const labels = [0, 1, 1, 2, 3, 3, 4, 5, 5, 2, 0, 4];

/** Three numbers of a text that is its own number. */
const numbers = (text: string) => {
  const i = Number(text);
  return Float32Array.from([0, 1, 2], (j) => ((i * 7 + j * 3) % 11) / 10 + ((i * j) % 5) / 7);
};
const embedder = { embed: (texts: readonly string[]) => Promise.resolve(texts.map(numbers)) };

function rated(texts: readonly string[], scores: readonly number[]): Rated[] {
  return texts.map((text, i) => ({
    document: { id: `${i}`, text, source: "x", meta: {} },
    score: scores[i],
    known: true,
  }));
}

const items = rated(labels.map((_, i) => `${i}`), labels);

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

Deno.test("a ridge head is scikit-learn's Ridge", async () => {
  const { weights } = await trainEmbeddingRater(items, { embedder, ridges: [0.5] });
  const expected = [-0.29082195459294846, 0.29412888309307583, -0.8652487717809317];
  weights.weights.forEach((weight, d) => assertNear(weight, expected[d], 1e-6));
  assertNear(weights.bias, 3.084046447470492, 1e-6);
});

Deno.test("a logistic head is scikit-learn's LogisticRegression", async () => {
  const { weights } = await trainEmbeddingRater(items, {
    embedder,
    head: "logistic",
    positiveFrom: 3,
    ridges: [0.5],
  });
  const expected = [-0.6117638727098816, 0.21352291249809235, -0.5067431429800604];
  weights.weights.forEach((weight, d) => assertNear(weight, expected[d], 1e-4));
  assertNear(weights.bias, 0.51385096, 1e-4);
});

Deno.test("the ridge is the one that predicts left-out labels best", async () => {
  const ridges = [0.01, 0.5, 3, 100];
  const left = await Promise.all(ridges.map(async (ridge) => {
    let loss = 0;
    for (const [at, { document, score }] of items.entries()) {
      const rater = await trainEmbeddingRater(items.filter((_, i) => i !== at), {
        embedder,
        ridges: [ridge],
      });
      const { weights, bias } = rater.weights;
      loss += (numbers(document.text).reduce((sum, x, d) => sum + x * weights[d], bias) - score) ** 2;
    }
    return loss;
  }));
  const { weights } = await trainEmbeddingRater(items, { embedder, ridges });
  assert.equal(weights.ridge, ridges[left.indexOf(Math.min(...left))]);
});

Deno.test("a text without a word is not known, and ratings stay within the labels", async () => {
  const rater = await trainEmbeddingRater(items, { embedder });
  const documents = ["—", "", "900"].map((text, i) => ({ id: `${i}`, text, source: "x", meta: {} }));
  const [dash, empty, far] = await Array.fromAsync(rate(documents, rater));
  for (const { known, score, cause } of [dash, empty]) {
    assert.deepEqual([known, cause], [false, "no letter or digit"]);
    assertNear(score, 2.5, 1e-12);
  }
  assert(far.known && far.score >= 0 && far.score <= 5);
});

Deno.test("a text that is too long for the model is halved until it fits, and no other is", async () => {
  const lengths: number[] = [];
  const short = {
    embed(texts: readonly string[]) {
      if (texts.some(({ length }) => length > 10)) throw new ContextLengthError("too long");
      lengths.push(...texts.map(({ length }) => length));
      return Promise.resolve(texts.map(({ length }) => Float32Array.of(length)));
    },
  };
  const texts = ["a", "a".repeat(5), "a".repeat(33), "a".repeat(10)];
  await trainEmbeddingRater(rated(texts, [1, 5, 3, 4]), { embedder: short, textUnits: 32 });
  assert.deepEqual(lengths, [1, 5, 8, 10]);
});

Deno.test("embeddings of another length are refused", async () => {
  const { weights } = await trainEmbeddingRater(items, { embedder });
  const other = {
    embed: (texts: readonly string[]) => Promise.resolve(texts.map(() => new Float32Array(2))),
  };
  await assert.rejects(
    Array.fromAsync(rate([items[0].document], new EmbeddingRater(weights, other))),
    {
      message:
        "Cannot rate documents as an embedding must have the 3 numbers of those that embedding was trained with: current value is 2",
    },
  );
});

Deno.test({
  name: "a head on MiniLM tells a novel from mails that it has not seen, from 40 labels",
  ignore: !await available("minilm") || !await mobyDick.available() || !await spamAssassin.available(),
  async fn() {
    const novel = (await Array.fromAsync(mobyDick.read())).slice(0, 30);
    const mails = await Array.fromAsync(spamAssassin.read({ limit: 30, seed: 3 }));
    const all = [...novel, ...mails].map((document) => ({
      document,
      score: document.source === "moby-dick" ? 4 : 1,
      known: true,
    }));
    const train = all.filter((_, i) => i % 3 < 2);
    const test = all.filter((_, i) => i % 3 === 2);
    await using minilm = await openEmbedder();
    const rater = await trainEmbeddingRater(train, { embedder: minilm, textUnits: 300 });
    const found = await Array.fromAsync(rate(test.map(({ document }) => document), rater));
    const { estimate } = spearman(found.map(({ score }) => score), test.map(({ score }) => score));
    assert(estimate > 0.8, `${estimate}`);
  },
});
