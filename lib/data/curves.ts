import { described, type Description, type LossCurve, ofKind, takes } from "../base/mod.ts";
import {
  knowColumns,
  type KnownLog,
  list,
  type LogColumns,
  type RunRows,
  unknownColumn,
} from "./_log_columns.ts";
import { readLogs } from "./_log_files.ts";
import { type GivenSchedule, ratesBy, type RatesOf } from "./_given_rates.ts";
import { everyRate, type Logged, numberOf, standing, wrong } from "./_run_series.ts";

/** Options of {@linkcode readCurves}. */
export interface ReadCurvesOptions {
  /** What the columns are called. @default {guessed by the names that loggers use; `notes` say the guess} */
  columns?: LogColumns;
  /**
   * The schedule that the runs followed, from `midtrain/schedule` or in its JSON form, such as
   * `{ kind: "cosine", peak: 3e-4, steps: 1000 }`; or one by run: instead of the learning rates in the file, or where it
   * has none.
   */
  schedule?: GivenSchedule | Readonly<Record<string, GivenSchedule>>;
  /** The exact learning rates of a run, instead of those in the file. */
  learningRates?: (run: string, steps: number) => Float64Array;
}

/** Curves, and how they were read. */
export interface ReadCurves extends Array<LossCurve<Float64Array>> {
  /** What was taken for what, what was left out, and how often: a sentence each. Not enumerated. */
  readonly notes: readonly string[];
}

/**
 * Read loss curves as people have them: CSV (with W&B's exports, a row a step or a column a run), JSON Lines (of this kit,
 * OLMo-core, nanotron and most others), `trainer_state.json` of transformers, TensorBoard's event files, run folders of
 * this kit. What a file is follows from what it holds. Several files or folders may be given; rows of runs with one name
 * are put together, so that losses may come from one export and rates from another.
 *
 * Where steps go back the run was resumed: what it logs later stands, and `notes` say how much was dropped. Losses that are
 * empty, NaN or infinite are left out and counted. Training losses are read where there are any; `columns.loss` may name
 * an evaluation's.
 *
 * A law needs the learning rate of every step: between logged steps it is interpolated, before the first and after the last
 * it is held, over a tenth of the run at most: a branch that starts late has a past of its own. Where that is too coarse, or
 * the rate was not logged, give `schedule` or `learningRates`.
 *
 * @param paths A file, a folder, or a list of them.
 * @returns The curves in the order in which their runs appear.
 * @throws {SyntaxError} If there is no row, a row is malformed, a loss is not positive, a rate is negative, or a run's steps
 * are in no order; the message names the line.
 * @throws {RangeError} If a column is missing or might be several, or a run logs no learning rate over a tenth of its steps.
 * @throws {Deno.errors.InvalidData} If a file is in another format.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readCurves } from "midtrain/data";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "run,step,lr,loss\na,0,0.1,\na,2,0.3,4.5\n");
 * const [curve] = await readCurves(path);
 * assert.deepEqual([...curve!.learningRates], [0.1, 0.2, 0.3]);
 * assert.deepEqual([...curve!.losses], [4.5]);
 * ```
 * @example A W&B export without the learning rate
 * ```ts
 * import assert from "node:assert/strict";
 * import { readCurves } from "midtrain/data";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * const header = "Step,long - train/loss,long - train/loss__MIN,long - train/loss__MAX";
 * await Deno.writeTextFile(path, `${header}\n0,5,5,5\n1,4,4,4\n`);
 * const curves = await readCurves(path, { schedule: (step) => step === 0 ? 1e-3 : 5e-4 });
 * assert.deepEqual([curves[0]!.name, ...curves[0]!.losses], ["long", 5, 4]);
 * assert.match(curves.notes[0]!, /a W&B export, a column a run: step "Step", loss "train\/loss"/);
 * ```
 */
export async function readCurves(
  paths: string | readonly string[],
  options: ReadCurvesOptions = {},
): Promise<ReadCurves> {
  takes("Cannot read curves", options, "columns?, schedule?, learningRates?");
  const { columns = {}, schedule, learningRates } = options;
  takes("Cannot read curves", columns, "step?, loss?, learningRate?, run?");
  if (Array.isArray(paths)) ofKind("Cannot read curves", { paths }, "a list of texts");
  else ofKind("Cannot read curves", { path: paths }, "a text");
  if (learningRates) ofKind("Cannot read curves", { learningRates }, "a function");
  const given = typeof paths === "string" ? [paths] : paths;
  if (given.length === 0) {
    throw new RangeError("Cannot read curves as a file must be given: the list is empty");
  }
  const { logs, notes } = await readLogs(given);
  const known = logs.map((log) => knowColumns(log, columns));
  checkColumns(known, columns, schedule !== undefined || learningRates !== undefined);
  const runs = new Map<string, RunValues>();
  for (const one of known) for (const run of one.runs) collect(one, run, runs);
  const ratesOf = learningRates ?? (schedule === undefined ? undefined : ratesBy(schedule, [...runs.keys()]));
  const curves: LossCurve<Float64Array>[] = [];
  const said: string[] = [];
  for (const [name, values] of runs) {
    const curve = curveOf(name, values, { ratesOf, notes: said });
    if (curve) curves.push(curve);
  }
  const path = given.join(", ");
  if (curves.length === 0) throw new SyntaxError(`Cannot read ${path} as a run must hold a loss: none does`);
  const all = [
    ...known.map(saidOf),
    ...known.flatMap((one) => [...one.notes, ...one.log.notes]),
    ...notes,
    ...said,
  ];
  Object.defineProperty(curves, "notes", { value: [...new Set(all)] });
  return described(curves as ReadCurves, tellCurves);
}

function tellCurves(curves: ReadCurves): Description {
  return [
    {
      rows: curves.map(({ name, learningRates, steps, losses }) => ({
        "run": name,
        "steps": learningRates.length,
        "losses": losses.length,
        "peak rate": learningRates.reduce((a, b) => Math.max(a, b), 0),
        "last rate": learningRates.at(-1)!,
        "last loss (nats)": losses.at(-1)!,
        "at step": steps.at(-1)!,
      })),
    },
    ...curves.notes,
  ];
}

function saidOf({ log: { path }, format, columns, runs }: KnownLog): string {
  const roles = (["step", "loss", "learningRate", "run"] as const).flatMap((role) =>
    columns[role] === undefined
      ? []
      : [`${role === "learningRate" ? "learning rate" : role} "${columns[role]}"`]
  );
  return `${path} was read as ${format}: ${roles.join(", ")}${
    runs.length > 1 ? `, ${runs.length} runs` : ""
  }`;
}

/** Refuse what has no steps, or no losses or rates at all. */
function checkColumns(known: readonly KnownLog[], given: LogColumns, ratesGiven: boolean): void {
  const every = [...new Set(known.flatMap(({ metrics }) => metrics))];
  const path = known.map(({ log }) => log.path).join(", ");
  for (const [role, name] of Object.entries(given)) {
    if (name !== undefined && !every.includes(name)) {
      throw new RangeError(`Cannot read ${path} as ${unknownColumn(role, name, every)}`);
    }
  }
  for (const { log, columns, metrics } of known) {
    if (log.rows.length === 0) {
      throw new SyntaxError(`Cannot read ${log.path} as it must hold a row: there is none`);
    }
    if (columns.step === undefined) {
      throw new RangeError(
        `Cannot read ${log.path} as the step's column must be one of ${
          list(metrics)
        }: none of them counts steps by its name; ` +
          "give columns.step",
      );
    }
    if (columns.loss === undefined && columns.learningRate === undefined) {
      throw new RangeError(
        `Cannot read ${log.path} as the loss's column must be one of ${
          list(metrics)
        }: none of them is a loss by its name; ` +
          "give columns.loss",
      );
    }
  }
  if (known.every(({ columns }) => columns.loss === undefined)) {
    throw new RangeError(
      `Cannot read ${path} as the loss's column must be one of ${
        list(every)
      }: none of them is a loss by its name; ` +
        "give columns.loss, or the file with the losses beside this one",
    );
  }
  if (!ratesGiven && known.every(({ columns }) => columns.learningRate === undefined)) {
    throw new RangeError(
      `Cannot read ${path} as the learning rate's column must be one of ${
        list(every)
      }: none of them is a learning rate by its name; ` +
        "give columns.learningRate, a second file that has it, or the schedule that was followed, such as schedule: wsd({ peak: 3e-4, steps: 1000, decayFraction: 0.1 })",
    );
  }
}

/** What one run logged. */
interface RunValues {
  loss: Logged[];
  rate: Logged[];
  /** Rows that have a place for a loss and none in it. */
  empty: number;
  /** Losses that are NaN or infinite. */
  broken: Logged[];
  path: string;
}

function collect({ log, columns, wide }: KnownLog, run: RunRows, runs: Map<string, RunValues>): void {
  const { path } = log;
  const values = runs.get(run.run) ?? { loss: [], rate: [], empty: 0, broken: [], path };
  const comma = /semicolons|tabs/.test(log.format);
  const stepColumn = run.columnOf(columns.step!);
  for (const { cells, at } of run.rows) {
    const read = (column: string | undefined, decimal: boolean) => {
      if (column === undefined) return undefined;
      const name = run.columnOf(column);
      return name in cells
        ? numberOf(cells[name], { path, at, column: name, comma: comma && decimal })
        : undefined;
    };
    const loss = read(columns.loss, true);
    const rate = read(columns.learningRate, true);
    if (loss === undefined && columns.loss !== undefined && !wide && run.columnOf(columns.loss) in cells) {
      values.empty++;
    }
    if (loss === undefined && rate === undefined) continue;
    const step = numberOf(cells[stepColumn], { path, at, column: stepColumn });
    if (step === undefined) {
      throw wrong(run.run, { path, at }, `must have a step: column ${stepColumn} is empty`);
    }
    const place = { step, path, at };
    if (loss !== undefined && Number.isFinite(loss)) values.loss.push({ ...place, value: loss });
    else if (loss !== undefined) values.broken.push({ ...place, value: loss });
    if (rate !== undefined && Number.isFinite(rate)) values.rate.push({ ...place, value: rate });
  }
  runs.set(run.run, values);
}

/** The curve of a run; undefined where it has no loss, which a note says. */
function curveOf(
  name: string,
  { loss, rate, empty, broken, path }: RunValues,
  { ratesOf, notes }: { ratesOf: RatesOf | undefined; notes: string[] },
): LossCurve<Float64Array> | undefined {
  for (const one of loss) {
    if (one.value <= 0) throw wrong(name, one, `must have a loss > 0: current value is ${one.value}`);
  }
  for (const one of rate) {
    if (one.value < 0) {
      throw wrong(name, one, `must have a learning rate >= 0: current value is ${one.value}`);
    }
  }
  const losses = standing(name, loss);
  const rates = standing(name, rate);
  if (losses.dropped > 0) {
    notes.push(
      `Run ${name} was resumed: ${count(losses.dropped, "loss", "losses")} logged before it went back ${
        losses.dropped === 1 ? "was" : "were"
      } dropped for the later ones`,
    );
  }
  if (broken.length > 0) {
    notes.push(
      `Run ${name} has ${count(broken.length, "loss", "losses")} of NaN or infinity, the first at step ${
        broken[0].step
      } (${broken[0].at}): left out`,
    );
  }
  if (empty > 0 && loss.length > 0) {
    notes.push(
      `Run ${name} has ${count(empty, "row", "rows")} without a loss beside ${loss.length} with one`,
    );
  }
  if (losses.kept.length === 0) {
    notes.push(`Run ${name} in ${path} has no loss and was left out`);
    return undefined;
  }
  const length = Math.max(losses.kept.at(-1)!.step, ratesOf ? 0 : rates.kept.at(-1)?.step ?? 0) + 1;
  if (!ratesOf && rates.kept.length === 0) {
    throw new RangeError(
      `Cannot read ${path} as run ${name} must have learning rates: none was logged; give schedule, or a file that has them under the same name`,
    );
  }
  const given = ratesOf?.(name, length);
  const { rates: learningRates, heldSteps } = given
    ? { rates: given, heldSteps: 0 }
    : everyRate(name, rates.kept, { length, notes });
  return {
    name,
    learningRates,
    ...(heldSteps > 0 ? { heldSteps } : {}),
    steps: Float64Array.from(losses.kept, ({ step }) => step),
    losses: Float64Array.from(losses.kept, ({ value }) => value),
  };
}

function count(n: number, one: string, more: string): string {
  return `${n} ${n === 1 ? one : more}`;
}
