import { join } from "node:path";
import { type OnProgress, takes } from "../base/mod.ts";
import { artefactOf, tensorflowVariant } from "./artefacts.ts";
import type { Artefact, ArtefactFiles, ArtefactName, Variant } from "./artefacts.ts";
import { bind, isCompiled, needCompiler } from "./_binding.ts";
import { folderOf, install, isWhole } from "./_install.ts";

/** Options of {@linkcode ensure}. */
export interface EnsureOptions {
  /** Which build of TensorFlow; other artefacts have one. @default {tensorflowVariant()} */
  variant?: Variant | undefined;
  /** Called with downloads and unpacking in bytes, and of compiling in steps. */
  onProgress?: OnProgress | undefined;
  /** Stops the work; what was begun is removed. */
  signal?: AbortSignal | undefined;
}

/**
 * Make an artefact present and say where its files are. What is there already is not fetched again: then this takes
 * milliseconds and no network.
 *
 * The packages come by pip, whose own settings hold (`PIP_INDEX_URL`, a proxy, or `PIP_NO_INDEX` with `PIP_FIND_LINKS`
 * where there is no network). Every file is checked against its SHA-256, again whenever it has changed since, and made anew
 * where it differs. It is all there or not there: a kill at any moment
 * leaves nothing half-made, and processes that ask at once do the work once.
 *
 * @param name Which artefact.
 * @throws {Error} If something is missing (pip, a compiler, the network, disk space) or a checksum is wrong; the message
 *   names the cause and the one command to run.
 * @example The embedded model's weights
 * ```ts ignore
 * import { ensure } from "midtrain/native";
 *
 * const { model } = await ensure("smollm2");
 * ```
 */
export async function ensure<Name extends ArtefactName>(
  name: Name,
  options: EnsureOptions = {},
): Promise<ArtefactFiles[Name]> {
  takes("Cannot install an artefact", options, "variant?, onProgress?, signal?");
  const { onProgress, signal } = options;
  signal?.throwIfAborted();
  const artefact = await choose(name, options.variant);
  // Before a large download rather than after it.
  if (name === "tensorflow" && !await isReady(artefact)) await needCompiler(artefact);
  const folder = await install(artefact, { onProgress, signal });
  const files: Record<string, string> = {};
  for (const [key, path] of Object.entries(artefact.files)) files[key] = join(folder, path);
  if (name === "tensorflow") files.binding = await bind(artefact, folder, { onProgress, signal });
  return files as unknown as ArtefactFiles[Name];
}

/**
 * Whether {@linkcode ensure} would have nothing to fetch or to compile. Never downloads.
 *
 * @param name Which artefact.
 * @param variant Which build of TensorFlow. @default {tensorflowVariant()}
 * @example Decide before a large download
 * ```ts
 * import assert from "node:assert/strict";
 * import { available } from "midtrain/native";
 *
 * assert.equal(typeof await available("lightgbm"), "boolean");
 * ```
 */
export async function available(name: ArtefactName, variant?: Variant): Promise<boolean> {
  return await isReady(await choose(name, variant));
}

async function choose(name: ArtefactName, variant: Variant | undefined): Promise<Artefact> {
  return artefactOf(name, variant ?? (name === "tensorflow" ? await tensorflowVariant() : "cpu"));
}

async function isReady(artefact: Artefact): Promise<boolean> {
  const folder = folderOf(artefact);
  return await isWhole(artefact, folder) && (artefact.name !== "tensorflow" || await isCompiled(folder));
}
