import { join } from "node:path";
import type { Accepted, Rejected } from "./method.ts";

/** What became of one document. */
export interface Outcome {
  /** The new texts and the losses, in the method's order. */
  results: (Accepted | Rejected)[];
  /** Tokens read and written for all of them. */
  usage: { promptTokens: number; completionTokens: number };
  /** The seed of each prompt's answer. */
  seeds: number[];
}

/**
 * Finished documents on disk, one JSON line each, appended as they finish and in no order. A line that a kill cut short is
 * taken off; everything before it counts. Outcomes stay on disk: memory holds their places.
 */
export class Journal {
  readonly #file: Deno.FsFile;
  readonly #places: Index["places"];
  #end: number;

  private constructor(file: Deno.FsFile, { places, end }: Index) {
    this.#file = file;
    this.#places = places;
    this.#end = end;
  }

  /**
   * Open `journal.jsonl` in a folder, which is made.
   *
   * @throws {SyntaxError} If a line before the last is no journal line.
   * @throws {Error} If another process writes there.
   */
  static async open(folder: string): Promise<Journal> {
    await Deno.mkdir(folder, { recursive: true });
    const path = join(folder, "journal.jsonl");
    const file = await Deno.open(path, { read: true, write: true, create: true });
    try {
      if (!await file.tryLock(true)) throw new Error(`Cannot write to ${path} as another process holds it`);
      const known = await index(file, path);
      await file.truncate(known.end);
      return new Journal(file, known);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** What became of a document, if it is finished. */
  get(key: string): Outcome | undefined {
    const place = this.#places.get(key);
    if (!place) return undefined;
    const bytes = new Uint8Array(place.length);
    this.#file.seekSync(place.offset, Deno.SeekMode.Start);
    for (let n = 0; n < bytes.length;) n += this.#file.readSync(bytes.subarray(n))!;
    return JSON.parse(new TextDecoder().decode(bytes)).outcome;
  }

  /** Add a finished document. */
  put(key: string, outcome: Outcome): void {
    const bytes = new TextEncoder().encode(JSON.stringify({ key, outcome }) + "\n");
    this.#file.seekSync(this.#end, Deno.SeekMode.Start);
    for (let n = 0; n < bytes.length;) n += this.#file.writeSync(bytes.subarray(n));
    this.#places.set(key, { offset: this.#end, length: bytes.length - 1 });
    this.#end += bytes.length;
  }

  /** Flush and close. */
  async close(): Promise<void> {
    await this.#file.sync();
    this.#file.close();
  }
}

interface Index {
  /** Where each outcome's line stands, in bytes. */
  places: Map<string, { offset: number; length: number }>;
  /** Where the last whole line ends. */
  end: number;
}

const lineFeed = 10;

async function index(file: Deno.FsFile, path: string): Promise<Index> {
  const places: Index["places"] = new Map();
  const buffer = new Uint8Array(1 << 20);
  const decoder = new TextDecoder();
  let open = new Uint8Array(0);
  let end = 0;
  let line = 0;
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    let from = 0;
    const chunk = new Uint8Array(open.length + n);
    chunk.set(open);
    chunk.set(buffer.subarray(0, n), open.length);
    for (let to = chunk.indexOf(lineFeed, open.length); to >= 0; to = chunk.indexOf(lineFeed, from)) {
      line++;
      places.set(keyOf(decoder.decode(chunk.subarray(from, to)), { path, line }), {
        offset: end,
        length: to - from,
      });
      end += to - from + 1;
      from = to + 1;
    }
    open = chunk.slice(from);
  }
  return { places, end };
}

function keyOf(text: string, { path, line }: { path: string; line: number }): string {
  try {
    const { key, outcome } = JSON.parse(text);
    if (typeof key === "string" && Array.isArray(outcome.results)) return key;
  } catch {
    // Said below.
  }
  throw new SyntaxError(
    `Cannot read the journal as line ${line} of ${path} is broken: it begins "${text.slice(0, 40)}"`,
  );
}
