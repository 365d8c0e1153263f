// deno-lint-ignore-file camelcase -- the format's names
import { ofKind } from "../base/mod.ts";

/** Text as nbformat stores it: whole, or in lines that keep their ends. */
export type MultilineText = string | string[];

/** What a cell put out. */
export type Output =
  | {
    /** Printed text. */
    output_type: "stream";
    /** Which stream. */
    name: "stdout" | "stderr";
    /** The text. */
    text: MultilineText;
  }
  | {
    /** Something shown, or the value of the last expression. */
    output_type: "display_data" | "execute_result";
    /** The thing in each MIME type it came in. */
    data: Record<string, unknown>;
    /** Metadata by MIME type. */
    metadata: Record<string, unknown>;
    /** The cell's number, for `execute_result`. */
    execution_count?: number | null;
  }
  | {
    /** An error that the cell threw. */
    output_type: "error";
    /** The error's name. */
    ename: string;
    /** The error's message. */
    evalue: string;
    /** The stack, a line an element. */
    traceback: string[];
  };

/** One cell. */
export interface Cell {
  /** What it holds. */
  cell_type: "code" | "markdown" | "raw";
  /** Its text. */
  source: MultilineText;
  /** Its metadata, for example `tags`. */
  metadata: Record<string, unknown>;
  /** Its identity, stable across edits. */
  id?: string;
  /** What it put out, when it is code. */
  outputs?: Output[];
  /** In which place it ran, when it is code. */
  execution_count?: number | null;
}

/** A notebook, as nbformat 4 stores it. */
export interface Notebook {
  /** The cells, first to last. */
  cells: Cell[];
  /** Metadata, for example `kernelspec`. */
  metadata: Record<string, unknown>;
  /** The major version: 4. */
  nbformat: number;
  /** The minor version. */
  nbformat_minor: number;
}

/**
 * Read a notebook from its file.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {SyntaxError} If it is not JSON.
 * @throws {TypeError} If it is a folder, or not a notebook of nbformat 4.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readNotebook } from "midtrain/notebook";
 *
 * await assert.rejects(readNotebook("none.ipynb"), /Cannot read the notebook none.ipynb as there is no such file/);
 * ```
 */
export async function readNotebook(path: string): Promise<Notebook> {
  ofKind("Cannot read a notebook", { path }, "a text");
  try {
    return parseNotebook(await Deno.readTextFile(path));
  } catch (error) {
    if ((await Deno.stat(path).catch(() => undefined))?.isDirectory) {
      throw new TypeError(
        `Cannot read the notebook ${path} as it is a folder: give one of its .ipynb files`,
        {
          cause: error,
        },
      );
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`Cannot read the notebook ${path} as there is no such file`, {
      cause: error,
    });
  }
}

/**
 * Read a notebook from its JSON text.
 *
 * @throws {SyntaxError} If the text is not JSON.
 * @throws {TypeError} If it is not a notebook of nbformat 4.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseNotebook } from "midtrain/notebook";
 *
 * assert.equal(parseNotebook('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}').cells.length, 0);
 * ```
 */
export function parseNotebook(json: string): Notebook {
  ofKind("Cannot read a notebook", { json }, "a text");
  let notebook;
  try {
    notebook = JSON.parse(json);
  } catch (error) {
    throw new SyntaxError(`Cannot read a notebook as it is not JSON: ${(error as Error).message}`);
  }
  if (notebook?.nbformat !== 4) {
    throw new TypeError(
      `Cannot read a notebook as it must be nbformat 4: current value is ${notebook?.nbformat}`,
    );
  }
  if (!Array.isArray(notebook.cells)) {
    throw new TypeError(`Cannot read a notebook as cells must be a list: current value is ${notebook.cells}`);
  }
  for (const [i, cell] of notebook.cells.entries()) {
    const known = ["code", "markdown", "raw"].includes(cell?.cell_type);
    const isText = [cell?.source].flat().every((line) => typeof line === "string");
    if (!known || !isText) {
      throw new TypeError(`Cannot read a notebook as cell ${i + 1} has no known cell_type or no source`);
    }
    cell.metadata ??= {};
  }
  notebook.metadata ??= {};
  return notebook;
}

/**
 * A notebook's JSON text, formatted as Jupyter formats it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatNotebook } from "midtrain/notebook";
 *
 * assert(formatNotebook({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }).endsWith("}\n"));
 * ```
 */
export function formatNotebook(notebook: Notebook): string {
  ofKind("Cannot write a notebook", { notebook }, "an object with cells");
  return JSON.stringify(notebook, null, 1) + "\n";
}

/**
 * A copy without outputs, counts and timings: what belongs in git.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stripOutputs } from "midtrain/notebook";
 *
 * const cell = { cell_type: "code" as const, source: "1", metadata: {}, outputs: [], execution_count: 3 };
 * const stripped = stripOutputs({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
 * assert.equal(stripped.cells[0].execution_count, null);
 * ```
 */
export function stripOutputs(notebook: Notebook): Notebook {
  ofKind("Cannot strip outputs", { notebook }, "an object with cells");
  const cells = notebook.cells.map((cell) => {
    const { execution: _, ...metadata } = cell.metadata;
    return cell.cell_type === "code"
      ? { ...cell, metadata, outputs: [], execution_count: null }
      : { ...cell, metadata };
  });
  return { ...notebook, cells };
}

/**
 * Text as one string.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { joinText } from "midtrain/notebook";
 *
 * assert.equal(joinText(["a\n", "b"]), "a\nb");
 * ```
 */
export function joinText(text: MultilineText): string {
  if (typeof text === "string") return text;
  ofKind("Cannot join a text", { text }, "a list of texts");
  return text.join("");
}
