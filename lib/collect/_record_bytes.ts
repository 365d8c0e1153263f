import { Buffer } from "node:buffer";
import { readBytes } from "../data/mod.ts";
import { type Piece, readMembers } from "./_members.ts";

const maxHeaderBytes = 1 << 20;

/** The bytes of an archive, as a reader of records takes them: a header up to an empty line, then so many bytes. */
export class RecordBytes {
  #pieces: AsyncGenerator<Piece>;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the piece begins in the stored file, and how far it was read. */
  #begin = 0;
  #at = 0;
  #path: string;
  /** Whether records are compressed one by one, so that only their beginnings are places in the file. */
  #members: boolean;

  constructor(path: string, pieces: AsyncGenerator<Piece>, members: boolean) {
    this.#path = path;
    this.#pieces = pieces;
    this.#members = members;
  }

  /**
   * Open an archive at a byte where a record begins.
   *
   * @throws {Deno.errors.InvalidData} If it is a folder, or compressed as a whole and the byte is not the first.
   * @throws {Deno.errors.NotFound} If there is no such file.
   */
  static async open(path: string, from: number, wanted: string): Promise<RecordBytes> {
    if (await isGzip(path, from)) return new RecordBytes(path, readMembers(path, from), true);
    async function* pieces(): AsyncGenerator<Piece> {
      let offset = from;
      for await (const bytes of readBytes(path, { from, wanted })) {
        yield { bytes, offset };
        offset += bytes.length;
      }
    }
    return new RecordBytes(path, pieces(), false);
  }

  /** Where in the stored file the next byte stands, or the gzip member that it is in. */
  get offset(): number {
    return this.#members ? this.#begin : this.#begin + this.#at;
  }

  /** The next record's header without the empty line behind it, and where it begins; `undefined` at the file's end. */
  async header(): Promise<{ text: string; offset: number } | undefined> {
    while (true) {
      while (isFiller(this.#bytes[this.#at])) this.#at++;
      if (this.#at < this.#bytes.length) break;
      if (!await this.#next()) return undefined;
    }
    const { offset } = this;
    while (true) {
      const rest = this.#bytes.subarray(this.#at);
      const [end, next] = emptyLine(rest);
      if (end >= 0 && end <= maxHeaderBytes) {
        this.#at += next;
        return { text: rest.toString("utf8", 0, end), offset };
      }
      if (rest.length >= 5 && rest.toString("latin1", 0, 5) !== "WARC/") {
        this.#at = this.#bytes.length;
        return { text: rest.toString("utf8", 0, 100), offset };
      }
      if (rest.length > maxHeaderBytes) throw this.damaged("a record's header has no end");
      const { value, done } = await this.#pieces.next();
      if (done) throw this.damaged("the last record has no end");
      this.#begin += this.#members ? 0 : this.#at;
      this.#bytes = Buffer.concat([rest, value.bytes]);
      this.#at = 0;
    }
  }

  /** The next bytes, of which so many are kept. */
  async content(length: number, kept: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let held = 0;
    for (let left = length; left > 0;) {
      if (this.#at === this.#bytes.length && !await this.#next()) {
        throw this.damaged("the last record has no end");
      }
      const part = this.#bytes.subarray(this.#at, this.#at + left);
      this.#at += part.length;
      left -= part.length;
      if (held < kept) parts.push(part.subarray(0, kept - held));
      held += part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  /** Pass over the rest of the gzip member: whether the file has such, and what follows may be whole. */
  async skipMember(offset: number): Promise<boolean> {
    if (!this.#members) return false;
    while (this.#begin === offset) {
      if (!await this.#next()) {
        this.#at = this.#bytes.length;
        break;
      }
    }
    return true;
  }

  damaged(what: string): Error {
    return new Deno.errors.InvalidData(`Cannot read ${this.#path} as ${what}: byte ${this.offset}`);
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }

  async #next(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done) return false;
    const { bytes, offset } = value;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#begin = offset;
    this.#at = 0;
    return true;
  }
}

/** Line ends between records, and zeros that a disk or an archive filled up with. */
function isFiller(byte: number | undefined): boolean {
  return byte === 10 || byte === 13 || byte === 0;
}

async function isGzip(path: string, from: number): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    await file.seek(from, Deno.SeekMode.Start);
    const head = new Uint8Array(2);
    await file.read(head);
    return head[0] === 0x1f && head[1] === 0x8b;
  } catch {
    // Whatever is wrong with the file, the reader of its bytes says it.
    return false;
  }
}

/** Where the first empty line begins, or rather the line's end before it, and where it ends; -1 where there is none. */
export function emptyLine(bytes: Buffer): [number, number] {
  const both = bytes.indexOf("\r\n\r\n");
  const bare = bytes.subarray(0, both < 0 ? bytes.length : both).indexOf("\n\n");
  return bare >= 0 ? [bare, bare + 2] : [both, both + 4];
}

/** Fields of a header by their names in lower case; those that stand twice are joined by commas. */
export function fieldsOf(lines: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of lines.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    fields[name] = Object.hasOwn(fields, name) ? `${fields[name]}, ${value}` : value;
  }
  return fields;
}
