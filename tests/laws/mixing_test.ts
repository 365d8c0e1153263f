import assert from "node:assert/strict";
import {
  additiveMixingLaw,
  autoScaleLaw,
  biMixLaw,
  bootstrapLaw,
  exponentialMixingLaw,
  fitLaw,
  fitMixingLaw,
  type Law,
  linearMixingLaw,
  nestMixingLaw,
  powerFloorLaw,
  predictLaw,
  resampleLaw,
} from "../../lib/laws/mod.ts";
import { assertGradient } from "./_gradient.ts";
import { assertClose } from "./_points.ts";

const domains = ["web", "code", "math"];
const runs = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0.5, 0.5, 0],
  [0.5, 0, 0.5],
  [0, 0.5, 0.5],
  [0.2, 0.3, 0.5],
  [
    0.6,
    0.3,
    0.1,
  ],
  [0.1, 0.8, 0.1],
  [0.3, 0.2, 0.5],
  [0.45, 0.1, 0.45],
  [0.05, 0.15, 0.8],
].map(([web, code, math], i) => ({
  mixture: { web, code, math } as Record<string, number>,
  params: [1e6, 3e6, 1e7, 2e7][i % 4],
  tokens: [1e8, 3e8, 1e9][i % 3],
  share: 0.1 + i / 20,
}));
const exponential = { c: 1.2, "t[web]": -0.5, "t[code]": 0.4, "t[math]": -3 };
const auto = {
  ...{ E: 1, "n0[web]": 1e7, "gamma[web]": 0.05, "n0[code]": 1e6, "gamma[code]": 0.1 },
  ...{ "n0[math]": 3e7, "gamma[math]": 0.2 },
};
const additive = {
  ...{ E: 1.5, A: 20, B: 30, alpha: 0.3, beta: 0.25 },
  ...{ "C[web]": 2, "g[web]": 0.5, "C[code]": 1, "g[code]": 0.3, "C[math]": 3, "g[math]": 0.8 },
};

// deno-lint-ignore no-explicit-any
const all: [Law<any>, Record<string, number>][] = [
  [exponentialMixingLaw(domains), exponential],
  [linearMixingLaw(domains), { "b[web]": 3, "b[code]": 2, "b[math]": 4 }],
  [autoScaleLaw(domains), auto],
  [additiveMixingLaw(domains), additive],
  [biMixLaw, { alpha: 0.1, B: 40, beta: 0.2, C: 2 }],
];
for (const [law, parameters] of all) {
  Deno.test(`${law.name}: the analytic gradient is the derivative`, () =>
    assertGradient(law, runs, parameters));
}
Deno.test("powerFloorLaw: the analytic gradient is the derivative", () =>
  assertGradient(powerFloorLaw, [{ amount: 1e6 }, { amount: 1e9 }], { E: 2, A: 40, alpha: 0.3 }));

Deno.test("every mixing law is recovered from its own losses", () => {
  const wide = Array.from({ length: 30 }, (_, i) => {
    const raw = [1 + (7 * i) % 11, 1 + (5 * i) % 13, 1 + (3 * i) % 7];
    const sum = raw[0] + raw[1] + raw[2];
    return {
      mixture: { web: raw[0] / sum, code: raw[1] / sum, math: raw[2] / sum } as Record<string, number>,
      params: [1e6, 1e7, 1e8][i % 3],
      tokens: [1e8, 1e9, 1e10, 1e11][i % 4],
    };
  });
  for (
    const [make, parameters] of [[exponentialMixingLaw, exponential], [autoScaleLaw, auto], [
      additiveMixingLaw,
      additive,
    ]] as const
  ) {
    // deno-lint-ignore no-explicit-any
    const law = make(domains) as ReturnType<typeof exponentialMixingLaw> & any;
    const losses = predictLaw({ law, parameters }, wide);
    const fit = fitMixingLaw(law, wide.map((run, i) => ({ ...run, loss: losses[i] })));
    assert(fit.objective < 1e-8, `${law.name} ends at ${fit.objective}`);
  }
});

// Losses of five 70M models after 30k steps by the share of GitHub in {GitHub, Pile-CC}: the public runs of arXiv 2403.16952.
const shares = [0.25, 0.375, 0.5, 0.625, 0.75];
const published = [
  {
    own: "github",
    loss: [1.4443359375, 1.3859675480769231, 1.3278245192307692, 1.2935973873987854, 1.2567707015435223],
    k: -1.6405,
    b: -0.6819,
  },
  {
    own: "pile-cc",
    loss: [3.498733108108108, 3.531590717137592, 3.5669533169533167, 3.6268907401719903, 3.7032881603194103],
    k: -2.5189,
    b: -0.6257,
  },
];

Deno.test("exponentialMixingLaw() over two domains gives the published k and b where the floor is the published one", () => {
  for (const { own, loss, k, b } of published) {
    const law = exponentialMixingLaw(["github", "pile-cc"]);
    const data = shares.map((github, i) => ({ mixture: { github, "pile-cc": 1 - github }, loss: loss[i] }));
    const at = own === "github" ? shares : shares.map((share) => 1 - share);
    // The authors' floor: of a thousand up to the least loss, the one that makes the rest most exponential.
    const floors = Array.from({ length: 999 }, (_, i) => i / 999 * Math.min(...loss));
    const c = floors.reduce((best, floor) =>
      straightness(at, loss, floor) > straightness(at, loss, best) ? floor : best
    );
    const { parameters } = fitMixingLaw(law, data, { fixed: { c } });
    const other = own === "github" ? "pile-cc" : "github";
    assertClose(parameters[`t[${own}]`] - parameters[`t[${other}]`], k, 5e-4);
    assertClose(parameters[`t[${other}]`], b, 5e-4);
    assert(fitMixingLaw(law, data).objective <= fitMixingLaw(law, data, { fixed: { c } }).objective);
  }
});

function straightness(x: readonly number[], losses: readonly number[], floor: number): number {
  const y = losses.map((loss) => Math.log(loss - floor));
  const n = x.length;
  const mx = x.reduce((a, b) => a + b) / n;
  const my = y.reduce((a, b) => a + b) / n;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
  }
  return Math.abs(xy) / Math.sqrt(xx * yy);
}

Deno.test("a mixture that is rounded is made to sum to 1, and one that is not a mixture is refused", () => {
  const law = linearMixingLaw(["web", "code"]);
  const parameters = { "b[web]": 2, "b[code]": 2 };
  const predict = (mixture: Record<string, number>) => predictLaw({ law, parameters }, [{ mixture }])[0];
  assertClose(predict({ web: 0.6, code: 0.397 }), 2, 1e-15);
  assert.throws(() => predict({ web: 0.5, code: 0.4 }), {
    name: "RangeError",
    message: /run 0 .*sum to 0\.9/,
  });
  assert.throws(() => predict({ web: 1.1, code: -0.1 }), { name: "RangeError", message: /"code" is -0.1/ });
  assert.throws(() => predict({ web: NaN, code: 1 }), { name: "RangeError", message: /"web" is NaN/ });
  assert.throws(() => predict({ web: 1 }), { name: "TypeError", message: /name "code"/ });
  assert.throws(() => predict({ web: 0.5, code: 0.4, math: 0.1 }), { name: "TypeError", message: /"math"/ });
  assert.throws(() => linearMixingLaw(["web"]), /at least 2 domains/);
  assert.throws(() => linearMixingLaw(["web", "web"]), /"web" stands twice/);
});

Deno.test("fitMixingLaw() names what keeps it from fitting", () => {
  const law = exponentialMixingLaw(domains);
  const good = runs.map((run) => ({ mixture: run.mixture, loss: 2 }));
  assert.throws(() => fitMixingLaw(law, good.slice(0, 3)), /at least 4 runs: there are 3/);
  const noMath = good.map((run) => ({ ...run, mixture: { web: 0.5, code: 0.5, math: 0 } }));
  assert.throws(() => fitMixingLaw(law, noMath), /"math" has none in 12/);
  assert.throws(
    () => fitMixingLaw(law, good.map((run, i) => i === 4 ? { ...run, loss: NaN } : run)),
    /value 4 is NaN/,
  );
  assert.throws(
    () => fitMixingLaw(law, good.map((run, i) => i === 5 ? { mixture: run.mixture } : run)),
    /value 5 is NaN/,
  );
});

Deno.test("nestMixingLaw() says which mixture has too few sizes", () => {
  const law = exponentialMixingLaw(["web", "code"]);
  const few = [0.2, 0.4, 0.6].flatMap((web) =>
    [1e6, 1e7].map((params) => ({ mixture: { web, code: 1 - web }, params, tokens: 1e9, loss: 3 }))
  );
  assert.throws(() => nestMixingLaw(law, few, { params: 1e9, tokens: 1e9 }), {
    name: "RangeError",
    message: /"web":0\.2.*3 different sizes: there are 2/,
  });
  assert.throws(() => nestMixingLaw(law, few, { params: -1, tokens: 1e9 }), /params must be/);
  const measured = nestMixingLaw(law, few, { params: 1e7, tokens: 1e9 });
  assert.deepEqual(measured.losses.map(({ loss }) => loss), [3, 3, 3]);
});

Deno.test("resampleLaw() gives the samples that bootstrapLaw() summarises", () => {
  const points = [1, 2, 4, 8, 16, 32, 64, 128].map((amount, i) => ({
    amount,
    loss: 2 + amount ** -0.5 + 1e-3 * (-1) ** i,
  }));
  const options = { resamples: 40, seed: 3 };
  const fit = fitLaw(powerFloorLaw, points);
  const each = resampleLaw(fit, points, options);
  assert.equal(each.length, 40);
  assert.deepEqual(
    each.filter(({ converged }) => converged).map(({ parameters: { E, A, alpha } }) => [E, A, alpha]),
    bootstrapLaw(fit, points, options).samples.map((sample) => [...sample]),
  );
});
