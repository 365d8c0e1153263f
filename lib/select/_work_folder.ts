import { join } from "node:path";
import { exists, writeAtomic } from "../base/mod.ts";
import { lock } from "../run/mod.ts";

/** A folder to work in, held until it is disposed of. */
export interface WorkFolder extends AsyncDisposable {
  /** Where it lies. */
  path: string;
}

/**
 * The folder `named`, which is made, held against other processes, and stays, so that the same work goes on in it; or a
 * temporary one, which goes when it is disposed of.
 *
 * @param work What a named folder must be for; another's is refused.
 */
export async function workFolder(
  cannot: string,
  named: string | undefined,
  work: Record<string, string | number | boolean>,
): Promise<WorkFolder> {
  if (named === undefined) {
    const path = await Deno.makeTempDir({ prefix: "midtrain-" });
    return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
  }
  await Deno.mkdir(named, { recursive: true });
  const held = () =>
    new RangeError(`${cannot} in ${named} as one process must own it: another is at work there`);
  const own = await lock(join(named, "lock"), held);
  try {
    await claim(`${cannot} in ${named}`, join(named, "work.json"), work);
  } catch (error) {
    own[Symbol.dispose]();
    throw error;
  }
  return {
    path: named,
    [Symbol.asyncDispose]() {
      own[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** Write what a folder is for, or throw if it says another thing. */
export async function claim(
  cannot: string,
  path: string,
  work: Record<string, string | number | boolean>,
): Promise<void> {
  if (!await exists(path)) return await writeAtomic(path, JSON.stringify(work) + "\n");
  const found = JSON.parse(await Deno.readTextFile(path));
  for (const [name, value] of Object.entries(work)) {
    if (found[name] !== value) {
      throw new RangeError(
        `${cannot} as it holds other work: its ${name} is ${found[name]}, this one's is ${value}`,
      );
    }
  }
}
