import { dirname, join } from "node:path";
import { exists, sha256 } from "../base/mod.ts";
import { attemptKey, numbered, type Output, readFailures, readMarkers } from "./_marker.ts";
import { readManifest } from "./manifest.ts";
import { isObjectStore } from "./open_store.ts";
import type { Store } from "./store.ts";

/** What a stage made: `merged.json` of its folder, the same bytes however and wherever the shards were made. */
export interface Merged {
  /** The stage's folder. */
  folder: string;
  /** How many shards it has. */
  shards: number;
  /** Which of them are put aside because of their input. */
  quarantined: { shard: number; reason: string }[];
  /** What the shards returned, added up in their order. */
  counts: Record<string, number>;
  /** All files, in the order of shards and names. */
  outputs: (Output & { shard: number })[];
  /** The hash of all files' names and hashes. */
  sha256: string;
}

/** A stage cannot be merged as shards are missing. */
export class MissingShards extends Error {
  /** What tells it from other errors, in another process too. */
  override name = "MissingShards";

  /** Which are missing. */
  readonly shards: readonly number[];

  /** An error that says so, and which. */
  constructor(message: string, shards: readonly number[]) {
    super(message);
    this.shards = shards;
  }
}

/**
 * Merge a stage: a fold over the markers of its shards and nothing else, so that it can be done again at any time. It writes
 * `merged.json`, and in a folder `out/`, which holds the files of all shards under their numbers.
 *
 * @param reasons Why shards failed that could not say so themselves, as where the disk is full.
 * @throws {MissingShards} If a shard has no marker, or more are put aside than the plan allows; the message names them.
 */
export async function mergeStage(
  store: Store,
  folder: string,
  reasons: ReadonlyMap<number, string> = new Map(),
): Promise<Merged> {
  const manifest = await readManifest(store, folder);
  const { markers, broken } = await readMarkers(store, folder);
  const cannot = `Cannot merge ${manifest.stage}`;
  const missing = [...manifest.shards.keys()].filter((shard) => !markers.has(shard));
  if (missing.length > 0) {
    const failures = new Map((await readFailures(store, folder)).map(({ shard, reason }) => [shard, reason]));
    const why = missing.flatMap((shard) => {
      const reason = broken.get(shard) ?? reasons.get(shard) ?? failures.get(shard);
      return reason === undefined ? [] : [`; shard ${shard}: ${reason}`];
    });
    throw new MissingShards(
      `${cannot} as ${manifest.shards.length} shards must be done: ${listed(missing)} ${
        missing.length === 1 ? "is" : "are"
      } missing${why.slice(0, 3).join("")}`,
      missing,
    );
  }
  const ordered = [...manifest.shards.keys()].map((shard) => markers.get(shard)!);
  const quarantined = ordered.filter(({ status }) => status === "quarantined")
    .map(({ shard, reason = "" }) => ({ shard, reason }));
  if (quarantined.length > manifest.quarantined) {
    throw new MissingShards(
      `${cannot} as at most ${manifest.quarantined} shards may be put aside: ${
        listed(quarantined.map(({ shard }) => shard))
      } ${quarantined.length === 1 ? "is" : "are"}, the first by ${quarantined[0].reason}`,
      quarantined.map(({ shard }) => shard),
    );
  }
  const counts: Record<string, number> = {};
  for (const { counts: own } of ordered) {
    for (const [name, count] of Object.entries(own)) counts[name] = (counts[name] ?? 0) + count;
  }
  const outputs = ordered.flatMap(({ shard, outputs }) => outputs.map((output) => ({ shard, ...output })));
  const merged: Merged = {
    folder,
    shards: ordered.length,
    quarantined,
    counts: Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a < b ? -1 : 1)),
    outputs,
    sha256: sha256(JSON.stringify(outputs)),
  };
  const attempts = ordered.map(({ attempt }) => attempt);
  await removeOthers(store, folder, attempts);
  await linkOutputs(store, merged, attempts);
  await store.write(`${folder}/attempts.json`, JSON.stringify(attempts) + "\n");
  await store.write(`${folder}/merged.json`, JSON.stringify(merged) + "\n");
  return merged;
}

/** What a stage made, and by which attempts. */
export async function readMerged(store: Store, folder: string): Promise<Merged & { attempts: number[] }> {
  const [merged, attempts] = await Promise.all([
    store.read(`${folder}/merged.json`),
    store.read(`${folder}/attempts.json`),
  ]);
  if (merged === undefined || attempts === undefined) {
    throw new Deno.errors.NotFound(`Cannot read ${folder} of ${store.address} as it is not merged`);
  }
  return { ...JSON.parse(merged), attempts: JSON.parse(attempts) };
}

/** Remove the files of attempts that were killed, or too late; what they said stays. */
async function removeOthers(store: Store, folder: string, attempts: readonly number[]): Promise<void> {
  for (const [shard, attempt] of attempts.entries()) {
    for (const other of await store.names(`${folder}/shards/${numbered(shard)}`)) {
      if (Number(other) === attempt) continue;
      for (const name of ["in", "out"]) {
        await store.remove(`${attemptKey(folder, shard, Number(other))}/${name}`);
      }
    }
  }
}

/** In a folder, the files by their shards' numbers alone, whichever attempt made them. */
async function linkOutputs(store: Store, { folder, outputs }: Merged, attempts: number[]): Promise<void> {
  if (isObjectStore(store.address)) return;
  const out = join(store.address, folder, "out");
  const partial = `${out}.${crypto.randomUUID()}.partial`;
  await Deno.mkdir(partial, { recursive: true });
  for (const { shard, name } of outputs) {
    const from = join(store.address, attemptKey(folder, shard, attempts[shard]), "out", name);
    const to = join(partial, numbered(shard), name);
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.link(from, to).catch(() => Deno.copyFile(from, to));
  }
  await Deno.remove(out, { recursive: true }).catch(() => {});
  try {
    await Deno.rename(partial, out);
  } catch (error) {
    // Another that merges in this moment has made the same.
    await Deno.remove(partial, { recursive: true });
    if (!await exists(out)) throw error;
  }
}

/** Numbers in a sentence: `shards 3, 7 and 12 more`. */
export function listed(shards: readonly number[]): string {
  const shown = shards.slice(0, 20).join(", ");
  return `shard${shards.length === 1 ? "" : "s"} ${shown}${
    shards.length > 20 ? ` and ${shards.length - 20} more` : ""
  }`;
}
