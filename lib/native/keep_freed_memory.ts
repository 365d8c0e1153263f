/** `mallopt`'s numbers in glibc's malloc.h, and bytes: what is smaller than the first comes from the heap, whose end is kept. */
const M_MMAP_THRESHOLD = [-3, 32 << 20];
const M_TRIM_THRESHOLD = [-1, 64 << 20];
const M_TOP_PAD = [-2, 16 << 20];

let kept: boolean | undefined;

/**
 * Let this process keep freed memory, up to 64 MB for each of malloc's arenas (about one a thread), instead of handing it
 * back to the system. A native library that works in batches, as Polars does, else frees and asks for the same pages over and
 * over: about an eighth of a scan's CPU time.
 *
 * It sets glibc's `mallopt`, once, for the whole process and all that is loaded into it; where there is no glibc it changes
 * nothing.
 *
 * @returns Whether the memory is kept.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { keepFreedMemory } from "midtrain/native";
 *
 * assert.equal(keepFreedMemory(), keepFreedMemory());
 * ```
 */
export function keepFreedMemory(): boolean {
  return kept ??= set();
}

function set(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const libc = Deno.dlopen("libc.so.6", { mallopt: { parameters: ["i32", "i32"], result: "i32" } });
    return [M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD].every(([number, bytes]) =>
      libc.symbols.mallopt(number, bytes) === 1
    );
  } catch {
    // Another C library, which has no such file or no such function, or a process that may load none.
    return false;
  }
}
