import { Buffer } from "node:buffer";
import { crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import type { InflateRaw } from "node:zlib";

/** A piece of a decompressed file. */
export interface Piece {
  bytes: Uint8Array;
  /** Where in the stored file the gzip member begins that the piece is of. */
  offset: number;
  /** Where the member ends, on its last piece. */
  end?: number;
}

const chunkBytes = 1 << 20;
/** A member that is larger than this, stored or decompressed, is read in pieces. */
const wholeBytes = 4 << 20;
/** So much is decompressed at once of such a member; it may hold a thousand times more. */
const stepBytes = 1 << 14;

/**
 * The members of a gzip file one after the other, each with the byte where it begins, in constant memory. The runtime's
 * gunzip reads all of them as one; an archive's records are found again by where theirs begins.
 *
 * @throws {Deno.errors.InvalidData} If the bytes are damaged or cut off; the message names the byte.
 */
export async function* readMembers(path: string, from: number): AsyncGenerator<Piece> {
  using file = await Deno.open(path);
  await file.seek(from, Deno.SeekMode.Start);
  const window = new Window(file, from);
  const damaged = (at: number, why: string) =>
    new Deno.errors.InvalidData(
      `Cannot read ${path} as its compressed bytes are damaged or cut off: gzip: ${why}: byte ${at}`,
    );
  const check = async (crc: number, size: number) => {
    if (!await window.fill(8)) throw damaged(window.offset + window.length, "the last member has no end");
    const end = new DataView(window.bytes.buffer, window.bytes.byteOffset);
    if (end.getUint32(0, true) !== crc || end.getUint32(4, true) !== size) {
      throw damaged(window.offset, "the checksum of a member is wrong");
    }
    window.skip(8);
  };
  for (;;) {
    await window.fill(chunkBytes / 4);
    window.skipZeros();
    if (window.length === 0) {
      if (await window.fill(1)) continue;
      return;
    }
    const offset = window.offset;
    const header = headerLength(window.bytes);
    if (header === 0) {
      if (window.length < 1 << 18 && await window.more()) continue;
      throw damaged(offset, "there is no member");
    }
    const whole = inflated(window.bytes.subarray(header));
    if (whole === "damaged") throw damaged(offset, "a member is damaged");
    if (typeof whole !== "string") {
      const { bytes, stored } = whole;
      window.skip(header + stored);
      await check(crc32(bytes), bytes.length);
      yield { bytes, offset, end: window.offset };
      continue;
    }
    if (whole === "cut off" && window.length < wholeBytes) {
      if (await window.more()) continue;
      throw damaged(window.offset + window.length, "the last member has no end");
    }
    window.skip(header);
    let [crc, size] = [0, 0];
    try {
      for await (const bytes of inflate(window)) {
        crc = crc32(bytes, crc);
        size = (size + bytes.length) % 2 ** 32;
        yield { bytes, offset };
      }
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      if (!code.startsWith("Z_")) throw error;
      throw damaged(window.offset, message);
    }
    await check(crc, size);
    yield { bytes: new Uint8Array(), offset, end: window.offset };
  }
}

/** The length of a member's header (RFC 1952), or 0 where there is none that is whole. */
function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return 0;
  const flags = bytes[3];
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] | bytes[at + 1] << 8);
  for (const flag of [8, 16]) if (flags & flag) at = bytes.indexOf(0, at) + 1 || Infinity;
  if (flags & 2) at += 2;
  return at < bytes.length ? at : 0;
}

/** What a member holds and how many bytes it is stored in, unless it does not end among these or holds too much. */
function inflated(
  bytes: Uint8Array,
): { bytes: Uint8Array; stored: number } | "cut off" | "longer" | "damaged" {
  try {
    const { buffer, engine } = inflateRawSync(bytes, {
      info: true,
      maxOutputLength: wholeBytes,
    }) as unknown as { buffer: Uint8Array; engine: InflateRaw };
    return { bytes: buffer, stored: engine.bytesWritten };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "Z_BUF_ERROR" ? "cut off" : code === "ERR_BUFFER_TOO_LARGE" ? "longer" : "damaged";
  }
}

/** Decompress a member that is held in pieces, and leave the window where it ends. */
async function* inflate(window: Window): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw();
  let parts: Uint8Array[] = [];
  inflater.on("data", (part: Uint8Array) => parts.push(part));
  try {
    for (let given = 0; await window.fill(1);) {
      const bytes = window.bytes.subarray(0, stepBytes);
      await new Promise<void>((resolve, reject) => {
        inflater.once("error", reject);
        inflater.write(bytes, (error) => error ? reject(error) : resolve());
      });
      inflater.removeAllListeners("error");
      yield* parts;
      parts = [];
      // Behind its end the inflater takes no more, and says nothing.
      const left = given + bytes.length - inflater.bytesWritten;
      window.skip(bytes.length - left);
      if (left > 0) return;
      given += bytes.length;
    }
  } finally {
    inflater.destroy();
  }
}

/** Some bytes of a file, and where they stand in it. */
class Window {
  bytes: Uint8Array = new Uint8Array();
  offset: number;
  #file: Deno.FsFile;

  constructor(file: Deno.FsFile, offset: number) {
    this.#file = file;
    this.offset = offset;
  }

  get length(): number {
    return this.bytes.length;
  }

  skip(bytes: number): void {
    this.bytes = this.bytes.subarray(bytes);
    this.offset += bytes;
  }

  skipZeros(): void {
    let zeros = 0;
    while (zeros < this.bytes.length && this.bytes[zeros] === 0) zeros++;
    this.skip(zeros);
  }

  /** Have so many bytes, if the file has: whether it has. */
  async fill(bytes: number): Promise<boolean> {
    while (this.bytes.length < bytes) if (!await this.more()) return false;
    return true;
  }

  async more(): Promise<boolean> {
    const chunk = new Uint8Array(chunkBytes);
    const read = await this.#file.read(chunk);
    if (read === null) return false;
    this.bytes = this.bytes.length === 0
      ? chunk.subarray(0, read)
      : Buffer.concat([this.bytes, chunk.subarray(0, read)]);
    return true;
  }
}
