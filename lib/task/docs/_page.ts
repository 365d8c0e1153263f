import { escapeHtml } from "../../notebook/_words.ts";

/** A page of the site. */
export interface SitePage {
  /** Its file; every page lies in one folder. */
  file: string;
  title: string;
  /** What it belongs to, as a search says it. */
  kind: "start" | "job" | "room" | "gallery" | "notebook";
  /** What stands in its main part. A heading with `data-kind` is the place of an exported name. */
  html: string;
}

/** Scripts and styles of the site alone, nothing from elsewhere. Some browsers take a page's own folder for no `'self'`. */
const policy =
  "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src data:; " +
  "base-uri 'none'; form-action 'none'";

const menu = [
  ["index.html#jobs", "Jobs", "job"],
  ["gallery.html", "Gallery", "gallery"],
  ["index.html#rooms", "Rooms", "room"],
  ["index.html#notebooks", "Notebooks", "notebook"],
];

/** A page as the file that is written. */
export function pageHtml({ title, kind, html }: SitePage): string {
  const links = menu.map(([href, name, of]) =>
    `<a href="${href}"${of === kind ? ' aria-current="true"' : ""}>${name}</a>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(kind === "start" ? title : `${title} · midtrain`)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="site.css">
<script src="site.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<header>
<div class="bar">
<a class="brand" href="index.html">midtrain</a>
<div class="menu" role="navigation" aria-label="Site">${links.join("")}</div>
<div class="search" role="search">
<input id="search" type="search" placeholder="Search  ( / )" aria-label="Search all pages" autocomplete="off" spellcheck="false">
<div id="found" hidden></div>
</div>
</div>
</header>
<div class="page">
<main id="main">
${html}
</main>
</div>
</body>
</html>
`;
}

/** A list of links to places of the page, under headings of their own. */
export function contentsHtml(
  groups: readonly { name: string; links: readonly [id: string, text: string][] }[],
): string {
  const items = groups.filter(({ links }) => links.length > 0).map(({ name, links }) =>
    `${name && `<li class="group">${escapeHtml(name)}</li>`}${
      links.map(([id, text]) => `<li class="h2"><a href="#${id}">${escapeHtml(text)}</a></li>`).join("")
    }`
  );
  return `<nav aria-label="This page"><details open><summary>On this page</summary><ol>${
    items.join("")
  }</ol></details></nav>`;
}

/** An entry of the search: title, kind, address, text. */
export type Entry = [title: string, kind: string, address: string, text: string];

/** What a search can find on a page: each heading that has an anchor, with what stands below it. */
export function entriesOf({ file, title, kind, html }: SitePage): Entry[] {
  // Neither contents nor drawings, and of what is said not the place in the sources or the signature.
  const body = html.replaceAll(/<(nav|svg|style)\b[^]*?<\/\1>/g, " ")
    .replaceAll(/<p class="path">[^]*?<\/p>|<div class="source signature">[^]*?<\/div>/g, " ");
  const heading = /<h[1-4][^>]*\bid="([^"]+)"(?: data-kind="([^"]+)")?[^>]*>([^]*?)<\/h[1-4]>/g;
  const places = [...body.matchAll(heading)];
  const first: Entry = [title, kind, file, plainText(body.slice(0, places[0]?.index))];
  return [
    first,
    ...places.map(({ 0: whole, 1: id, 2: of, 3: said, index }, i): Entry => [
      plainText(said),
      of ?? `${kind}: ${title}`,
      `${file}#${id}`,
      plainText(body.slice(index + whole.length, places[i + 1]?.index)),
    ]),
  ];
}

const named: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: " " };

function plainText(html: string): string {
  return html.replaceAll(/<\/?(?:span|a|code|em|strong)\b[^>]*>/g, "").replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(\w+);/g, (whole, name) => named[name] ?? whole).replaceAll(/\s+/g, " ").trim();
}
