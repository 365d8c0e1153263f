import assert from "node:assert/strict";
import * as laws from "../../lib/laws/mod.ts";
import { type Fit, fitLaw, fitMixingLaw, type Law, predictLaw } from "../../lib/laws/mod.ts";
import { chinchilla, cooldownGain, multiPower, repetition } from "../../lib/sets/published/laws.ts";
import { schedules } from "./_curves.ts";
import { assertClose } from "./_points.ts";

const rates: Record<string, (share: number) => number> = {
  ...schedules,
  eightOneOne: (x) => 1e-3 * Math.min(1, x * 10) / (x < 0.8 ? 1 : x < 0.9 ? Math.sqrt(10) : 10),
  wsd: (x) => 1e-3 * Math.min(1, x * 10, (1 - x) / 0.2),
};
const curves = Object.entries(rates).map(([name, rate], i) => ({
  name,
  learningRates: Float64Array.from({ length: 1200 }, (_, step) => rate(step / 1200)),
  steps: Array.from({ length: 40 }, (_, k) => 30 * (k + 1) - 1),
  losses: new Float64Array(40).fill(1),
  transferStep: 300 + 120 * i,
  params: 1e8 * (1 + (2 * i) % 5),
  replay: 0.2 * ((3 * i) % 5),
}));
const runs = [1e8, 4e8, 2e9, 8e9].flatMap((params) =>
  [2e9, 1e10, 5e10, 2e11].flatMap((tokens) =>
    [0.02, 0.1, 0.3, 0.6, 0.9].map((share) => ({
      params,
      tokens,
      share,
      uniqueTokens: tokens * (1 - share / 1.2) / 4,
    }))
  )
);
const amounts = [5, 10, 20, 50, 100, 200, 400].map((tokens) => ({ tokens, amount: tokens * 1e7 }));
const domains = ["web", "code", "math"];
const mixtures = Array.from({ length: 48 }, (_, i) => {
  const raw = [1 + (7 * i) % 11, 1 + (5 * i) % 13, 1 + (3 * i) % 7];
  const sum = raw[0] + raw[1] + raw[2];
  return {
    mixture: Object.fromEntries(domains.map((domain, j) => [domain, raw[j] / sum])),
    params: [1e6, 1e7, 1e8][i % 3],
    tokens: [1e8, 1e9, 1e10, 1e11][i % 4],
  };
});

const { L0, A, alpha, B, C, beta, gamma } = multiPower[25].parameters;
const forward = { L0, A, alpha };
const transfer = { ...forward, C1: 0.3, C2: 0.4, B: 0.366, E: 28, beta: 0.189, lambda: 0.99 };
const dCpt = { E: 1.5, A: 300, B: 500, alpha: 0.3, beta: 0.3, eta: 0.1, C: 0.2, gamma: 0.5, epsilon: 0.1 };
const { RD, RN } = repetition.published;

/** A law, its parameters as its paper prints them or of that size, runs that tell them, and what is measured of each. */
// deno-lint-ignore no-explicit-any
type Row = [law: Law<any>, parameters: Record<string, number>, data: object[], measured: string];

const table: Row[] = [
  [laws.onePowerLaw, forward, curves, "losses"],
  [laws.lldlLaw, { ...forward, B }, curves, "losses"],
  [laws.momentumLaw, { L0: 2.628, A: 0.429, alpha: 0.55, C: 0.411, lambda: 0.99 }, curves, "losses"],
  [laws.melLaw, { ...forward, B, C }, curves, "losses"],
  [laws.noGammaLaw, { ...forward, B, C: 20, beta }, curves, "losses"],
  [laws.stepPowerLaw, { ...forward, B, C: 0.01, beta }, curves, "losses"],
  [laws.multiPowerLaw, { ...forward, B, C, beta, gamma }, curves, "losses"],
  [laws.functionalLaw, { L0: 2.5, c1: 0.5, s: 0.45, c2: 300, c3: 0.7, c4: 20, gamma: 0.5 }, curves, "losses"],
  [laws.relaxationLaw, { L0: 2.5, A: 4, alpha: 0.5, p: 0.7, B: 0.2, kappa: 2, q: 0.8 }, curves, "losses"],
  [laws.cptDynamicsLaw, transfer, curves, "losses"],
  [laws.cptSizeLaw, { ...transfer, g1: 0.2, g2: 0.1, F: 3, g3: 0.2 }, curves, "losses"],
  [laws.cptReplayLaw, { ...transfer, a1: 0.3, a2: 2 }, curves, "losses"],
  [laws.chinchillaLaw, chinchilla.kept.parameters, runs, "loss"],
  [laws.repetitionLaw, { ...repetition.fixed, RD, RN }, runs, "loss"],
  [laws.dCptLaw, dCpt, runs, "loss"],
  [laws.cmrDomainLaw, { a: 0.8, s: -0.3, b: -0.9 }, amounts, "change"],
  [laws.cmrGeneralLaw, { a: 0.5, s: -0.4, a2: -0.1, s2: 0.3, b: -0.2 }, amounts, "change"],
  [laws.biMixLaw, { alpha: 0.1, B: 40, beta: 0.2, C: 2 }, runs, "loss"],
  [laws.powerFloorLaw, { E: 2, A: 300, alpha: 0.3 }, amounts, "loss"],
  [
    laws.cooldownGainLaw,
    { k: Math.exp(cooldownGain.lnK), a: cooldownGain.a, b: cooldownGain.b },
    runs,
    "gain",
  ],
  [laws.stepLawLearningRate, { k: 1.79, a: -0.713, b: 0.307 }, runs, "learningRate"],
  [laws.stepLawBatchTokens, { k: 0.58, a: 0.01, b: 0.571 }, runs, "batchTokens"],
  [
    laws.exponentialMixingLaw(domains),
    { c: 1.2, "t[web]": -0.5, "t[code]": 0.4, "t[math]": -3 },
    mixtures,
    "loss",
  ],
  [laws.linearMixingLaw(domains), { "b[web]": 3, "b[code]": 2, "b[math]": 4 }, mixtures, "loss"],
  [
    laws.autoScaleLaw(domains),
    {
      ...{ E: 1, "n0[web]": 1e7, "gamma[web]": 0.05, "n0[code]": 1e6, "gamma[code]": 0.1 },
      ...{ "n0[math]": 3e7, "gamma[math]": 0.2 },
    },
    mixtures,
    "loss",
  ],
  [
    laws.additiveMixingLaw(domains),
    {
      ...{ E: 1.5, A: 20, B: 30, alpha: 0.3, beta: 0.25, "C[web]": 2, "g[web]": 0.5 },
      ...{ "C[code]": 1, "g[code]": 0.3, "C[math]": 3, "g[math]": 0.8 },
    },
    mixtures,
    "loss",
  ],
];

/** The data as the law itself gives them. */
function simulate([law, parameters, data, measured]: Row): object[] {
  return data.map((datum) => {
    const values = predictLaw({ law, parameters }, [datum]);
    return { ...datum, [measured]: measured === "losses" ? values : values[0] };
  });
}

function fitOwn(row: Row): Fit<object> {
  const [law, , , measured] = row;
  const data = simulate(row);
  if ("domains" in law) return fitMixingLaw(law as never, data as never);
  return fitLaw(law, data, measured === "change" ? { scale: "linear", delta: Infinity } : {});
}

for (const row of table) {
  const [{ name }, parameters] = row;
  Deno.test(`${name}: noise-free data converge to the parameters that made them`, () => {
    const fit = fitOwn(row);
    assert(fit.converged, `${name} has not converged`);
    for (const [symbol, truth] of Object.entries(parameters)) {
      assertClose(fit.parameters[symbol], truth, 1e-4, `${symbol} of ${name}`);
    }
    assert.deepEqual(fit.notIdentified, []);
  });
}

Deno.test("the table of noise-free data holds every law that is exported", () => {
  const known = new Set(table.map(([law]) => law.name));
  const exported = Object.entries(laws).flatMap(([name, value]) =>
    !name.endsWith("Law") ||
      ["fitLaw", "fitPowerLaw", "predictLaw", "resampleLaw", "bootstrapLaw", "nestMixingLaw", "fitMixingLaw"]
        .includes(name)
      ? []
      : [
        typeof value === "function" ? (value as typeof laws.linearMixingLaw)(domains) : value as Law<unknown>,
      ]
  );
  assert.deepEqual(exported.map(({ name }) => name).filter((name) => !known.has(name)), []);
});

Deno.test("parameters of functionalLaw that end on a bound are said, on curves of the laws within it", () => {
  const saidOn = (smaller: Row) => {
    const { parameters, notIdentified } = fitLaw(laws.functionalLaw, simulate(smaller) as typeof curves);
    const said = (name: string) => notIdentified.some((sentence) => sentence.split(/[ ,]+/).includes(name));
    for (const { name, lower, upper } of laws.functionalLaw.parameters) {
      const onBound = [lower, upper].some((end) => Math.abs(Math.log(parameters[name] / end)) < 1e-3);
      assert(!onBound || said(name), `${name} is ${parameters[name]}: ${notIdentified.join("; ")}`);
    }
    return { parameters, said };
  };
  const withoutTime = saidOn([laws.noGammaLaw, { ...forward, B, C: 20, beta }, curves, "losses"]);
  assertClose(withoutTime.parameters.c3, 1e3, 1e-3, "c3");
  assert(withoutTime.said("c3"));
  const withoutGain = saidOn([laws.onePowerLaw, forward, curves, "losses"]);
  for (const name of ["c2", "c3", "c4", "gamma"]) assert(withoutGain.said(name), name);
});
