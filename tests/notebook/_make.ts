import { fileURLToPath } from "node:url";
import { type Cell, formatNotebook, type Notebook } from "../../lib/notebook/mod.ts";

/** A folder for notebooks inside the project, so that they find its import map; it goes when disposed. */
export async function makeFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ dir: fileURLToPath(new URL(".", import.meta.url)), prefix: ".run-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A notebook of code cells; a source that starts with `#` is Markdown, one with `//parameters` is tagged so. */
export function makeNotebook(sources: readonly string[]): Notebook {
  const cells = sources.map((source, i): Cell =>
    source.startsWith("#") ? { cell_type: "markdown", id: `c${i}`, metadata: {}, source } : {
      cell_type: "code",
      id: `c${i}`,
      metadata: source.startsWith("//parameters") ? { tags: ["parameters"] } : {},
      source,
      outputs: [],
      execution_count: null,
    }
  );
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

/** Write a notebook of these cells; its path. */
export async function writeNotebook(folder: string, sources: readonly string[]): Promise<string> {
  const path = `${folder}/test.ipynb`;
  await Deno.writeTextFile(path, formatNotebook(makeNotebook(sources)));
  return path;
}

/** What a cell put out as text, one output an element. */
export function texts(cell: Cell): string[] {
  return (cell.outputs ?? []).map((output) =>
    output.output_type === "stream"
      ? `${output.text}`
      : output.output_type === "error"
      ? `${output.ename}: ${output.evalue}`
      : `${output.data["text/plain"]}`
  );
}
