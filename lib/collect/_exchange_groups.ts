import { Buffer } from "node:buffer";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** So many numbers of questions share a file: of the largest site, about 20 MB. */
const span = 1 << 14;

/**
 * Rows by the question that they belong to, in bounded memory: those held are written to files, a range of questions each,
 * when they are more than the limit, and come back a range at a time.
 */
export class Groups implements Disposable {
  readonly #parent: string;
  readonly #maxBytes: number;
  #folder: string | undefined;
  readonly #held = new Map<number, Uint8Array[]>();
  readonly #spilled = new Set<number>();
  #bytes = 0;

  /** @param parent The folder in which they are written. */
  constructor(parent: string, maxBytes: number) {
    this.#parent = parent;
    this.#maxBytes = maxBytes;
  }

  /** Keep a row of a question. */
  add(question: number, row: Uint8Array): void {
    const range = Math.floor(question / span);
    const record = new Uint8Array(12 + row.length);
    const view = new DataView(record.buffer);
    view.setFloat64(0, question);
    view.setUint32(8, row.length);
    record.set(row, 12);
    const held = this.#held.get(range);
    if (held) held.push(record);
    else this.#held.set(range, [record]);
    // What an array costs counts too.
    this.#bytes += record.length + 200;
    if (this.#bytes > this.#maxBytes) this.#spill();
  }

  /** The rows of each question, by its number, in the order in which they came. */
  *[Symbol.iterator](): Generator<[question: number, rows: Uint8Array[]]> {
    const ranges = [...new Set([...this.#held.keys(), ...this.#spilled])].sort((a, b) => a - b);
    for (const range of ranges) {
      const groups = new Map<number, Uint8Array[]>();
      const parts = this.#spilled.has(range) ? [readFileSync(this.#fileOf(range))] : [];
      for (const part of [...parts, ...this.#held.get(range) ?? []]) {
        const view = new DataView(part.buffer, part.byteOffset, part.length);
        for (let at = 0; at < part.length;) {
          const question = view.getFloat64(at);
          const end = at + 12 + view.getUint32(at + 8);
          const row = part.subarray(at + 12, end);
          const group = groups.get(question);
          if (group) group.push(row);
          else groups.set(question, [row]);
          at = end;
        }
      }
      this.#held.delete(range);
      for (const question of [...groups.keys()].sort((a, b) => a - b)) {
        yield [question, groups.get(question)!];
      }
    }
  }

  /** Remove the files. */
  [Symbol.dispose](): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #spill(): void {
    this.#folder ??= mkdtempSync(join(this.#parent, "stack-exchange-"));
    for (const [range, records] of this.#held) {
      appendFileSync(this.#fileOf(range), Buffer.concat(records));
      this.#spilled.add(range);
    }
    this.#held.clear();
    this.#bytes = 0;
  }

  #fileOf(range: number): string {
    return join(this.#folder!, `${range}`);
  }
}
