import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { decompressZstd } from "./_zstd.ts";

/** What a file's first bytes, in hexadecimal, say that it is, and what to do with it. */
const formats: readonly [RegExp, string][] = [
  [/^425a683[1-9](?:314159265359|177245385090)/, "bzip2, which bunzip2 decompresses"],
  [/^fd377a585a00/, "xz, which unxz decompresses"],
  [/^5d0000.{6,16}ffff/, "lzma, which unlzma decompresses"],
  [/^4c5a495001/, "lzip, which lzip -d decompresses"],
  [/^04224d18|^02214c18/, "lz4, which unlz4 decompresses"],
  [/^ff060000734e61507059/, "framed Snappy, which must be decompressed first"],
  [/^1f9d|^1fa0/, "compress (.Z), which uncompress decompresses"],
  [/^504b(?:0304|0506)/, "a zip archive, whose members must be unpacked first"],
  [/^377abcaf271c/, "a 7z archive, whose members must be unpacked first"],
  [/^526172211a07/, "a rar archive, whose members must be unpacked first"],
  [/^.{514}7573746172/, "a tar archive, whose members must be unpacked first"],
  [/^50415231/, "Parquet, which readParquet() reads"],
  [/^4152524f5731|^ffffffff.{4}0000/, "Arrow, which must be written as Parquet or JSON Lines first"],
  [/^4f626a01/, "Avro, which must be written as Parquet or JSON Lines first"],
  [/^4f5243/, "ORC, which must be written as Parquet or JSON Lines first"],
  [/^53514c69746520666f726d6174203300/, "SQLite, whose tables must be written as JSON Lines first"],
  [/^255044462d/, "PDF, whose text must be extracted first"],
  [/^574152432f3/, "WARC, whose pages must be written as JSON Lines first"],
  [/^fffe|^feff|^0000feff/, "text in UTF-16 or UTF-32, which iconv makes UTF-8"],
];

/** Which known format, other than text, a file is in by its first bytes, and what to do with it. */
export function foreignFormat(head: Uint8Array): string | undefined {
  const hex = Array.from(head.subarray(0, 264), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return formats.find(([pattern]) => pattern.test(hex))?.[1];
}

/**
 * The bytes of a file, decompressed where its first bytes are those of gzip or zstd, whatever its name is.
 *
 * @param wanted What the file must be, for the message.
 * @throws {Deno.errors.InvalidData} If it is a folder or in another known format, or its compressed bytes are damaged or cut off.
 * @throws {Deno.errors.NotFound} If there is no such file.
 */
export async function* readBytes(path: string, wanted: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  let first = true;
  try {
    const head = await peek(file);
    const compression = compressionOf(head) ?? compressionSaid(path);
    const parts: AsyncIterable<Uint8Array> = compression === "gzip"
      ? pipeline(file, createGunzip(), () => {})
      : compression === "zstd"
      ? decompressZstd(file)
      : file;
    for await (const part of parts) {
      const format = first ? foreignFormat(part) : undefined;
      if (format) {
        throw new Deno.errors.InvalidData(
          `Cannot read ${path} as it must be ${wanted}, plain or compressed with gzip or zstd: it is ${format}`,
        );
      }
      first = false;
      yield part;
    }
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Deno.errors.NotFound(`Cannot read ${path}: there is no such file`);
    if (code === "EISDIR") {
      throw new Deno.errors.InvalidData(`Cannot read ${path} as it must be ${wanted}: it is a folder`);
    }
    // Deno's zstd gives its errors no code.
    if (code.startsWith("Z_") || message.startsWith("Zstd")) {
      throw new Deno.errors.InvalidData(
        `Cannot read ${path} as its compressed bytes are damaged or cut off: ${message}`,
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
  const parts = await Array.fromAsync(readBytes(path, wanted));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new SyntaxError(`Cannot read ${path} as it must be UTF-8: it holds other bytes`);
  }
}

function compressionOf(head: Uint8Array): "gzip" | "zstd" | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const magic = head[0] | head[1] << 8 | head[2] << 16 | head[3] << 24;
  if (magic === (0xfd2fb528 | 0) || head.length > 4 && (magic & ~15) === 0x184d2a50) return "zstd";
}

/** The compression that a name asks for: what a file is written with, and what one must be whose bytes say nothing. */
export function compressionSaid(path: string): "gzip" | "zstd" | undefined {
  return /\.gz$/i.test(path) ? "gzip" : /\.zstd?$/i.test(path) ? "zstd" : undefined;
}

/** The first bytes of a stream, which stay in it. */
async function peek(stream: ReturnType<typeof createReadStream>): Promise<Uint8Array> {
  await new Promise<void>((resolve, reject) => {
    stream.once("readable", resolve).once("end", resolve).once("error", reject);
  });
  const head: Uint8Array | null = stream.read();
  if (head) stream.unshift(head);
  return head ?? new Uint8Array();
}
