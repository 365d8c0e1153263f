import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomic } from "../../base/mod.ts";
import { documentation } from "../../notebook/_documentation.ts";
import { firstSentence } from "../../notebook/_help_text.ts";
import { style } from "../../notebook/_page.ts";
import { galleryDoor, galleryFigures, galleryPage } from "./_gallery_page.ts";
import { type DeadLink, deadLinks } from "./_links.ts";
import { linkImports, markdownHtml, type Target } from "./_markdown.ts";
import { fileOf, filesOf, jobPage, notebookPage } from "./_notebook_pages.ts";
import { contentsHtml, entriesOf, pageHtml, type SitePage } from "./_page.ts";
import { Rooms } from "./_room_page.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const HERE = fileURLToPath(new URL("./", import.meta.url));
const JOBS = join(ROOT, "lib", "task", "jobs");
const FIGURES = join(ROOT, "tests", "figure");
const NOTEBOOKS = join(ROOT, "notebooks");

/** What was written. */
export interface Site {
  /** The pages. */
  pages: SitePage[];
  /** Of all files together. */
  bytes: number;
  /** What leads nowhere; none in a site that is well. */
  dead: DeadLink[];
}

/** Write the documentation as static pages into a folder; `runs` is where executed notebooks lie, as `deno task run` leaves them. */
export async function writeSite(folder: string, { runs }: { runs: string }): Promise<Site> {
  const [texts, starters, notebooks] = await Promise.all([
    filesOf(JOBS, ".md"),
    filesOf(JOBS, ".ipynb"),
    filesOf(NOTEBOOKS, ".ipynb"),
  ]);
  const known = new Set([...texts, ...starters, ...notebooks]);
  const page: Target = (href) => {
    const name = href.replace(/#.*$/, "").replace(/^.*\//, "");
    return known.has(name) ? fileOf(name) : undefined;
  };
  const figures = await galleryFigures(FIGURES);
  const rooms = new Rooms(documentation(), page, figures);
  const inner = [
    ...await Promise.all(texts.map((name) => jobPage(join(JOBS, name), page))),
    ...await Promise.all(
      starters.map((name) => notebookPage(join(JOBS, name), { runs, page, starter: true })),
    ),
    ...rooms.all.map((room) => rooms.page(room)),
    await galleryPage(FIGURES, figures),
    ...await Promise.all(
      notebooks.map((name) => notebookPage(join(NOTEBOOKS, name), { runs, page, starter: false })),
    ),
  ];
  const jobs = [...new Set([...starters, ...texts].map((name) => name.replace(/\.\w+$/, "")))].sort()
    .map((name) =>
      inner.find(({ file }) => file === fileOf(`${name}.md`)) ??
        inner.find(({ file }) => file === fileOf(name))!
    );
  const own = notebooks.map((name) => inner.find(({ file }) => file === fileOf(name))!);
  const pages = [await startPage(rooms, jobs, own, page), ...inner].map((one) => ({
    ...one,
    html: linkImports(one.html, (room) => rooms.imported(room)),
  }));
  const assets = new Map([
    ["site.css", `${style}\n${await Deno.readTextFile(join(HERE, "site.css"))}`],
    ["site.js", await Deno.readTextFile(join(HERE, "site.js"))],
    ["search_index.js", `globalThis.searchIndex = ${JSON.stringify(pages.flatMap(entriesOf))};\n`],
  ]);
  const written = new Map(pages.map((one) => [one.file, pageHtml(one)]));
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, text] of [...written, ...assets]) await writeAtomic(join(folder, name), text);
  const bytes = [...written, ...assets].reduce(
    (sum, [, text]) => sum + new TextEncoder().encode(text).length,
    0,
  );
  return { pages, bytes, dead: deadLinks(written, [...assets.keys()]) };
}

/** The first page: what the README says first, then where everything is. */
async function startPage(
  rooms: Rooms,
  jobs: readonly SitePage[],
  own: readonly SitePage[],
  page: Target,
): Promise<SitePage> {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const [intro] = readme.split(/^## /m);
  const link = ({ file, title, html }: SitePage) => {
    // What its first paragraph begins with.
    const [, text = ""] = /<p>([^]*?)<\/p>/.exec(html) ?? [];
    return `<a href="${file}">${title}</a><br><span class="said">${
      firstSentence(text.replaceAll(/<[^>]*>/g, ""))
    }</span>`;
  };
  const list = (items: readonly string[]) => `<ul>${items.map((one) => `<li>${one}</li>`).join("")}</ul>`;
  const roomItems = rooms.all.map((room) =>
    `<dt><a href="room_${room.name}.html">midtrain/${room.name}</a></dt><dd>${
      rooms.sentence(firstSentence(room.doc), room.name)
    } <span class="begin">${rooms.begin(room)}</span></dd>`
  );
  const places = contentsHtml([
    { name: "", links: ["Jobs", "Gallery", "Rooms", "Notebooks"].map((name) => [name.toLowerCase(), name]) },
  ]);
  return {
    file: "index.html",
    title: "midtrain",
    kind: "start",
    html: `${markdownHtml(intro, page).replace("</h1>", `</h1>${places}`)}
<h2 id="jobs">Jobs</h2>
<p>Each with the shortest code that does it, and a starter notebook that <code>deno task new DIR</code> puts into a folder of
your own.</p>
${list(jobs.map(link))}
<h2 id="gallery">Gallery</h2>
<p><a href="gallery.html">Every figure</a>, with the code that draws it.</p>
${await galleryDoor(FIGURES, ["loss_curves", "law_comparison"])}
<h2 id="rooms">Rooms</h2>
<p>A room is an import of its own, in the order in which data flow; behind each the names to begin with. In a notebook,
<code>help(fitLaw)</code> says what stands here.</p>
<dl class="rooms">${roomItems.join("\n")}</dl>
<h2 id="notebooks">Notebooks</h2>
${list(own.map(link))}`,
  };
}
