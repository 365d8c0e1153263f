import { exists, must } from "../base/mod.ts";
import type { Members } from "./_members.ts";
import { jaccard, type ShingleOptions } from "./_minhash.ts";
import { type Block, onThreads, pairsPath, type Task } from "./_near_work.ts";
import { union } from "./_pairs.ts";
import type { Reading } from "./_reading.ts";
import type { Shelf } from "./_shelf.ts";

/** Bands that are sorted at a time, however many cores there are: each takes 16 bytes a document. */
const BANDS_AT_A_TIME = 4;

/** All pairs that agree on a band, as `later * n + earlier`, ascending. */
export async function candidatePairs(
  members: Members,
  { folder, bands, workers, onBand }: {
    folder: string;
    bands: number;
    workers: number | undefined;
    onBand: (bands: number) => void;
  },
): Promise<Float64Array<ArrayBuffer>> {
  const { count: n, data } = members;
  must("Cannot find near-duplicates", "the documents must be at most 94906265", n, n * n <= 2 ** 53);
  const tasks: (Task & { kind: "pairs" })[] = [];
  for (let band = 0; band < bands; band++) {
    if (await exists(pairsPath(folder, band))) continue;
    tasks.push({ kind: "pairs", at: tasks.length, folder, band, members: data });
  }
  let sorted = bands - tasks.length;
  for (let first = 0; first < tasks.length; first += BANDS_AT_A_TIME) {
    const together = tasks.slice(first, first + BANDS_AT_A_TIME);
    for await (const _ of onThreads(together, workers)) onBand(++sorted);
  }
  let pairs: Float64Array<ArrayBuffer> = new Float64Array();
  for (let band = 0; band < bands; band++) {
    const { buffer } = await Deno.readFile(pairsPath(folder, band));
    pairs = union(pairs, new Float64Array(buffer));
  }
  return pairs;
}

/** Second reading: put the sets of shingles of all documents that a pair names on the shelf. */
export async function shelve(
  reading: Reading,
  shelf: Shelf,
  pairs: Float64Array,
  { workers, onRead, ...options }: ShingleOptions & {
    workers: number | undefined;
    onRead: (documents: number) => void;
  },
): Promise<void> {
  const n = reading.checks.length;
  const named = new Uint8Array(n);
  for (const pair of pairs) {
    named[Math.floor(pair / n)] = 1;
    named[pair % n] = 1;
  }
  const placed: number[][] = [];
  async function* blocks() {
    let block: Block = { at: 0, texts: [] };
    let units = 0;
    for await (const [ordinal, { text }] of reading.again({ against: true })) {
      if (ordinal % 4096 === 0) onRead(ordinal);
      if (named[ordinal] === 0) continue;
      (placed[block.at] ??= []).push(ordinal);
      block.texts.push(text);
      units += text.length;
      if (units < 1 << 20 && block.texts.length < 4096) continue;
      yield { ...block, kind: "sets" as const, options };
      block = { at: block.at + 1, texts: [] };
      units = 0;
    }
    if (block.texts.length > 0) yield { ...block, kind: "sets" as const, options };
  }
  for await (const { at, result: { values, ends } } of onThreads(blocks(), workers)) {
    for (const [i, ordinal] of placed[at].entries()) {
      shelf.put(ordinal, values.subarray(i === 0 ? 0 : ends[i - 1], ends[i]));
    }
    delete placed[at];
  }
}

/** The similarity of each pair; NaN below the threshold. */
export function compareAll(
  shelf: Shelf,
  pairs: Float64Array,
  { n, threshold }: { n: number; threshold: number },
): Float64Array<ArrayBuffer> {
  return new Float64Array(pairs.length).map((_, i) => {
    const similarity = jaccard(shelf.get(pairs[i] % n), shelf.get(Math.floor(pairs[i] / n)));
    return similarity >= threshold ? similarity : NaN;
  });
}
