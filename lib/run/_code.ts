import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256, sha256File } from "../base/mod.ts";

/** The code that makes a stage's bytes, as it was when the plan was laid. */
export interface Code {
  /** The hash of all of it. */
  sha256: string;
  /** The hash of each file by its path from the module's folder. */
  files: Record<string, string>;
  /** Packages with their versions. */
  packages: string[];
}

/** The configuration of the project that a module belongs to: what it imports is that project's matter, not this kit's. */
export function configOf(module: string): string[] {
  if (!module.startsWith("file:")) return [];
  let folder = fileURLToPath(module);
  while (folder !== dirname(folder)) {
    folder = dirname(folder);
    for (const name of ["deno.json", "deno.jsonc"]) {
      if (existsSync(join(folder, name))) return ["--config", join(folder, name)];
    }
  }
  return [];
}

/** The files and packages that a module is made of, as Deno resolves them. */
export async function codeOf(module: string): Promise<Code> {
  if (!module.startsWith("file:")) return { sha256: sha256(module), files: {}, packages: [] };
  const args = ["info", "--json", ...configOf(module), module];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(`Cannot tell the code of ${module}: ${decoder.decode(stderr).trim().split("\n").at(-1)}`);
  }
  const reached = codeModules(JSON.parse(decoder.decode(stdout)));
  const folder = dirname(fileURLToPath(module));
  const files: Record<string, string> = {};
  for (
    const specifier of reached.filter((one) => one.startsWith("file:") && !one.includes("/node_modules/"))
  ) {
    const path = fileURLToPath(specifier);
    files[relative(folder, path)] = (await sha256File(path)).slice(0, 16);
  }
  const named = Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1);
  const packages = reached.filter((one) => one.startsWith("npm:")).sort();
  return { sha256: sha256(JSON.stringify([named, packages])), files: Object.fromEntries(named), packages };
}

/** What `deno info --json` tells of modules, as far as it is used. */
interface Info {
  roots: string[];
  redirects: Record<string, string>;
  modules: { specifier: string; dependencies?: { code?: { specifier?: string } }[] }[];
}

/** The modules that run: what is imported for its types alone makes no bytes. */
function codeModules({ roots, redirects, modules }: Info): string[] {
  const known = new Map(modules.map((one) => [one.specifier, one]));
  const reached = new Set(roots);
  for (const specifier of reached) {
    for (const { code } of known.get(specifier)?.dependencies ?? []) {
      if (code?.specifier !== undefined) reached.add(redirects[code.specifier] ?? code.specifier);
    }
  }
  return [...reached];
}

/** The files of some code that are not what they were. */
export async function changedFiles(module: string, { files }: Code): Promise<string[]> {
  if (!module.startsWith("file:")) return [];
  const folder = dirname(fileURLToPath(module));
  const changed: string[] = [];
  for (const [path, hash] of Object.entries(files)) {
    const now = await sha256File(join(folder, path)).catch(() => "");
    if (!now.startsWith(hash) || now === "") changed.push(path);
  }
  return changed;
}
