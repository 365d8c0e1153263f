import { type Json, plain } from "../base/mod.ts";
import { explainFullDisk } from "./_full_disk.ts";
import type { SweepRow } from "./sweep.ts";

/** A JSONL table that one process at a time appends to. */
export class SweepTable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  /** The newest row of every key. */
  readonly rows = new Map<string, SweepRow>();

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Open a table, or make it. A last line that a kill cut short is cut off.
   *
   * @throws {RangeError} If a sweep is at work on it.
   * @throws {SyntaxError} If a line is no row.
   */
  static async open(path: string): Promise<SweepTable> {
    const table = new SweepTable(path, await Deno.open(path, { read: true, write: true, create: true }));
    try {
      if (!await table.#file.tryLock(true)) {
        throw new RangeError(`Cannot sweep into ${path} as one sweep must own it: another is at work on it`);
      }
      const text = await Deno.readTextFile(path);
      const whole = text.lastIndexOf("\n") + 1;
      text.slice(0, whole).split("\n").slice(0, -1).forEach((line, i) => {
        const row = parse(line);
        if (!row) {
          throw new SyntaxError(
            `Cannot sweep into ${path} as every line must be a row of a sweep: line ${i + 1} is ${
              line.slice(0, 60)
            }`,
          );
        }
        table.rows.set(row.key, row);
      });
      const bytes = new TextEncoder().encode(text.slice(0, whole)).length;
      await table.#file.truncate(bytes);
      await table.#file.seek(bytes, Deno.SeekMode.Start);
      return table;
    } catch (error) {
      table[Symbol.dispose]();
      throw error;
    }
  }

  /** Add a row; it is on the disk when this returns. */
  append(row: SweepRow): void {
    const line = new TextEncoder().encode(JSON.stringify(row) + "\n");
    try {
      for (let n = 0; n < line.length;) n += this.#file.writeSync(line.subarray(n));
      this.#file.syncDataSync();
    } catch (error) {
      throw explainFullDisk(error, `Cannot sweep into ${this.#path}`);
    }
    this.rows.set(row.key, row);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function parse(line: string): SweepRow | undefined {
  try {
    const row = JSON.parse(line);
    return typeof row?.key === "string" && (row.status === "done" || row.status === "failed")
      ? row
      : undefined;
  } catch {
    return undefined;
  }
}

/** Nested objects as one level, names joined by dots: `{ gain: { low: 1 } }` as `{ "gain.low": 1 }`. */
export function flatten(value: unknown, prefix = ""): Record<string, Json> {
  const flat: Record<string, Json> = {};
  for (const [name, member] of Object.entries(plain(value) as Record<string, Json>)) {
    if (typeof member === "object" && member !== null && !Array.isArray(member)) {
      Object.assign(flat, flatten(member, `${prefix}${name}.`));
    } else flat[prefix + name] = member;
  }
  return flat;
}
