import { dirname, join } from "node:path";
import { exists, isFullDisk, writeAtomic } from "../base/mod.ts";

/** Throw if a file cannot be written there, before hours of work end at it. The folder is made. */
export async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await Deno.mkdir(folder, { recursive: true });
    if (await exists(path) && (await Deno.stat(path)).isDirectory) throw new Error("it is a folder");
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".midtrain-" }));
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Write a file whole or not at all; an error names the file. */
export async function writeWhole(path: string, content: string): Promise<void> {
  try {
    await writeAtomic(path, content);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, cause: unknown): Error {
  const why = isFullDisk(cause) ? "the disk is full" : cause instanceof Error ? cause.message : String(cause);
  return new Error(`Cannot write ${join(path)}: ${why}`, { cause });
}
