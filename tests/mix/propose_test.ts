import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { type MixtureTarget, pool, proposeMixture, repetitionCaps } from "../../lib/mix/mod.ts";

const near = (actual: number, expected: number, tolerance: number) =>
  assert(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} within ${tolerance}`);

const prior = { web: 0.7, code: 0.2, math: 0.1 };
const names = Object.keys(prior) as (keyof typeof prior)[];
const exponential = (name: string, web: number, code: number, math: number, weight = 1): MixtureTarget => ({
  name,
  weight,
  form: "exponential",
  floor: 1,
  coefficients: { web, code, math },
});
const targets = [
  exponential("web", -1, 0.6, 0.8),
  exponential("code", 0.9, -2, 0.5),
  exponential("math", 1, 0.7, -4),
];

Deno.test("proposeMixture() without targets gives the prior", () => {
  const { mixture, klNats, kktResidual } = proposeMixture([], { prior });
  for (const name of names) near(mixture[name], prior[name], 1e-12);
  near(klNats, 0, 1e-12);
  near(kktResidual, 0, 1e-12);
});

Deno.test("proposeMixture() without targets fills a capped prior up like water", () => {
  // web is cut to 0.4; the rest rises by one factor until code meets its cap, then math alone.
  const { mixture, atCap } = proposeMixture([], { prior, maxShare: { web: 0.4, code: 0.3 } });
  near(mixture.web, 0.4, 1e-15);
  near(mixture.code, 0.3, 1e-15);
  near(mixture.math, 0.3, 1e-12);
  assert.deepEqual(atCap, ["web", "code"]);
  const one = proposeMixture([], { prior, maxShare: { web: 0.4 } }).mixture;
  near(one.code, 0.4, 1e-12);
  near(one.math, 0.2, 1e-12);
});

Deno.test("proposeMixture() tilts the prior by the exponential of a linear loss", () => {
  const coefficients = { web: 2, code: 1.5, math: 3 };
  for (const klWeight of [0.01, 0.05, 1, 100]) {
    const { mixture, kktResidual } = proposeMixture([{ name: "loss", form: "linear", coefficients }], {
      prior,
      klWeight,
    });
    const tilted = names.map((name) => prior[name] * Math.exp(-coefficients[name] / klWeight));
    const sum = tilted.reduce((a, b) => a + b);
    names.forEach((name, i) => near(mixture[name], tilted[i] / sum, 1e-11));
    assert(kktResidual < 1e-11, `${kktResidual}`);
  }
});

Deno.test("proposeMixture() puts all on the best domain where the loss is linear and the prior does not count", () => {
  const loss: MixtureTarget = { name: "loss", form: "linear", coefficients: { web: 2, code: 1.5, math: 3 } };
  const free = proposeMixture([loss], { prior, klWeight: 0 });
  assert.deepEqual(free.mixture, { web: 0, code: 1, math: 0 });
  assert.equal(free.kktResidual, 0);
  const capped = proposeMixture([loss], { prior, klWeight: 0, maxShare: { code: 0.25 } });
  near(capped.mixture.web, 0.75, 1e-15);
  assert.deepEqual([capped.mixture.code, capped.mixture.math], [0.25, 0]);
  assert.deepEqual(capped.atCap, ["code"]);
  near(capped.unconstrained.loss, 1.5, 1e-12);
});

for (
  const [name, klWeight, maxShare] of [
    ["a prior", 0.05, {}],
    ["no prior", 0, {}],
    ["a cap that holds", 0.05, { math: 0.2 }],
    ["caps and no prior", 0, { math: 0.2, code: 0.3 }],
  ] as const
) {
  Deno.test(`proposeMixture() with ${name} is the best point of a fine grid, or better`, () => {
    const { mixture, objective, kktResidual } = proposeMixture(targets, { prior, klWeight, maxShare });
    assert(kktResidual < 1e-9, `${kktResidual}`);
    const at = (shares: number[]) => {
      const loss = targets.reduce(
        (sum, { coefficients }) =>
          sum + 1 + Math.exp(names.reduce((dot, domain, i) => dot + coefficients[domain] * shares[i], 0)),
        0,
      );
      const kl = names.reduce(
        (sum, domain, i) => sum + (shares[i] > 0 ? shares[i] * Math.log(shares[i] / prior[domain]) : 0),
        0,
      );
      return loss / 3 + klWeight * kl;
    };
    const steps = 400;
    let best = Infinity;
    let where: number[] = [];
    for (let a = 0; a <= steps; a++) {
      for (let b = 0; a + b <= steps; b++) {
        const shares = [a / steps, b / steps, (steps - a - b) / steps];
        const caps = maxShare as Record<string, number>;
        if (names.some((domain, i) => shares[i] > (caps[domain] ?? 1) + 1e-12)) continue;
        const value = at(shares);
        if (value < best) [best, where] = [value, shares];
      }
    }
    near(at(names.map((domain) => mixture[domain])), objective, 1e-12);
    assert(objective <= best + 1e-12, `${objective} is above ${best}`);
    assert(best - objective < 1e-4, `${objective} is far below ${best}: the grid would have seen it`);
    names.forEach((domain, i) => near(mixture[domain], where[i], 2.5 / steps));
  });
}

Deno.test("proposeMixture() with additive targets is the best point of a fine grid, or better", () => {
  const additive: MixtureTarget[] = [
    { exponents: { web: 0.4, code: 0.7, math: 1 }, coefficients: { web: 0.5, code: 0.2, math: 0.1 } },
    { exponents: { web: 1, code: 0.3, math: 0.5 }, coefficients: { web: 0.1, code: 0.6, math: 0.2 } },
  ].map((law, k) => ({ name: `t${k}`, form: "additive", floor: 1, ...law }));
  for (const klWeight of [0, 0.05]) {
    const { mixture, objective, kktResidual } = proposeMixture(additive, { prior, klWeight });
    assert(kktResidual < 1e-8, `${kktResidual}`);
    let best = Infinity;
    for (let a = 0; a <= 300; a++) {
      for (let b = 0; a + b <= 300; b++) {
        const shares = [a / 300, b / 300, (300 - a - b) / 300];
        const loss = additive.reduce(
          (sum, { coefficients, exponents }) =>
            sum + 0.5 +
            0.5 / names.reduce((total, domain, i) =>
                total + coefficients[domain] * shares[i] ** exponents![domain], 0),
          0,
        );
        const kl = names.reduce(
          (sum, domain, i) => sum + (shares[i] > 0 ? shares[i] * Math.log(shares[i] / prior[domain]) : 0),
          0,
        );
        best = Math.min(best, loss + klWeight * kl);
      }
    }
    assert(objective <= best + 1e-12, `${objective} is above ${best}`);
    assert(best - objective < 1e-3, `${objective} is far below ${best}`);
    near(Object.values(mixture).reduce((a, b) => a + b), 1, 1e-12);
  }
});

Deno.test("proposeMixture() with one additive target follows its closed form", () => {
  // 1 / sum C r^g at g = 1/2 is least where r is proportional to C squared.
  const coefficients = { web: 1, code: 2, math: 3 };
  const exponents = { web: 0.5, code: 0.5, math: 0.5 };
  const target = { name: "loss", form: "additive" as const, coefficients, exponents };
  const { mixture, loss } = proposeMixture([target], { prior, klWeight: 0 });
  for (const name of names) near(mixture[name], coefficients[name] ** 2 / 14, 1e-9);
  near(loss, 1 / Math.sqrt(14), 1e-12);
  const bad = (change: object) => () => proposeMixture([{ ...target, ...change }], { prior });
  assert.throws(
    bad({ exponents: { ...exponents, math: 1.2 } }),
    /not convex: "loss" has 3 and 1.2 for "math"/,
  );
  assert.throws(bad({ coefficients: { ...coefficients, code: 0 } }), /has 0 and 0.5 for "code"/);
  assert.throws(bad({ exponents: {} }), /has 1 and undefined for "web"/);
});

Deno.test("proposeMixture() of many domains beats every random mixture, with shares exactly at their bounds", () => {
  const random = new Random(1);
  const domains = Array.from({ length: 17 }, (_, i) => `d${i}`);
  const flat = Object.fromEntries(domains.map((name) => [name, 1 / 17]));
  const many = Array.from({ length: 13 }, (_, k): MixtureTarget => ({
    name: `t${k}`,
    form: "exponential",
    floor: 2,
    coefficients: Object.fromEntries(domains.map((name) => [name, 3 * random.normal()])),
  }));
  const maxShare = Object.fromEntries(domains.map((name) => [name, 0.15]));
  for (const klWeight of [0, 0.02]) {
    const { mixture, loss, klNats, objective, kktResidual, atCap } = proposeMixture(many, {
      prior: flat,
      klWeight,
      maxShare,
    });
    assert(kktResidual < 1e-9, `${kktResidual}`);
    near(Object.values(mixture).reduce((a, b) => a + b), 1, 1e-12);
    assert(atCap.every((name) => mixture[name] === 0.15));
    near(objective, loss + klWeight * klNats, 1e-12);
    for (let trial = 0; trial < 200; trial++) {
      const raw = domains.map(() => Math.min(0.15, -Math.log(1 - random.next()) / 12));
      const sum = raw.reduce((a, b) => a + b);
      if (raw.some((share) => share / sum > 0.15)) continue;
      const shares = Object.fromEntries(domains.map((name, i) => [name, raw[i] / sum]));
      const other = many.reduce((total, { coefficients }) =>
        total + 2 + Math.exp(domains.reduce((dot, name) =>
          dot + coefficients[name] * shares[name], 0)), 0) / 13;
      const kl = domains.reduce((total, name) =>
        total + shares[name] * Math.log(shares[name] * 17), 0);
      assert(objective <= other + klWeight * kl);
    }
  }
});

Deno.test("proposeMixture() weighs targets against each other, and doubling all weights changes nothing", () => {
  const weighed = (...weights: number[]) =>
    proposeMixture(targets.map((target, k) => ({ ...target, weight: weights[k] })), { prior }).mixture;
  assert.deepEqual(weighed(1, 1, 1), weighed(2, 2, 2));
  assert(weighed(1, 1, 9).math > weighed(1, 1, 1).math);
  near(weighed(0, 1, 0).code, proposeMixture([targets[1]], { prior }).mixture.code, 1e-9);
});

Deno.test("proposeMixture() names the caps that leave no room", () => {
  const propose = (maxShare: Record<string, number>, klWeight = 0.05) =>
    proposeMixture(targets, { prior, maxShare, klWeight });
  assert.throws(() => propose({ web: 0.5, code: 0.2, math: 0.1 }), {
    name: "RangeError",
    message:
      'Cannot propose a mixture as its caps must leave room for a whole one: they sum to 0.8 ("web" 0.5, "code" 0.2, "math" 0.1)',
  });
  assert.throws(() => propose({ web: -0.1 }), /"web" is -0.1/);
  assert.throws(() => propose({ web: NaN }), /"web" is NaN/);
  assert.throws(() => propose({ books: 0.1 }), /maxShare names "books"/);
  assert.throws(
    () => proposeMixture([], { prior: { web: 1, math: 0 }, maxShare: { web: 0.5 } }),
    /they sum to 0.5 \("web" 0.5, "math" stays out, prior 0\)/,
  );
  assert.deepEqual(propose({ web: 0.5, code: 0.3, math: 0.2 }).mixture, { web: 0.5, code: 0.3, math: 0.2 });
  assert.deepEqual(propose({ web: 0, code: 1 }).mixture.web, 0);
});

Deno.test("proposeMixture() refuses targets that are none", () => {
  const propose = (target: object) => proposeMixture([{ ...targets[0], ...target }], { prior });
  assert.throws(() => propose({ coefficients: { web: 1, code: 1 } }), {
    name: "TypeError",
    message: /for "math"/,
  });
  assert.throws(() => propose({ coefficients: { web: NaN, code: 1, math: 1 } }), /NaN for "web"/);
  assert.throws(() => propose({ floor: Infinity }), /floor Infinity/);
  assert.throws(() => propose({ weight: -1 }), /"web" is -1/);
  assert.throws(() => propose({ weight: 0 }), /weight > 0/);
  assert.throws(() => proposeMixture([targets[0], targets[0]], { prior }), /"web" stands twice/);
  assert.throws(() => proposeMixture(targets, { prior, klWeight: NaN }), /klWeight .* NaN/);
  assert.throws(() => proposeMixture(targets, { prior: { web: -1, code: 1, math: 1 } }), /"web" is -1/);
});

Deno.test("repetitionCaps() is what a budget allows of each source", () => {
  const pools = [pool({ name: "web", tokens: 1e9 }), pool({ name: "math", tokens: 2e7, uniqueTokens: 1e7 })];
  assert.deepEqual(repetitionCaps(pools, { budgetTokens: 1e8, maxEpochs: 2 }), { web: 1, math: 0.2 });
  assert.throws(() => repetitionCaps(pools, { budgetTokens: 0 }), /budgetTokens/);
  assert.throws(() => repetitionCaps(pools, { budgetTokens: 1e8, maxEpochs: NaN }), /maxEpochs/);
});
