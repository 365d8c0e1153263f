import { ofKind, takes } from "../base/mod.ts";
import { basename, dirname, join } from "node:path";
import { type Cell, joinText, readNotebook } from "./nbformat.ts";

/** Something wrong with a notebook. */
export interface NotebookProblem {
  /** The cell's place among all cells, from 1; 0 when it concerns none. */
  cell: number;
  /** The line in the cell, from 1; 0 when it concerns none. */
  line: number;
  /** What is wrong. */
  message: string;
}

/** Options of {@linkcode checkNotebook}. */
export interface CheckNotebookOptions {
  /** The most lines a code cell may have. @default {15} */
  maxLines?: number;
}

/**
 * Type-check a notebook and hold it to the house's form. All code cells together are one module, so each name is declared
 * once in a notebook.
 *
 * `deno check` does not read notebooks; the cells are joined in a hidden file beside the notebook, so that imports resolve
 * as they do in the kernel, and its messages are brought back to cells.
 *
 * @param path The `.ipynb` file.
 * @returns What is wrong, by cell; empty when nothing is.
 * @throws {TypeError} If the file is not a notebook.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkNotebook } from "midtrain/notebook";
 *
 * const path = await Deno.makeTempFile({ suffix: ".ipynb" });
 * await Deno.writeTextFile(path, '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}');
 * assert.deepEqual(await checkNotebook(path), []);
 * ```
 */
export async function checkNotebook(
  path: string,
  options: CheckNotebookOptions = {},
): Promise<NotebookProblem[]> {
  takes("Cannot check a notebook", options, "maxLines?");
  ofKind("Cannot check a notebook", { path }, "a text");
  return await checkCells((await readNotebook(path)).cells, path, options.maxLines ?? 15);
}

/** {@linkcode checkNotebook} for cells that stand, or would stand, in the file `path`. */
export async function checkCells(
  cells: readonly Cell[],
  path: string,
  maxLines: number,
): Promise<NotebookProblem[]> {
  const { text, origin } = joinCells(cells);
  const problems: NotebookProblem[] = [];
  for (const [i, cell] of cells.entries()) {
    const lines = joinText(cell.source).split("\n").length;
    if (cell.cell_type === "code" && lines > maxLines) {
      problems.push({
        cell: i + 1,
        line: maxLines + 1,
        message: `${lines} lines, at most ${maxLines} are allowed`,
      });
    }
  }
  if (text.trim() === "") return problems;
  const module = join(dirname(path), `.${basename(path, ".ipynb")}.${Deno.pid}.check.ts`);
  await Deno.writeTextFile(module, text + "export {};\n");
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", basename(module)],
      cwd: dirname(path),
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) problems.push(...readMessages(new TextDecoder().decode(stderr), basename(module), origin));
  } finally {
    await Deno.remove(module);
  }
  return problems;
}

type Origin = { cell: number; line: number };

function joinCells(cells: readonly Cell[]): { text: string; origin: Origin[] } {
  let text = "";
  const origin: Origin[] = [];
  for (const [i, cell] of cells.entries()) {
    const tags = [cell.metadata.tags].flat();
    if (cell.cell_type !== "code" || tags.includes("injected-parameters")) continue;
    const lines = joinText(cell.source).split("\n");
    text += lines.join("\n") + "\n;\n";
    for (let line = 1; line <= lines.length + 1; line++) {
      origin.push({ cell: i + 1, line: Math.min(line, lines.length) });
    }
  }
  return { text, origin };
}

function readMessages(stderr: string, module: string, origin: readonly Origin[]): NotebookProblem[] {
  const problems: NotebookProblem[] = [];
  let lines: string[] = [];
  for (const line of stderr.split("\n")) {
    const place = line.includes(module) ? /:(\d+):\d+\)?\s*$/.exec(line) : null;
    if (place && lines.length > 0) {
      const from = origin[Number(place[1]) - 1] ?? { cell: 0, line: 0 };
      problems.push({ ...from, message: cleanMessage(lines, line, module) });
      lines = [];
    } else if (place) {
      const from = origin[Number(place[1]) - 1] ?? { cell: 0, line: 0 };
      problems.push({ ...from, message: cleanMessage([], line, module) });
    } else if (line.trim() === "") lines = [];
    else lines.push(line);
  }
  if (problems.length === 0) problems.push({ cell: 0, line: 0, message: stderr.trim() });
  return problems;
}

/** The first line says what is wrong; lines that quote code or point into it do not. */
function cleanMessage(lines: readonly string[], place: string, module: string): string {
  const said = lines.find((line) => /^(error: |TS\d+)/.test(line.trim())) ?? lines[0] ?? place;
  return said.split(/ at file:/)[0].replace(module, "").replace(/^\s*error: /, "").replace(
    " [ERROR]",
    "",
  ).trim();
}
