import { checkCurve, type Curve } from "./curve.ts";
import type { Observations, PrepareOptions } from "./law.ts";

/** One curve laid out for the laws that sum over learning-rate changes. */
export interface PreparedCurve {
  /** The place of its first observation. */
  offset: number;
  /** How many observations it has. */
  count: number;
  /** The measured steps. */
  steps: Float64Array;
  /** Learning rates up to the last measured step. */
  rates: Float64Array;
  /** Sum of the learning rates up to and with each measured step: the forward area S1. */
  forward: Float64Array;
  /** The learning rate at each measured step. */
  rateAt: Float64Array;
  /** The highest learning rate. */
  peak: number;
  /** Learning-rate changes, one a block. */
  blocks: {
    /** Mean step of the changes. */
    step: Float64Array;
    /** Sum of the drops `rate[k - 1] - rate[k]`. */
    drop: Float64Array;
    /** Logarithm of the learning rate after the change. */
    logRate: Float64Array;
    /** Forward area before the step of the change. */
    before: Float64Array;
    /** Forward area with the step of the change. */
    after: Float64Array;
    /** Room for one number a block, for `predict`. */
    scratch: Float64Array;
  };
  /** For each measured step how many blocks lie at or before it. */
  blocksUntil: Int32Array;
}

/** Curves as flat observations. */
export interface PreparedCurves extends Observations {
  /** One a curve, in order. */
  curves: PreparedCurve[];
}

/** Check curves and lay them out. */
export function _prepareCurves(
  curves: readonly Curve[],
  { blockSteps = 1 }: PrepareOptions = {},
): PreparedCurves {
  const total = curves.reduce((sum, curve) => sum + curve.steps.length, 0);
  const observed = new Float64Array(total), owner = new Int32Array(total);
  let offset = 0;
  const prepared = curves.map((curve, c) => {
    checkCurve(curve);
    owner.fill(c, offset, offset + curve.steps.length);
    observed.set(curve.losses, offset);
    const one = _prepareCurve(curve, offset, blockSteps);
    offset += one.count;
    return one;
  });
  return { observed, owner, curves: prepared };
}

function _prepareCurve(curve: Curve, offset: number, blockSteps: number): PreparedCurve {
  const steps = Float64Array.from(curve.steps), count = steps.length, last = steps[count - 1];
  const rates = curve.learningRates.slice(0, last + 1), forward = new Float64Array(count);
  const peak = rates.reduce((a, b) => Math.max(a, b), 0);
  const step: number[] = [],
    drop: number[] = [],
    rate: number[] = [],
    before: number[] = [],
    after: number[] = [];
  const blocksUntil = new Int32Array(count);
  let sum = 0, first = -1, weight = 0, next = 0;
  for (let k = 0; k <= last; k++) {
    const change = k === 0 ? 0 : rates[k - 1] - rates[k], b = drop.length - 1;
    if (change !== 0) {
      if (first >= 0 && k - first < blockSteps && Math.sign(change) === Math.sign(drop[b])) {
        // The block moves to the centre of its changes.
        weight = change / (drop[b] + change);
        step[b] += weight * (k - step[b]);
        rate[b] += weight * (rates[k] - rate[b]);
        before[b] += weight * (sum - before[b]);
        after[b] += weight * (sum + rates[k] - after[b]);
        drop[b] += change;
      } else {
        first = k;
        step.push(k);
        drop.push(change);
        rate.push(rates[k]);
        before.push(sum);
        after.push(sum + rates[k]);
      }
    }
    sum += rates[k];
    if (k === steps[next]) {
      forward[next] = sum;
      blocksUntil[next++] = drop.length;
      first = -1;
    }
  }
  // A rate of zero has no logarithm; at a billionth of the peak the laws are at their limit.
  const logRate = Float64Array.from(rate, (value) => Math.log(Math.max(value, 1e-9 * peak)));
  return {
    offset,
    count,
    steps,
    rates,
    forward,
    rateAt: steps.map((k) => rates[k]),
    peak,
    blocks: {
      step: Float64Array.from(step),
      drop: Float64Array.from(drop),
      logRate,
      before: Float64Array.from(before),
      after: Float64Array.from(after),
      scratch: new Float64Array(drop.length),
    },
    blocksUntil,
  };
}

/** Blocks of steps that leave a search some hundred thousand pairs of a change and a measured step: short curves need none. */
export function _blockSteps(curves: readonly Curve[]): number {
  let pairs = 0;
  for (const { learningRates, steps } of curves) {
    let changes = 0, next = 0;
    for (let k = 0; next < steps.length && k < learningRates.length; k++) {
      if (k > 0 && learningRates[k] !== learningRates[k - 1]) changes++;
      if (k < steps[next]) continue;
      pairs += changes;
      next++;
    }
  }
  return Math.min(Math.max(Math.ceil(pairs / 1e5), 1), 32);
}

/** What every curve law says of curves whose rate never changes after the warm-up. */
export function _diagnoseConstant(
  law: string,
  decay: readonly string[],
): (curves: readonly Curve[]) => string[] {
  return (curves) => {
    const changes = curves.some(({ learningRates, steps }) => {
      const last = steps[steps.length - 1], rates = learningRates.subarray(0, last + 1);
      let peak = 0;
      for (const rate of rates) peak = Math.max(peak, rate);
      return rates.subarray(rates.indexOf(peak)).some((rate) => Math.abs(rate - peak) > 1e-9 * peak);
    });
    return changes ? [] : [
      `${
        decay.join(", ")
      } of ${law} cannot be told from these curves as the learning rate is constant after its warm-up in all of them: add a curve that decays`,
    ];
  };
}
