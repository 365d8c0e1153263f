import { ofKind, takes } from "../base/mod.ts";
import { highlight } from "./_highlight.ts";
import { policy, style } from "./_page.ts";
import type { OnHeading } from "./_sanitize.ts";
import { escapeHtml } from "./_words.ts";
import { type Cell, joinText, type MultilineText, type Notebook, type Output } from "./nbformat.ts";

/** Options of {@linkcode notebookToHtml}. */
export interface NotebookToHtmlOptions {
  /** The page's title when the notebook has no heading. @default {"Notebook"} */
  title?: string;
}

/**
 * An executed notebook as one self-contained page: figures inline, contents, times, errors marked, light and dark, readable
 * on a phone. It runs no script and loads nothing; text and HTML that a cell put out are taken as untrusted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { notebookToHtml } from "midtrain/notebook";
 *
 * const cell = { cell_type: "markdown" as const, source: "# Hi <script>alert(1)</script>", metadata: {} };
 * const page = await notebookToHtml({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
 * assert(page.includes("<title>Hi") && !page.includes("<script"));
 * ```
 */
export async function notebookToHtml(
  notebook: Notebook,
  options: NotebookToHtmlOptions = {},
): Promise<string> {
  takes("Cannot write a page", options, "title?");
  ofKind("Cannot write a page", { notebook }, "an object with cells");
  const { title = options.title || "Notebook", opening, facts, contents, sections } = await notebookParts(
    notebook,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<div class="page">
<main>
${opening}
${facts}
${contents}
${sections.join("\n")}
</main>
</div>
</body>
</html>
`;
}

/** A notebook's cells as HTML, and what a page says of them. */
export interface NotebookParts {
  /** Its first heading. */
  title?: string;
  /** The first cell, where it holds the title; else empty. */
  opening: string;
  /** How many cells ran, and how long. */
  facts: string;
  /** Links to the headings. */
  contents: string;
  /** The other cells. */
  sections: string[];
}

/** What {@linkcode notebookToHtml} puts on its page, for another page. */
export async function notebookParts(notebook: Notebook): Promise<NotebookParts> {
  const [{ marked }, sanitize] = await Promise.all([import("marked"), import("./_sanitize.ts")]);
  const page = new Page({
    ...sanitize,
    markdown: (source) => marked.parse(source, { async: false, gfm: true }),
  });
  const sections = notebook.cells.map((cell) => page.cell(cell));
  // The title stands above what is said about the page, where the first cell holds it.
  const titled = /<h1[ >]/.test(sections[0] ?? "") ? 1 : 0;
  const title = page.headings[0]?.text;
  return {
    ...(title ? { title } : {}),
    opening: sections.slice(0, titled).join("\n"),
    facts: facts(notebook.cells),
    contents: page.contents(),
    sections: sections.slice(titled),
  };
}

interface Tools {
  markdown: (source: string) => string;
  sanitizeHtml: (html: string, onHeading?: OnHeading) => string;
  sanitizeSvg: (svg: string, prefix: string) => string | undefined;
}

class Page {
  readonly headings: { id: string; level: string; text: string }[] = [];
  #tools: Tools;
  #figures = 0;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  cell(cell: Cell): string {
    if (cell.cell_type === "markdown") {
      return `<section class="cell">${this.#markdown(joinText(cell.source))}</section>`;
    }
    const source = joinText(cell.source);
    if (cell.cell_type === "raw") return `<section class="cell"><pre>${escapeHtml(source)}</pre></section>`;
    const outputs = cell.outputs ?? [];
    const failed = outputs.some((output) => output.output_type === "error") ? " failed" : "";
    const seconds = cellSeconds(cell);
    const time = seconds >= 0.1 ? `<span class="time">${formatSeconds(seconds)}</span>` : "";
    const code = source.trim() === ""
      ? ""
      : `<div class="source"><pre>${highlight(source)}</pre>${time}</div>`;
    return `<section class="cell${failed}">${code}${
      outputs.map((output) => this.#output(output)).join("\n")
    }</section>`;
  }

  contents(): string {
    const shown = this.headings.filter(({ level }) => level !== "h1");
    if (shown.length === 0) return "";
    const items = shown.map(({ id, level, text }) =>
      `<li class="${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`
    );
    return `<nav><details open><summary>Contents</summary><ol>${items.join("")}</ol></details></nav>`;
  }

  #markdown(source: string): string {
    return this.#tools.sanitizeHtml(this.#tools.markdown(source), (level, text) => {
      const id = `section-${this.headings.length + 1}`;
      this.headings.push({ id, level, text });
      return id;
    });
  }

  #output(output: Output): string {
    if (output.output_type === "stream") {
      return `<pre class="output stream ${output.name === "stderr" ? "stderr" : ""}">${
        printed(output.text)
      }</pre>`;
    }
    if (output.output_type === "error") {
      const stack = printed(output.traceback.join("\n"));
      return `<div class="output error"><strong>${printed(output.ename)}</strong>: ${printed(output.evalue)}${
        stack ? `<pre>${stack}</pre>` : ""
      }</div>`;
    }
    return this.#data(output.data, output.metadata);
  }

  #data(data: Record<string, unknown>, metadata: Record<string, unknown> = {}): string {
    const text = (type: string) =>
      data[type] === undefined ? undefined : joinText(data[type] as MultilineText);
    const svg = text("image/svg+xml");
    const drawn = svg === undefined ? undefined : this.#tools.sanitizeSvg(svg, `figure${++this.#figures}-`);
    // What a screen reader says of a picture is its own description, or what a terminal shows of it.
    const about = Object.values(metadata) as ({ alt?: unknown; narrow?: unknown } | null)[];
    const alt = about.map((of) => of?.alt).find((alt) => typeof alt === "string");
    const said = printed(alt ?? text("text/plain") ?? "").trim() || "figure";
    if (drawn !== undefined) {
      const width = Number(/\bwidth="(\d+)/.exec(drawn)?.[1] ?? 0);
      const narrow = width > 400
        ? about.map((of) => of?.narrow).find((svg) => typeof svg === "string")
        : undefined;
      const onPhones = narrow && this.#tools.sanitizeSvg(narrow, `figure${this.#figures}-narrow-`);
      const figure = (kind: string, svg: string) =>
        `<div class="output figure${kind}" role="img" aria-label="${said}"${
          kind === " narrow" ? "" : ` style="--width:${width}px"`
        }>${svg}</div>`;
      return onPhones ? figure(" wide", drawn) + figure(" narrow", onPhones) : figure("", drawn);
    }
    for (const type of ["image/png", "image/jpeg"]) {
      const image = text(type)?.replace(/[^\w+/=]/g, "");
      if (image) {
        return `<div class="output figure"><img alt="${said}" src="data:${type};base64,${image}"></div>`;
      }
    }
    const html = text("text/html");
    const markdown = text("text/markdown");
    if (html !== undefined) return `<div class="output">${this.#tools.sanitizeHtml(html)}</div>`;
    if (markdown !== undefined) return `<div class="output">${this.#markdown(markdown)}</div>`;
    const rest = text("text/plain") ?? JSON.stringify(data, null, 2);
    return `<pre class="output">${printed(rest)}</pre>`;
  }
}

function facts(cells: readonly Cell[]): string {
  const code = cells.filter((cell) => cell.cell_type === "code");
  const failed = code.filter((cell) => cell.outputs?.some((output) => output.output_type === "error")).length;
  const seconds = code.reduce((sum, cell) => sum + cellSeconds(cell), 0);
  const ran = code.some((cell) => cell.metadata.execution || cell.outputs?.length);
  const said = [`${code.length} code cells`, ran ? `${formatSeconds(seconds)} in all` : "not run here"];
  if (failed > 0) said.push(`<strong style="color:var(--bad)">${failed} failed</strong>`);
  const toggle = '<label><input type="checkbox" id="code" checked> show code</label>';
  return `<div class="facts">${[...said, toggle].map((fact) => `<span>${fact}</span>`).join("")}</div>`;
}

function cellSeconds(cell: Cell): number {
  const times = cell.metadata.execution as Record<string, string> | undefined;
  const span = Date.parse(times?.["iopub.status.idle"] ?? "") -
    Date.parse(times?.["iopub.execute_input"] ?? "");
  return Number.isFinite(span) ? span / 1000 : 0;
}

function formatSeconds(seconds: number): string {
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Printed text without the terminal's colours. */
function printed(text: MultilineText): string {
  // deno-lint-ignore no-control-regex
  return escapeHtml(joinText(text).replace(/\x1b\[[\d;]*[A-Za-z]/g, ""));
}
