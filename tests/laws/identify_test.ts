import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import {
  chinchillaLaw,
  exponentialMixingLaw,
  fitLaw,
  fitMixingLaw,
  onePowerLaw,
  powerFloorLaw,
  profileLikelihood,
} from "../../lib/laws/mod.ts";

const lossAt = (params: number, tokens: number) =>
  1.8172 + 477.8 * params ** -0.3473 + 2143 * tokens ** -0.3672;
const cells = (count: number, cell: (i: number) => readonly [number, number]) =>
  Array.from({ length: count }, (_, i) => cell(i));

/** Designs that leave a law of five parameters open, and one that does not. */
const designs: [string, (readonly [number, number])[]][] = [
  ["one size", cells(12, (i) => [1e9, 1e9 * 2 ** i])],
  ["one token count", cells(12, (i) => [1e7 * 2 ** i, 2e10])],
  ["tokens in one ratio to the size", cells(12, (i) => [1e7 * 2 ** i, 20e7 * 2 ** i])],
  ["two sizes", cells(12, (i) => [i % 2 ? 1e9 : 1e8, 1e9 * 2 ** i])],
  ["two sizes and six token counts", cells(12, (i) => [i % 2 ? 1e9 : 1e8, 1e9 * 2 ** (i >> 1)])],
  ["six sizes and two token counts", cells(12, (i) => [1e8 * 2 ** (i >> 1), i % 2 ? 1e9 : 1e10])],
  ["four cells four times", cells(16, (i) => [i % 2 ? 1e9 : 1e8, (i >> 1) % 2 ? 1e9 : 1e10])],
  ["sizes and tokens within a twentieth", cells(16, (i) => [1e9 * 1.05 ** (i % 4), 2e10 * 1.05 ** (i >> 2)])],
  ["two token counts", cells(12, (i) => [1e8 * 2 ** i, i % 3 ? 1e10 : 1e11])],
  ["one run twelve times", cells(12, () => [1e9, 2e10])],
  ["five runs for five parameters", [[1e8, 1e9], [1e9, 1e9], [1e8, 1e10], [1e9, 1e10], [3e9, 1e11]]],
  [
    "tokens in nearly one ratio to the size",
    cells(16, (i) => [1e7 * 2 ** i, 20e7 * 2 ** i * (1 + 0.01 * Math.sin(7 * i))]),
  ],
];
const grid = cells(16, (i) => [1e8 * 3 ** (i % 4), 1e9 * 4 ** Math.floor(i / 4)]);

const runsOf = (design: readonly (readonly [number, number])[], noise: number) => {
  const random = new Random(7);
  return design.map(([params, tokens]) => ({
    params,
    tokens,
    loss: lossAt(params, tokens) * Math.exp(noise * random.normal()),
  }));
};

for (const [name, design] of designs) {
  Deno.test(`fitLaw() says what a design of ${name} does not tell, with noise and without`, () => {
    for (const noise of /nearly|twentieth/.test(name) ? [1e-3, 5e-3] : [0, 1e-3, 5e-3]) {
      const { notIdentified, intervals } = fitLaw(chinchillaLaw, runsOf(design, noise));
      assert.ok(notIdentified.length > 0, `noise ${noise}`);
      const wide = Object.values(intervals).some(({ low, high }) => high / low > 1e3);
      assert.ok(wide || /ends on its bound/.test(notIdentified[0]), `noise ${noise}: intervals are narrow`);
      for (const sentence of notIdentified) assert.match(sentence, /chinchilla/);
    }
  });
}

Deno.test("profileLikelihood() sets no limit where the fit has none, whatever the bounds of the others", () => {
  for (const noise of [0, 1e-3]) {
    const runs = runsOf(designs.find(([name]) => name === "two sizes")![1], noise);
    const fit = fitLaw(chinchillaLaw, runs);
    const [alpha] = profileLikelihood(fit, runs, { parameters: ["alpha"] });
    assert.deepEqual(alpha.closed, { low: false, high: false });
    assert.deepEqual([alpha.interval.low, alpha.interval.high].map((end) => Number(end.toPrecision(6))), [
      0.01,
      3,
    ]);
    assert.match(alpha.warning!, /no limit below or above/);
  }
});

Deno.test("fitLaw() says what remains open where weights leave one size, or as many runs as parameters", () => {
  const runs = runsOf(grid, 1e-3);
  const oneSize = fitLaw(chinchillaLaw, [...runs, ...runsOf(designs[0][1], 1e-3)], {
    weights: [...runs.map(() => 0), ...designs[0][1].map(() => 1)],
  });
  assert.match(oneSize.notIdentified[0], /^E, A, alpha of chinchilla are not identified/);
  const few = fitLaw(chinchillaLaw, runs, {
    weights: runs.map((_, i) => i % 4 === Math.floor(i / 4) || i === 1 ? 1 : 0),
  });
  assert.match(few.notIdentified.at(-1)!, /^The 5 free parameters of chinchilla are as many as the values/);
});

Deno.test("fitLaw() says nothing of a grid that was run three times, or that holds one outlier", () => {
  for (const noise of [0, 1e-3]) {
    const thrice = runsOf([...grid, ...grid, ...grid], noise);
    const outlier = thrice.map((run, i) => i === 5 ? { ...run, loss: run.loss * 1.2 } : run);
    for (const runs of [thrice, outlier]) {
      const { notIdentified, parameters } = fitLaw(chinchillaLaw, runs);
      assert.deepEqual(notIdentified, []);
      assert.ok(Math.abs(parameters.alpha - 0.3473) < 0.01);
    }
  }
});

Deno.test("fitLaw() says nothing of a grid of sizes and tokens, and converges on data without noise", () => {
  for (const noise of [0, 1e-3]) {
    const { notIdentified, converged } = fitLaw(chinchillaLaw, runsOf(grid, noise));
    assert.deepEqual([notIdentified, converged], [[], true]);
  }
  const { parameters } = fitLaw(chinchillaLaw, runsOf(grid, 0));
  assert.ok(Math.abs(parameters.alpha - 0.3473) < 1e-6);
});

Deno.test("fitLaw() says which parameters are known together alone, and how many combinations of them", () => {
  const [one] = fitLaw(chinchillaLaw, runsOf(designs[3][1], 1e-3)).notIdentified;
  assert.equal(
    one,
    "E, A, alpha of chinchilla are not identified: these data tell only 2 of 3 combinations of them, and whatever the others are fits alike",
  );
  const points = [1, 2, 4].map((amount) => ({
    amount: amount * 1e8,
    loss: 2 + 300 * (amount * 1e8) ** -0.3,
  }));
  assert.match(
    fitLaw(powerFloorLaw, points).notIdentified.at(-1)!,
    /^The 3 free parameters of power-floor are as many as the values/,
  );
});

Deno.test("fitMixingLaw() says that equal losses and one mixture tell nothing", () => {
  const law = exponentialMixingLaw(["web", "code", "math"]);
  const shares = cells(12, (i) => [(i % 4) / 4, (i % 3) / 8]);
  const mixtures = shares.map(([code, math]) => ({
    code,
    math: math * (1 - code),
    web: 1 - code - math * (1 - code),
  }));
  const equal = fitMixingLaw(law, mixtures.map((mixture) => ({ mixture, loss: 3 })));
  assert.ok(equal.notIdentified.length > 0);
  const mixture = { web: 0.5, code: 0.3, math: 0.2 };
  const one = fitMixingLaw(law, mixtures.map((_, i) => ({ mixture, loss: 3 + 1e-3 * i })));
  assert.ok(one.notIdentified.length > 0);
});

Deno.test("a curve of constant rate without noise converges", () => {
  const learningRates = new Float64Array(1000).fill(1e-3);
  const steps = [50, 100, 200, 400, 600, 800, 999];
  const losses = steps.map((step) => 2.5 + 0.4 * (1e-3 * (step + 1)) ** -0.5);
  const { converged, parameters } = fitLaw(onePowerLaw, [{ name: "run", learningRates, steps, losses }]);
  assert.ok(converged && Math.abs(parameters.alpha - 0.5) < 1e-6);
});
