import { ofKind } from "../base/mod.ts";

/**
 * Hold the lock of a file, which is made, until it is disposed of. The lock is the kernel's: it ends with its holder, however
 * that ends.
 *
 * @param path The file.
 * @param held The error where another holds it.
 * @throws What `held` gives.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lock } from "midtrain/run";
 *
 * const path = `${await Deno.makeTempDir()}/lock`;
 * const held = () => new Error("another is at work here");
 * {
 *   using _ = await lock(path, held);
 *   await assert.rejects(lock(path, held), /another is at work here/);
 * }
 * using _ = await lock(path, held);
 * ```
 */
export async function lock(path: string, held: () => Error): Promise<Disposable> {
  ofKind("Cannot lock a file", { path }, "a text");
  ofKind("Cannot lock a file", { held }, "a function");
  const file = await Deno.open(path, { write: true, create: true });
  await own(file, held);
  return file;
}

/** Lock a file that is open, or close it and throw. */
export async function own(file: Deno.FsFile, held: () => Error): Promise<void> {
  try {
    if (!await file.tryLock(true)) throw held();
  } catch (error) {
    file.close();
    throw error;
  }
}
