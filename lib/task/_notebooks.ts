import {
  checkNotebook,
  execute,
  type Notebook,
  type NotebookProblem,
  readNotebook,
} from "../notebook/mod.ts";
import { publicSetOf } from "./_sets.ts";

/** How the gate's run of one notebook ended. */
export interface NotebookRun {
  /** `skipped` when data that it needs are not on this machine. */
  status: "passed" | "failed" | "skipped";
  /** How long it ran, in seconds. */
  seconds: number;
  /** Why it failed or was skipped. */
  reason?: string;
}

/**
 * The data sets that a notebook names under `midtrain.needs` in its metadata and that are not on this machine.
 *
 * @throws {TypeError} If `needs` is not a list.
 * @throws {RangeError} If it names a data set that there is not.
 */
export async function missingData(notebook: Notebook): Promise<string[]> {
  const { needs = [] } = (notebook.metadata.midtrain ?? {}) as { needs?: string[] };
  if (!Array.isArray(needs)) {
    throw new TypeError(
      `Cannot read a notebook's metadata as midtrain.needs must be a list of data sets: current value is ${
        JSON.stringify(needs)
      }`,
    );
  }
  const present = await Promise.all(needs.map((name) => publicSetOf(name).available()));
  return needs.filter((_, i) => !present[i]);
}

/** What is wrong with a notebook as it stands: form, types, and the data that it says it needs. */
export async function checkOne(path: string): Promise<NotebookProblem[]> {
  const problems = await checkNotebook(path);
  await missingData(await readNotebook(path));
  return problems;
}

/** Run a notebook at its small setting: one that declares `small` among its parameters gets `small = true`. */
export async function runOne(path: string): Promise<NotebookRun> {
  const started = performance.now();
  const after = (run: Omit<NotebookRun, "seconds">) => ({
    ...run,
    seconds: (performance.now() - started) / 1000,
  });
  try {
    const missing = await missingData(await readNotebook(path));
    if (missing.length > 0) {
      return after({ status: "skipped", reason: `it needs ${missing.join(", ")}, not on this machine` });
    }
    const declaresSmall = /const small\b/.test(await Deno.readTextFile(path));
    await execute(path, { parameters: declaresSmall ? { small: true } : {}, timeoutSeconds: 600 });
    return after({ status: "passed" });
  } catch (error) {
    return after({ status: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
}
