import { join } from "node:path";
import { writeFullySync } from "../base/mod.ts";
import { read } from "./_runs.ts";

/** Numbers in a piece of memory. */
const CHUNK = 1 << 22;
/** So many numbers stay in memory: 256 MB. */
const HELD = 16 * CHUNK;
/** So many are gathered before they are written. */
const GATHERED = 1 << 20;

/** Sets of numbers by the ordinals of their documents: the first in memory, what is beyond in a file. */
export class Shelf implements Disposable {
  #chunks: Uint32Array[] = [];
  /** Where a set begins: below HELD in memory, from there on in the file. */
  #starts: Float64Array;
  #lengths: Uint32Array;
  #next = 0;
  #path: string;
  #file: Deno.FsFile | undefined;
  #gathered = new Uint32Array();
  #fill = 0;
  #written = 0;

  /** A shelf for documents below `count`; its file lies in `folder`. */
  constructor(folder: string, count: number) {
    this.#path = join(folder, "sets");
    this.#starts = new Float64Array(count);
    this.#lengths = new Uint32Array(count);
  }

  /** Put a document's set there. */
  put(ordinal: number, set: Uint32Array): void {
    this.#lengths[ordinal] = set.length;
    if (this.#next % CHUNK + set.length > CHUNK) this.#next = Math.ceil(this.#next / CHUNK) * CHUNK;
    if (set.length <= CHUNK && this.#next + set.length <= HELD) {
      const chunk = this.#chunks[Math.floor(this.#next / CHUNK)] ??= new Uint32Array(CHUNK);
      chunk.set(set, this.#next % CHUNK);
      this.#starts[ordinal] = this.#next;
      this.#next += set.length;
      return;
    }
    if (this.#fill + set.length > this.#gathered.length) this.#flush();
    this.#starts[ordinal] = HELD + this.#written + this.#fill;
    if (set.length > GATHERED) return this.#write(set);
    this.#gathered.set(set, this.#fill);
    this.#fill += set.length;
  }

  /** The set of a document that was put there. */
  get(ordinal: number): Uint32Array {
    const start = this.#starts[ordinal];
    const length = this.#lengths[ordinal];
    if (start < HELD) {
      return this.#chunks[Math.floor(start / CHUNK)].subarray(start % CHUNK, start % CHUNK + length);
    }
    if (this.#fill > 0) this.#flush();
    this.#file!.seekSync(4 * (start - HELD), Deno.SeekMode.Start);
    return read(this.#file!, new Uint32Array(length));
  }

  #flush(): void {
    if (this.#gathered.length === 0) this.#gathered = new Uint32Array(GATHERED);
    const gathered = this.#gathered.subarray(0, this.#fill);
    this.#fill = 0;
    this.#write(gathered);
  }

  #write(values: Uint32Array): void {
    this.#file ??= Deno.openSync(this.#path, { read: true, write: true, create: true, truncate: true });
    this.#file.seekSync(4 * this.#written, Deno.SeekMode.Start);
    writeFullySync(this.#file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.#written += values.length;
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    if (this.#file) Deno.removeSync(this.#path);
  }
}
