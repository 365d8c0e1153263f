// deno-lint-ignore-file no-console
/**
 * `deno task run NOTEBOOK`: runs a notebook without Python and writes it with its outputs, and as one HTML page.
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { refuse, task } from "./_task.ts";
import { exists } from "../base/mod.ts";
import { checkParameters } from "../notebook/_parameters.ts";
import {
  execute,
  type ExecuteOptions,
  interrupt,
  joinText,
  type Notebook,
  onProgress,
  readNotebook,
} from "../notebook/mod.ts";

const help = `deno task run NOTEBOOK [--set NAME=VALUE ...] [--out DIR] [--timeout SECONDS] [--allow-errors]

  --set NAME=VALUE   a parameter of the notebook; VALUE is JSON, else text. A relative path, of a NAME that ends
                     in path, folder, file or table, starts where you stand, not in the notebook's folder;
                     only one that is there alone is taken from there
  --out DIR          where NAME.ipynb and NAME.html go, from where you stand too; default out
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

/**
 * The settings with their relative paths made absolute, from where the user stands; a notebook runs in its own folder. What
 * is in that folder alone is left to it.
 */
export async function fromHere(
  settings: Record<string, unknown>,
  notebook: string,
): Promise<Record<string, unknown>> {
  const pairs = Object.entries(settings).map(async ([name, value]) => {
    const isPath = /(?:path|folder|file|table)$/i.test(name) && typeof value === "string" && value !== "" &&
      !/^[a-z][a-z0-9+.-]+:/i.test(value);
    if (!isPath) return [name, value];
    const there = !await exists(value) && await exists(join(dirname(notebook), value));
    return [name, there ? value : resolve(value)];
  });
  return Object.fromEntries(await Promise.all(pairs));
}

/** The settings that a notebook was called with; what is wrong with them or with it ends this with exit code 2. */
export async function readCall(path: string, settings: readonly string[]): Promise<Record<string, unknown>> {
  try {
    const parameters = await fromHere(parseSettings(settings), path);
    checkParameters(await readNotebook(path), parameters);
    return parameters;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw error;
    console.error((error as Error).message);
    Deno.exit(2);
  }
}

/** How a run that was stopped goes on, where its notebook has a parameter that keeps its work. */
function goesOn(notebook: Notebook, parameters: Record<string, unknown>): string {
  const cell = notebook.cells.find(({ metadata }) => [metadata.tags].flat().includes("parameters"));
  const keeps = /^(?:const|let) (folder|table)\b/m.exec(joinText(cell?.source ?? ""))?.[1];
  if (keeps === undefined) return "Run it again from its start";
  return parameters[keeps]
    ? `The same command goes on from what ${parameters[keeps]} holds`
    : `--set ${keeps}=PATH keeps its work, so that the same command goes on after a stop`;
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
    here: true,
    run: async ({ set, out, timeout, "allow-errors": allowErrors }, paths) => {
      if (paths.length !== 1) refuse(`one path must be given: there are ${paths.length}; see --help`);
      // Whatever is said of it names the file that is meant.
      const path = resolve(paths[0]);
      return await run(path, out || "out", {
        parameters: await readCall(path, set),
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
    if (/Import "midtrain/.test((error as Error).message)) {
      console.error(
        `No deno.json above ${path} knows midtrain: \`deno task new DIR\` makes a folder that does`,
      );
    }
    if (!stop.aborted) return 1;
    const notebook = await readNotebook(path);
    console.error(`What ran is in ${output} and ${html}. ${goesOn(notebook, options.parameters ?? {})}.`);
    return 130;
  }
}
