import type { FittedLaw, LossCurve } from "../../lib/laws/mod.ts";
import { predictCurve } from "../../lib/laws/mod.ts";
import { multiPowerCurves, type MultiPowerSize } from "../../lib/sets/mod.ts";
import { trainCurves } from "../../lib/sets/published/laws.ts";

/** Whether the public curves lie on this machine. */
export const curvesAvailable = await multiPowerCurves.available();

/** The public curves of a size: three to fit, as the authors do, and six held out. */
export async function publicCurves(size: MultiPowerSize): Promise<{ train: LossCurve[]; test: LossCurve[] }> {
  const curves = await Array.fromAsync(multiPowerCurves.read({ size }));
  return {
    train: trainCurves.map((name) => curves.find((curve) => curve.name === name)!),
    test: curves.filter(({ name }) => !trainCurves.includes(name)),
  };
}

/** A curve that follows a law exactly, along a schedule given by share of the run. */
export function curveOf(
  fitted: FittedLaw<LossCurve>,
  name: string,
  rate: (share: number) => number,
  length = 1200,
): LossCurve {
  const learningRates = Float64Array.from({ length }, (_, step) => rate(step / length));
  const steps = Array.from({ length: 40 }, (_, i) => Math.round((i + 1) * length / 40) - 1);
  return { name, learningRates, steps, losses: predictCurve(fitted, { learningRates, steps }) };
}

/** Constant, cosine and two-stage schedules with a warm-up. */
export const schedules: Record<string, (share: number) => number> = {
  constant: (share) => 1e-3 * Math.min(1, share * 10),
  cosine: (share) =>
    share < 0.1 ? share * 1e-2 : 1e-4 + 4.5e-4 * (1 + Math.cos(Math.PI * (share - 0.1) / 0.9)),
  twoStage: (share) => 1e-3 * Math.min(1, share * 10) * (share < 0.6 ? 1 : 0.3),
};
