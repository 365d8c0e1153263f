import assert from "node:assert/strict";
import {
  compareLaws,
  curveErrors,
  curveLaws,
  fitLaw,
  functionalLaw,
  type Law,
  lldlLaw,
  type LossCurve,
  melLaw,
  momentumLaw,
  multiPowerLaw,
  noGammaLaw,
  onePowerLaw,
  stepPowerLaw,
} from "../../lib/laws/mod.ts";
import { mean } from "../../lib/base/mod.ts";
import { leastObjectives, lldlOptimum, multiPower, sizes } from "../../lib/sets/published/laws.ts";
import { curvesAvailable, publicCurves } from "./_curves.ts";

for (const size of sizes) {
  Deno.test({
    name:
      `multiPowerLaw with the published parameters has the published errors at ${size}M (needs the data mirror)`,
    ignore: !curvesAvailable,
    async fn() {
      const { test } = await publicCurves(size);
      const { parameters, errors } = multiPower[size];
      assert.equal(test.length, 6);
      const each = test.map((curve) => curveErrors({ law: multiPowerLaw, parameters }, curve));
      for (const key of ["R2", "MAE", "RMSE", "PredE", "WorstE"] as const) {
        const ours = mean(each.map((one) => one[key]));
        assert(Math.abs(ours - errors[key]) < 1e-6, `${key} is ${ours}, published ${errors[key]}`);
      }
    },
  });

  // Optimum that the authors start from, and the least training objectives known for the cheap laws.
  Deno.test({
    name: `fitLaw() finds the known optima of the laws without pair sums at ${size}M (needs the data mirror)`,
    ignore: !curvesAvailable,
    async fn() {
      const { train } = await publicCurves(size);
      const optimum = lldlOptimum[size];
      const least = leastObjectives[size];
      const lldl = fitLaw(lldlLaw, train);
      for (const [name, value] of Object.entries(optimum)) {
        assert(Math.abs(lldl.parameters[name] / value - 1) < 1e-4, `${name}: ${lldl.parameters[name]}`);
      }
      assert(lldl.objective <= least.lldl);
      for (const law of [onePowerLaw, momentumLaw, melLaw]) {
        const fit = fitLaw(law, train, { starts: 3 });
        assert(fit.converged && fit.objective <= least[law.name], `${law.name}: ${fit.objective}`);
      }
    },
  });
}

Deno.test({
  name: "fitLaw() reaches the least known objectives of the multi-power law (needs the data mirror)",
  ignore: !curvesAvailable,
  async fn() {
    for (const size of sizes) {
      const { train } = await publicCurves(size);
      const fit = fitLaw(multiPowerLaw, train, { starts: 1 });
      const least = leastObjectives[size]["multi-power"];
      assert(fit.converged && fit.objective <= least, `${size}M: ${fit.objective}`);
    }
  },
});

Deno.test({
  name:
    "compareLaws() ranks by held-out error, and a law never fits worse than one it contains (needs the data mirror)",
  ignore: !curvesAvailable,
  async fn() {
    const { train, test } = await publicCurves(400);
    const { table, fits, curves } = compareLaws(
      [onePowerLaw, lldlLaw, momentumLaw, melLaw, noGammaLaw, stepPowerLaw],
      train,
      {
        test,
        starts: 1,
      },
    );
    const objective = Object.fromEntries(fits.map((fit) => [fit.law.name, fit.objective]));
    assert(objective["lldl"] < objective["one-power"]);
    for (const name of ["momentum", "mel", "no-gamma", "step-power"]) {
      assert(objective[name] < objective["lldl"], name);
    }
    const least = leastObjectives[400];
    for (const name of ["no-gamma", "step-power"]) assert(objective[name] <= least[name], name);
    assert.equal(table.at(-1)!.law, "one-power");
    assert.equal(curves.length, 6 * 9);
  },
});

/** Every eighth loss of the curves to fit: as real, with shorter sums. */
async function thinned(size: (typeof sizes)[number]): Promise<LossCurve[]> {
  return (await publicCurves(size)).train.map((curve) => ({
    ...curve,
    steps: Array.from(curve.steps).filter((_, i) => i % 8 === 0),
    losses: Array.from(curve.losses).filter((_, i) => i % 8 === 0),
  }));
}

Deno.test({
  name:
    "functionalLaw fits the public curves the better the less its gain depends on time (needs the data mirror)",
  ignore: !curvesAvailable,
  async fn() {
    const train = await thinned(100);
    const objectives = [0.1, 1, 10, 1000].map((c3) =>
      fitLaw(functionalLaw, train, { fixed: { c3 }, starts: 2 }).objective
    );
    objectives.slice(1).forEach((value, i) => assert(value < objectives[i], `${objectives}`));
    const inner = fitLaw(noGammaLaw, train, { starts: 2 }).objective;
    assert(Math.abs(objectives[3] / inner - 1) < 0.05, `${objectives[3]} is not near ${inner}`);
  },
});

for (const size of sizes) {
  Deno.test({
    name: `no law of curves fits worse than any law that it contains at ${size}M (needs the data mirror)`,
    ignore: !curvesAvailable,
    async fn() {
      const train = await thinned(size);
      const fits = new Map(curveLaws.map((law) => [law.name, fitLaw(law, train, { starts: 1 })]));
      let pairs = 0;
      const below = (law: Law<LossCurve>): string[] =>
        (law.contains ?? []).flatMap(({ law: inner }) => [inner.name, ...below(inner)]);
      for (const law of curveLaws) {
        for (const inner of below(law)) {
          const [outside, inside] = [law.name, inner].map((name) => fits.get(name)!.objective);
          assert(outside <= inside * (1 + 1e-9), `${law.name} ${outside} is worse than ${inner} ${inside}`);
          pairs++;
        }
      }
      assert.equal(pairs, 13);
    },
  });
}
