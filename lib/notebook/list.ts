import { ofKind } from "../base/mod.ts";
import { join } from "node:path";
import { joinText, readNotebook } from "./nbformat.ts";

/** A notebook of a folder. */
export interface NotebookEntry {
  /** Its file's name. */
  notebook: string;
  /** Its first heading; what is wrong when it cannot be read. */
  title: string;
}

/**
 * The notebooks in a folder with their titles, sorted by name: what there is to open next.
 *
 * @throws {Deno.errors.NotFound} If there is no such folder.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listNotebooks } from "midtrain/notebook";
 *
 * const folder = await Deno.makeTempDir();
 * const cells = '[{"cell_type": "markdown", "source": "# Schedules", "metadata": {}}]';
 * await Deno.writeTextFile(`${folder}/30.ipynb`, `{"cells": ${cells}, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`);
 * assert.deepEqual(await listNotebooks(folder), [{ notebook: "30.ipynb", title: "Schedules" }]);
 * ```
 */
export async function listNotebooks(folder: string): Promise<NotebookEntry[]> {
  ofKind("Cannot list notebooks", { folder }, "a text");
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".ipynb")) names.push(name);
  return await Promise.all(
    names.sort().map(async (notebook) => {
      return { notebook, title: await titleOf(join(folder, notebook)) };
    }),
  );
}

async function titleOf(path: string): Promise<string> {
  try {
    const { cells } = await readNotebook(path);
    for (const { cell_type, source } of cells) {
      const heading = cell_type === "markdown" ? /^#\s+(.+)$/m.exec(joinText(source))?.[1] : undefined;
      if (heading) return heading.trim();
    }
    return "untitled";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
