import { ofKind } from "../base/mod.ts";

/**
 * Load a native library without its greetings: while `load` runs, what the process writes to standard error is caught, and
 * afterwards all but the lines of level I and W in Google's log format is written there after all.
 *
 * TensorFlow greets in its static initialisers, before any setting of its own is read.
 *
 * @param load Loads the library.
 * @returns What `load` returned.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { quietly } from "midtrain/native";
 *
 * assert.equal(await quietly(() => Promise.resolve(1)), 1);
 * ```
 */
export async function quietly<Value>(load: () => Promise<Value>): Promise<Value> {
  ofKind("Cannot load a library", { load }, "a function");
  if (Deno.build.os !== "linux") return await load();
  const path = await Deno.makeTempFile();
  const libc = Deno.dlopen("libc.so.6", {
    creat: { parameters: ["buffer", "u32"], result: "i32" },
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { creat, dup, dup2, close } = libc.symbols;
  const caught = creat(new TextEncoder().encode(`${path}\0`), 0o600);
  const before = dup(2);
  dup2(caught, 2);
  try {
    return await load();
  } finally {
    dup2(before, 2);
    close(before);
    close(caught);
    libc.close();
    const kept = withoutGreetings(await Deno.readTextFile(path));
    await Deno.remove(path);
    if (kept) await new Blob([kept]).stream().pipeTo(Deno.stderr.writable, { preventClose: true });
  }
}

function withoutGreetings(text: string): string {
  return text.split("\n").filter((line) => !/^[IW]\d{4} |^WARNING: All log messages before/.test(line)).join(
    "\n",
  );
}
