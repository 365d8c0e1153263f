import { explainFullDisk, writeFullySync } from "../base/mod.ts";
import { own } from "./lock.ts";

/** Where a row stands in its file, in bytes, without its line feed. */
export interface Place {
  /** Where it begins. */
  offset: number;
  /** How long it is. */
  length: number;
}

/** A line as it was found. */
export interface Line {
  /** Its number, from 1. */
  line: number;
  /** What it says. */
  text: string;
  /** Where it stands. */
  place: Place;
}

/** Options of {@linkcode Ledger.open}. */
export interface LedgerOptions {
  /** What cannot be done where the disk is full, for example `Cannot sweep into out/table.jsonl`. */
  cannot: string;
  /** The error where another has the file. */
  held: () => Error;
  /**
   * Called with every line that stands there, in order: what it holds, `undefined` where that is no JSON. What is needed of
   * a row is kept by the caller, all of it or its place. What this throws refuses the file, which stays as it was; where it
   * returns false, that row and all that follow are taken off.
   */
  onRow: (row: unknown, line: Line) => void | boolean;
  /** How long `append` waits for further rows that share its flush, in milliseconds: where many come at once. @default {0} */
  groupMilliseconds?: number;
}

/**
 * A JSONL file that one process owns and appends to.
 *
 * The file's lock is the kernel's, and ends with its holder. A last line that a kill cut short is taken off; a row that does
 * not fit on the disk leaves no part of itself. When `append` has resolved, the row is on the disk, and the machine may lose
 * its power: that takes as long as the disk needs for a flush, often some milliseconds, which all rows that come meanwhile
 * share. Where rows count only from some point on, `write` them and `flush` there.
 */
export class Ledger<Row> implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #cannot: string;
  readonly #groupMilliseconds: number;
  /** Where the last whole row ends, and how far the disk has them. */
  #end = 0;
  #flushed = 0;
  #flushing: Promise<void> | undefined;

  private constructor(file: Deno.FsFile, cannot: string, groupMilliseconds = 0) {
    this.#file = file;
    this.#cannot = cannot;
    this.#groupMilliseconds = groupMilliseconds;
  }

  /**
   * Open a file, or make it.
   *
   * @throws What `held` gives if another process or ledger has it, and what `onRow` throws.
   */
  static async open<Row>(path: string, options: LedgerOptions): Promise<Ledger<Row>> {
    const { cannot, held, onRow, groupMilliseconds } = options;
    const file = await Deno.open(path, { read: true, append: true, create: true });
    await own(file, held);
    const ledger = new Ledger<Row>(file, cannot, groupMilliseconds);
    try {
      let kept = true;
      for await (const line of wholeLines(file)) {
        kept = onRow(parse(line.text), line) !== false && kept;
        if (kept) ledger.#end = line.place.offset + line.place.length + 1;
      }
      if (file.statSync().size > ledger.#end) file.truncateSync(ledger.#end);
      ledger.#flushed = ledger.#end;
      return ledger;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Make a file that is not there yet, without a pause.
   *
   * @throws {Deno.errors.AlreadyExists} If it is there.
   */
  static create<Row>(path: string, { cannot, held }: Pick<LedgerOptions, "cannot" | "held">): Ledger<Row> {
    const file = Deno.openSync(path, { read: true, append: true, createNew: true });
    if (file.tryLockSync(true)) return new Ledger<Row>(file, cannot);
    file.close();
    throw held();
  }

  /**
   * Add a row; it is on the disk when this resolves. Rows stand in the order of the calls.
   *
   * @returns Where it stands.
   * @throws {Error} If the disk is full.
   */
  async append(row: Row): Promise<Place> {
    const place = this.write(row);
    const end = this.#end;
    // A flush that is under way may have begun before this row.
    while (this.#flushed < end) await (this.#flushing ??= this.#flush());
    return place;
  }

  /**
   * Add a row that is on the disk after the next `flush` or `append`; a kill of this process cannot take it.
   *
   * @returns Where it stands.
   * @throws {Error} If the disk is full.
   */
  write(row: Row): Place {
    const bytes = new TextEncoder().encode(JSON.stringify(row) + "\n");
    const place = { offset: this.#end, length: bytes.length - 1 };
    try {
      writeFullySync(this.#file, bytes);
    } catch (error) {
      this.#file.truncateSync(this.#end);
      throw explainFullDisk(error, this.#cannot);
    }
    this.#end += bytes.length;
    return place;
  }

  /** Wait until all rows so far are on the disk. @throws {Error} If the disk is full. */
  flush(): void {
    try {
      this.#file.syncDataSync();
      this.#flushed = this.#end;
    } catch (error) {
      throw explainFullDisk(error, this.#cannot);
    }
  }

  async #flush(): Promise<void> {
    if (this.#groupMilliseconds > 0) {
      await new Promise((go) => setTimeout(go, this.#groupMilliseconds));
    }
    const end = this.#end;
    try {
      await this.#file.syncData();
      this.#flushed = end;
    } catch (error) {
      throw explainFullDisk(error, this.#cannot);
    } finally {
      this.#flushing = undefined;
    }
  }

  /** The row at a place, from the disk. */
  read({ offset, length }: Place): Row {
    const bytes = new Uint8Array(length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    for (let n = 0; n < length;) n += this.#file.readSync(bytes.subarray(n))!;
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const lineFeed = 10;

/** Lines that have an end, read in pieces. */
async function* wholeLines(file: Deno.FsFile): AsyncGenerator<Line> {
  const buffer = new Uint8Array(1 << 20);
  const decoder = new TextDecoder();
  let open = new Uint8Array(0);
  let offset = 0;
  let line = 0;
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    let from = 0;
    const chunk = new Uint8Array(open.length + n);
    chunk.set(open);
    chunk.set(buffer.subarray(0, n), open.length);
    for (let to = chunk.indexOf(lineFeed, open.length); to >= 0; to = chunk.indexOf(lineFeed, from)) {
      const length = to - from;
      yield { line: ++line, text: decoder.decode(chunk.subarray(from, to)), place: { offset, length } };
      offset += length + 1;
      from = to + 1;
    }
    open = chunk.slice(from);
  }
}
