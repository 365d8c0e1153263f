import { type LossCurve, ofKind } from "../base/mod.ts";
import { checkCurve } from "./curve.ts";
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
  /** Its logarithm. */
  logForward: Float64Array;
  /** The learning rate at each measured step. */
  rateAt: Float64Array;
  /** The highest learning rate. */
  peak: number;
  /** Learning-rate changes one by one, and behind them groups of neighbours. */
  blocks: {
    /** Step of the change; of a group the centre, as for all below. */
    step: Float64Array;
    /** Sum of the drops `rate[k - 1] - rate[k]`. */
    drop: Float64Array;
    /** Logarithm of the learning rate after the change. */
    logRate: Float64Array;
    /** Forward area before the step of the change. */
    before: Float64Array;
    /** Forward area with the step of the change. */
    after: Float64Array;
    /** Its logarithm; 0 where the area is 0. */
    logAfter: Float64Array;
    /** Room for one number a block, for `predict`. */
    scratch: Float64Array;
  };
  /** For each measured step how many changes lie at or before it. */
  blocksUntil: Int32Array;
  /** In a coarse layout: the blocks to sum for each measured step, one step after the other, for each an even number. */
  chosen?: Int32Array;
  /** Where each measured step's part of `chosen` ends. */
  chosenUntil: Int32Array;
}

/** Curves as flat observations. */
export interface PreparedCurves extends Observations {
  /** One a curve, in order. */
  curves: PreparedCurve[];
}

/** Check curves and lay them out. */
export function prepareCurves(
  curves: readonly LossCurve[],
  { grouping = 0 }: PrepareOptions = {},
): PreparedCurves {
  return layOut(curves, (curve, offset) => prepareCurve(curve, offset, grouping));
}

/** Check curves and lay their losses out one curve after the other, beside what a law prepares of each. */
export function layOut<Curve extends LossCurve, Prepared>(
  curves: readonly Curve[],
  prepare: (curve: Curve, offset: number) => Prepared,
): Observations & { curves: Prepared[] } {
  ofKind("Cannot fit curves", { data: curves }, "a list of objects with name, learningRates, steps, losses");
  curves.forEach(checkCurve);
  const total = curves.reduce((count, { steps }) => count + steps.length, 0);
  const observed = new Float64Array(total);
  const owner = new Int32Array(total);
  let offset = 0;
  const prepared = curves.map((curve, c) => {
    const start = offset;
    offset += curve.steps.length;
    owner.fill(c, start, offset);
    observed.set(curve.losses, start);
    return prepare(curve, start);
  });
  return { observed, owner, curves: prepared };
}

function prepareCurve(curve: LossCurve, offset: number, grouping: number): PreparedCurve {
  const steps = Float64Array.from(curve.steps);
  const count = steps.length;
  const last = steps[count - 1];
  const rates = curve.learningRates.slice(0, last + 1);
  const forward = new Float64Array(count);
  const peak = rates.reduce((a, b) => Math.max(a, b), 0);
  const blocksUntil = new Int32Array(count);
  let found = 0;
  for (let k = 1; k <= last; k++) if (rates[k] !== rates[k - 1]) found++;
  const changes = changesOf(found, grouping > 0 ? 2 * found : found);
  let next = 0;
  let sum = 0;
  let at = 0;
  for (let k = 0; k <= last; k++) {
    if (k > 0 && rates[k] !== rates[k - 1]) {
      changes.step[at] = k;
      changes.drop[at] = rates[k - 1] - rates[k];
      // A rate of zero has no logarithm; at a billionth of the peak the laws are at their limit.
      changes.logRate[at] = Math.log(Math.max(rates[k], 1e-9 * peak));
      changes.before[at] = sum;
      changes.after[at++] = sum + rates[k];
    }
    sum += rates[k];
    if (k !== steps[next]) continue;
    forward[next] = sum;
    blocksUntil[next++] = at;
  }
  const grouped = grouping > 0 ? group(changes, steps, forward, blocksUntil, grouping) : undefined;
  // Only blocks that are summed somewhere are kept; behind them lies one that adds nothing, with which rows are padded.
  const used = grouped && inUse(grouped.chosen, changes.step.length);
  const column = (values: Float64Array) => {
    if (!used) return values;
    const kept = new Float64Array(used.blocks.length + 1);
    for (let b = 0; b < used.blocks.length; b++) kept[b] = values[used.blocks[b]];
    return kept;
  };
  const drop = column(changes.drop);
  const after = column(changes.after);
  return {
    offset,
    count,
    steps,
    rates,
    forward,
    logForward: forward.map(Math.log),
    rateAt: steps.map((k) => rates[k]),
    peak,
    blocks: {
      step: column(changes.step),
      drop,
      logRate: column(changes.logRate),
      before: column(changes.before),
      after,
      logAfter: after.map((area) => area > 0 ? Math.log(area) : 0),
      scratch: new Float64Array(drop.length),
    },
    blocksUntil,
    chosenUntil: blocksUntil,
    ...(used ? { chosen: used.chosen, chosenUntil: grouped.chosenUntil } : {}),
  };
}

/** Stands in a list of blocks for none. */
const NOTHING = -1;

/** Learning-rate changes, with room behind them for groups. */
interface Changes extends Record<"step" | "drop" | "logRate" | "before" | "after", Float64Array> {
  /** How many there are. */
  count: number;
}

function changesOf(count: number, room: number): Changes {
  const [step, drop, logRate, before, after] = Array.from({ length: 5 }, () => new Float64Array(room));
  return { count, step, drop, logRate, before, after };
}

/** The blocks in a list, ascending, and the list by their places among them. */
function inUse(chosen: readonly number[], blocks: number): { blocks: number[]; chosen: Int32Array } {
  const places = new Int32Array(blocks);
  for (const b of chosen) if (b !== NOTHING) places[b] = 1;
  const used: number[] = [];
  for (let b = 0; b < blocks; b++) if (places[b] === 1) places[b] = used.push(b) - 1;
  return {
    blocks: used,
    chosen: Int32Array.from(chosen, (b) => b === NOTHING ? used.length : places[b]),
  };
}

/**
 * Groups of neighbouring changes, halves of halves, appended to `changes`; and for each measured step the groups that are
 * narrow against their distance from it, so that a sum of thousands takes tens of terms: the idea of Barnes and Hut's tree
 * (Nature 324, 1986) in one dimension. A group stands at the centre of its drops, so its error is of second order.
 */
function group(
  changes: Changes,
  steps: Float64Array,
  forward: Float64Array,
  until: Int32Array,
  grouping: number,
): { chosen: number[]; chosenUntil: Int32Array } {
  const { count, step, drop, logRate, before, after } = changes;
  const starts = [0];
  const whole = new Uint8Array(drop.length).fill(1);
  let end = count;
  for (let size = count; size > 1; size = size >> 1) {
    const from = starts[starts.length - 1];
    starts.push(end);
    for (let a = from; a + 1 < from + size; a += 2, end++) {
      const sum = drop[a] + drop[a + 1];
      const w = drop[a + 1] / sum;
      // Rises and falls have no common centre.
      whole[end] = whole[a] & whole[a + 1] & (drop[a] * drop[a + 1] > 0 ? 1 : 0);
      step[end] = step[a] + w * (step[a + 1] - step[a]);
      logRate[end] = logRate[a] + w * (logRate[a + 1] - logRate[a]);
      before[end] = before[a] + w * (before[a + 1] - before[a]);
      after[end] = after[a] + w * (after[a + 1] - after[a]);
      drop[end] = sum;
    }
  }
  const chosen: number[] = [];
  const chosenUntil = new Int32Array(steps.length);
  const visit = (level: number, at: number, i: number) => {
    const first = at << level;
    const end = (at + 1) << level;
    if (first >= until[i]) return;
    if (level === 0) return void chosen.push(at);
    const block = starts[level] + at;
    const last = end - 1;
    const narrow = end <= until[i] && whole[block] === 1 &&
      after[last] - before[first] <= grouping * (forward[i] - after[last]) &&
      step[last] - step[first] <= grouping * (steps[i] - step[last]) &&
      Math.abs(logRate[last] - logRate[first]) <= 2 * grouping && after[last] <= 2 * after[first];
    if (narrow) return void chosen.push(block);
    visit(level - 1, 2 * at, i);
    visit(level - 1, 2 * at + 1, i);
  };
  const top = starts.length - 1;
  for (let i = 0; i < steps.length; i++) {
    for (let at = 0; (at << top) < until[i]; at++) visit(top, at, i);
    // Two blocks are summed at a time.
    if (chosen.length % 2 === 1) chosen.push(NOTHING);
    chosenUntil[i] = chosen.length;
  }
  return { chosen, chosenUntil };
}

/** What every curve law says of curves whose rate never changes after the warm-up. */
export function diagnoseConstant(
  law: string,
  decay: readonly string[],
): (curves: readonly LossCurve[]) => string[] {
  return (curves) => {
    const changes = curves.some(({ learningRates, steps }) => {
      const last = steps[steps.length - 1];
      const rates = learningRates.subarray(0, last + 1);
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
