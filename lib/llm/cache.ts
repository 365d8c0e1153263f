import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ofKind, sha256, takes } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";

/** Options of {@linkcode openCache}. */
export interface CacheOptions {
  /** Called with a line when a damaged file was set aside. @default writes it to standard error */
  onNotice?: ((line: string) => void) | undefined;
}

/** SQLite's codes for a file that is damaged, or is no database; and for a disk that is full. */
const DAMAGED = [11, 26];
const FULL = 13;

const SET_UP = [
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = NORMAL",
  "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, question TEXT NOT NULL, answer TEXT NOT NULL)",
];

/**
 * Answers by the hash of what was asked, in one SQLite file: the same question is never paid twice, and a rerun is exact.
 *
 * Several processes may share the file; a kill loses at most the answer that was being written. A damaged file is renamed, never
 * deleted, and a new one begun. On a full disk what is kept can still be read, and keeping another answer is an error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCache } from "midtrain/llm";
 *
 * await using cache = await openCache(`${await Deno.makeTempDir()}/answers.sqlite`);
 * const question = { model: "m", prompt: "1 + 1" };
 * assert.equal(cache.get(question), undefined);
 * cache.set(question, "2");
 * assert.equal(cache.get({ prompt: "1 + 1", model: "m" }), "2");
 * ```
 */
export class AnswerCache {
  /** The file. */
  readonly path: string;
  readonly #connect: (thorough: boolean) => Connection;
  #connection: Connection;

  /** Use {@linkcode openCache}. */
  constructor(path: string, connect: (thorough: boolean) => Connection) {
    this.path = path;
    this.#connect = connect;
    this.#connection = connect(false);
  }

  /** The answer to a question, or `undefined`. The order of a question's members does not matter. */
  get(question: Json): Json | undefined {
    const row = this.#try(({ get }) => get.get(cacheKey(question)));
    return row === undefined ? undefined : JSON.parse(row.answer as string);
  }

  /** Keep an answer. The first one stands: of two processes that ask at once, both go on with the same. */
  set(question: Json, answer: Json): Json {
    const asked = canonical(question);
    const { changes } = this.#try(({ set }) => set.run(sha256(asked), asked, JSON.stringify(answer)));
    return changes ? answer : this.get(question) ?? answer;
  }

  /** Forget the answer to a question. */
  delete(question: Json): void {
    this.#try(({ remove }) => remove.run(cacheKey(question)));
  }

  /** How many answers are kept. */
  get size(): number {
    return this.#try(({ count }) => count.get()!.n as number);
  }

  /** Close the file. */
  close(): void {
    this.#connection.database.close();
  }

  /** The same as {@linkcode AnswerCache.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #try<T>(work: (connection: Connection) => T): T {
    try {
      return work(this.#connection);
    } catch (error) {
      if (!isDamaged(error)) throw named(error, this.path);
      this.#connection.database.close();
      this.#connection = this.#connect(true);
      return work(this.#connection);
    }
  }
}

/** An open file with its statements. */
interface Connection {
  database: DatabaseSync;
  get: StatementSync;
  set: StatementSync;
  remove: StatementSync;
  count: StatementSync;
}

/**
 * Open a cache of answers; its folder and file are made.
 *
 * @param path The SQLite file.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCache } from "midtrain/llm";
 *
 * await using cache = await openCache(`${await Deno.makeTempDir()}/answers.sqlite`);
 * assert.equal(cache.size, 0);
 * ```
 */
export async function openCache(path: string, options: CacheOptions = {}): Promise<AnswerCache> {
  takes("Cannot keep answers", options, "onNotice?");
  ofKind("Cannot keep answers", { path }, "a text");
  const { onNotice = (line) => void Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`)) } = options;
  const { DatabaseSync } = await import("node:sqlite");
  await Deno.mkdir(dirname(path), { recursive: true });

  // One process at a time: SQLite refuses two that turn a new file to write-ahead logging at once, without waiting, and
  // of several that find damage one shall move the file.
  function connect(thorough: boolean): Connection {
    using lock = Deno.openSync(`${path}.lock`, { create: true, write: true });
    lock.lockSync(true);
    try {
      return open(thorough);
    } catch (error) {
      if (!isDamaged(error)) throw named(error, path);
      const aside = setAside(path);
      onNotice(
        `The cache of answers ${path} is damaged (${
          (error as Error).message
        }): it now stands at ${aside}, and a new one is begun`,
      );
      return open(false);
    } finally {
      lock.unlockSync();
    }
  }

  function open(thorough: boolean): Connection {
    // Long, as an answer that was paid for must not be lost to a slow disk or a busy neighbour.
    const database = new DatabaseSync(path, { timeout: 60_000 });
    try {
      // Not by exec(), whose errors lack SQLite's code.
      for (const statement of SET_UP) database.prepare(statement).all();
      if (thorough) {
        const said = database.prepare("PRAGMA quick_check(1)").get()!.quick_check as string;
        if (said !== "ok") throw Object.assign(new Error(said), { errcode: DAMAGED[0] });
      }
      return {
        database,
        get: database.prepare("SELECT answer FROM answers WHERE key = ?"),
        set: database.prepare("INSERT OR IGNORE INTO answers VALUES (?, ?, ?)"),
        remove: database.prepare("DELETE FROM answers WHERE key = ?"),
        count: database.prepare("SELECT count(*) AS n FROM answers"),
      };
    } catch (error) {
      database.close();
      throw error;
    }
  }

  return new AnswerCache(path, connect);
}

/** The key of a question: the SHA-256 of its canonical JSON, members sorted by name at every depth. */
export function cacheKey(question: Json): string {
  return sha256(canonical(question));
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${
    Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join()
  }}`;
}

function isDamaged(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && DAMAGED.includes(code & 0xff);
}

/** An error that names the file and what to do, where SQLite's own only says that a disk is full. */
function named(error: unknown, path: string): unknown {
  if ((error as { errcode?: number }).errcode !== FULL) return error;
  return new Error(
    `Cannot keep answers in ${path} as the disk is full: free some space, or set MIDTRAIN_CACHE to another disk`,
    { cause: error },
  );
}

function setAside(path: string): string {
  let aside: string;
  let n = 1;
  do aside = `${path}.damaged-${n++}`; while (existsSync(aside));
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) Deno.renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function existsSync(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
