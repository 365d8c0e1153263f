// deno-lint-ignore-file no-console
/**
 * `deno task run NOTEBOOK`: runs a notebook without Python and writes it with its outputs, and as one HTML page.
 * @module
 */
import { basename, join } from "node:path";
import { refuse, task } from "./_task.ts";
import { execute, type ExecuteOptions, interrupt, onProgress } from "../notebook/mod.ts";

const help = `deno task run NOTEBOOK [--set NAME=VALUE ...] [--out DIR] [--timeout SECONDS] [--allow-errors]

  --set NAME=VALUE   a parameter of the notebook; VALUE is JSON, else text
  --out DIR          where NAME.ipynb and NAME.html go; default out
  --timeout SECONDS  the time limit of one cell; default none
  --allow-errors     go on after a cell that throws; the exit code is still 1`;

/** `["seed=2", "name=x"]` as `{ seed: 2, name: "x" }`. */
export function parseSettings(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(settings.map((setting) => {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(setting) ?? [];
    if (name === undefined) {
      throw new SyntaxError(`Cannot set a parameter as it must be NAME=VALUE: current value is ${setting}`);
    }
    try {
      return [name, JSON.parse(value)];
    } catch {
      return [name, value];
    }
  }));
}

if (import.meta.main) {
  await task({
    help,
    flags: {
      set: "texts",
      out: "text",
      timeout: { min: 0.001, whole: false },
      "allow-errors": "switch",
    },
    words: true,
    run: async ({ set, out, timeout, "allow-errors": allowErrors }, paths) => {
      if (paths.length !== 1) refuse(`one path must be given: there are ${paths.length}; see --help`);
      return await run(paths[0], out || "out", {
        parameters: parseSettings(set),
        timeoutSeconds: timeout,
        allowErrors,
      });
    },
  });
}

async function run(path: string, out: string, options: ExecuteOptions): Promise<number> {
  const name = basename(path, ".ipynb");
  const output = join(out, `${name}.ipynb`);
  const html = join(out, `${name}.html`);
  using stop = interrupt();
  await using listener = onProgress();
  try {
    const { failed, seconds } = await execute(path, {
      ...options,
      output,
      html,
      signal: stop,
      onProgress: listener,
    });
    await listener[Symbol.asyncDispose]();
    console.log(
      `${html}\n${output}\n${seconds.toFixed(1)} s, ${
        failed.length === 0 ? "every cell ran" : `failed: cells ${failed.join(", ")}`
      }`,
    );
    return failed.length === 0 ? 0 : 1;
  } catch (error) {
    await listener[Symbol.asyncDispose]();
    console.error(error instanceof Error ? error.message : error);
    return stop.aborted ? 130 : 1;
  }
}
