import { resolve } from "node:path";
import { ofKind } from "../base/mod.ts";
import { folderStore, type Store } from "./store.ts";

/**
 * The store at an address: a folder; or a bucket of an object store by S3's protocol, Amazon's or another that speaks it. Where
 * it lies and who asks say `AWS_ENDPOINT_URL` (none for Amazon's own), `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
 * `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
 *
 * What two may write at once is written under the condition that it is not there (`If-None-Match: *`). An object store is
 * asked first whether it keeps to it, by writing one object twice, and refused if it does not.
 *
 * @param address A folder's path, or `s3://BUCKET/PREFIX`.
 * @throws {RangeError} If an object store's address is none, a variable is missing, or it does not keep to the condition.
 * @throws {Error} If an object store refuses: its status and its word for it.
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
export async function openStore(address: string): Promise<Store> {
  ofKind("Cannot open a store", { address }, "a text");
  if (!isObjectStore(address)) return folderStore(resolve(address));
  // A store in a folder needs no signatures.
  return await (await import("./_object_store.ts")).objectStore(address);
}

/** Whether an address is that of an object store. */
export function isObjectStore(address: string): boolean {
  return /^s3:/.test(address);
}
