import { join } from "node:path";
import { writeAtomic } from "../base/mod.ts";

/** Documents in a run: so many sketches are held before they go to the disk. */
export const RUN = 1 << 14;

/** What is kept of a run's documents, apart from their keys. */
export interface RunHead {
  /** How many there are. */
  count: number;
  /** Their ids in UTF-8, one after the other. */
  ids: Uint8Array<ArrayBuffer>;
  /** How many bytes each id has. */
  lengths: Uint32Array<ArrayBuffer>;
  /** Their checksums. */
  checks: Uint32Array<ArrayBuffer>;
  /** Their scores. */
  scores: Float64Array<ArrayBuffer>;
}

const HEAD = 16;

/** Where a run lies. */
export function runPath(folder: string, run: number): string {
  return join(folder, `run-${String(run).padStart(5, "0")}`);
}

/**
 * Write a run, whole or not at all: how many documents and bytes of ids, keys band by band, scores, checksums, lengths and
 * bytes of the ids.
 *
 * @param keys For each band those of the documents.
 */
export async function writeRun(
  path: string,
  { count, ids, lengths, checks, scores }: RunHead,
  keys: readonly Float64Array<ArrayBuffer>[],
): Promise<void> {
  const parts = [new Float64Array([count, ids.length]), ...keys, scores, checks, lengths, ids];
  await writeAtomic(path, parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
}

/** Read all of a run but its keys. */
export async function readRunHead(path: string, bands: number): Promise<RunHead> {
  using file = await Deno.open(path);
  const [count, size] = read(file, new Float64Array(2));
  file.seekSync(HEAD + 8 * bands * count, Deno.SeekMode.Start);
  const scores = read(file, new Float64Array(count));
  const checks = read(file, new Uint32Array(count));
  const lengths = read(file, new Uint32Array(count));
  return { count, scores, checks, lengths, ids: read(file, new Uint8Array(size)) };
}

/** The keys that all n documents have in a band. */
export function readBand(folder: string, n: number, band: number): Float64Array<ArrayBuffer> {
  const keys = new Float64Array(n);
  for (let first = 0; first < n; first += RUN) {
    const count = Math.min(RUN, n - first);
    using file = Deno.openSync(runPath(folder, first / RUN));
    file.seekSync(HEAD + 8 * band * count, Deno.SeekMode.Start);
    read(file, keys.subarray(first, first + count));
  }
  return keys;
}

/** Fill an array with what a file has next. */
export function read<Numbers extends Uint8Array | Uint32Array | Int32Array | Float64Array>(
  file: { readSync(into: Uint8Array): number | null },
  into: Numbers,
): Numbers {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  for (let n = 0; n < bytes.length;) {
    const got = file.readSync(bytes.subarray(n));
    if (got === null) throw new Deno.errors.UnexpectedEof("A file of near-duplicates ends too early");
    n += got;
  }
  return into;
}
