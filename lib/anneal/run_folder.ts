import { join } from "node:path";
import { exists, explainFullDisk, ofKind, writeAtomic } from "../base/mod.ts";
import { Ledger, lock } from "../run/mod.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { Evaluation, RunIdentity, StepRecord } from "./run.ts";

/** The records a run keeps, by the name of their file. */
interface Records {
  log: StepRecord;
  evaluations: Evaluation;
}

/** A folder as it was found. */
export interface OpenedRun {
  /** The folder, owned until it is disposed of. */
  folder: RunFolder;
  /** Where the run stands, if it was begun before. */
  checkpoint?: Checkpoint;
  /** Its step records so far. */
  log: StepRecord[];
  /** Its measurements so far. */
  evaluations: Evaluation[];
}

/**
 * A run on disk: `run.json` says which run it is, `log.jsonl` and `evaluations.jsonl` hold its records, `step-N` its
 * newest checkpoint. One process owns it at a time; the lock is the kernel's, so it ends with its holder, however that
 * ends.
 */
export class RunFolder {
  readonly #path: string;
  readonly #lock: Disposable;
  readonly #ledgers = new Map<keyof Records, Ledger<Records[keyof Records]>>();

  private constructor(path: string, lock: Disposable) {
    this.#path = path;
    this.#lock = lock;
  }

  /**
   * Open a folder for a run: a new one, or one in which the same run was stopped or killed. Records after its newest
   * checkpoint are dropped: those steps are taken again.
   *
   * @throws {RangeError} If the folder holds another run, or a process is at work in it.
   */
  static async open(path: string, identity: RunIdentity): Promise<OpenedRun> {
    await Deno.mkdir(path, { recursive: true });
    const folder = new RunFolder(path, await lock(join(path, "lock"), () => held(path)));
    try {
      const run = join(path, "run.json");
      const text = JSON.stringify(identity);
      if (await exists(run)) checkIdentity(path, await Deno.readTextFile(run), JSON.parse(text));
      else await writeAtomic(run, text + "\n");
      await removePartials(path);
      const newest = (await checkpoints(path)).at(-1);
      const checkpoint = newest === undefined ? undefined : await loadCheckpoint(newest);
      const tokens = checkpoint?.tokens ?? 0;
      const log = await folder.#reopen("log", tokens);
      const evaluations = await folder.#reopen("evaluations", tokens);
      return { folder, log, evaluations, ...(checkpoint && { checkpoint }) };
    } catch (error) {
      folder[Symbol.dispose]();
      throw explainFullDisk(error, `Cannot train in ${path}`);
    }
  }

  /** Add a record to one of the logs. It counts from the next checkpoint on, and is on the disk before that. */
  append<Kind extends keyof Records>(kind: Kind, record: Records[Kind]): void {
    this.#ledgers.get(kind)!.write(record);
  }

  /** Write a checkpoint; the older ones go when it is there. */
  async save(checkpoint: Checkpoint): Promise<void> {
    const path = join(this.#path, `step-${checkpoint.step}`);
    for (const ledger of this.#ledgers.values()) ledger.flush();
    if (!await exists(path)) await saveCheckpoint(path, checkpoint);
    for (const other of await checkpoints(this.#path)) {
      if (other !== path) await Deno.remove(other, { recursive: true });
    }
  }

  /** Close the logs and let go of the folder. */
  [Symbol.dispose](): void {
    for (const ledger of this.#ledgers.values()) ledger[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }

  /** Keep the records up to a token count, and go on after them. */
  async #reopen<Kind extends keyof Records>(kind: Kind, tokens: number): Promise<Records[Kind][]> {
    const path = join(this.#path, `${kind}.jsonl`);
    const kept: Records[Kind][] = [];
    const ledger = await Ledger.open<Records[keyof Records]>(path, {
      cannot: `Cannot write ${path}`,
      held: () => held(this.#path),
      onRow(row, { line, text }) {
        if (row === undefined) throw notJson(path, line, text);
        const record = row as Records[Kind];
        if (record.tokens > tokens) return false;
        kept.push(record);
      },
    });
    this.#ledgers.set(kind, ledger);
    return kept;
  }
}

function held(path: string): Error {
  return new RangeError(`Cannot train in ${path} as one run must own it: another is at work there`);
}

/**
 * Read a training log, one JSON record a line. A last line that a kill cut short is left out.
 *
 * @throws {SyntaxError} If another line is not JSON.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readLog } from "midtrain/anneal";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"step":0,"loss":5.5}\n{"step":1,"lo');
 * assert.equal((await readLog(path)).length, 1);
 * ```
 */
export async function readLog(path: string): Promise<StepRecord[]> {
  ofKind("Cannot read a log", { path }, "a text");
  const lines = (await Deno.readTextFile(path)).split("\n").slice(0, -1);
  return lines.map((line, i) => {
    try {
      return JSON.parse(line);
    } catch {
      throw notJson(path, i + 1, line);
    }
  });
}

function notJson(path: string, line: number, text: string): Error {
  return new SyntaxError(
    `Cannot read ${path} as every line must be JSON: line ${line} is ${text.slice(0, 60)}`,
  );
}

function checkIdentity(path: string, text: string, wanted: RunIdentity): void {
  const found = JSON.parse(text) as RunIdentity;
  for (const key of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    const [old, now] = [found, wanted].map((identity) => JSON.stringify(identity[key]));
    if (old !== now) {
      throw new RangeError(
        `Cannot train in ${path} as it holds another run: its ${key} is ${old}, this one's is ${now}`,
      );
    }
  }
}

async function checkpoints(path: string): Promise<string[]> {
  const steps: number[] = [];
  for await (const { name } of Deno.readDir(path)) {
    const match = /^step-(\d+)$/.exec(name);
    if (match) steps.push(Number(match[1]));
  }
  return steps.sort((a, b) => a - b).map((step) => join(path, `step-${step}`));
}

/** Only the owner of the folder writes, so partial checkpoints belong to the dead. */
async function removePartials(path: string): Promise<void> {
  for await (const { name } of Deno.readDir(path)) {
    if (name.endsWith(".partial")) await Deno.remove(join(path, name), { recursive: true });
  }
}
