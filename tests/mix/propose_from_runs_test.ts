import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { dirichletDesign, proposeFromRuns, proposeMixture, type ProxyRun } from "../../lib/mix/mod.ts";

const prior = { web: 0.4, code: 0.3, math: 0.2, books: 0.1 };
// What every domain's loss owes to each share; books and math help nothing but themselves, and equally.
const truth: Record<string, Record<string, number>> = {
  web: { web: -1.2, code: 0.5, math: 0.6, books: 0.6 },
  code: { web: 0.8, code: -2, math: 0.7, books: 0.7 },
  math: { web: 0.7, code: 0.5, math: -1.5, books: 0.6 },
  books: { web: 0.7, code: 0.5, math: 0.6, books: -1.5 },
};

function swarm(runs: number, noise: number, seed: number): ProxyRun[] {
  const random = new Random(seed);
  return dirichletDesign(prior, { runs, seed, concentration: [3, 30] }).map((mixture) => ({
    mixture,
    losses: Object.fromEntries(
      Object.entries(truth).map(([name, t]) => [
        name,
        2 + Math.exp(Object.entries(t).reduce((sum, [domain, value]) => sum + value * mixture[domain], 0)) +
        noise * random.normal(),
      ]),
    ),
  }));
}

const best = proposeMixture(
  Object.entries(truth).map(([name, coefficients]) => ({
    name,
    form: "exponential",
    floor: 2,
    coefficients,
  })),
  { prior },
);

Deno.test("proposeFromRuns() on runs without noise finds the optimum of the true laws", () => {
  const { mixture, kktResidual, shares, laws } = proposeFromRuns(swarm(24, 0, 1), { prior, resamples: 40 });
  assert(laws.every(({ rootMeanSquareError }) => rootMeanSquareError < 1e-6));
  const again = proposeMixture(laws, { prior }).mixture;
  for (const domain of Object.keys(prior)) assert(Math.abs(again[domain] - mixture[domain]) < 1e-12);
  for (const [domain, share] of Object.entries(best.mixture)) {
    assert(Math.abs(mixture[domain] - share) < 1e-4, `${domain}: ${mixture[domain]} is not ${share}`);
  }
  assert(kktResidual < 1e-9);
  assert(shares.every(({ low, high }) => high - low < 1e-3));
});

Deno.test("proposeFromRuns() gives intervals that hold the true optimum nearly always", () => {
  let inside = 0;
  let all = 0;
  for (let seed = 1; seed <= 10; seed++) {
    for (
      const { domain, low, high } of proposeFromRuns(swarm(30, 0.01, seed), { prior, resamples: 60 }).shares
    ) {
      all++;
      if (low <= best.mixture[domain] && best.mixture[domain] <= high) inside++;
    }
  }
  assert(inside / all >= 0.8, `${inside} of ${all}`);
});

Deno.test("proposeFromRuns() says which shares the runs cannot tell apart", () => {
  const options = { prior: { web: 0.4, code: 0.3, math: 0.15, books: 0.15 }, resamples: 60 };
  const { indistinct, summary } = proposeFromRuns(swarm(40, 0.003, 4), options);
  assert(
    indistinct.some((group) => group.includes("math") && group.includes("books")),
    JSON.stringify(indistinct),
  );
  assert(
    !indistinct.some((group) => group.includes("web") && group.includes("books")),
    JSON.stringify(indistinct),
  );
  assert.match(summary, /cannot tell apart the shares of /);
});

Deno.test("proposeFromRuns() with the additive law finds the optimum of additive losses", () => {
  const exponents = { web: 0.6, code: 0.5, math: 0.4, books: 0.7 };
  const laws = Object.keys(truth).map((name) => ({
    name,
    form: "additive" as const,
    floor: 1.5,
    exponents,
    coefficients: Object.fromEntries(Object.keys(prior).map((domain) => [domain, domain === name ? 1 : 0.4])),
  }));
  const exact = proposeMixture(laws, { prior }).mixture;
  const random = new Random(8);
  const runs = dirichletDesign(prior, { runs: 40, seed: 8, concentration: [3, 30] }).map((mixture) => ({
    mixture,
    losses: Object.fromEntries(laws.map(({ name, coefficients }) => [
      name,
      1e-5 * random.normal() + 1.5 +
      1 /
        Object.entries(exponents).reduce(
          (sum, [domain, g]) => sum + coefficients[domain] * mixture[domain] ** g,
          0,
        ),
    ])),
  }));
  const { mixture, kktResidual } = proposeFromRuns(runs, { prior, law: "additive", resamples: 20 });
  for (const [domain, share] of Object.entries(exact)) {
    assert(Math.abs(mixture[domain] - share) < 1e-3, `${domain}: ${mixture[domain]} is not ${share}`);
  }
  assert(kktResidual < 1e-9);
  assert.throws(
    () => proposeFromRuns(runs.slice(0, 8), { prior, law: "additive" }),
    /must be more than 9, as many as the additive law has parameters: current value is 8/,
  );
});

Deno.test("proposeFromRuns() is the same twice, and another seed moves only the intervals", () => {
  const runs = swarm(24, 0.01, 2);
  const once = proposeFromRuns(runs, { prior, resamples: 30 });
  assert.deepEqual(proposeFromRuns(runs, { prior, resamples: 30 }).shares, once.shares);
  const other = proposeFromRuns(runs, { prior, resamples: 30, seed: 2 });
  assert.deepEqual(other.mixture, once.mixture);
  assert.notDeepEqual(other.shares, once.shares);
});

Deno.test("proposeFromRuns() keeps caps in the proposal and in every resample", () => {
  const { shares, atCap, unconstrained } = proposeFromRuns(swarm(24, 0.01, 3), {
    prior,
    maxShare: { code: 0.2 },
    resamples: 30,
  });
  const code = shares.find(({ domain }) => domain === "code")!;
  assert.deepEqual([code.estimate, code.high, code.cap], [0.2, 0.2, 0.2]);
  assert.deepEqual(atCap, ["code"]);
  assert(unconstrained.mixture.code > 0.2);
});

Deno.test("proposeFromRuns() fits a target on the runs that measured it, and says which did not", () => {
  const runs = swarm(24, 0, 5).map((run, i) =>
    i < 3 ? { ...run, losses: { ...run.losses, math: null } } : run
  );
  const { mixture, notes } = proposeFromRuns(runs, { prior, resamples: 40 });
  for (const [domain, share] of Object.entries(best.mixture)) {
    assert(Math.abs(mixture[domain] - share) < 1e-4);
  }
  assert(notes.some((note) => /"math" was not measured in run 0, run 1, run 2/.test(note)), notes.join());
});

Deno.test("proposeFromRuns() warns where a share lies beyond all that was tried", () => {
  const runs = swarm(24, 0, 6).filter(({ mixture }) => mixture.code < 0.3);
  const { notes } = proposeFromRuns(runs, { prior, targets: { code: 1 }, resamples: 40 });
  assert(notes.some((note) => /^code at .* lies above the most that was tried/.test(note)), notes.join());
});

Deno.test("proposeFromRuns() names what is wrong with runs and options", () => {
  const runs = swarm(24, 0.01, 7);
  const propose = (options: object) => proposeFromRuns(runs, { prior, ...options });
  assert.throws(() => propose({ prior: { web: 1, code: 1 } }), {
    name: "TypeError",
    message: /runs have web, code, math, books, the prior web, code/,
  });
  assert.throws(() => propose({ targets: { poems: 1 } }), /web, code, math, books: current value is "poems"/);
  assert.throws(() => propose({ resamples: 3 }), /resamples .* 3/);
  assert.throws(() => propose({ confidence: 1 }), /confidence/);
  assert.throws(() => propose({ maxShare: { web: 0.2, code: 0.2, math: 0.2, books: 0.2 } }), /"books" 0.2/);
  assert.throws(
    () => proposeFromRuns(runs.slice(0, 4), { prior }),
    /must be more than 5, as many as the exponential law has parameters: current value is 4/,
  );
  const broken = runs.map((run, i) => i === 9 ? { ...run, losses: { ...run.losses, code: NaN } } : run);
  assert.throws(() => proposeFromRuns(broken, { prior }), /"code" in run 9 is NaN/);
});

Deno.test("proposeFromRuns() without targets leaves the prior, and has nothing to say of laws", () => {
  const { klNats, notes, laws } = proposeFromRuns(swarm(24, 0, 1), { prior, targets: {}, resamples: 20 });
  assert(Math.abs(klNats) < 1e-12);
  assert.deepEqual([notes, laws], [[], []]);
});
