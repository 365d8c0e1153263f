import { glob } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { sha256, writeFully } from "../base/mod.ts";

/** A file that a plan reads, and what tells whether it is still the same. */
export interface PlanFile {
  /** Its path from the plan's folder. */
  name: string;
  /** Where it lies. */
  path: string;
  /** Its size. */
  bytes: number;
  /** The hash of its first and last MiB. */
  sha256: string;
}

/** A part of a file: all of it, or the lines that begin between two places in bytes. */
export interface Piece {
  /** The file's place among the files. */
  file: number;
  /** Where it begins. @default {the beginning} */
  from?: number;
  /** Where it ends. @default {the end} */
  to?: number;
  /** How many bytes it has. */
  bytes: number;
}

/** The files that paths, folders and patterns name, each once, in the order of their names. */
export async function findFiles(
  cannot: string,
  patterns: readonly string[],
  base: string,
): Promise<PlanFile[]> {
  const found = new Map<string, PlanFile>();
  for (const pattern of patterns) {
    let some = 0;
    for await (const path of pathsOf(pattern, base)) {
      some++;
      if (!found.has(path)) {
        const { bytes, sha256 } = await lookAt(path);
        found.set(path, { name: relative(base, path), path, bytes, sha256 });
      }
    }
    if (some === 0) throw new Deno.errors.NotFound(`${cannot} as there is no file ${pattern}`);
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

async function* pathsOf(pattern: string, base: string): AsyncGenerator<string> {
  const path = resolve(base, pattern);
  const stat = await Deno.stat(path).catch(() => undefined);
  if (stat?.isFile) yield path;
  else if (stat?.isDirectory) yield* filesIn(path);
  else if (/[*?[{]/.test(pattern)) {
    for await (const found of glob(pattern, { cwd: base })) {
      const path = resolve(base, found);
      if ((await Deno.stat(path)).isFile) yield path;
    }
  }
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name.startsWith(".")) continue;
    const path = join(folder, name);
    if (isDirectory) yield* filesIn(path);
    else if ((await Deno.stat(path)).isFile) yield path;
  }
}

const MIB = 1 << 20;

/** A file's size, and the hash of its first and last MiB: enough to see another file, and cheap for a large one. */
export async function lookAt(path: string): Promise<Pick<PlanFile, "bytes" | "sha256">> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const ends = new Uint8Array(Math.min(size, 2 * MIB));
  const first = Math.min(ends.length, MIB);
  await readFully(file, ends.subarray(0, first));
  await file.seek(size - (ends.length - first), Deno.SeekMode.Start);
  await readFully(file, ends.subarray(first));
  return { bytes: size, sha256: sha256(ends).slice(0, 32) };
}

async function readFully(file: Deno.FsFile, into: Uint8Array): Promise<void> {
  for (let n = 0; n < into.length;) {
    const read = await file.read(into.subarray(n));
    if (read === null) return;
    n += read;
  }
}

/**
 * Divide files among shards, so that all have about the same bytes: the largest piece first, each to the shard with the fewest
 * bytes so far. Files of JSON Lines are cut between lines, so that one large file makes many shards; others stay whole, and
 * there are never more shards than pieces. Within a shard pieces stand in the order of the files.
 */
export function divide(files: readonly Pick<PlanFile, "name" | "bytes">[], shards: number): Piece[][] {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  // Pieces finer than shards, so that those of files of any size come out even.
  const pieces = files.flatMap((file, at) => piecesOf(file, at, Math.max(1, total / shards / 4)));
  const bins = Array.from({ length: Math.max(1, Math.min(shards, pieces.length)) }, (_, bin) => ({
    bin,
    bytes: 0,
    pieces: [] as Piece[],
  }));
  for (const piece of pieces.toSorted((a, b) => b.bytes - a.bytes || a.file - b.file)) {
    // Files without bytes count too, so that a million of them do not lie in one shard.
    const least = bins.reduce((a, b) => b.bytes < a.bytes ? b : a);
    least.pieces.push(piece);
    least.bytes += piece.bytes + 1;
  }
  return bins.map(({ pieces }) => pieces.sort((a, b) => a.file - b.file || (a.from ?? 0) - (b.from ?? 0)))
    .sort(([a], [b]) => (a?.file ?? 0) - (b?.file ?? 0) || (a?.from ?? 0) - (b?.from ?? 0));
}

function piecesOf({ name, bytes }: Pick<PlanFile, "name" | "bytes">, file: number, target: number): Piece[] {
  const count = /\.(?:jsonl|ndjson)$/i.test(name) ? Math.max(1, Math.ceil(bytes / target)) : 1;
  if (count === 1) return [{ file, bytes }];
  const cut = (at: number) => Math.floor(bytes * at / count);
  return Array.from({ length: count }, (_, at) => ({
    file,
    from: cut(at),
    to: cut(at + 1),
    bytes: cut(at + 1) - cut(at),
  }));
}

/** Copy a piece's lines, those that begin in it, to a file of their own. */
export async function copyLines(
  path: string,
  { from = 0, to = Infinity }: Piece,
  into: string,
): Promise<void> {
  using source = await Deno.open(path);
  using target = await Deno.open(into, { write: true, create: true, truncate: true });
  // A line begins after the line feed before it; the first one at the beginning.
  let at = Math.max(0, from - 1);
  await source.seek(at, Deno.SeekMode.Start);
  const buffer = new Uint8Array(8 * MIB);
  let within = from === 0;
  for (let n = await source.read(buffer); n !== null; n = await source.read(buffer)) {
    let begin = 0;
    if (!within) {
      const feed = buffer.subarray(0, n).indexOf(10);
      if (feed < 0) {
        at += n;
        continue;
      }
      begin = feed + 1;
      if (at + begin >= to) return;
      within = true;
    }
    // The line that the end cuts belongs to whoever has its beginning.
    const last = at + n >= to ? buffer.subarray(0, n).indexOf(10, Math.max(begin, to - 1 - at)) : -1;
    const end = last < 0 ? n : last + 1;
    await writeFully(target, buffer.subarray(begin, end));
    if (last >= 0) return;
    at += n;
  }
}
