import assert from "node:assert/strict";
import { Parser } from "htmlparser2";
import { renderSvg } from "../../lib/figure/mod.ts";
import { type Cell, notebookToHtml, type Output } from "../../lib/notebook/mod.ts";
import { sanitizeHtml, sanitizeSvg } from "../../lib/notebook/_sanitize.ts";
import { highlight } from "../../lib/notebook/_highlight.ts";
import { makeNotebook } from "./_make.ts";

const code = (outputs: Output[]): Cell => ({ cell_type: "code", source: "run()", metadata: {}, outputs });
const shown = (data: Record<string, unknown>): Cell =>
  code([{ output_type: "display_data", data, metadata: {} }]);

async function page(...cells: Cell[]): Promise<string> {
  return await notebookToHtml({ ...makeNotebook([]), cells });
}

/** An element as far as these tests need it. */
interface Element {
  localName: string;
  textContent: string;
  attributes: { name: string; value: string }[];
}

function elements(html: string): Element[] {
  const found: Element[] = [];
  const open: Element[] = [];
  const parser = new Parser({
    onopentag(localName, given) {
      const attributes = Object.entries(given).map(([name, value]) => ({ name, value }));
      const element = { localName, textContent: "", attributes };
      found.push(element);
      open.push(element);
    },
    ontext: (text) => open.forEach((element) => element.textContent += text),
    onclosetag: () => void open.pop(),
  });
  parser.end(html);
  return found;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attributes.find((one) => one.name === name)?.value;
}

const evil = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
  "<svg onload=alert(1)><script>1</script></svg>",
  "<a href='javascript:alert(1)'>x</a>",
  "<a href=' java\nscript:alert(1)'>x</a>",
  "<iframe src='https://example.org'></iframe>",
  "<style>@import 'https://example.org'</style>",
  "<p style='background:url(https://example.org)'>x</p>",
  "<form action='https://example.org'><button>x</button></form>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
];

Deno.test("notebookToHtml() lets no untrusted output run or load anything", async () => {
  for (const text of evil) {
    const html = await page(
      { cell_type: "markdown", source: text, metadata: {} },
      shown({ "text/html": text }),
      shown({ "text/markdown": text }),
      shown({ "text/plain": text }),
      shown({ "image/svg+xml": text }),
      code([{ output_type: "stream", name: "stdout", text }]),
      code([{ output_type: "error", ename: text, evalue: text, traceback: [text] }]),
    );
    for (const element of elements(html)) {
      assert(
        !["script", "iframe", "form", "object", "embed", "link", "base"].includes(element.localName),
        text,
      );
      for (const { name, value } of element.attributes) {
        assert(!name.startsWith("on"), `${text}: ${name}`);
        if (name === "href") assert(/^(https?:|#)/.test(value), `${text}: ${value}`);
        if (name === "src") assert(value.startsWith("data:image/png"), `${text}: ${value}`);
        if (name === "style") assert(!value.includes("url("), `${text}: ${value}`);
      }
    }
  }
});

Deno.test("notebookToHtml() has a policy that forbids scripts and loading", async () => {
  const html = await page();
  assert.match(
    html,
    /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:/,
  );
  assert(!html.includes("http:") && !html.includes("https:"));
});

Deno.test("notebookToHtml() makes contents of the headings and titles the page", async () => {
  const markdown = (source: string): Cell => ({ cell_type: "markdown", source, metadata: {} });
  const html = await page(
    markdown("# The `tour`"),
    markdown("## Select\n\ntext\n\n### By rules"),
    markdown("no heading"),
  );
  assert.match(html, /<title>The tour<\/title>/);
  assert.match(
    html,
    /<li class="h2"><a href="#section-2">Select<\/a><\/li><li class="h3"><a href="#section-3">By rules/,
  );
  assert.match(html, /<h3 id="section-3">By rules<\/h3>/);
});

Deno.test("notebookToHtml() keeps figures sharp and their clip paths apart", async () => {
  const svg = await renderSvg({
    data: { values: [{ step: 0 }, { step: 1 }] },
    mark: { type: "line", clip: true },
    encoding: { x: { field: "step", type: "quantitative" } },
  });
  assert(svg.includes('id="clip'));
  const html = await page(shown({ "image/svg+xml": svg }), shown({ "image/svg+xml": svg }));
  const ids = [...html.matchAll(/ id="(figure\d+-clip\d+)"/g)].map((match) => match[1]);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert(html.includes(`url(#${id})`));
  assert(html.includes("viewBox") && html.includes("clipPath"));
});

Deno.test("notebookToHtml() names every picture for those who do not see it, and gives a figure its width", async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="693" height="20" viewBox="0 0 693 20"></svg>';
  const named = { "image/svg+xml": svg, "text/plain": 'figure: <b>"Loss"</b>' };
  const html = await page(shown(named), shown({ "image/svg+xml": svg }), shown({ "image/png": "iVBORw0K" }));
  const figures = elements(html).filter((one) => attribute(one, "role") === "img");
  const labels = figures.map((figure) => attribute(figure, "aria-label"));
  assert.deepEqual(labels, ['figure: <b>"Loss"</b>', "figure"]);
  assert.equal(attribute(figures[0], "style"), "--width:693px");
  assert.deepEqual(
    elements(html).filter(({ localName }) => localName === "img").map((image) => attribute(image, "alt")),
    [
      "figure",
    ],
  );
});

Deno.test("notebookToHtml() shows a phone the figure's own layout, as clean as the other", async () => {
  const svg = '<svg width="600"><rect width="5"/></svg>';
  const narrow = '<svg width="360"><script>alert(1)</script><rect width="6"/></svg>';
  const metadata = { "image/svg+xml": { alt: "Two <bars>.", narrow } };
  const data = { "image/svg+xml": svg };
  const html = await page(code([{ output_type: "display_data", data, metadata }]));
  assert(!html.includes("<script"));
  const figures = elements(html).filter((one) =>
    one.attributes.some(({ value }) => /output figure/.test(value))
  );
  const has = (i: number, name: string) => attribute(figures[i], name);
  assert.deepEqual([0, 1].map((i) => [has(i, "class"), has(i, "aria-label")]), [
    ["output figure wide", "Two <bars>."],
    ["output figure narrow", "Two <bars>."],
  ]);
  assert.match(html, /\.narrow \{ display: none; \}/);
});

Deno.test("notebookToHtml() puts the title above the contents, where the first cell holds it", async () => {
  const markdown = (source: string): Cell => ({ cell_type: "markdown", source, metadata: {} });
  const titled = await page(markdown("# Tour"), markdown("## Select"));
  assert(titled.indexOf("Tour</h1>") < titled.indexOf("<nav>"));
  const untitled = await page(markdown("Words"), markdown("# Tour\n## Select"));
  assert(untitled.indexOf("<nav>") < untitled.indexOf("Words"));
});

Deno.test("notebookToHtml() shows times, failures and colours' absence", async () => {
  const cell = code([
    { output_type: "stream", name: "stderr", text: "\x1b[31mred\x1b[0m" },
    { output_type: "error", ename: "TypeError", evalue: "x < 1", traceback: ["at y"] },
  ]);
  cell.metadata = {
    execution: { "iopub.execute_input": "2030-01-01T00:00:00Z", "iopub.status.idle": "2030-01-01T00:01:05Z" },
  };
  const html = await page(cell);
  assert(html.includes('<span class="time">1 min 5 s</span>') && html.includes("1 failed"));
  assert(html.includes("red</pre>") && !html.includes("\x1b"));
  assert(html.includes("<strong>TypeError</strong>: x &lt; 1"));
});

Deno.test("sanitizeHtml() keeps tables and progress bars as they are", () => {
  const table = '<table><thead><tr><th style="text-align:right">n</th></tr></thead></table>';
  assert.equal(sanitizeHtml(table), table);
  assert.equal(sanitizeHtml("<b>a</b> <custom>b</custom> &lt;i&gt;<p>x"), "<b>a</b> b &lt;i&gt;<p>x</p>");
});

Deno.test("sanitizeSvg() closes an element that stands empty in another of its name", () => {
  const svg = '<svg><g><g class="empty"/></g><g><g/><path d="M0 0"/></g></svg>';
  assert.equal(sanitizeSvg(svg, "a-"), svg);
});

Deno.test("sanitizeHtml() and sanitizeSvg() keep a style that only looks, and none that loads or covers the page", () => {
  const fine = ["color:rgb(1 2 3)", "width:calc(1px + 2px)", "color:var(--bad)", "transform:rotate(9deg)"];
  const foul = [
    "background:image-set('http://evil/x')",
    "background:-webkit-image-set(url(x))",
    "position:fixed",
  ];
  const more = [
    "background:image('x')",
    "background:cross-fade(a,b)",
    "background:u/**/rl(x)",
    "fill:url(x)",
  ];
  const html = (style: string) => sanitizeHtml(`<p style="${style}">`);
  const svg = (style: string) => sanitizeSvg(`<svg><text style="${style}">a</text></svg>`, "p-")!;
  for (const style of fine) assert(html(style).includes(style) && svg(style).includes(style), style);
  for (const style of [...foul, ...more]) assert(!/style/.test(html(style) + svg(style)), style);
  assert(svg("fill:url(#a);stroke:none").includes("fill:url(#p-a);stroke:none"));
});

Deno.test("sanitizeSvg() drops what is not drawing", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script><a href="x"><path d="M0"/></a>' +
    '<use href="https://example.org#a"/><use href="#a"/><rect fill="url(https://example.org)" onclick="1"/></svg>';
  const clean = sanitizeSvg(svg, "p-")!;
  assert(!/script|example|onclick|<a /.test(clean) && clean.includes("#p-a"));
  assert.equal(sanitizeSvg("not a figure", "p-"), undefined);
  assert.equal(sanitizeSvg("<p>html</p>", "p-"), undefined);
});

Deno.test("highlight() marks TypeScript and loses nothing", () => {
  const source = "const a = 'x<y'; // note\nawait f(`t ${1}`, 0x1f, 2.5e-3); /* open";
  const html = highlight(source);
  assert(
    html.includes('<span class="keyword">const</span>') &&
      html.includes('<span class="comment">// note</span>'),
  );
  const [pre] = elements(`<pre>${html}</pre>`);
  assert.equal(pre.textContent, source);
});
