/**
 * Shared libraries and weights out of Python packages: pinned, checksummed, unpacked into one cache outside the project.
 *
 * {@linkcode ensure} makes an artefact present, {@linkcode available} asks, {@linkcode ARTEFACTS} lists them all.
 *
 * Begin with {@linkcode ensure}.
 * @module
 */
export { available, ensure, type EnsureOptions } from "./ensure.ts";
export {
  type Artefact,
  type ArtefactFiles,
  type ArtefactName,
  artefactOf,
  ARTEFACTS,
  runsHere,
  tensorflowVariant,
  type Variant,
} from "./artefacts.ts";
export { findCompiler, findPip, type Tool } from "./tools.ts";
export { keepFreedMemory } from "./keep_freed_memory.ts";
export { quietly } from "./quietly.ts";
// Types that signatures above speak of.
export type { OnProgress, ProgressEvent } from "../base/mod.ts";
export type { Member, Wheel } from "./_wheel.ts";
