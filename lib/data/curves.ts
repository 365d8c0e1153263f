import type { LossCurve } from "../base/mod.ts";
import { readCsv, Table } from "./csv.ts";
import { findFile, listFiles } from "./datasets.ts";

/** A model size of the multi-power law's public curves, in million parameters. */
export type MultiPowerSize = 25 | 100 | 400;

/**
 * The nine curves of one model size behind the multi-power law (arXiv 2503.12811): peak 3e-4, 2,160 warm-up steps.
 *
 * Learning rates are rebuilt from the names, as the authors do (their `lr` column starts after the warm-up); a last row at
 * the schedule's very end is left out, as they do.
 *
 * @throws {Deno.errors.NotFound} If the data set is nowhere.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { available, readMultiPowerCurves } from "midtrain/data";
 *
 * if (await available("multi-power-law")) {
 *   const curves = await readMultiPowerCurves(100);
 *   assert(curves.some(({ name }) => name === "cosine_24000"));
 * }
 * ```
 */
export async function readMultiPowerCurves(size: MultiPowerSize): Promise<LossCurve[]> {
  const files = (await listFiles("multi-power-law")).filter((path) => path.startsWith(`csv_${size}/`));
  return await Promise.all(files.map(async (path) => {
    const name = path.slice(path.indexOf("/") + 1, -".csv".length);
    const learningRates = multiPowerRates(name);
    const table = await readCsv(await findFile("multi-power-law", path));
    const steps = table.numbers("step");
    const losses = table.numbers("loss");
    const count = steps.findIndex((step) => step >= learningRates.length);
    return {
      name,
      learningRates,
      steps: Uint32Array.from(count < 0 ? steps : steps.subarray(0, count)),
      losses: count < 0 ? losses : losses.slice(0, count),
    };
  }));
}

/** The learning rates behind a file of the multi-power law's repository. */
export function multiPowerRates(name: string): Float64Array {
  const PEAK = 3e-4;
  const FLOOR = 3e-5;
  const WARMUP = 2160;
  const [shape, first, second] = name.split("_") as [string, string, string?];
  const steps = shape === "wsdcon" ? 16_000 : Number(second ?? first);
  const turn = shape === "wsdcon" ? 8000 : Number(first);
  const after: Record<string, (step: number) => number> = {
    constant: () => PEAK,
    cosine: (step) =>
      FLOOR + (PEAK - FLOOR) * (1 + Math.cos(Math.PI * (step - WARMUP) / (steps - WARMUP))) / 2,
    wsd: (step) => step < turn ? PEAK : PEAK * (FLOOR / PEAK) ** ((step - turn) / (steps - turn)),
    wsdld: (step) => step < turn ? PEAK : PEAK + (FLOOR - PEAK) * (step - turn) / (steps - turn),
    wsdcon: (step) => step < turn ? PEAK : Number(first) * 1e-5,
  };
  const rate = after[shape];
  if (!rate) {
    throw new RangeError(
      `Cannot rebuild learning rates as the schedule is not known: current value is ${name}`,
    );
  }
  return Float64Array.from(
    { length: steps },
    (_, step) => step < WARMUP ? PEAK * step / (WARMUP - 1) : rate(step),
  );
}

/** Options of {@linkcode readCurves}. */
export interface ReadCurvesOptions {
  /** The exact learning rates of a run, instead of those in the file. */
  learningRates?: (run: string, steps: number) => Float64Array;
}

/**
 * Read loss curves of your own from a CSV with the columns `step`, `loss` and `lr`, and `run` where it holds several; or
 * from JSON Lines with those keys. A row may leave the loss empty (null) and give only the learning rate.
 *
 * A law needs the learning rate of every step: between logged steps it is interpolated, before the first it is held. Where
 * that is too coarse, give `learningRates`, for example `sampleSchedule(schedule, steps)`.
 *
 * @throws {SyntaxError} If there is no row, a row is malformed, a loss is not positive, a rate is negative, or a run's steps do
 * not ascend; the message names the line.
 * @throws {RangeError} If a column is missing.
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
export async function readCurves(path: string, options: ReadCurvesOptions = {}): Promise<LossCurve[]> {
  const table = path.endsWith(".csv") ? await readCsv(path) : jsonTable(await Deno.readTextFile(path), path);
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
    const learningRates = options.learningRates?.(name, length) ??
      interpolate(rows.map((row) => steps[row]), rows.map((row) => rates![row]));
    return {
      name,
      learningRates,
      steps: Uint32Array.from(measured, (row) => steps[row]),
      losses: Float64Array.from(measured, (row) => losses[row]),
    };
  });
}

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
