import { ofKind } from "./kind.ts";
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * The folder for everything that can be fetched or computed again: `MIDTRAIN_CACHE`, else `midtrain` in the user's cache
 * folder, also where `HOME` is not set. It lies outside the project.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cacheDir } from "midtrain/base";
 *
 * assert(cacheDir("weights").endsWith("weights"));
 * ```
 */
export function cacheDir(...parts: string[]): string {
  ofKind("Cannot find the cache", { parts }, "a list of texts");
  const own = Deno.env.get("MIDTRAIN_CACHE");
  const shared = Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
  return join(own || join(shared, "midtrain"), ...parts);
}

/**
 * Whether a path exists, links followed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exists } from "midtrain/base";
 *
 * assert(!await exists("no/such/file"));
 * ```
 */
export async function exists(path: string): Promise<boolean> {
  ofKind("Cannot look for a file", { path }, "a text");
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/**
 * Write a file whole or not at all: the content goes to a neighbour, is flushed to the disk, and takes the name by rename.
 * A kill, an exception or a full disk in the middle leaves the old file as it was and no neighbour behind (a kill may
 * leave `.NAME.partial`, which nothing reads and the next write of the file takes over).
 *
 * @param path The file; its folder is made.
 * @param content Text, bytes, or a sequence of either.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { writeAtomic } from "midtrain/base";
 *
 * const folder = await Deno.makeTempDir();
 * await writeAtomic(`${folder}/a/b.txt`, "done");
 * assert(await Deno.readTextFile(`${folder}/a/b.txt`) === "done");
 * ```
 */
export async function writeAtomic(
  path: string,
  content: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  ofKind("Cannot write a file", { path }, "a text");
  if (typeof content !== "string") ofKind("Cannot write a file", { content }, "a list or another iterable");
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true });
  const encoder = new TextEncoder();
  const parts = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
  const { partial, file } = await openPartial(join(folder, `.${basename(path)}`));
  try {
    try {
      for await (const part of parts) {
        const bytes = typeof part === "string" ? encoder.encode(part) : part;
        await writeFully(file, bytes);
      }
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

/** A file to fill: what a killed process left of the same one, or another where a process is filling that. */
async function openPartial(path: string): Promise<{ partial: string; file: Deno.FsFile }> {
  const partial = `${path}.partial`;
  while (true) {
    const file = await Deno.open(partial, { write: true, create: true });
    if (!await file.tryLock(true).catch(() => false)) {
      file.close();
      break;
    }
    // Whoever had the lock before may have given the file its name.
    const there = await Deno.stat(partial).catch(() => undefined);
    if (there?.ino === (await file.stat()).ino) {
      await file.truncate();
      return { partial, file };
    }
    file.close();
  }
  const own = `${path}.${Deno.pid}.partial`;
  return { partial: own, file: await Deno.open(own, { write: true, create: true, truncate: true }) };
}

/**
 * Write all of some bytes, as one call may write a part.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { writeFully } from "midtrain/base";
 *
 * const said: number[] = [];
 * await writeFully({ write: (bytes) => Promise.resolve(said.push(bytes[0]) && 1) }, new Uint8Array([4, 5, 6]));
 * assert.deepEqual(said, [4, 5, 6]);
 * ```
 */
export async function writeFully(
  file: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let n = 0; n < bytes.length;) n += await file.write(bytes.subarray(n));
}

/**
 * {@linkcode writeFully} without a pause.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { writeFullySync } from "midtrain/base";
 *
 * const said: number[] = [];
 * writeFullySync({ writeSync: (bytes) => said.push(bytes[0]) && 1 }, new Uint8Array([4, 5, 6]));
 * assert.deepEqual(said, [4, 5, 6]);
 * ```
 */
export function writeFullySync(file: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let n = 0; n < bytes.length;) n += file.writeSync(bytes.subarray(n));
}

/**
 * Whether an error says that a disk is full.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isFullDisk } from "midtrain/base";
 *
 * assert(!isFullDisk(new Error("no such file")));
 * ```
 */
export function isFullDisk(error: unknown): boolean {
  return (error as { code?: string })?.code === "ENOSPC";
}

/**
 * The error of a full disk with what it means for the work at hand; any other error as it is.
 *
 * @param cannot What cannot be done, for example `Cannot train in out/run`.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { explainFullDisk } from "midtrain/base";
 *
 * const full = Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
 * assert.equal((explainFullDisk(full, "Cannot train in run") as Error).message, "Cannot train in run as the disk is full");
 * ```
 */
export function explainFullDisk(error: unknown, cannot: string): unknown {
  return isFullDisk(error) ? new Error(`${cannot} as the disk is full`, { cause: error }) : error;
}

/**
 * The SHA-256 of a text or of bytes, in hexadecimal.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sha256 } from "midtrain/base";
 *
 * assert(sha256("abc").startsWith("ba7816bf"));
 * ```
 */
export function sha256(content: string | Uint8Array): string {
  if (!(content instanceof Uint8Array)) ofKind("Cannot hash", { content }, "a text");
  return createHash("sha256").update(content).digest("hex");
}

/**
 * The SHA-256 of a file, in hexadecimal, read in pieces.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sha256, sha256File } from "midtrain/base";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "abc");
 * assert(await sha256File(path) === sha256("abc"));
 * ```
 */
export async function sha256File(path: string): Promise<string> {
  ofKind("Cannot hash a file", { path }, "a text");
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 20);
  using file = await Deno.open(path);
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    hash.update(buffer.subarray(0, n));
  }
  return hash.digest("hex");
}
