import { basename, join } from "node:path";
import { exists } from "../../base/mod.ts";
import { notebookParts } from "../../notebook/html.ts";
import { type Cell, joinText, type Notebook, readNotebook } from "../../notebook/mod.ts";
import { linked, markdownHtml, type Target } from "./_markdown.ts";
import type { SitePage } from "./_page.ts";

/** The files of a folder that end so, sorted. */
export async function filesOf(folder: string, end: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).filter((name) =>
    name.endsWith(end)
  )
    .sort();
}

/** The file of the page of a notebook, `40_decay_laws.ipynb`, or of a job's text, `fit_curves.md`. */
export function fileOf(name: string): string {
  return name.endsWith(".md")
    ? `job_${basename(name, ".md")}.html`
    : `notebook_${basename(name, ".ipynb")}.html`;
}

/**
 * A notebook's page: its text and code, and its outputs where a run of just this notebook lies in the folder of runs, as
 * `deno task run` leaves it.
 */
export async function notebookPage(
  path: string,
  { runs, page, starter }: { runs: string; page: Target; starter: boolean },
): Promise<SitePage> {
  const name = basename(path);
  const notebook = await readNotebook(path);
  const run = join(runs, name);
  const shown = await exists(run) ? sameOf(notebook, await readNotebook(run)) : notebook;
  const { title = name, opening, facts, contents, sections } = await notebookParts(shown);
  const how = `<p class="path">${
    starter ? "In a folder that <code>deno task new DIR</code> made" : "In the clone"
  }: <code>deno task run ${starter ? "" : "notebooks/"}${name}</code></p>`;
  const html = [opening || `<h1>${name}</h1>`, how, facts, contents, ...sections].join("\n");
  return { file: fileOf(name), title, kind: "notebook", html: linkNotebooks(html, page) };
}

/** The run, if its code is the notebook's; else the notebook. */
function sameOf(notebook: Notebook, run: Notebook): Notebook {
  const said = ({ cells }: Notebook) =>
    cells.filter((cell) => !isInjected(cell)).map(({ cell_type, source }) =>
      `${cell_type}\n${joinText(source)}`
    ).join("\0");
  return said(notebook) === said(run) ? run : notebook;
}

function isInjected({ metadata }: Cell): boolean {
  return [metadata.tags].flat().includes("injected-parameters");
}

/** A notebook's name in code leads to its page. */
function linkNotebooks(html: string, page: Target): string {
  return html.replaceAll(
    /<code>([\w-]+\.ipynb)<\/code>/g,
    (code, name) => linked(code, () => page(name), /^[\w-]+\.ipynb$/),
  );
}

/** A job's page: its text, with its starter notebook named. */
export async function jobPage(path: string, page: Target): Promise<SitePage> {
  const text = await Deno.readTextFile(path);
  const name = basename(path, ".md");
  const [, title = name] = /^# (.+)$/m.exec(text) ?? [];
  const notebook = page(`${name}.ipynb`);
  const start = notebook
    ? `<p class="path">Its starter notebook: <a href="${notebook}">${name}.ipynb</a></p>`
    : "";
  const html = markdownHtml(text, page);
  return {
    file: fileOf(`${name}.md`),
    title,
    kind: "job",
    html: html.includes("</h1>")
      ? html.replace("</h1>", `</h1>${start}`)
      : `<h1>${title}</h1>${start}${html}`,
  };
}
