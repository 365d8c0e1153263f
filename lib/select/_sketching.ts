import { Buffer } from "node:buffer";
import { exists } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { Members } from "./_members.ts";
import { type Block, onThreads, type SketchOptions } from "./_near_work.ts";
import { checkOf, type Reading } from "./_reading.ts";
import { readRunHead, RUN, type RunHead, runPath, writeRun } from "./_runs.ts";

/** Options of the first reading. */
export interface SketchingOptions extends SketchOptions {
  folder: string;
  workers: number | undefined;
  score: ((document: Document) => number) | undefined;
  onRead: (documents: number) => void;
}

/** So many UTF-16 units, or so many documents, go to a thread at a time. */
const BLOCK_UNITS = 1 << 20;
const BLOCK_DOCUMENTS = 4096;

/** A run that is being filled. */
interface Filling {
  ids: string[];
  checks: number[];
  scores: number[];
  keys: Float64Array<ArrayBuffer>[];
  /** How many documents have their keys. */
  sketched: number;
}

/**
 * First reading: the keys of all documents, in runs of files. Runs that an earlier process has written are held to the
 * documents, and not made again.
 */
export async function sketchAll(reading: Reading, options: SketchingOptions): Promise<Members> {
  const { folder, workers, score, onRead, ...sketch } = options;
  const { bands } = sketch;
  const filling = new Map<number, Filling>();
  const placed: { first: number; count: number }[] = [];
  let stored = 0;
  while (await exists(runPath(folder, stored))) stored++;
  let head: RunHead | undefined;
  let count = 0;

  const scoreOf = (document: Document) => {
    const value = score ? score(document) : 0;
    if (!Number.isNaN(value)) return value;
    throw new RangeError(
      `Cannot choose among near-duplicates as every score must be a number: ${document.id} has NaN`,
    );
  };
  const held = async (ordinal: number, document: Document) => {
    const at = ordinal % RUN;
    if (at === 0) head = await readRunHead(runPath(folder, ordinal / RUN), bands);
    if (
      at < head!.count && head!.checks[at] === checkOf(document) && head!.scores[at] === scoreOf(document)
    ) {
      return;
    }
    throw new RangeError(
      `Cannot find near-duplicates in ${folder} as its documents and scores must be those that it was begun with: document ${ordinal} is ${document.id}`,
    );
  };
  async function* blocks() {
    let block: Block = { at: 0, texts: [] };
    let units = 0;
    for await (const document of reading.first()) {
      const ordinal = count++;
      if (ordinal / RUN < stored) {
        await held(ordinal, document);
        continue;
      }
      const run = filling.get(Math.floor(ordinal / RUN)) ?? emptyRun(bands);
      filling.set(Math.floor(ordinal / RUN), run);
      run.ids.push(`${document.id}`.toWellFormed());
      run.checks.push(checkOf(document));
      run.scores.push(scoreOf(document));
      if (block.texts.length === 0) placed[block.at] = { first: ordinal, count: 0 };
      placed[block.at].count = block.texts.push(document.text);
      units += document.text.length;
      if (units < BLOCK_UNITS && block.texts.length < BLOCK_DOCUMENTS && count % RUN !== 0) continue;
      yield { ...block, kind: "keys" as const, options: sketch };
      onRead(count);
      block = { at: block.at + 1, texts: [] };
      units = 0;
    }
    if (block.texts.length > 0) yield { ...block, kind: "keys" as const, options: sketch };
  }

  for await (const { at, result } of onThreads(blocks(), workers)) {
    const { first, count: texts } = placed[at];
    delete placed[at];
    const number = Math.floor(first / RUN);
    const run = filling.get(number)!;
    for (let i = 0; i < texts; i++) {
      for (let band = 0; band < bands; band++) run.keys[band][first % RUN + i] = result[i * bands + band];
    }
    run.sketched += texts;
    if (run.sketched === RUN) {
      filling.delete(number);
      await write(folder, number, run);
    }
  }
  for (const [number, run] of filling) await write(folder, number, run);
  return await gather(reading, count, options);
}

function emptyRun(bands: number): Filling {
  const keys = Array.from({ length: bands }, () => new Float64Array(RUN));
  return { ids: [], checks: [], scores: [], keys, sketched: 0 };
}

async function write(folder: string, number: number, run: Filling): Promise<void> {
  const encoder = new TextEncoder();
  const ids = encoder.encode(run.ids.join(""));
  const count = run.ids.length;
  const head = {
    count,
    ids,
    lengths: Uint32Array.from(run.ids, (id) => Buffer.byteLength(id)),
    checks: Uint32Array.from(run.checks),
    scores: Float64Array.from(run.scores),
  };
  await writeRun(runPath(folder, number), head, run.keys.map((keys) => keys.subarray(0, count)));
}

/** What all threads need of the documents, out of the runs. */
async function gather(reading: Reading, count: number, options: SketchingOptions): Promise<Members> {
  const { folder, bands, score } = options;
  const heads = async function* () {
    let read = 0;
    for (let run = 0; await exists(runPath(folder, run)); run++) {
      const head = await readRunHead(runPath(folder, run), bands);
      read += head.count;
      yield head;
    }
    if (read !== count) {
      throw new RangeError(
        `Cannot find near-duplicates in ${folder} as its documents must be those that it was begun with: they were ${read}, and are ${count}`,
      );
    }
  };
  let bytes = 0;
  for await (const { ids } of heads()) bytes += ids.length;
  const ids = new Uint8Array(new SharedArrayBuffer(bytes));
  const ends = new Float64Array(new SharedArrayBuffer(8 * count));
  const scores = score && new Float64Array(new SharedArrayBuffer(8 * count));
  const checks = new Uint32Array(count);
  let first = 0;
  let end = 0;
  for await (const head of heads()) {
    ids.set(head.ids, end);
    checks.set(head.checks, first);
    scores?.set(head.scores, first);
    for (const [i, length] of head.lengths.entries()) ends[first + i] = end += length;
    first += head.count;
  }
  reading.checks = checks;
  return new Members({ ids, ends, scores, against: reading.against });
}
