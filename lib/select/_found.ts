import { join } from "node:path";
import { exists, writeAtomic } from "../base/mod.ts";
import type { Linked } from "./_linking.ts";
import { read } from "./_runs.ts";

/** What was found, so that a call that was killed while it gave the documents needs not find it again. */
export interface FoundFile {
  /** How many pairs were compared. */
  compared: number;
  /** How many of them are alike. */
  confirmed: number;
  linked: Linked;
}

const pathOf = (folder: string) => join(folder, "found");

/** Write what was found, whole or not at all. */
export async function writeFound(folder: string, found: FoundFile): Promise<void> {
  const { compared, confirmed, linked: { chains, chained, similarities, stays, twins } } = found;
  const head = new Float64Array([compared, confirmed, chains, chained]);
  const parts = [head, similarities, stays, twins];
  await writeAtomic(pathOf(folder), parts.map(({ buffer }) => new Uint8Array(buffer)));
}

/** What was found among so many documents; undefined where nothing was yet. */
export async function readFound(folder: string, count: number): Promise<FoundFile | undefined> {
  if (!await exists(pathOf(folder))) return undefined;
  using file = await Deno.open(pathOf(folder));
  const [compared, confirmed, chains, chained] = read(file, new Float64Array(4));
  const similarities = read(file, new Float64Array(count));
  const stays = read(file, new Int32Array(count));
  const twins = read(file, new Int32Array(count));
  return { compared, confirmed, linked: { stays, twins, similarities, chains, chained } };
}
