import { resolve } from "node:path";
import { ofKind } from "../base/mod.ts";
import { folderStore, type Store } from "./store.ts";

/**
 * The store at an address.
 *
 * @param address A folder's path.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openStore } from "midtrain/run";
 *
 * const store = await openStore(await Deno.makeTempDir());
 * await store.write("plan.json", "{}");
 * assert.deepEqual(await store.names(""), ["plan.json"]);
 * ```
 */
export function openStore(address: string): Promise<Store> {
  ofKind("Cannot open a store", { address }, "a text");
  return Promise.resolve(folderStore(resolve(address)));
}
