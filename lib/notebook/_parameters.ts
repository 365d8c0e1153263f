// deno-lint-ignore-file camelcase -- the format's names
import { plain } from "../base/mod.ts";
import { type Cell, joinText, type Notebook } from "./nbformat.ts";

/** Values for a notebook's parameters, by name. */
export type Parameters = Record<string, unknown>;

/**
 * Throw unless the notebook's cell tagged `parameters` declares every name.
 *
 * @throws {TypeError} If it has no such cell.
 * @throws {RangeError} If a name is not declared there.
 */
export function checkParameters(notebook: Notebook, parameters: Parameters): void {
  const names = Object.keys(parameters);
  if (names.length === 0) return;
  const cell = notebook.cells.find((cell) => hasTag(cell, "parameters"));
  if (cell === undefined) {
    throw new TypeError(`Cannot set ${names.join(", ")} as the notebook has no cell tagged "parameters"`);
  }
  const declared = declaredNames(joinText(cell.source));
  for (const name of names) {
    if (declared.includes(name)) continue;
    throw new RangeError(
      `Cannot set a parameter as the notebook does not declare "${name}": it declares ${declared.join(", ")}`,
    );
  }
}

/**
 * A copy of a notebook with a cell that sets parameters, after the cell tagged `parameters` (papermill's convention).
 * A cell injected earlier is replaced.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): Notebook {
  const cells = notebook.cells.filter((cell) => !hasTag(cell, "injected-parameters"));
  const names = Object.keys(parameters);
  if (names.length === 0) return { ...notebook, cells };
  checkParameters(notebook, parameters);
  const at = cells.findIndex((cell) => hasTag(cell, "parameters"));
  const source = names.map((name) => `const ${name} = ${JSON.stringify(plain(parameters[name]), null, 2)};`);
  const cell: Cell = {
    cell_type: "code",
    id: "injected-parameters",
    metadata: { tags: ["injected-parameters"] },
    source: source.join("\n"),
    outputs: [],
    execution_count: null,
  };
  return { ...notebook, cells: [...cells.slice(0, at + 1), cell, ...cells.slice(at + 1)] };
}

function hasTag(cell: Cell, tag: string): boolean {
  return [cell.metadata.tags].flat().includes(tag);
}

/** The names that stand at the start of a line's declaration, or follow a comma at the start of a line. */
function declaredNames(source: string): string[] {
  return [...source.matchAll(/^(?:const|let|var)\s+([\p{L}_$][\p{L}\p{N}_$]*)/gmu)].map((match) => match[1]);
}
