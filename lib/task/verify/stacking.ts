/**
 * Stacked laws on schedules that they have not seen, beside published parameters; weights and priors come from other data.
 * @module
 */
import { type LossCurve, mean } from "../../base/mod.ts";
import {
  curveErrors,
  type Fit,
  learnPriors,
  melLaw,
  momentumLaw,
  multiPowerLaw,
  relaxationLaw,
  type Stack,
  stackLaws,
} from "../../laws/mod.ts";
import { lrSchedules, multiPowerCurves } from "../../sets/mod.ts";
import { multiPower, sizes, trainCurves } from "../../sets/published/laws.ts";
import { columns } from "../_columns.ts";
import { preparedRun } from "./_decay_decisions.ts";
import { part } from "./_part.ts";
import { atMost, skipped } from "./_row.ts";

const LAWS = [momentumLaw, melLaw, relaxationLaw];
/** The exponents of the relaxation law that other data can tell. */
const EXPONENTS = ["p", "q"];
/** What was asked for: the least of published parameters, of their authors' optimiser, and of a mean of three laws. */
const GOALS = { 25: 0.0034, 100: 0.0037, 400: 0.0048 };

export default part({
  help: `stacked laws on public schedules that they have not seen; 5 minutes`,
  async *verify(_given, _names, say) {
    if (!await lrSchedules.available() || !await multiPowerCurves.available()) {
      yield skipped("stacking", "its data are not on this machine: set MIDTRAIN_MIRROR (see lib/sets)");
      return;
    }
    const groups = await byPeak();
    const bySize = await Promise.all(sizes.map((size) => Array.fromAsync(multiPowerCurves.read({ size }))));
    const elsewhere = learn(groups);
    const rows: string[][] = [[
      "curves",
      "three fitted alone",
      "with priors",
      "and experience",
      "published parameters",
    ]];
    for (const [s, size] of sizes.entries()) {
      const train = bySize[s].filter(({ name }) => trainCurves.includes(name));
      const test = bySize[s].filter(({ name }) => !trainCurves.includes(name));
      const { priors, experience } = elsewhere;
      const ways = [{}, { priors }, { priors, experience }].map((own) =>
        stackLaws(LAWS, train, { starts: 2, ...own })
      );
      const errors = ways.map((stack) => errorOn(stack, test));
      const published = errorOn({ law: multiPowerLaw, parameters: multiPower[size].parameters }, test);
      rows.push([`${size}M`, ...[...errors, published].map(nats)]);
      yield atMost(`${size}M, stack, held-out MAE`, "published parameters", published, errors[2]);
      yield atMost(`${size}M, stack, held-out MAE`, "the goal", GOALS[size], errors[2]);
    }
    say(columns(rows));
    // The other way round: what the multi-power law's curves say, on runs that each leave one out.
    const theirs = learn(bySize);
    const back: string[][] = [["124M runs", "stack", ...LAWS.map(({ name }) => name)]];
    for (const curves of groups) {
      const stack = stackLaws(LAWS, curves, { starts: 2, ...theirs });
      const own = new Map(
        [...stack.members, ...stack.leftOut].map(({ fit, error }) => [fit.law.name, error]),
      );
      const error = mean(stack.heldOut.map(({ MAE }) => MAE));
      const others = [momentumLaw, melLaw].map(({ name }) => own.get(name)!);
      const peak = Math.max(...curves[0].learningRates);
      back.push([`peak ${peak}`, nats(error), ...LAWS.map(({ name }) => nats(own.get(name)!))]);
      yield atMost(
        `peak ${peak}, stack, error on the curve left out`,
        "the better of two papers' laws",
        Math.min(...others),
        error,
      );
    }
    say(columns(back));
  },
});

const nats = (value: number) => value.toFixed(4);

/** Runs of 124M parameters by their peak, every second of them, which keeps the part short. */
async function byPeak(): Promise<LossCurve<Float64Array>[][]> {
  const runs = (await Array.fromAsync(lrSchedules.read()))
    .filter(({ params, dataset }) => Math.round(params / 1e6) === 124 && dataset === "slimpajama");
  return [1e-4, 5e-4, 1e-3, 2e-3].map((peak) =>
    runs.filter((run) => run.peak === peak)
      .filter(({ shape }, i) => i % 2 === 0 || shape === "constant")
      .map(preparedRun)
  );
}

/** Priors of the exponents and the laws' held-out errors, on groups of curves that are not to be predicted. */
function learn(groups: readonly (readonly LossCurve[])[]): {
  priors: ReturnType<typeof learnPriors>;
  experience: Stack[];
} {
  const experience = groups.map((curves) => stackLaws(LAWS, curves, { starts: 2 }));
  const fits = experience.map(({ members, leftOut }): Fit<LossCurve> =>
    [...members, ...leftOut].find(({ fit }) => fit.law === relaxationLaw)!.fit
  );
  return { priors: learnPriors(fits, EXPONENTS), experience };
}

function errorOn(fitted: Parameters<typeof curveErrors>[0], test: readonly LossCurve[]): number {
  return mean(test.map((curve) => curveErrors(fitted, curve).MAE));
}
