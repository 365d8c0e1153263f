// deno-lint-ignore-file no-console
import { writeFullySync } from "../base/mod.ts";

const LEVELS = ["debug", "log", "info", "warn", "error"] as const;

/** Until it is disposed of, what is said on the console goes to a file, a line of JSON each, with its time and level. */
export function logTo(path: string): Disposable {
  const before = LEVELS.map((level) => console[level]);
  let file: Deno.FsFile | undefined;
  for (const level of LEVELS) {
    console[level] = (...words: unknown[]) => {
      const text = words.map((word) => typeof word === "string" ? word : Deno.inspect(word)).join(" ");
      const line = JSON.stringify({ at: new Date().toISOString(), level, text }) + "\n";
      file ??= Deno.openSync(path, { append: true, create: true });
      writeFullySync(file, new TextEncoder().encode(line));
    };
  }
  return {
    [Symbol.dispose]() {
      for (const [at, level] of LEVELS.entries()) console[level] = before[at];
      file?.close();
    },
  };
}
