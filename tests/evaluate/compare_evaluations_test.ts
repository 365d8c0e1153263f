import assert from "node:assert/strict";
import { compareEvaluations, type Evaluation } from "../../lib/evaluate/mod.ts";

/** An evaluation of which each item's score is known. */
function evaluation(benchmark: string, scores: readonly number[], bits: number | null = null): Evaluation {
  return {
    ...{ benchmark, version: 1, form: "plain", shots: 0, seed: 1, model: "m", n: scores.length, groups: [] },
    ...{
      goldBitsPerByte: null,
      guessing: null,
      counts: { tied: 0, unscored: 0, truncated: 0, unextracted: 0 },
    },
    scores: [{ rule: "acc", value: 0, low: 0, high: 1 }],
    items: scores.map((acc, i) => (
      {
        id: `${i}`,
        group: "",
        scores: { acc },
        goldBitsPerByte: bits === null ? null : bits + i / 10,
        goldBytes: 1,
      }
    )),
  };
}

/** So many items of each kind: forgotten, gained, right both times, wrong both times. */
function changed(name: string, counts: [number, number, number, number]): [Evaluation, Evaluation] {
  const kinds = [[1, 0], [0, 1], [1, 1], [0, 0]];
  const pairs = counts.flatMap((count, kind) => Array.from({ length: count }, () => kinds[kind]));
  return [evaluation(name, pairs.map(([then]) => then)), evaluation(name, pairs.map(([, now]) => now))];
}

Deno.test("McNemar's p is the binomial test of the items that changed, and Holm's correction steps down", () => {
  const pairs = [
    changed("a", [30, 10, 100, 60]),
    changed("b", [8, 2, 50, 40]),
    changed("c", [5, 5, 50, 40]),
  ];
  const rows = compareEvaluations(pairs.map(([then]) => then), pairs.map(([, now]) => now));
  // scipy.stats.binomtest(10, 40).pvalue and so on; statsmodels' multipletests(method="holm").
  const expected = [[0.0022214, 0.0066643], [0.109375, 0.21875], [1, 1]];
  for (const [i, { p, adjusted }] of rows.entries()) {
    assert(
      Math.abs(p - expected[i][0]) < 1e-6 && Math.abs(adjusted - expected[i][1]) < 1e-6,
      `${p} ${adjusted}`,
    );
  }
  assert.deepEqual(rows.map(({ forgotten, gained }) => [forgotten.length, gained.length]), [
    [30, 10],
    [8, 2],
    [5, 5],
  ]);
});

Deno.test("the interval of a difference is paired: items that did not change add nothing to it", () => {
  const [then, now] = changed("a", [0, 40, 80, 80]);
  const [{ difference, detectable }] = compareEvaluations([then], [now]);
  assert.equal(difference.estimate, 0.2);
  // Unpaired, the standard error would be .0495; paired it is .0283.
  const width = difference.high - difference.low;
  assert(width > 3.6 * 0.0283 && width < 4.2 * 0.0283, `${width}`);
  assert(Math.abs(detectable - 2.8015852 * 0.0282843) < 1e-4, `${detectable}`);
});

Deno.test("gold answers are compared in bits per byte where both were rated", () => {
  const [{ goldBitsPerByte }] = compareEvaluations([evaluation("a", [1, 0], 2)], [
    evaluation("a", [1, 0], 1.5),
  ]);
  assert.deepEqual(goldBitsPerByte, { estimate: -0.5, low: -0.5, high: -0.5 });
  assert.equal(
    compareEvaluations([evaluation("a", [1])], [evaluation("a", [1], 1)])[0].goldBitsPerByte,
    null,
  );
});

Deno.test("evaluations of other items are not compared", () => {
  const one = evaluation("a", [1, 0]);
  assert.throws(
    () => compareEvaluations([one], [evaluation("b", [1, 0])]),
    /b \(plain, 0 shots\) is not among a/,
  );
  assert.throws(() => compareEvaluations([one], [evaluation("a", [1, 0, 1])]), /must hold the same items/);
  assert.throws(() => compareEvaluations([one], [one], { rule: "acc_norm" }), /current value is acc_norm/);
});
