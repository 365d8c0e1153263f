import {
  described,
  type Description,
  inRange,
  type LossCurve,
  ofKind,
  percent,
  sum,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { lbfgs } from "./_lbfgs.ts";
import { functionalLaw } from "./functional.ts";
import { checkInside, type FittedLaw, parameterArray } from "./law.ts";
import { multiPowerLaw, noGammaLaw } from "./multi_power.ts";
import { predictCurve } from "./predict_curve.ts";

/** What a schedule is optimised for. */
export interface OptimizeScheduleOptions {
  /** The highest learning rate, reached at the end of the warm-up. */
  peak: number;
  /** Steps in all. */
  steps: number;
  /** Steps of linear warm-up from zero. @default {0} */
  warmupSteps?: number | undefined;
  /** The schedule is log-linear between so many knots. @default {160} */
  knots?: number | undefined;
  /** Most quasi-Newton iterations from each of the starts. @default {400} */
  maxIterations?: number | undefined;
}

/** The best schedule a law knows. */
export interface OptimizedSchedule {
  /** The learning rate of every step: monotone after the warm-up, never negative. */
  learningRates: Float64Array;
  /** The law's loss at the last step. */
  loss: number;
  /** The law's loss at the last step of the starts: constant, cosine to a tenth, and a tenth's linear decay. */
  startLosses: { constant: number; cosine: number; decay: number };
  /** The share of the steps after which the rate is below nine tenths of the peak. */
  decayFraction: number;
}

const STARTS = {
  constant: () => 1,
  cosine: (x: number) => 0.1 + 0.45 * (1 + Math.cos(Math.PI * x)),
  decay: (x: number) => x < 0.9 ? 1 : 1 - 0.95 * (x - 0.9) / 0.1,
};

/**
 * The schedule of least final loss under a law, among those that never rise after the warm-up: by L-BFGS on the drops of the
 * log rate, which are bounded below by zero, with the exact gradient of the final loss (one pass over the steps). The
 * multi-power paper optimises drops with Adam (2503.12811, section 5), the functional law's with projected gradients.
 *
 * The law knows nothing of instability: it is only asked below the peak that its curves have seen.
 *
 * @param fitted A fit of {@linkcode multiPowerLaw}, {@linkcode noGammaLaw} or {@linkcode functionalLaw}.
 * @throws {TypeError} If the law is another.
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { multiPowerLaw, optimizeSchedule } from "midtrain/laws";
 *
 * const parameters = { L0: 3.04, A: 0.52, alpha: 0.51, B: 364, C: 2.07, beta: 0.58, gamma: 0.64 };
 * const best = optimizeSchedule({ law: multiPowerLaw, parameters }, { peak: 3e-4, steps: 2000, knots: 20, maxIterations: 40 });
 * assert(best.loss < best.startLosses.cosine && best.learningRates.at(-1)! < 1e-4);
 * ```
 */
export function optimizeSchedule(
  fitted: FittedLaw<LossCurve>,
  options: OptimizeScheduleOptions,
): OptimizedSchedule {
  takes("Cannot optimize a schedule", options, "peak, steps, warmupSteps?, knots?, maxIterations?");
  ofKind("Cannot optimize a schedule", { fitted }, "an object with law, parameters");
  const { peak, steps, warmupSteps, knots, maxIterations, after } = checked(fitted, options);
  const rates = new Float64Array(steps);
  const slope = new Float64Array(steps);
  const build = (drops: Float64Array) => {
    for (let k = 0; k < warmupSteps; k++) rates[k] = peak * (k + 1) / (warmupSteps + 1);
    let log = Math.log(peak);
    let knot = 0;
    for (let k = 0; k < after; k++) {
      const at = k / (after - 1) * drops.length;
      const here = Math.min(Math.floor(at), drops.length - 1);
      while (knot < here) log -= drops[knot++];
      rates[warmupSteps + k] = Math.exp(log - drops[here] * (at - here));
    }
    return rates;
  };
  const theta = parameterArray(fitted.law, fitted.parameters);
  const finalLoss = fitted.law === functionalLaw ? functionalLoss(theta) : multiPowerLoss(theta);
  const objective = (drops: Float64Array, gradient: Float64Array) => {
    const loss = finalLoss(build(drops), slope);
    const byInterval = new Float64Array(knots);
    gradient.fill(0);
    // A drop lowers the logarithm of every rate after its interval, and part of those within.
    for (let k = 0; k < after; k++) {
      const at = k / (after - 1) * knots;
      const here = Math.min(Math.floor(at), knots - 1);
      const byLog = slope[warmupSteps + k] * rates[warmupSteps + k];
      gradient[here] -= byLog * (at - here);
      byInterval[here] += byLog;
    }
    let later = 0;
    for (let j = knots - 1; j >= 0; j--) {
      gradient[j] -= later;
      later += byInterval[j];
    }
    return loss;
  };
  const lower = new Float64Array(knots);
  const upper = new Float64Array(knots).fill(30);
  const runs = Object.entries(STARTS).map(([name, shape]) => {
    const start = Float64Array.from(
      { length: knots },
      (_, j) => Math.log(shape(j / knots) / shape((j + 1) / knots)) + 1e-6,
    );
    const loss = objective(start, new Float64Array(knots));
    return { name, loss, ...(lbfgs(objective, start, { lower, upper, maxIterations, tolerance: 1e-9 })) };
  });
  const best = runs.reduce((a, b) => b.value < a.value ? b : a);
  const learningRates = build(best.x).slice();
  const loss = predictCurve(fitted, { learningRates, steps: [steps - 1] })[0];
  const start = (name: string) => runs.find((run) => run.name === name)!.loss;
  const high = learningRates.findLastIndex((rate) => rate >= 0.9 * peak);
  return described({
    learningRates,
    loss,
    startLosses: { constant: start("constant"), cosine: start("cosine"), decay: start("decay") },
    decayFraction: 1 - (high + 1) / steps,
  }, tellSchedule);
}

function checked(fitted: FittedLaw<LossCurve>, options: OptimizeScheduleOptions) {
  const { peak, steps, warmupSteps = 0, knots = 160, maxIterations = 400 } = options;
  if (![multiPowerLaw, noGammaLaw, functionalLaw].includes(fitted.law)) {
    throw new TypeError(
      `Cannot optimize a schedule under ${fitted.law.name} as its best one is degenerate or unknown: use multi-power, no-gamma or functional`,
    );
  }
  const cannot = "Cannot optimize a schedule";
  wholeNumber(cannot, { maxIterations }, ">= 1");
  checkInside(fitted.law, fitted.parameters);
  wholeNumber(cannot, { steps }, ">= 2");
  wholeNumber(cannot, { warmupSteps }, ">= 0");
  wholeNumber(cannot, { knots }, ">= 2");
  inRange(cannot, { peak }, "finite and positive");
  const after = steps - warmupSteps;
  if (after < knots) {
    throw new RangeError(
      `Cannot optimize a schedule as the ${knots} knots need as many steps after the warm-up: there are ${after}`,
    );
  }
  return { peak, steps, warmupSteps, knots, maxIterations, after };
}

/** The loss at the last step; fills its derivative by the learning rate of every step. */
type FinalLoss = (rates: Float64Array, slope: Float64Array) => number;

function functionalLoss(theta: Float64Array): FinalLoss {
  const [L0, c1, s, c2, c3, c4, gamma] = theta;
  return (rates, slope) => {
    const T = rates.length;
    const S = sum(rates);
    let gain = 0;
    let byTotal = 0;
    let time = rates[0];
    let previous = 0;
    const byTime = new Float64Array(T);
    slope.fill(0);
    for (let k = 1; k < T; k++) {
      time += rates[k];
      const x = 1 + c4 * Math.max(S - time, 0);
      const left = x ** -gamma;
      const weight = c3 + time ** -s;
      const drop = rates[k - 1] - rates[k];
      const paid = weight * (1 - left);
      const byGap = drop * weight * gamma * left / x * c4;
      gain += drop * paid;
      byTotal += byGap;
      byTime[k] = drop * (1 - left) * -s * time ** (-s - 1) - byGap;
      slope[k - 1] -= c2 * (paid - previous);
      previous = paid;
    }
    slope[T - 1] += c2 * previous;
    const byForward = -s * c1 * S ** (-s - 1) - c2 * byTotal;
    let later = 0;
    for (let k = T - 1; k >= 0; k--) {
      later += byTime[k];
      slope[k] += byForward - c2 * later;
    }
    return L0 + c1 * S ** -s - c2 * gain;
  };
}

function multiPowerLoss(theta: Float64Array): FinalLoss {
  const [L0, A, alpha, B, C, beta, gamma = 0] = theta;
  return (rates, slope) => {
    const T = rates.length;
    const drops = new Float64Array(T);
    let S = 0;
    let gain = 0;
    let next = 0;
    slope.fill(0);
    // From the end: S is the forward area from the step on.
    for (let k = T - 1; k > 0; k--) {
      S += rates[k];
      const scale = C * rates[k] ** -gamma;
      const x = 1 + scale * S;
      const left = x ** -beta;
      const paid = 1 - left;
      const drop = rates[k - 1] - rates[k];
      const byX = drop * beta * left / x;
      gain += drop * paid;
      drops[k] = byX * scale;
      // By the rate itself: the drop into this step, the drop out of it, and the rate in the power.
      slope[k] += B * (paid - next) + B * byX * gamma * scale * S / rates[k];
      next = paid;
    }
    S += rates[0];
    slope[0] -= B * next;
    const byForward = -alpha * A * S ** (-alpha - 1);
    let earlier = 0;
    for (let k = 0; k < T; k++) {
      earlier += drops[k];
      slope[k] += byForward - B * earlier;
    }
    return L0 + A * S ** -alpha - B * gain;
  };
}

function tellSchedule({ learningRates, loss, startLosses, decayFraction }: OptimizedSchedule): Description {
  const losses = {
    "optimal": loss,
    "constant": startLosses.constant,
    "cosine to a tenth": startLosses.cosine,
  };
  return [
    {
      rows: Object.entries({ ...losses, "a tenth's linear decay": startLosses.decay }).map((
        [schedule, value],
      ) => ({
        schedule,
        "loss at the last step (nats per token)": Number(value.toFixed(5)),
      })),
    },
    `${
      learningRates.length.toLocaleString("en")
    } learning rates; the rate stays below nine tenths of the peak for the last ${
      percent(decayFraction)
    } of the steps`,
  ];
}
