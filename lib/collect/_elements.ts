import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { readBytes } from "../data/mod.ts";

/** An element's bytes, or what they lack. */
export interface ElementBytes {
  /** The bytes from its opening mark to its closing one; the first ones of what is not whole. */
  bytes: Uint8Array;
  /** Where reading begins to come to it: see {@linkcode elementsOf}. */
  offset: number;
  fault?: string;
}

/** How elements are told from the rest of a dump. */
export interface Marks {
  opening: string;
  closing: string;
  /** What ends the dump. */
  root: string;
  /** Whether the closing mark is text where it stands between quotation marks. */
  quoted?: boolean;
}

/**
 * The elements of a dump in XML, from an offset on: of bzip2, where a stream begins, as several streams may each be entered;
 * else a byte of what was decompressed. Elements may lie across the ends of streams. Only the one that is being read is held.
 *
 * @throws {Deno.errors.InvalidData} If compressed bytes are damaged and `onDamage` is not given; with it, what the damaged
 * stream of bzip2 holds is passed over.
 */
export async function* elementsOf(
  path: string,
  { marks, wanted, from = 0, maxBytes, onDamage }: {
    marks: Marks;
    wanted: string;
    from?: number;
    maxBytes: number;
    onDamage?: ((offset: number, message: string) => void) | undefined;
  },
): AsyncGenerator<ElementBytes> {
  const splitter = new Splitter(marks, maxBytes);
  const format = await formatOf(path);
  if (format === "bzip2") {
    for await (const [start, end] of streamsOf(path, from)) {
      splitter.enter(start);
      try {
        for await (const part of readBytes(path, { from: start, ...end !== undefined && { to: end } })) {
          yield* splitter.split(part);
        }
      } catch (error) {
        if (!onDamage || !(error instanceof Deno.errors.InvalidData)) throw error;
        onDamage(start, error.message);
        splitter.forget();
      }
    }
  } else {
    const isPlain = format === "plain";
    let skip = isPlain ? 0 : from;
    splitter.count(from);
    for await (const part of readBytes(path, { wanted, ...isPlain && { from } })) {
      if (skip < part.length) yield* splitter.split(part.subarray(skip));
      skip = Math.max(0, skip - part.length);
    }
  }
  yield* splitter.end();
}

/** Whether a file is XML as it is, of bzip2, or compressed otherwise, by its first bytes. */
async function formatOf(path: string): Promise<"plain" | "bzip2" | "other"> {
  using file = await Deno.open(path);
  const head = new Uint8Array(4);
  await file.read(head);
  const text = new TextDecoder("latin1").decode(head);
  return text.startsWith("BZh") ? "bzip2" : /^(?:ï»¿)?\s*</.test(text) ? "plain" : "other";
}

/** Where the streams of a file in bzip2 begin and end, from one on: each begins with its magic and a block's. */
async function* streamsOf(path: string, from: number): AsyncGenerator<[start: number, end?: number]> {
  let start = from;
  let at = from;
  let held = new Uint8Array();
  const pattern = /BZh[1-9]1AY&SY/g;
  for await (const part of createReadStream(path, { start: from, highWaterMark: 1 << 20 })) {
    const bytes = new Uint8Array(held.length + part.length);
    bytes.set(held);
    bytes.set(part, held.length);
    const text = Buffer.from(bytes.buffer).toString("latin1");
    for (const { index } of text.matchAll(pattern)) {
      if (at + index <= start) continue;
      yield [start, at + index];
      start = at + index;
    }
    held = bytes.slice(-9);
    at += bytes.length - held.length;
  }
  yield [start];
}

/** Cuts elements out of bytes as they come. */
class Splitter {
  readonly #opening: Uint8Array;
  readonly #closing: Uint8Array;
  readonly #root: string;
  readonly #isQuoted: boolean;
  readonly #maxBytes: number;
  #data = Buffer.alloc(1 << 20);
  #start = 0;
  #end = 0;
  /** Up to where the mark that is looked for was looked for. */
  #searched = 0;
  #inElement = false;
  #isTooLong = false;
  /** What was read before the buffer's first byte. */
  #before = 0;
  /** Where streams begin in what was read, and in the file; none where bytes are counted. */
  #streams: { at: number; offset: number }[] = [];
  #offset = 0;
  #isClosed = false;

  /** Up to where quotation marks of the element were counted, and whether one of them is open. */
  #counted = 0;
  #inQuotes = false;

  constructor({ opening, closing, root, quoted = false }: Marks, maxBytes: number) {
    const encoder = new TextEncoder();
    this.#opening = encoder.encode(opening);
    this.#closing = encoder.encode(closing);
    this.#root = root;
    this.#isQuoted = quoted;
    this.#maxBytes = maxBytes;
  }

  /** Bytes are counted, from one on. */
  count(from: number): void {
    this.#before = from;
  }

  /** A stream begins here. */
  enter(offset: number): void {
    this.#streams.push({ at: this.#before + this.#end, offset });
  }

  /** What was begun is damaged. */
  forget(): void {
    this.#start = this.#searched = this.#end;
    this.#inElement = this.#isTooLong = false;
  }

  *split(part: Uint8Array): Generator<ElementBytes> {
    this.#append(part);
    for (;;) {
      const mark = this.#inElement ? this.#closing : this.#opening;
      const data = this.#data.subarray(0, this.#end);
      const found = data.indexOf(mark, this.#searched);
      if (found < 0) {
        if (this.#inElement) {
          this.#searched = Math.max(this.#searched, this.#end - mark.length + 1);
          if (this.#end - this.#start > this.#maxBytes) this.#isTooLong = true;
          if (this.#isTooLong) this.#cut();
        } else {
          this.#isClosed ||= data.includes(this.#root, this.#start);
          this.#start = this.#searched = Math.max(this.#start, this.#end - 12);
        }
        return;
      }
      if (!this.#inElement) {
        this.#offset = this.#offsetOf(this.#before + found);
        this.#inElement = true;
        this.#start = found;
        this.#searched = this.#counted = found + mark.length;
        this.#inQuotes = false;
        continue;
      }
      if (this.#isQuoted) {
        this.#count(found);
        if (this.#inQuotes) {
          // An element that begins in quotation marks is none: the one before has lost a mark.
          const again = data.subarray(0, found).indexOf(this.#opening, this.#searched);
          if (again >= 0) {
            yield this.#faulty("not whole");
            this.#inElement = this.#isTooLong = false;
            this.#start = this.#searched = again;
          } else this.#searched = found + 1;
          continue;
        }
      }
      const end = found + mark.length;
      if (this.#isTooLong || end - this.#start > this.#maxBytes) {
        yield this.#faulty(`longer than ${this.#maxBytes} bytes`);
      } else yield { bytes: this.#data.subarray(this.#start, end), offset: this.#offset };
      this.#inElement = this.#isTooLong = false;
      this.#start = this.#searched = end;
    }
  }

  *end(): Generator<ElementBytes> {
    if (this.#inElement || !this.#isClosed) yield this.#faulty("cut off");
  }

  #faulty(fault: string): ElementBytes {
    const bytes = this.#inElement
      ? this.#data.subarray(this.#start, Math.min(this.#end, this.#start + 4096))
      : this.#opening;
    return { bytes, offset: this.#offset, fault };
  }

  #offsetOf(at: number): number {
    if (this.#streams.length === 0) return at;
    while (this.#streams.length > 1 && this.#streams[1].at <= at) this.#streams.shift();
    return this.#streams[0].offset;
  }

  /** Count quotation marks up to a place. */
  #count(to: number): void {
    for (; this.#counted < to; this.#counted++) {
      if (this.#data[this.#counted] === 0x22) this.#inQuotes = !this.#inQuotes;
    }
  }

  /** Of an element that is too long only the first bytes are kept, and those in which its end may have begun. */
  #cut(): void {
    if (this.#isQuoted) this.#count(this.#end - this.#closing.length);
    const tail = this.#data.subarray(this.#end - this.#closing.length, this.#end);
    const kept = Math.min(4096, this.#end - this.#start - tail.length);
    const at = this.#start + kept;
    this.#before += this.#end - tail.length - at;
    this.#data.copyWithin(at, this.#end - tail.length, this.#end);
    this.#end = at + tail.length;
    this.#searched = this.#counted = at;
  }

  #append(part: Uint8Array): void {
    if (this.#end + part.length > this.#data.length) {
      const held = this.#end - this.#start;
      const to = held + part.length > this.#data.length / 2
        ? Buffer.alloc(2 * (held + part.length))
        : this.#data;
      this.#data.copy(to, 0, this.#start, this.#end);
      this.#before += this.#start;
      this.#searched -= this.#start;
      this.#counted -= this.#start;
      this.#start = 0;
      this.#end = held;
      this.#data = to;
    }
    this.#data.set(part, this.#end);
    this.#end += part.length;
  }
}
