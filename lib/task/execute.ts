// deno-lint-ignore-file no-console
/**
 * `deno task run NOTEBOOK`: runs a notebook without Python and writes it with its outputs, and as one HTML page.
 * @module
 */
import { parseArgs } from "@std/cli";
import { basename, join } from "node:path";
import { numberFlag } from "./_flags.ts";
import { execute, interrupt, onProgress } from "../notebook/mod.ts";

const help = `deno task run NOTEBOOK [--set NAME=VALUE ...] [--out DIR] [--timeout SECONDS] [--allow-errors]

  --set NAME=VALUE   a parameter of the notebook; VALUE is JSON, else text
  --out DIR          where NAME.ipynb and NAME.html go; default out
  --timeout SECONDS  the time limit of one cell; default none
  --allow-errors     go on after a cell that throws; the exit code is still 1`;

const flags = ["help", "allow-errors", "set", "out", "timeout"];

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

async function run(words: string[]): Promise<number> {
  const args = parseArgs(words, {
    boolean: ["help", "allow-errors"],
    string: ["set", "out", "timeout"],
    collect: ["set"],
    alias: { help: "h" },
    unknown: (word, name) => {
      if (name !== undefined) {
        throw new TypeError(`Cannot run a notebook with ${word}: flags are ${flags.join(", ")}`);
      }
    },
  });
  if (args.help) {
    console.log(help);
    return 0;
  }
  if (args._.length !== 1) {
    console.error(`Cannot run a notebook as one path must be given: there are ${args._.length}; see --help`);
    return 2;
  }
  const timeoutSeconds = numberFlag("timeout", args.timeout, { min: 0.001, whole: false });
  const path = String(args._[0]);
  const out = args.out || "out";
  const name = basename(path, ".ipynb");
  const output = join(out, `${name}.ipynb`);
  const html = join(out, `${name}.html`);
  using stop = interrupt();
  await using listener = onProgress();
  try {
    const { failed, seconds } = await execute(path, {
      parameters: parseSettings(args.set),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      output,
      html,
      signal: stop,
      onProgress: listener,
      allowErrors: args["allow-errors"],
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

if (import.meta.main) {
  Deno.exit(
    await run(Deno.args).catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      return 2;
    }),
  );
}
