import { pipeline, Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";

const magic = 0xfd2fb528;
const skippable = 0x184d2a50;

type State = "magic" | "skippable" | "descriptor" | "block";

/**
 * Decompress a zstd stream of any number of frames. The runtime's decompressor stops after the first frame, and ends
 * without an error where bytes are cut off, so that a damaged file would read as a short one.
 *
 * @throws {Error} If the bytes are no whole frames.
 */
export async function* decompressZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const frame of splitFrames(source)) {
    yield* pipeline(Readable.from(frame), createZstdDecompress(), () => {});
  }
}

async function* splitFrames(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<AsyncGenerator<Uint8Array>> {
  const chunks = source[Symbol.asyncIterator]();
  const frames = new Frames();
  const next = async () => (await chunks.next()).value as Uint8Array | undefined;
  let rest = await next();
  async function* frame() {
    while (rest) {
      const end = frames.push(rest);
      const part = end < 0 ? rest : rest.subarray(0, end);
      rest = end < 0 || end === rest.length ? await next() : rest.subarray(end);
      yield part;
      if (end >= 0) return;
    }
    throw new Error("Zstd decompress error: the last frame has no end");
  }
  try {
    while (rest) yield frame();
  } finally {
    await chunks.return?.();
  }
}

/** Follows the parts of frames (RFC 8878, section 3.1) to tell where one ends. */
class Frames {
  #header: number[] = [];
  #needed = 4;
  #skip = 0;
  #state: State = "magic";
  #checksum = false;
  #ending = false;

  /** Read on up to the end of a frame: where that is, or -1 when it lies beyond. */
  push(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length;) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
      } else {
        this.#header.push(chunk[at++]);
        if (this.#header.length === this.#needed) this.#parse();
      }
      if (this.#ending && this.#skip === 0) {
        this.#ending = false;
        this.#expect("magic", 4);
        return at;
      }
    }
    return -1;
  }

  #parse(): void {
    const value = this.#header.reduceRight((sum, byte) => sum * 256 + byte, 0);
    const first = this.#header[0];
    this.#header = [];
    switch (this.#state) {
      case "magic":
        if (value === magic) this.#expect("descriptor", 1);
        else if (value - value % 16 === skippable) this.#expect("skippable", 4);
        else throw new Error("Zstd decompress error: there is no frame");
        return;
      case "skippable":
        this.#skip = value;
        this.#ending = true;
        return;
      case "descriptor": {
        const single = (first >> 5) & 1;
        const size = first >> 6;
        this.#checksum = (first & 4) !== 0;
        this.#skip = (single ? 0 : 1) + [0, 1, 2, 4][first & 3] + (size === 0 ? single : 1 << size);
        return this.#expect("block", 3);
      }
      case "block": {
        // A run-length block holds one byte, whatever its size says.
        this.#skip = ((value >> 1) & 3) === 1 ? 1 : value >> 3;
        if ((value & 1) === 0) return this.#expect("block", 3);
        if (this.#checksum) this.#skip += 4;
        this.#ending = true;
        return;
      }
    }
  }

  #expect(state: State, bytes: number): void {
    this.#state = state;
    this.#needed = bytes;
  }
}
