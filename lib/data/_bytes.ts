import { Buffer } from "node:buffer";
import { createReadStream, type ReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { decompressBzip2 } from "./_bzip2.ts";
import { type Compression, compressionOf, compressionSaid, foreignFormat } from "./_formats.ts";
import { decompressXz } from "./_xz.ts";
import { decompressZstd } from "./_zstd.ts";

/** Options of {@linkcode readBytes}. */
export interface ReadBytesOptions {
  /** The byte of the file, as it is stored, to begin at: one where a compressed stream begins. @default {0} */
  from?: number;
  /** The byte of the file, as it is stored, to end before. @default {the file's end} */
  to?: number;
  /**
   * What the file must be, for the message: what is in another known format by its first bytes is then refused.
   *
   * @default {anything is read}
   */
  wanted?: string;
}

const decompressors: Record<Compression, (file: ReadStream) => AsyncIterable<Uint8Array>> = {
  gzip: (file) => pipeline(file, createGunzip(), () => {}),
  zstd: decompressZstd,
  bzip2: decompressBzip2,
  xz: decompressXz,
  brotli: decompressBrotli,
};

/**
 * The bytes of a file, decompressed in constant memory where its first bytes are those of gzip, zstd, bzip2 or xz, whatever
 * its name is, or where it is called `.br`; of several streams one after the other all are read.
 *
 * A file of many streams may be entered where one begins, as the index of a dump of Wikipedia says.
 *
 * @throws {Deno.errors.InvalidData} If it is a folder or in another known format, or its compressed bytes are damaged or cut
 * off; the message says at which byte, and what came before was given.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {RangeError} If `from` or `to` is not a whole number >= 0, or `from` lies behind the file's end.
 * @example The second of two streams
 * ```ts
 * import assert from "node:assert/strict";
 * import { gzipSync } from "node:zlib";
 * import { readBytes } from "midtrain/data";
 *
 * const [one, two] = [gzipSync("one"), gzipSync("two")];
 * const path = await Deno.makeTempFile();
 * await Deno.writeFile(path, new Uint8Array([...one, ...two]));
 * const parts = await Array.fromAsync(readBytes(path, { from: one.length }));
 * assert.equal(new TextDecoder().decode(parts[0]), "two");
 * ```
 */
export async function* readBytes(path: string, options: ReadBytesOptions = {}): AsyncGenerator<Uint8Array> {
  takes("Cannot read a file", options, "from?, to?, wanted?");
  ofKind("Cannot read a file", { path }, "a text");
  const { from = 0, to, wanted } = options;
  wholeNumber(`Cannot read ${path}`, { from, ...to !== undefined && { to } }, ">= 0");
  if (from > 0) {
    const { size } = await Deno.stat(path).catch(() => ({ size: Infinity }));
    inRange(`Cannot read ${path}`, { from }, `<= ${size}`);
  }
  if (to !== undefined && to <= from) return;
  const file = createReadStream(path, {
    highWaterMark: 1 << 18,
    start: from,
    ...to !== undefined && { end: to - 1 },
  });
  let first = true;
  try {
    const head = await peek(file);
    const compression = compressionOf(head) ?? compressionSaid(path);
    const parts = compression === undefined ? file : decompressors[compression](file);
    for await (const part of parts) {
      const format = first && wanted !== undefined ? foreignFormat(part) : undefined;
      if (format && !format.startsWith(wanted!)) {
        throw new Deno.errors.InvalidData(
          `Cannot read ${path} as it must be ${wanted}, plain or compressed with gzip, zstd, bzip2 or xz: it is ${format}`,
        );
      }
      first = false;
      yield part;
    }
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Deno.errors.NotFound(`Cannot read ${path}: there is no such file`);
    if (code === "EISDIR") {
      throw new Deno.errors.InvalidData(
        `Cannot read ${path} as it must be ${wanted ?? "a file"}: it is a folder`,
      );
    }
    // Deno's zstd gives its errors no code, and ours have none.
    if (code.startsWith("Z_") || /^(?:Zstd|Brotli:|bzip2:|xz:)/.test(message)) {
      const place = message.includes(": byte ") ? "" : ` before byte ${from + file.bytesRead}`;
      throw new Deno.errors.InvalidData(
        `Cannot read ${path} as its compressed bytes are damaged or cut off${place}: ${message}`,
      );
    }
    throw error;
  } finally {
    // A reader that stops early must not leave the file open.
    file.destroy();
  }
}

/**
 * The text of a file of moderate size, decompressed as {@linkcode readBytes} does.
 *
 * @throws {SyntaxError} If it is not UTF-8.
 */
export async function readText(path: string, wanted: string): Promise<string> {
  const parts = await Array.fromAsync(readBytes(path, { wanted }));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new SyntaxError(`Cannot read ${path} as it must be UTF-8: it holds other bytes`);
  }
}

/** Decompress Brotli; the runtime's decoder of node:zlib is silent where bytes are cut off. */
async function* decompressBrotli(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new DecompressionStream("brotli" as CompressionFormat);
  try {
    yield* ReadableStream.from(file).pipeThrough(decoder as ReadableWritablePair<Uint8Array, Uint8Array>);
  } catch (error) {
    throw error instanceof TypeError ? new Error("Brotli: it cannot be decompressed") : error;
  }
}

/** The first bytes of a stream, which stay in it. */
async function peek(stream: ReadStream): Promise<Uint8Array> {
  await new Promise<void>((resolve, reject) => {
    stream.once("readable", resolve).once("end", resolve).once("error", reject);
  });
  const head: Uint8Array | null = stream.read();
  if (head) stream.unshift(head);
  return head ?? new Uint8Array();
}
