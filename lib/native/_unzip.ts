import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { writeFully } from "../base/mod.ts";

/** Options of {@linkcode unzip}. */
export interface UnzipOptions {
  /** The names of the members to unpack, as the archive's directory spells them. */
  members: readonly string[];
  /** Called with the number of bytes just written. */
  onBytes?: (bytes: number) => void;
  /** Stops the work between two pieces. */
  signal?: AbortSignal | undefined;
}

/** One unpacked member of an archive. */
export interface Unpacked {
  /** Its name in the archive, and its path below the folder. */
  path: string;
  /** Its size in bytes. */
  bytes: number;
  /** The SHA-256 of its content, in hexadecimal. */
  sha256: string;
}

/** What the archive's directory says of a member. */
interface Entry {
  name: string;
  encrypted: boolean;
  method: number;
  crc32: number;
  packedBytes: number;
  bytes: number;
  executable: boolean;
  /** Where the local header starts. */
  offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const MEGABYTE = 1 << 20;

/**
 * Unpack single members of a ZIP archive, each streamed to the disk, in constant memory: a 600 MB wheel is never read whole.
 *
 * Every member is checked against the size and the CRC-32 of the archive's directory. A member that fails is removed; the
 * ones before it stay. The layout is PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16; ZIP64 is refused. npm's `fflate` and
 * `unzipit` were weighed: they hold the archive or the member in memory.
 *
 * @param archive The archive's path.
 * @param folder Where to; folders are made.
 * @throws {SyntaxError} If the archive is damaged, or uses what is not supported (encryption, ZIP64, other methods).
 * @throws {RangeError} If it has no member of that name, or the name leads out of the folder.
 * @example One file out of an archive
 * ```ts
 * import assert from "node:assert/strict";
 * import { unzip } from "./_unzip.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const archive = Uint8Array.fromBase64(
 *   "UEsDBAoAAAAAAAAAIQCsKpPYAgAAAAIAAAAFAAAAYS50eHRoaVBLAQIUAwoAAAAAAAAAIQCsKpPYAgAAAAIAAAAFAAAAAAAAAAAAAACkgQAAAABhLnR4dFBLBQYAAAAAAQABADMAAAAlAAAAAAA=",
 * );
 * await Deno.writeFile(`${folder}/a.zip`, archive);
 * const [file] = await unzip(`${folder}/a.zip`, folder, { members: ["a.txt"] });
 * assert.equal(file.bytes, 2);
 * assert.equal(await Deno.readTextFile(`${folder}/a.txt`), "hi");
 * ```
 */
export async function unzip(archive: string, folder: string, options: UnzipOptions): Promise<Unpacked[]> {
  using file = await Deno.open(archive);
  const reader = new Reader(file, archive, (await file.stat()).size);
  const entries = await directory(reader);
  const unpacked: Unpacked[] = [];
  for (const name of options.members) {
    const entry = entries.get(name);
    if (!entry) throw new RangeError(`Cannot unzip ${name} as ${archive} has no such member`);
    if (/^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)/i.test(name)) {
      throw new RangeError(`Cannot unzip ${name} of ${archive} as its name leads out of the folder`);
    }
    const path = join(folder, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    try {
      unpacked.push(await unpack(reader, entry, path, options));
    } catch (error) {
      await Deno.remove(path).catch(() => {});
      throw error;
    }
  }
  return unpacked;
}

/** Reads pieces of a file at any place, and says so when the file ends before them. */
class Reader {
  constructor(readonly file: Deno.FsFile, readonly path: string, readonly bytes: number) {}

  async at(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (offset + length > this.bytes) throw this.damaged("it ends too early");
    const piece = new Uint8Array(length);
    await this.file.seek(offset, Deno.SeekMode.Start);
    for (let n = 0; n < length;) {
      const read = await this.file.read(piece.subarray(n));
      if (read === null) throw this.damaged("it ends too early");
      n += read;
    }
    return piece;
  }

  damaged(why: string): SyntaxError {
    return new SyntaxError(`Cannot unzip ${this.path} as it is damaged: ${why}`);
  }
}

async function directory(reader: Reader): Promise<Map<string, Entry>> {
  // The end record is 22 bytes and a comment of at most 65,535.
  const tailBytes = Math.min(reader.bytes, 22 + 0xffff);
  const tail = new DataView((await reader.at(reader.bytes - tailBytes, tailBytes)).buffer);
  let end = tailBytes - 22;
  while (
    end >= 0 &&
    !(tail.getUint32(end, true) === END && end + 22 + tail.getUint16(end + 20, true) === tailBytes)
  ) end--;
  if (end < 0) throw reader.damaged("it has no directory, so it is cut short or no ZIP archive");
  const count = tail.getUint16(end + 10, true);
  const length = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) throw zip64(reader);

  const bytes = await reader.at(start, length);
  const view = new DataView(bytes.buffer);
  const entries = new Map<string, Entry>();
  const decoder = new TextDecoder();
  let i = 0;
  for (let at = 0; i < count; i++) {
    if (at + 46 > length || view.getUint32(at, true) !== CENTRAL) {
      throw reader.damaged("its directory is broken");
    }
    const nameBytes = view.getUint16(at + 28, true);
    const entry: Entry = {
      name: decoder.decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
      encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      // The upper half of the external attributes is the Unix mode.
      executable: (view.getUint16(at + 40, true) & 0o100) !== 0,
      offset: view.getUint32(at + 42, true),
    };
    entries.set(entry.name, entry);
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function zip64(reader: Reader): SyntaxError {
  return new SyntaxError(`Cannot unzip ${reader.path} as it is a ZIP64 archive, which is not supported`);
}

async function unpack(reader: Reader, entry: Entry, path: string, options: UnzipOptions): Promise<Unpacked> {
  const { name } = entry;
  if (entry.encrypted) throw new SyntaxError(`Cannot unzip ${name} of ${reader.path} as it is encrypted`);
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new SyntaxError(
      `Cannot unzip ${name} of ${reader.path} as its method must be 0 or 8: current value is ${entry.method}`,
    );
  }
  if ([entry.bytes, entry.packedBytes, entry.offset].includes(0xffffffff)) throw zip64(reader);
  const header = new DataView((await reader.at(entry.offset, 30)).buffer);
  if (header.getUint32(0, true) !== LOCAL) throw reader.damaged(`${name} does not start where it should`);
  let at = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const end = at + entry.packedBytes;

  let content = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (at >= end) return controller.close();
      const piece = await reader.at(at, Math.min(MEGABYTE, end - at));
      at += piece.length;
      controller.enqueue(piece);
    },
  });
  if (entry.method === DEFLATED) content = content.pipeThrough(new DecompressionStream("deflate-raw"));

  using out = await Deno.open(path, {
    write: true,
    create: true,
    truncate: true,
    mode: entry.executable ? 0o755 : 0o644,
  });
  const hash = createHash("sha256");
  let bytes = 0;
  let check = 0;
  try {
    for await (const piece of content) {
      options.signal?.throwIfAborted();
      // A few packed bytes can inflate to a full disk.
      if (bytes + piece.length > entry.bytes) {
        throw reader.damaged(`${name} inflates beyond its ${entry.bytes} bytes`);
      }
      await writeFully(out, piece);
      hash.update(piece);
      check = crc32(piece, check);
      bytes += piece.length;
      options.onBytes?.(piece.length);
    }
  } catch (error) {
    // A broken deflate stream is a TypeError without a word of where.
    if (error instanceof TypeError) throw reader.damaged(`${name} does not inflate`);
    throw error;
  }
  if (bytes !== entry.bytes || check !== entry.crc32) {
    throw reader.damaged(`${name} has other content than the archive's directory says`);
  }
  return { path: name, bytes, sha256: hash.digest("hex") };
}
