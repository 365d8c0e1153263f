import { exists } from "../base/mod.ts";
import type { StepRecord } from "./train.ts";

/** A log open for appending; call it with a record, close it at the end. */
export interface LogWriter {
  (record: StepRecord): void;
  /** Flush and close the file. */
  close(): void;
}

/**
 * Read a training log, one JSON record a line. A last line that a kill cut short is left out.
 *
 * @throws {SyntaxError} If another line is not JSON.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readLog } from "midtrain/anneal";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"step":0,"loss":5.5}\n{"step":1,"lo');
 * assert.equal((await readLog(path)).length, 1);
 * ```
 */
export async function readLog(path: string): Promise<StepRecord[]> {
  const lines = (await Deno.readTextFile(path)).split("\n"), last = lines.pop()!;
  const records = lines.map((line, i) => {
    try {
      return JSON.parse(line) as StepRecord;
    } catch {
      throw new SyntaxError(
        `Cannot read ${path} as every line must be JSON: line ${i + 1} is ${line.slice(0, 60)}`,
      );
    }
  });
  void last;
  return records;
}

/** Open a log that a run beginning at `step` may write: a new file, or one that ends just before it. */
export async function appendLog(path: string, step: number): Promise<LogWriter> {
  if (await exists(path)) {
    const next = ((await readLog(path)).at(-1)?.step ?? -1) + 1;
    if (next !== step) {
      throw new RangeError(
        `Cannot write the log ${path} as it must be new or end at step ${step - 1}: it ends at step ${
          next - 1
        }`,
      );
    }
  }
  const file = await Deno.open(path, { create: true, append: true }), encoder = new TextEncoder();
  const append = (record: StepRecord) => {
    const line = encoder.encode(JSON.stringify(record) + "\n");
    for (let n = 0; n < line.length;) n += file.writeSync(line.subarray(n));
  };
  return Object.assign(append, { close: () => file.close() });
}
