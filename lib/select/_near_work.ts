import { join } from "node:path";
import { writeAtomic } from "../base/mod.ts";
import { inLanes, type Lane, threadLane } from "../run/mod.ts";
import { type MemberData, Members } from "./_members.ts";
import { bandKeys, distinct, type ShingleOptions, shingler, sketch } from "./_minhash.ts";
import { bandPairs } from "./_pairs.ts";
import { readBand } from "./_runs.ts";

/** What makes the keys of a text. */
export interface SketchOptions extends ShingleOptions {
  /** How many bands. */
  bands: number;
  /** Entries in a band. */
  rows: number;
}

/** Some texts, one after the other. */
export interface Block {
  /** Its place among the blocks. */
  at: number;
  texts: string[];
}

/** A thread's task: the keys of texts, their sets of shingles, or the pairs that a band proposes. */
export type Task =
  | Block & { kind: "keys"; options: SketchOptions }
  | Block & { kind: "sets"; options: ShingleOptions }
  | { kind: "pairs"; at: number; folder: string; band: number; members: MemberData };

/** What it gives: the keys text by text, NaN where there are no words; sets, one after the other; or nothing. */
export type Answer<T extends Task> = T extends { kind: "keys" } ? Float64Array
  : T extends { kind: "sets" } ? { values: Uint32Array; ends: Uint32Array }
  : null;

/** Where the pairs of a band lie. */
export function pairsPath(folder: string, band: number): string {
  return join(folder, `pairs-${String(band).padStart(3, "0")}`);
}

/** Do a task here. */
export async function perform<T extends Task>(task: T): Promise<Answer<T>> {
  const answer = async () => {
    switch (task.kind) {
      case "keys":
        return keysOf(task.texts, task.options);
      case "sets":
        return setsOf(task.texts, task.options);
      case "pairs": {
        const members = new Members(task.members);
        const keys = readBand(task.folder, members.count, task.band);
        const pairs = bandPairs(keys, (a, b) => members.rank(a, b), task.members.against);
        await writeAtomic(
          pairsPath(task.folder, task.band),
          new Uint8Array(pairs.buffer, 0, pairs.byteLength),
        );
        return null;
      }
    }
  };
  return await answer() as Answer<T>;
}

/** By default the first so many blocks, and the bands of so few documents, are worked on here: threads take longer to begin. */
const HERE = 32;
const SMALL = 1e5;

/** Do tasks on threads; `workers` is how many, or undefined for the machine's cores where that is worth it. */
export function onThreads<T extends Task>(
  tasks: readonly T[] | AsyncIterable<T>,
  workers: number | undefined,
): AsyncGenerator<{ at: number; result: Answer<T> }> {
  const here = (task: Task) =>
    workers === undefined
      ? task.kind === "pairs" ? task.members.ends.length < SMALL : task.at < HERE
      : workers === 1;
  const open = (): Lane<T, Answer<T>> => {
    const thread = threadLane<T, Answer<T>>(new URL("./_near_thread.ts", import.meta.url));
    return { ...thread, work: (task, signal) => here(task) ? perform(task) : thread.work(task, signal) };
  };
  return inLanes(tasks, open, { workers: workers ?? navigator.hardwareConcurrency });
}

function keysOf(texts: readonly string[], { bands, rows, ...shingles }: SketchOptions): Float64Array {
  const shingle = shingler(shingles);
  const signature = new Uint32Array(bands * rows);
  const keys = new Float64Array(texts.length * bands).fill(NaN);
  for (const [i, text] of texts.entries()) {
    const set = shingle(text);
    if (set.length === 0) continue;
    sketch(set, signature);
    bandKeys(signature, rows, keys.subarray(i * bands, (i + 1) * bands));
  }
  return keys;
}

function setsOf(texts: readonly string[], options: ShingleOptions): Answer<Task & { kind: "sets" }> {
  const shingle = shingler(options);
  const sets = texts.map((text) => distinct(shingle(text)));
  const ends = new Uint32Array(texts.length);
  for (const [i, set] of sets.entries()) ends[i] = (ends[i - 1] ?? 0) + set.length;
  const values = new Uint32Array(ends.at(-1) ?? 0);
  for (const [i, set] of sets.entries()) values.set(set, ends[i] - set.length);
  return { values, ends };
}
