import { ofKind } from "../base/mod.ts";
import { type Schedule, scheduleFromJson, scheduleKinds, type ScheduleSpec } from "../schedule/mod.ts";
import { list } from "./_log_columns.ts";

/** A schedule that a run followed: the function, or its JSON form. */
export type GivenSchedule = Schedule | ScheduleSpec;

/** The learning rates of a run's steps. */
export type RatesOf = (run: string, steps: number) => Float64Array;

const cannot = "Cannot read curves";

/**
 * The rates by a schedule that is given for all runs, or for each by its name.
 *
 * @throws {TypeError} If it is of another kind, or a run has none.
 */
export function ratesBy(
  schedule: GivenSchedule | Readonly<Record<string, GivenSchedule>>,
  runs: readonly string[],
): RatesOf {
  if (typeof schedule === "string") throw new TypeError(`${cannot} as ${saidOfName(schedule)}`);
  if (typeof schedule !== "function") ofKind(cannot, { schedule }, "an object");
  const forAll = typeof schedule === "function" || typeof schedule.kind === "string";
  const built = new Map(runs.map((run) => {
    const own = forAll ? schedule as GivenSchedule : (schedule as Record<string, GivenSchedule>)[run];
    if (typeof own === "function") return [run, own];
    if (typeof own === "object" && own !== null) return [run, scheduleFromJson(own)];
    throw new TypeError(
      `${cannot} as schedule must be a function of the step or a schedule's JSON form, or one for each of ${
        list(runs)
      }: ${typeof own === "string" ? saidOfName(own) : `there is none for ${run}`}`,
    );
  }));
  return (run, steps) =>
    Float64Array.from({ length: steps }, (_, step) => {
      const rate = built.get(run)!(step);
      if (!(Number.isFinite(rate) && rate >= 0)) {
        throw new RangeError(
          `${cannot} as every learning rate must be finite and >= 0: schedule gives ${rate} at step ${step} of run ${run}`,
        );
      }
      return rate;
    });
}

/** That a name alone is no schedule. */
function saidOfName(name: string): string {
  const known = (scheduleKinds as readonly string[]).includes(name);
  return `schedule must have a peak and its steps beside its name, such as { kind: "${
    known ? name : "cosine"
  }", peak: 3e-4, steps: 1000 }: current value is "${name}"`;
}
