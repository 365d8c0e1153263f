import { type LossCurve, mean } from "../../base/mod.ts";
import { multiPowerCurves } from "../../sets/mod.ts";
import {
  curveErrors,
  curveLaws,
  type Errors,
  fitLaw,
  functionalLaw,
  lldlLaw,
  multiPowerLaw,
  predictionErrors,
} from "../../laws/mod.ts";
import { atMost, claim, near, type VerifyRow } from "./_row.ts";
import { askPeer } from "../_peer.ts";
import { leastObjectives, lldlOptimum, multiPower, sizes, trainCurves } from "../../sets/published/laws.ts";

const PAPER = "2503.12811, repository";
const KEYS = ["R2", "MAE", "RMSE", "PredE", "WorstE"] as const;

/** The multi-power law's published parameters on all 27 curves, and the fits of the laws of curves. */
export async function verifyCurves({ peers }: { peers: boolean }): Promise<VerifyRow[]> {
  const rows: VerifyRow[] = [];
  const law = multiPowerLaw;
  for (const size of sizes) {
    const curves = await Array.fromAsync(multiPowerCurves.read({ size }));
    const { parameters, errors } = multiPower[size];
    const ours = curves.map((curve) => curveErrors({ law, parameters }, curve));
    const held = ours.filter((_, i) => !trainCurves.includes(curves[i].name));
    for (const key of KEYS) {
      const average = mean(held.map((one) => one[key]));
      rows.push(
        near(`MPL ${size}M, ${key} over 6 held-out curves`, PAPER, errors[key], average, { tolerance: 1e-6 }),
      );
    }
    const direct = curves.map((curve) => predictionErrors(doubleSum(curve, parameters), curve.losses));
    rows.push(...metrics(size, "the paper's double sum", curves, direct, ours));
    if (peers) {
      const theirs = await askPeer<Errors[]>("multi_power_numpy.py", {
        size,
        parameters,
        curves: curves.map(plain),
      });
      rows.push(...metrics(size, "numpy", curves, theirs, ours));
    }
    rows.push(...fits(size, curves));
  }
  return rows;
}

function fits(size: (typeof sizes)[number], curves: readonly LossCurve[]): VerifyRow[] {
  const train = trainCurves.map((name) => curves.find((curve) => curve.name === name)!);
  const lldl = fitLaw(lldlLaw, train);
  const rows = Object.entries(lldlOptimum[size]).map(([name, expected]) =>
    near(`LLDL ${size}M, ${name}`, `${PAPER}, its start`, expected, lldl.parameters[name], {
      tolerance: 1e-4,
      relative: true,
    })
  );
  for (const [name, least] of Object.entries(leastObjectives[size])) {
    const law = curveLaws.find((law) => law.name === name)!;
    // The best of a law's grid suffices, but for the functional law, whose first start ends in a basin beside the best.
    const { objective } = fitLaw(law, train, { starts: law === functionalLaw ? 2 : 1 });
    rows.push(atMost(`${name} ${size}M, train objective`, "least known", least, objective));
  }
  return rows;
}

function metrics(
  size: number,
  source: string,
  curves: readonly LossCurve[],
  expected: readonly Errors[],
  ours: readonly Errors[],
): VerifyRow[] {
  const words = (errors: Errors) => KEYS.map((key) => errors[key].toFixed(6)).join(" ");
  return curves.map(({ name }, i) => {
    const worst = Math.max(...KEYS.map((key) => Math.abs(ours[i][key] - expected[i][key])));
    return claim(`MPL ${size}M ${name}, ${KEYS.join(" ")}`, source, {
      theirs: words(expected[i]),
      ours: words(ours[i]),
      allowed: "1e-6 each",
      holds: worst <= 1e-6,
    });
  });
}

/** Equation 6 of 2503.12811 as it is written: at each measured step a sum over every change of the rate before it. */
function doubleSum(
  { learningRates: eta, steps }: LossCurve,
  theta: Readonly<Record<string, number>>,
): Float64Array {
  const { L0, A, alpha, B, C, beta, gamma } = theta as Record<
    "L0" | "A" | "alpha" | "B" | "C" | "beta" | "gamma",
    number
  >;
  const area = new Float64Array(eta.length);
  eta.forEach((rate, k) => area[k] = (area[k - 1] ?? 0) + rate);
  return Float64Array.from(steps, (t) => {
    let gain = 0;
    for (let k = 1; k <= t; k++) {
      const drop = eta[k - 1] - eta[k];
      if (drop === 0) continue;
      gain += drop * (1 - (1 + C * eta[k] ** -gamma * (area[t] - area[k - 1])) ** -beta);
    }
    return L0 + A * area[t] ** -alpha - B * gain;
  });
}

function plain({ name, steps, losses }: LossCurve) {
  return { name, steps: [...steps], losses: [...losses] };
}
