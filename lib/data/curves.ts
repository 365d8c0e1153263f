import { type LossCurve, ofKind, percent, takes } from "../base/mod.ts";
import { readText } from "./_bytes.ts";
import { readCsv, Table } from "./csv.ts";

/** Options of {@linkcode readCurves}. */
export interface ReadCurvesOptions {
  /** The exact learning rates of a run, instead of those in the file. */
  learningRates?: (run: string, steps: number) => Float64Array;
}

/**
 * Read loss curves of your own from a CSV with the columns `step`, `loss` and `lr`, and `run` where it holds several; or
 * from JSON Lines with those keys. A row may leave the loss empty (null) and give only the learning rate.
 *
 * A law needs the learning rate of every step: between logged steps it is interpolated, before the first it is held, over a
 * tenth of the run at most: a branch that starts late has a past of its own. Where that is too coarse, give `learningRates`, for example `sampleSchedule(schedule, steps)`.
 *
 * @throws {SyntaxError} If there is no row, a row is malformed, a loss is not positive, a rate is negative, or a run's steps do
 * not ascend; the message names the line.
 * @throws {RangeError} If a column is missing, or a run logs no learning rate over the first tenth of its steps.
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
 */
export async function readCurves(
  path: string,
  options: ReadCurvesOptions = {},
): Promise<LossCurve<Float64Array>[]> {
  takes("Cannot read curves", options, "learningRates?");
  ofKind("Cannot read curves", { path }, "a text");
  const table = /\.csv(?:\.gz|\.zstd?)?$/i.test(path)
    ? await readCsv(path)
    : jsonTable(await readText(path, "CSV or JSON"), path);
  for (const column of ["step", "loss", ...options.learningRates ? [] : ["lr"]]) {
    if (!table.columns.includes(column)) {
      throw new RangeError(
        `Cannot read ${path} as the column must be one of ${
          table.columns.join(", ")
        }: current value is "${column}"; ` +
          "curves are columns step, loss and lr, and run where there are several, a row for each step of a run",
      );
    }
  }
  const names = table.columns.includes("run") ? table.text("run") : table.text("step").map(() => "run");
  const steps = table.numbers("step");
  const losses = table.numbers("loss", { empty: NaN });
  const rates = options.learningRates ? undefined : table.numbers("lr");
  const wrong = (row: number, what: string) =>
    new SyntaxError(`Cannot read ${path} as line ${table.line(row)}, run ${names[row]}, ${what}`);
  if (table.length === 0) throw new SyntaxError(`Cannot read ${path} as it must hold a row: there is none`);
  for (let row = 0; row < table.length; row++) {
    if (losses[row] <= 0) throw wrong(row, `must have a loss > 0: current value is ${losses[row]}`);
    if (rates && rates[row] < 0) {
      throw wrong(row, `must have a learning rate >= 0: current value is ${rates[row]}`);
    }
    if (!(Number.isInteger(steps[row]) && steps[row] >= 0 && steps[row] <= MOST_STEPS)) {
      throw wrong(
        row,
        `must have a step that is a whole number from 0 to ${MOST_STEPS}, not of tokens: current value is ${
          steps[row]
        }`,
      );
    }
  }
  return [...new Set(names)].map((name) => {
    const rows = names.flatMap((other, i) => other === name ? [i] : []);
    const late = rows.find((row, i) => i > 0 && steps[row] <= steps[rows[i - 1]]);
    if (late !== undefined) {
      const before = steps[rows[rows.indexOf(late) - 1]];
      throw wrong(late, `must have a step above the one before it: ${steps[late]} follows ${before}`);
    }
    const measured = rows.filter((row) => !Number.isNaN(losses[row]));
    const length = steps[rows.at(-1)!] + 1;
    const first = steps[rows[0]];
    if (rates && first > Math.max(HELD_SHARE * length, 100)) {
      throw new RangeError(
        `Cannot read ${path} as run ${name} logs no learning rate before step ${first}, ${
          percent(first / length, 0)
        } of its steps, and a law needs that of every step: give learningRates, or the rows of the run that it branched from`,
      );
    }
    const learningRates = options.learningRates?.(name, length) ??
      interpolate(rows.map((row) => steps[row]), rows.map((row) => rates![row]));
    return {
      name,
      learningRates,
      steps: Float64Array.from(measured, (row) => steps[row]),
      losses: Float64Array.from(measured, (row) => losses[row]),
    };
  });
}

/** The first logged rate stands for the steps before it; a longer stretch of more than a hundred is no start but a branch's past. */
const HELD_SHARE = 0.1;

/** A rate is held for every step; more of them are tokens by mistake. */
const MOST_STEPS = 1e8;

function interpolate(steps: number[], rates: number[]): Float64Array {
  const filled = new Float64Array(steps.at(-1)! + 1).fill(rates[0]);
  for (let i = 1; i < steps.length; i++) {
    const from = steps[i - 1];
    const width = steps[i] - from;
    for (let k = 1; k <= width; k++) {
      filled[from + k] = rates[i - 1] + (rates[i] - rates[i - 1]) * k / width;
    }
  }
  return filled;
}

/** JSON Lines as a table; what they hold of the four columns. */
function jsonTable(text: string, path: string): Table {
  const records: Record<string, unknown>[] = [];
  const lines: number[] = [];
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    try {
      const record = JSON.parse(line);
      if (typeof record !== "object" || record === null) throw new SyntaxError("it is not an object");
      records.push(record);
      lines.push(i + 1);
    } catch (error) {
      throw new SyntaxError(
        `Cannot read ${path} as line ${i + 1} must be a JSON object: ${(error as Error).message}`,
      );
    }
  });
  const columns = ["run", "step", "loss", "lr"].filter((column) =>
    records.length === 0 || records.some((record) => column in record)
  );
  const rows = records.map((record) => columns.map((column) => String(record[column] ?? "")));
  return new Table(columns, rows, lines, path);
}
