import { join } from "node:path";
import { notebookParts } from "../../notebook/html.ts";
import type { Cell } from "../../notebook/mod.ts";
import { sanitizeSvg } from "../../notebook/_sanitize.ts";
import { escapeHtml } from "../../notebook/_words.ts";
import { figureCode } from "./_figure_code.ts";
import { contentsHtml, type SitePage } from "./_page.ts";

/** A figure of the gallery. */
export interface GalleryFigure {
  /** Its golden's name. */
  name: string;
  /** What its test says that it does. */
  said: string;
  /** The code that draws it. */
  code: string;
}

/** Every golden with the lines of its test that draw it, the names sorted. */
export async function galleryFigures(tests: string): Promise<GalleryFigure[]> {
  const sources: string[] = [];
  const names: string[] = [];
  for await (const { name } of Deno.readDir(tests)) {
    if (name.endsWith("_test.ts")) sources.push(await Deno.readTextFile(join(tests, name)));
  }
  for await (const { name } of Deno.readDir(join(tests, "golden"))) {
    if (/^[\w-]+(?<!-changed)\.svg$/.test(name)) names.push(name.replace(/\.svg$/, ""));
  }
  return names.sort().map((name) => ({ name, ...figureCode(sources, name) }));
}

/** Some figures as the gallery's door: their layouts for a phone, side by side, each leading to its place. */
export async function galleryDoor(tests: string, names: readonly string[]): Promise<string> {
  const shown = await Promise.all(names.map(async (name) => {
    const svg = await Deno.readTextFile(join(tests, "golden", "narrow", `${name}.svg`));
    return `<a class="figure" href="gallery.html#${name}">${sanitizeSvg(svg, `door-${name}-`)}</a>`;
  }));
  return `<div class="door">${shown.join("")}</div>`;
}

/** The page of all figures. What it shows is drawn by the code that it shows: both are the golden's test's. */
export async function galleryPage(tests: string, figures: readonly GalleryFigure[]): Promise<SitePage> {
  const cells = await Promise.all(figures.map(async ({ name, code }): Promise<Cell> => {
    const [wide, narrow] = await Promise.all(
      [`${name}.svg`, `narrow/${name}.svg`].map((file) => Deno.readTextFile(join(tests, "golden", file))),
    );
    const alt = /aria-label="([^"]*)"/.exec(wide)?.[1] ?? name;
    return {
      cell_type: "code",
      metadata: {},
      source: code,
      execution_count: null,
      outputs: [{
        output_type: "display_data",
        data: { "image/svg+xml": wide },
        metadata: { "image/svg+xml": { alt, narrow } },
      }],
    };
  }));
  const { sections } = await notebookParts({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const shown = figures.map(({ name, said }, i) =>
    `<section class="symbol"><h2 id="${name}">${escapeHtml(said)}</h2>\n${
      // The figure first, then its code.
      sections[i].replace(
        /(<div class="source">[^]*?<\/pre><\/div>)([^]*)(?=<\/section>$)/,
        "$2$1",
      )}</section>`
  );
  return {
    file: "gallery.html",
    title: "Gallery",
    kind: "gallery",
    html: `<h1>Gallery</h1>
<p>Every figure that the kit draws, and under it the code that drew it: made of plain records, without a browser. In a notebook
each tells its values on hover; it follows a dark screen and has a layout of its own on a phone.</p>
${
      contentsHtml([{
        name: "Figures",
        links: figures.map(({ name }) => [name, name.replaceAll(/[-_]/g, " ")]),
      }])
    }
${shown.join("\n")}`,
  };
}
