import { createRequire } from "node:module";
import { cacheDir, sha256, writeAtomic } from "../base/mod.ts";

/** What of pyodide a process is given, in the order of its main module. */
const names = [
  "pyodide.mjs",
  "pyodide.asm.mjs",
  "pyodide.asm.wasm",
  "python_stdlib.zip",
  "pyodide-lock.json",
];

/** A snapshot's file begins with the SHA-256 of what follows, as hexadecimal digits: one that a fault of the disk changed is made anew. */
const DIGEST_BYTES = 64;
const decoder = new TextDecoder();

let opened: Promise<Uint8Array[]> | undefined;

/**
 * Pyodide's parts and a snapshot of its interpreter after its start, which takes seconds: made once a machine, in a process
 * that runs nobody's program, and kept in the cache. It fits only the build that made it.
 *
 * @param main The main module of that process.
 * @param start Starts it with parts on its standard input, and gives what it writes.
 */
export function pyodideParts(
  main: string,
  start: (parts: Uint8Array[]) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  opened ??= open(main, start).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(
  main: string,
  start: (parts: Uint8Array[]) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  const { resolve } = createRequire(import.meta.url);
  const parts = await Promise.all(names.map((name) => Deno.readFile(resolve(`pyodide/${name}`))));
  const build = sha256([Deno.version.v8, main, ...parts.map((part) => sha256(part))].join(" ")).slice(0, 16);
  const path = cacheDir("python", `${build}.snapshot`);
  const known = await Deno.readFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array(0);
    throw error;
  });
  const kept = known.subarray(DIGEST_BYTES);
  if (decoder.decode(known.subarray(0, DIGEST_BYTES)) === sha256(kept)) return [...parts, kept];
  const snapshot = await start(parts);
  await writeAtomic(path, [sha256(snapshot), snapshot]);
  return [...parts, snapshot];
}
