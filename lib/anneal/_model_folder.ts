import { join } from "node:path";
import { exists } from "../base/mod.ts";

/** So many files of a folder are named. */
const NAMED = 8;

/**
 * Check that a model's folder has a file, as what the system says of a missing one names neither the folder's own fault nor
 * a way out.
 *
 * @param cannot What fails without it.
 * @param how How the file comes to be there, by the files that are there instead.
 * @throws {Deno.errors.NotFound} If not; the message says what is there.
 */
export async function needsFile(
  cannot: string,
  path: string,
  name: string,
  how: (names: readonly string[]) => string | undefined = () => undefined,
): Promise<void> {
  if (await exists(join(path, name))) return;
  const rule = `${cannot} as ${path} must be a folder that holds ${name}`;
  const names = await namesIn(path);
  if (typeof names === "string") throw new Deno.errors.NotFound(`${rule}: ${names}`);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  const holds = names.length === 0 ? "it is empty" : `it holds ${names.slice(0, NAMED).join(", ")}${more}`;
  const hint = how(names);
  throw new Deno.errors.NotFound(`${rule}: ${holds}${hint === undefined ? "" : `; ${hint}`}`);
}

/** What lies in a folder, a link to nothing called that, or why nothing can. */
export async function namesIn(path: string): Promise<string[] | string> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(path));
    const names = entries.map(async ({ name, isSymlink }) =>
      isSymlink && !await exists(join(path, name)) ? `${name} (a link to nothing)` : name
    );
    return (await Promise.all(names)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "it is not there";
    if (error instanceof Deno.errors.NotADirectory) return "it is a file";
    throw error;
  }
}
