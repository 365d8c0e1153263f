import { join } from "node:path";

/** The arrays that lie in shards. */
type Values = Uint8Array | Uint16Array | Uint32Array;

/** A value for each token, which stays on disk; a file is open only while it is read. */
export class Sharded<A extends Values> {
  readonly length: number;
  readonly #Array: { new (length: number): A; readonly BYTES_PER_ELEMENT: number };
  /** Where each shard begins, and its file. */
  readonly #shards: { first: number; path: string }[] = [];

  constructor(
    folder: string,
    shards: readonly { name: string; tokens: number }[],
    ending: string,
    Array: { new (length: number): A; readonly BYTES_PER_ELEMENT: number },
  ) {
    this.#Array = Array;
    let first = 0;
    for (const { name, tokens } of shards) {
      this.#shards.push({ first, path: join(folder, `${name}.${ending}`) });
      first += tokens;
    }
    this.length = first;
  }

  subarray(start: number, end: number): A {
    const from = Math.min(start, this.length);
    const values = new this.#Array(Math.max(0, Math.min(end, this.length) - from));
    const bytes = new Uint8Array(values.buffer);
    const width = this.#Array.BYTES_PER_ELEMENT;
    for (let n = 0; n < bytes.length;) {
      const at = from + n / width;
      const shard = this.#shards.findLast(({ first }) => first <= at)!;
      const next = this.#shards[this.#shards.indexOf(shard) + 1]?.first ?? this.length;
      const part = bytes.subarray(n, Math.min(bytes.length, n + (next - at) * width));
      readWhole(shard.path, (at - shard.first) * width, part);
      n += part.length;
    }
    return values;
  }
}

/** Fill `bytes` from a place in a file, which is open only meanwhile. */
export function readWhole(path: string, at: number, bytes: Uint8Array): void {
  using file = Deno.openSync(path);
  file.seekSync(at, Deno.SeekMode.Start);
  for (let n = 0; n < bytes.length;) {
    const more = file.readSync(bytes.subarray(n));
    if (more === null) {
      throw new SyntaxError(`Cannot read ${path} as it must hold byte ${at + n}: it ends before`);
    }
    n += more;
  }
}
