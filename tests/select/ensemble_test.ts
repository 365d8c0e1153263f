import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import {
  type DocumentRater,
  rankEnsemble,
  rate,
  rateByAll,
  spearman,
  stackRaters,
} from "../../lib/select/mod.ts";
import { pages } from "../synthesize/_server.ts";

function raterOf(name: string, scores: readonly (number | null)[]): DocumentRater {
  return {
    name,
    rateDocuments: (documents) =>
      documents.map(({ id }) => {
        const score = scores[Number(id.slice(5))];
        return score === null ? { score: NaN, known: false } : { score, known: true };
      }),
  };
}

const first = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];

Deno.test("a score's bucket is that of numpy.digitize at percentiles", async () => {
  const rater = raterOf("a", first);
  const sample = await Array.fromAsync(rateByAll(pages(12), [rater]));
  const ensemble = rankEnsemble([rater], sample, { buckets: 4 });
  assert.deepEqual(
    sample.map(({ ratings }) => ensemble.combine(ratings).score),
    [1, 0, 1, 0, 2, 3, 0, 3, 2, 1, 2, 3],
  );
});

Deno.test("an ensemble rates documents as a rater does: by the best or the mean of the buckets", async () => {
  const raters = [raterOf("a", first), raterOf("b", first.map((score) => -1000 * score))];
  const sample = await Array.fromAsync(rateByAll(pages(12), raters));
  for (const combine of ["max", "mean"] as const) {
    const ensemble = rankEnsemble(raters, sample, { combine, buckets: 2 });
    const rated = await Array.fromAsync(rate(pages(12), ensemble));
    assert.equal(ensemble.name, `ensemble/${combine}`);
    // 5 is the upper half's edge from above, -3 and -4 are that of the other.
    const expected = first.map((score) => [Number(score >= 4.5), Number(score <= 4)])
      .map(([a, b]) => combine === "max" ? Math.max(a, b) : (a + b) / 2);
    assert.deepEqual(rated.map(({ score }) => score), expected);
  }
});

Deno.test("a rating that is not known has no say, and what no rater knows is not known", async () => {
  const raters = [
    raterOf("a", first.map((score, at) => at === 0 || at === 5 ? null : score)),
    raterOf("b", first.map((score, at) => at === 5 ? null : score)),
  ];
  const sample = await Array.fromAsync(rateByAll(pages(12), raters));
  const ensemble = rankEnsemble(raters, sample, { buckets: 2, combine: "mean" });
  assert.deepEqual(ensemble.combine(sample[5].ratings), {
    score: NaN,
    known: false,
    cause: "no rater knows it",
  });
  assert.deepEqual(ensemble.combine(sample[0].ratings), { score: 0, known: true });
});

Deno.test("stacking weighs raters by what labels say of them, and beats each alone on labels it has not seen", async () => {
  const random = new Random(4);
  const truth = Array.from({ length: 400 }, () => random.normal());
  const seen = (noise: number) => truth.map((value) => value + noise * random.normal());
  const raters = [
    raterOf("good", seen(0.7)),
    raterOf("weak", seen(1.5)),
    raterOf("blind", truth.map(() => random.normal())),
  ];
  const rows = await Array.fromAsync(rateByAll(pages(400), raters));
  const { weights, agreement, alone, crossFitted, ensemble } = stackRaters(
    raters,
    rows.map((row, at) => ({ ...row, label: truth[at] })),
  );
  assert(weights.good > weights.weak && weights.weak > 3 * Math.abs(weights.blind));
  assert(agreement.estimate > alone.good.estimate && alone.good.estimate > alone.weak.estimate);
  assert(Math.abs(alone.blind.estimate) < 0.15);
  // What has seen its own label is no worse, and hardly better with three weights.
  const fitted = spearman(rows.map(({ ratings }) => ensemble.combine(ratings).score), truth).estimate;
  assert(fitted >= agreement.estimate && fitted < agreement.estimate + 0.01);
  assert.equal(crossFitted.length, 400);
});

Deno.test("raters stacked on labels that have nothing to do with them agree with none", async () => {
  const random = new Random(5);
  const raters = ["a", "b"].map((name) => raterOf(name, Array.from({ length: 300 }, () => random.normal())));
  const rows = await Array.fromAsync(rateByAll(pages(300), raters));
  const { agreement } = stackRaters(raters, rows.map((row) => ({ ...row, label: random.normal() })));
  assert(agreement.low < 0 && agreement.estimate < 0.15);
});
