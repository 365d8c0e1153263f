import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, createZstdCompress } from "node:zlib";
import { inRange, must, ofKind, takes, writeAtomic } from "../base/mod.ts";
import { type Document, documentId, type Json, type OnDrop } from "./document.ts";
import { readBytes } from "./_bytes.ts";
import { compressionSaid } from "./_formats.ts";
import { parseJson } from "./_json.ts";
import { documentFrom, fileName, type RecordOptions } from "./_record.ts";
import { readTexts } from "./_texts.ts";

/** Options of {@linkcode readJsonl}. */
export interface ReadJsonlOptions {
  /** Called with each line that cannot be read, and why; without it the first such line throws. */
  onDrop?: OnDrop;
  /** The longest line, or text of a folder, that is read, in bytes; a longer one is never held. @default {67108864} */
  maxLineBytes?: number;
  /** What drops name as their source. @default {the path} */
  source?: string;
}

/** Options of {@linkcode readDocuments}. */
export interface ReadDocumentsOptions extends RecordOptions, Omit<ReadJsonlOptions, "source"> {}

/**
 * Read JSON Lines, one value a line, in constant memory. Compression is told by the first bytes as in
 * {@linkcode readBytes}, whatever the file's name.
 *
 * Lines end at LF alone, as JSON text may hold U+2028 and U+2029. Empty lines are passed over. Integers beyond 2^53, and
 * fractions of more than 17 digits that a number would cut, come as their digits in a string; `NaN` and `Infinity`, which Python writes, as `null`.
 *
 * @throws {SyntaxError} If a line is too long, not UTF-8 or not JSON and there is no `onDrop`; the message names it.
 * @throws {Deno.errors.InvalidData} If compressed bytes are damaged or cut off, or the file is no JSON Lines: it is in
 * another format (the message says which, and what to do), or begins with none, or with a hundred bad lines.
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
 * Read Documents from JSON Lines, or from a folder of texts. A record this room wrote comes back as it was; from any other record the text field
 * becomes the text and the other fields `meta`; where the only other one is an object `meta`, as in the Pile, what that holds. The id is made of the source and the line number (from 1); without a
 * `source`, of the file's name, the line number and the text, so that it does not depend on where the file lies.
 *
 * Of a folder, each `.txt` or `.md` file in it and in its folders is the record `{ text, file }`: one Document, whose place
 * is `file`, its path in the folder. Hidden files are left, and other files as well, of which `onDrop` is told.
 *
 * @throws {SyntaxError} As {@linkcode readJsonl}, and if a record has no text.
 * @throws {Deno.errors.InvalidData} As {@linkcode readJsonl}, and if the file is one JSON array of records, or a folder
 * without texts.
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
  takes("Cannot read documents", options, "textField?, idField?, onDrop?, maxLineBytes?, source?");
  ofKind("Cannot read documents", { path }, "a text");
  if ((await Deno.stat(path).catch(() => undefined))?.isDirectory) {
    return yield* readTexts(path, options, longest(path, options));
  }
  for await (const { value, line } of records(path, options)) {
    if (line === 1 && Array.isArray(value) && typeof value[0] === "object") {
      throw noLines(path, "a JSON array");
    }
    const document = documentFrom(value, { path, position: line, options });
    if (typeof document === "string") bad(path, line, document, JSON.stringify(value), options);
    else yield document;
  }
}

/**
 * Write values as JSON Lines, whole or not at all (see `writeAtomic`); `.gz`, `.zst` and `.zstd` are compressed by their
 * extension. The same values give the same bytes.
 *
 * @returns How many values were written.
 * @throws {RangeError} If the extension asks for another compression.
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
  const extension = /\.(?:bz2|xz|lzma|lz4|br|sz|zip|7z)$/i.exec(path)?.[0];
  must(
    `Cannot write ${path}`,
    "its extension must be one of .gz, .zst, .zstd, or one of no compression",
    extension,
    extension === undefined,
  );
  let count = 0;
  async function* lines() {
    let part = "";
    for await (const value of values) {
      const line = jsonOf(value, `Cannot write ${path} as every value must have a JSON form: value ${count}`);
      part += line + "\n";
      count++;
      if (part.length > 1 << 16) {
        yield part;
        part = "";
      }
    }
    if (part) yield part;
  }
  const said = compressionSaid(path);
  const compress = said === "gzip" ? createGzip() : said === "zstd" ? createZstdCompress() : undefined;
  if (compress) await pipeline(Readable.from(lines()), compress, (parts) => writeAtomic(path, parts));
  else await writeAtomic(path, lines());
  return count;
}

/** A line that begins as a record does is damaged, any other first line is of another format: also lines that end at CR. */
const begun = /^\s*\{\s*\S(?![^]*\}\r\s*\{)/;
const newline = 10;

interface Line {
  line: number;
  bytes: Uint8Array;
  /** Whether the line was longer than the limit; `bytes` then holds its beginning. */
  cut: boolean;
}

/** The limit of a line, checked. */
function longest(path: string, { maxLineBytes = 64 << 20 }: ReadJsonlOptions): number {
  inRange(`Cannot read ${path}`, { maxLineBytes }, ">= 1");
  return maxLineBytes;
}

async function* records(
  path: string,
  options: ReadJsonlOptions,
): AsyncGenerator<{ value: Json; line: number }> {
  const maxLineBytes = longest(path, options);
  const strict = new TextDecoder("utf-8", { fatal: true });
  const lenient = new TextDecoder();
  // Bad lines before the first value: where they are many, this is no damage but another format.
  let strange = 0;
  let known = false;
  for await (const { line, bytes, cut } of lines(path, maxLineBytes)) {
    const excerpt = () => lenient.decode(bytes.subarray(0, 200));
    if (cut) {
      bad(path, line, `longer than ${maxLineBytes} bytes`, excerpt(), options);
      continue;
    }
    let value: Json;
    let reason = "not UTF-8";
    try {
      const text = strict.decode(bytes);
      if (text.trim() === "") continue;
      reason = "not JSON";
      value = parseJson(text);
      known = true;
    } catch (error) {
      const text = excerpt();
      if (!known && (++strange === mostStrange || strange === 1 && !begun.test(text))) {
        throw noLines(
          path,
          strange === 1 ? JSON.stringify(text.slice(0, 40)) : `${strange} lines of no JSON`,
        );
      }
      bad(path, line, error instanceof RangeError ? "nested too deeply" : reason, text, options);
      continue;
    }
    yield { value, line };
  }
}

/** After this many bad lines and no value, a file is no JSON Lines. */
const mostStrange = 100;

function noLines(path: string, beginning: string): Error {
  return new Deno.errors.InvalidData(
    `Cannot read ${path} as it must be JSON Lines, one value a line: it begins with ${beginning}`,
  );
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
  for await (const chunk of readBytes(path, { wanted: "JSON Lines" })) {
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
      `Cannot read ${path} as line ${line} ${reason.startsWith("no ") ? "has" : "is"} ${reason}: ${
        JSON.stringify(text.slice(0, 80))
      }; onDrop passes over such lines`,
    );
  }
  onDrop({
    id: documentId(options.source ?? fileName(path), line),
    source,
    stage: "data/jsonl",
    reason,
    excerpt: `line ${line}: ${text.slice(0, 200)}`,
  });
}

/** A value as JSON; what JSON has no form for is refused. */
function jsonOf(value: unknown, refused: string): string {
  try {
    const json = JSON.stringify(value);
    if (json !== undefined) return json;
  } catch (error) {
    // A bigint or a circle, of which the engine says more in further lines.
    throw new TypeError(`${refused} has none: ${(error as Error).message.split("\n")[0]}`);
  }
  throw new TypeError(`${refused} is ${String(value)}`);
}
