import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { pipeline as pipelineEnd } from "node:stream/promises";
import { createGunzip, createGzip, createZstdCompress } from "node:zlib";
import { ofKind, takes, writeAtomic } from "../base/mod.ts";
import { type Document, documentId, type Json, type OnDrop } from "./document.ts";
import { documentFrom } from "./_record.ts";
import { decompressZstd } from "./_zstd.ts";

/** Options of {@linkcode readJsonl}. */
export interface ReadJsonlOptions {
  /** Called with each line that cannot be read, and why; without it the first such line throws. */
  onDrop?: OnDrop;
  /** The longest line that is read, in bytes; a longer one is never held in memory. @default {67108864} */
  maxLineBytes?: number;
  /** What documents and drops name as their source. @default {the path} */
  source?: string;
}

/** Options of {@linkcode readDocuments}. */
export interface ReadDocumentsOptions extends ReadJsonlOptions {
  /** The field that holds the text. @default {"text"} */
  textField?: string;
}

/**
 * Read JSON Lines, one value a line, in constant memory. `.gz` and `.zst` are decompressed by their extension.
 *
 * Lines end at LF alone, as JSON text may hold U+2028 and U+2029. Empty lines are passed over.
 *
 * @throws {SyntaxError} If a line is too long, not UTF-8 or not JSON and there is no `onDrop`; the message names it.
 * @throws {Deno.errors.InvalidData} If compressed bytes are damaged or cut off.
 * @example The bad line is named
 * ```ts
 * import assert from "node:assert/strict";
 * import { readJsonl } from "midtrain/data";
 *
 * const path = await Deno.makeTempFile({ suffix: ".jsonl" });
 * await Deno.writeTextFile(path, '{"a":1}\n{"a":\n{"a":3}\n');
 * const reasons: string[] = [];
 * const values = await Array.fromAsync(readJsonl(path, { onDrop: (drop) => reasons.push(drop.reason) }));
 * assert.deepEqual(values, [{ a: 1 }, { a: 3 }]);
 * assert.deepEqual(reasons, ["not JSON"]);
 * ```
 */
export async function* readJsonl(path: string, options: ReadJsonlOptions = {}): AsyncGenerator<Json> {
  takes("Cannot read JSON Lines", options, "onDrop?, maxLineBytes?, source?");
  ofKind("Cannot read JSON Lines", { path }, "a text");
  for await (const { value } of records(path, options)) yield value;
}

/**
 * Read Documents from JSON Lines. A record this room wrote comes back as it was; from any other record the text field
 * becomes the text, the other fields `meta`, and source and line number the id.
 *
 * @throws {SyntaxError} As {@linkcode readJsonl}, and if a record has no text.
 * @example Records of another tool
 * ```ts
 * import assert from "node:assert/strict";
 * import { documentId, readDocuments } from "midtrain/data";
 *
 * const path = await Deno.makeTempFile({ suffix: ".jsonl" });
 * await Deno.writeTextFile(path, '{"content":"Call me Ishmael.","chapter":1}\n');
 * const [document] = await Array.fromAsync(readDocuments(path, { source: "novel", textField: "content" }));
 * assert.deepEqual(document, {
 *   id: documentId("novel", 1),
 *   text: "Call me Ishmael.",
 *   source: "novel",
 *   meta: { chapter: 1 },
 * });
 * ```
 */
export async function* readDocuments(
  path: string,
  options: ReadDocumentsOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot read documents", options, "textField?, onDrop?, maxLineBytes?, source?");
  ofKind("Cannot read documents", { path }, "a text");
  const { source = path, textField = "text" } = options;
  for await (const { value, line } of records(path, options)) {
    const document = documentFrom(value, { source, position: line, textField });
    if (typeof document === "string") bad(path, line, document, JSON.stringify(value), options);
    else yield document;
  }
}

/**
 * Write values as JSON Lines, whole or not at all (see `writeAtomic`); `.gz` and `.zst` are compressed by their
 * extension. The same values give the same bytes.
 *
 * @returns How many values were written.
 * @throws {TypeError} If a value has no JSON form.
 * @example There and back
 * ```ts
 * import assert from "node:assert/strict";
 * import { readJsonl, writeJsonl } from "midtrain/data";
 *
 * const path = `${await Deno.makeTempDir()}/values.jsonl.gz`;
 * assert.equal(await writeJsonl(path, ["a\u2028b", { n: 1 }]), 2);
 * assert.deepEqual(await Array.fromAsync(readJsonl(path)), ["a\u2028b", { n: 1 }]);
 * ```
 */
export async function writeJsonl(
  path: string,
  values: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<number> {
  ofKind("Cannot write JSON Lines", { path }, "a text");
  ofKind("Cannot write JSON Lines", { values }, "a list or another iterable");
  let count = 0;
  async function* lines() {
    let part = "";
    for await (const value of values) {
      const line = JSON.stringify(value);
      if (line === undefined) {
        throw new TypeError(
          `Cannot write ${path} as every value must have a JSON form: value ${count} is ${String(value)}`,
        );
      }
      part += line + "\n";
      count++;
      if (part.length > 1 << 16) {
        yield part;
        part = "";
      }
    }
    if (part) yield part;
  }
  const compress = path.endsWith(".gz")
    ? createGzip()
    : path.endsWith(".zst")
    ? createZstdCompress()
    : undefined;
  if (compress) await pipelineEnd(Readable.from(lines()), compress, (parts) => writeAtomic(path, parts));
  else await writeAtomic(path, lines());
  return count;
}

const newline = 10;

interface Line {
  line: number;
  bytes: Uint8Array;
  /** Whether the line was longer than the limit; `bytes` then holds its beginning. */
  cut: boolean;
}

async function* records(
  path: string,
  options: ReadJsonlOptions,
): AsyncGenerator<{ value: Json; line: number }> {
  const { maxLineBytes = 64 << 20 } = options;
  if (!(maxLineBytes >= 1)) {
    throw new RangeError(
      `Cannot read ${path} as maxLineBytes must be >= 1: current value is ${maxLineBytes}`,
    );
  }
  const strict = new TextDecoder("utf-8", { fatal: true });
  const lenient = new TextDecoder();
  for await (const { line, bytes, cut } of lines(path, maxLineBytes)) {
    const excerpt = () => lenient.decode(bytes.subarray(0, 200));
    if (cut) {
      bad(path, line, `longer than ${maxLineBytes} bytes`, excerpt(), options);
      continue;
    }
    let text: string;
    try {
      text = strict.decode(bytes);
    } catch {
      bad(path, line, "not UTF-8", excerpt(), options);
      continue;
    }
    if (text.trim() === "") continue;
    let value: Json;
    try {
      value = JSON.parse(text);
    } catch {
      bad(path, line, "not JSON", excerpt(), options);
      continue;
    }
    yield { value, line };
  }
}

/** The lines of a file, split at LF; of a line over the limit only the first bytes are kept. */
async function* lines(path: string, maxLineBytes: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let cut = false;
  let line = 1;
  const take = (part: Uint8Array) => {
    const room = Math.min(part.length, maxLineBytes - held);
    if (room < part.length) cut = true;
    if (room > 0) {
      parts.push(part.subarray(0, room));
      held += room;
    }
  };
  const finish = (): Line => {
    const bytes = parts.length === 1 ? parts[0] : join(parts, held);
    const out = { line: line++, bytes, cut };
    parts = [];
    held = 0;
    cut = false;
    return out;
  };
  for await (const chunk of bytes(path)) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      // A line that is yielded costs microseconds, and a small archive can hold empty ones by the million.
      if (held === 0 && !cut && end - from <= maxLineBytes && isBlank(chunk, from, end)) line++;
      else {
        take(chunk.subarray(from, end));
        yield finish();
      }
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (held > 0) yield finish();
}

/** Whether there are only spaces, tabs and carriage returns. */
function isBlank(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    if (bytes[at] !== 32 && bytes[at] !== 9 && bytes[at] !== 13) return false;
  }
  return true;
}

async function* bytes(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  try {
    if (path.endsWith(".gz")) yield* pipeline(file, createGunzip(), () => {});
    else if (path.endsWith(".zst")) yield* decompressZstd(file);
    else yield* file;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Deno.errors.NotFound(`Cannot read ${path}: there is no such file`);
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

function join(parts: Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function bad(path: string, line: number, reason: string, text: string, options: ReadJsonlOptions): void {
  const { source = path, onDrop } = options;
  if (!onDrop) {
    throw new SyntaxError(
      `Cannot read ${path} as line ${line} is ${reason}: ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
  onDrop({
    id: documentId(source, line),
    source,
    stage: "data/jsonl",
    reason,
    excerpt: `line ${line}: ${text.slice(0, 200)}`,
  });
}
