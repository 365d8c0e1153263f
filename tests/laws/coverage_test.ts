import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import {
  chinchillaLaw,
  dCptLaw,
  type Law,
  measureCoverage,
  momentumLaw,
  multiPowerLaw,
  noGammaLaw,
  stepPowerLaw,
} from "../../lib/laws/mod.ts";
import { project } from "../../lib/laws/_project.ts";
import { prepareSearch } from "../../lib/laws/search.ts";

const parameters = { E: 1.8172, A: 477.8, B: 2143, alpha: 0.3473, beta: 0.3672 };
const design = Array.from({ length: 16 }, (_, i) => ({
  params: 5e7 * 2.2 ** (i % 4),
  tokens: 1e9 * 2.2 ** Math.floor(i / 4),
}));

Deno.test("measureCoverage() finds the intervals of few runs as sure as they say, with noise below and above delta", () => {
  for (const noise of [2e-4, 4e-3]) {
    const table = measureCoverage({ law: chinchillaLaw, parameters }, design, { noise, sets: 40, starts: 2 });
    const shown = table.filter(({ interval }) => interval === "shown");
    assert.equal(shown.length, 5);
    for (const { parameter, coverage } of shown) assert.ok(coverage >= 0.85, `${parameter} ${coverage}`);
  }
});

Deno.test("measureCoverage() gives the same table twice, counts bootstraps, and refuses what it does not know", () => {
  const options = { noise: 1e-3, tails: "heavy", sets: 3, resamples: 20, starts: 1 } as const;
  const measure = () => measureCoverage({ law: chinchillaLaw, parameters }, design, options);
  const table = measure();
  assert.deepEqual(measure(), table);
  assert.equal(table.length, 2 * 5 * 3);
  assert.throws(
    () => measureCoverage({ law: chinchillaLaw, parameters }, design, { noise: 0 }),
    /noise must be > 0: current value is 0/,
  );
});

Deno.test("measureCoverage() withholds an interval where one size leaves a parameter open", () => {
  const oneSize = design.map((run) => ({ ...run, params: 1e9 }));
  const table = measureCoverage({ law: chinchillaLaw, parameters }, oneSize, { noise: 1e-3, sets: 3 });
  const withheld = table.filter(({ interval, withheld }) => interval === "shown" && withheld === 1);
  assert.deepEqual(withheld.map(({ parameter }) => parameter), ["E", "A", "alpha"]);
});

Deno.test("a law's derivative by each parameter is a multiple of the linear parameter that it names", () => {
  const curve = {
    name: "run",
    learningRates: Float64Array.from({ length: 90 }, (_, k) => 1e-3 * Math.min(1, (90 - k) / 40)),
    steps: [10, 40, 60, 89],
    losses: [3, 2.9, 2.8, 2.7],
  };
  const run = { params: 1e8, tokens: 1e10, share: 0.3, loss: 3 };
  const random = new Random(3);
  for (
    const [law, data] of [
      [chinchillaLaw, [run]],
      [dCptLaw, [run]],
      ...[momentumLaw, multiPowerLaw, noGammaLaw, stepPowerLaw].map((law) => [law, [curve]]),
    ] as [Law<unknown>, unknown[]][]
  ) {
    const prepared = law.prepare(data);
    const n = prepared.observed.length;
    const theta = Float64Array.from(law.parameters, () => 0.2 + 0.5 * random.next());
    const jacobianAt = (values: Float64Array) => {
      const jacobian = new Float64Array(n * theta.length);
      law.predict(values, prepared, new Float64Array(n), jacobian);
      return jacobian;
    };
    const place = (name: string) => law.parameters.findIndex((parameter) => parameter.name === name);
    const others = law.parameters.filter(({ name }) => !law.linear.includes(name));
    assert.deepEqual(others.map(({ name }) => name in law.carriers!), others.map(() => true));
    for (const { name } of others) {
      const doubled = theta.slice();
      doubled[place(law.carriers![name])] *= 2;
      const before = jacobianAt(theta);
      const after = jacobianAt(doubled);
      for (let at = place(name) * n; at < (place(name) + 1) * n; at++) {
        assert.ok(
          Math.abs(after[at] - 2 * before[at]) <= 1e-12 * Math.abs(before[at]),
          `${law.name} ${name}`,
        );
      }
    }
  }
});

Deno.test("solving for the linear parameters leaves a held one as it is", () => {
  const runs = design.map((run) => ({
    ...run,
    loss: parameters.E + parameters.A * run.params ** -parameters.alpha +
      parameters.B * run.tokens ** -parameters.beta,
  }));
  const { fine } = prepareSearch(chinchillaLaw, runs, {});
  const theta = Float64Array.of(1.5, 1, 1, parameters.alpha, parameters.beta);
  const [E, A] = project(fine, theta, "E");
  assert.equal(E, 1.5);
  assert.ok(A > 1);
});
