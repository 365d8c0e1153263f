import { percent } from "../base/mod.ts";

/** Values of one run over its steps, as they were logged. */
export interface Logged {
  step: number;
  value: number;
  /** The file, and the place in it. */
  path: string;
  at: string;
}

/** A rate is held for every step; more of them are tokens by mistake. */
const mostSteps = 1e8;

/** The first logged rate stands for the steps before it; a longer stretch of more than a hundred is no start but a branch's past. */
const heldShare = 0.1;

/**
 * A cell as a number, NaN included; undefined where it is empty.
 *
 * @throws {SyntaxError} If it is something else; `place` says where.
 */
export function numberOf(
  cell: unknown,
  place: { path: string; at: string; column: string; comma?: boolean },
): number | undefined {
  if (typeof cell === "number") return cell;
  if (cell === null || cell === undefined) return undefined;
  let text = typeof cell === "string" ? cell.trim() : JSON.stringify(cell);
  if (text === "" || /^(?:null|none|n\/?a|-)$/i.test(text)) return undefined;
  if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(text)) return NaN;
  if (place.comma && /^[+-]?\d+,\d+(?:e[+-]?\d+)?$/i.test(text)) text = text.replace(",", ".");
  const value = Number(text);
  if (Number.isNaN(value)) {
    throw new SyntaxError(
      `Cannot read ${place.path} as ${place.at}, column ${place.column}, must be a finite number: current value is ${
        JSON.stringify(text.slice(0, 40))
      }`,
    );
  }
  return value;
}

/**
 * What stands of a run's values: ascending steps. Where the steps go back, the run was resumed from there, and what it had
 * logged from that step on is of an attempt that was given up.
 *
 * @returns The values, and how many were dropped.
 * @throws {SyntaxError} If a step is no step, or half of the values or more would be dropped: the rows are in no order then.
 */
export function standing(run: string, logged: readonly Logged[]): { kept: Logged[]; dropped: number } {
  const kept: Logged[] = [];
  let first: { late: Logged; before: number } | undefined;
  for (const one of logged) {
    const { step } = one;
    if (!(Number.isInteger(step) && step >= 0 && step <= mostSteps)) {
      throw wrong(
        run,
        one,
        `must have a step that is a whole number from 0 to ${mostSteps}, not of tokens: current value is ${step}`,
      );
    }
    if (kept.length > 0 && step <= kept.at(-1)!.step) {
      first ??= { late: one, before: kept.at(-1)!.step };
      while (kept.length > 0 && kept.at(-1)!.step >= step) kept.pop();
    }
    kept.push(one);
  }
  const dropped = logged.length - kept.length;
  if (first && 2 * dropped >= logged.length) {
    throw wrong(
      run,
      first.late,
      `must have a step above the one before it: ${first.late.step} follows ${first.before}; a run that was resumed may go back, but ${dropped} of its ${logged.length} values would be dropped`,
    );
  }
  return { kept, dropped };
}

/** An error that names a run's row. */
export function wrong(run: string, { path, at }: { path: string; at: string }, what: string): SyntaxError {
  return new SyntaxError(`Cannot read ${path} as ${at}, run ${run}, ${what}`);
}

/** The rates of a run's steps, and of how many first ones a falling rate is held that no log shows. */
export interface EveryRate {
  rates: Float64Array;
  heldSteps: number;
}

/**
 * The rate of each of a run's steps: between logged ones it is interpolated. A note says where a first one is held.
 *
 * @throws {RangeError} If a tenth of the steps or more, and over a hundred, lie before the first or after the last.
 */
export function everyRate(
  run: string,
  logged: readonly Logged[],
  { length, notes }: { length: number; notes: string[] },
): EveryRate {
  const from = logged[0].step;
  const to = logged.at(-1)!.step;
  const most = Math.max(heldShare * length, 100);
  const none = (where: string, steps: number) =>
    new RangeError(
      `Cannot read ${logged[0].path} as run ${run} logs no learning rate ${where}, ${
        percent(steps / length, 0)
      } of its steps, and a law needs that of every step: give schedule or learningRates, or the rows of the run that it branched from`,
    );
  if (from > most) throw none(`before step ${from}`, from);
  if (length - 1 - to > most) throw none(`after step ${to}`, length - 1 - to);
  const rates = new Float64Array(length).fill(logged[0].value, 0, from + 1).fill(logged.at(-1)!.value, to);
  for (let i = 1; i < logged.length; i++) {
    const before = logged[i - 1];
    const width = logged[i].step - before.step;
    for (let k = 1; k <= width; k++) {
      rates[before.step + k] = before.value + (logged[i].value - before.value) * k / width;
    }
  }
  return { rates, heldSteps: heldFrom(run, logged, notes) };
}

/** Say where a run's first rate is held for longer than it logs apart; how many steps, where that rate already falls. */
function heldFrom(run: string, logged: readonly Logged[], notes: string[]): number {
  const [{ step, value }] = logged;
  const gaps = logged.slice(1).map((one, i) => one.step - logged[i].step).sort((a, b) => a - b);
  if (step <= Math.max(gaps[gaps.length >> 1] ?? 1, 1)) return 0;
  const next = logged.find((one) => one.value !== value);
  const falls = next !== undefined && next.value < value;
  notes.push(
    falls
      ? `Run ${run} begins at step ${step} in mid-decay: its first logged rate, ${value}, was held back to step 0, a past that no log shows; add the rows of the run that it branched from under its name, or give schedule`
      : `Run ${run} logs no learning rate before step ${step}: its first, ${value}, was held back to step 0`,
  );
  return falls ? step : 0;
}
