import assert from "node:assert/strict";
import { bars, renderPng } from "../../lib/figure/mod.ts";
import { toBundle } from "../../lib/notebook/show.ts";
import { execute, md } from "../../lib/notebook/mod.ts";
import { makeFolder, texts, writeNotebook } from "./_make.ts";

const text = async (thing: unknown) => (await toBundle(thing))["text/plain"];
const html = async (thing: unknown) => String((await toBundle(thing))["text/html"]);

Deno.test("show() prints records as an aligned table with its shape", async () => {
  const records = [{ domain: "math", tokens: 12345, share: 0.1234567 }, {
    domain: "web",
    tokens: 7,
    share: null,
  }];
  assert.equal(
    await text(records),
    [
      "domain  tokens     share",
      "──────  ──────  ────────",
      "math    12,345  0.123457",
      "web          7         –",
      "2 rows × 3 columns",
    ].join("\n"),
  );
});

Deno.test("show() shows bigint, Date, NaN, infinities and -0 as they are", async () => {
  const row = { big: 2n ** 70n, at: new Date(0), nan: NaN, inf: -Infinity, zero: -0, bad: new Date(NaN) };
  const shown = await text([row]) as string;
  for (
    const part of [
      "1,180,591,620,717,411,303,424",
      "1970-01-01T00:00:00.000Z",
      "NaN",
      "-∞",
      "-0",
      "Invalid Date",
    ]
  ) {
    assert(shown.includes(part.replace("-∞", "-Infinity")), `${part} in ${shown}`);
  }
  assert.deepEqual(await Promise.all([5n, NaN, -0, null, undefined].map(text)), [
    "5n",
    "NaN",
    "-0",
    "null",
    "undefined",
  ]);
});

Deno.test("show() takes 20 rows and 30 columns and says how many more there are", async () => {
  const records = Array.from({ length: 1204 }, (_, i) => ({ i }));
  const shown = (await text(records) as string).split("\n");
  assert.equal(shown.length, 2 + 20 + 1);
  assert.equal(shown.at(-1), "1,204 rows × 1 column · … 1,184 more rows");
  const wide = await text([Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, i]))]) as string;
  assert(wide.endsWith("1 row × 40 columns · … 10 more columns"));
});

Deno.test("show() escapes text of unknown origin in every form", async () => {
  const evil = "<script>alert(1)</script><img src=x onerror=alert(1)>";
  for (const thing of [evil, [{ [evil]: evil }], { [evil]: evil }, new Error(evil)]) {
    assert(!/<script|<img/.test(await html(thing)));
  }
  const { source } = md`${evil} ${"[x](javascript:1) `*_"}`;
  assert(!source.includes("<") && source.includes("\\[x\\]\\("));
  const figure = await toBundle(bars([{ label: evil, value: 1 }]));
  assert(!String(figure["image/svg+xml"]).includes("<script"));
});

Deno.test("show() leans numbers right and text left, also in HTML", async () => {
  const table = await html([{ name: "a", n: 1 }]);
  assert.match(table, /<td style="text-align:left">a<\/td><td style="text-align:right">1<\/td>/);
});

Deno.test("show() gives a figure as SVG, as Vega-Lite 5 and as a line of text", async () => {
  const bundle = await toBundle(bars([{ label: "a", value: 1 }], { title: "Reasons" }));
  assert.deepEqual(Object.keys(bundle), ["image/svg+xml", "application/vnd.vegalite.v5+json", "text/plain"]);
  assert.equal(bundle["text/plain"], "figure: Reasons (1 row)");
});

Deno.test("show() gives PNG bytes as an image", async () => {
  const bundle = await toBundle(await renderPng(bars([{ label: "a", value: 1 }]), { scale: 1 }));
  assert(String(bundle["image/png"]).startsWith("iVBORw0KGgo"));
});

Deno.test("show() shows a Polars frame with its types", async () => {
  const { default: pl } = await import("nodejs-polars");
  const frame = pl.DataFrame({
    name: ["a", null],
    n: [1, 2.5],
    list: [[1], [2, 3]],
    at: [new Date(0), new Date(1)],
  });
  const lines = (await text(frame) as string).split("\n");
  assert.deepEqual(lines[1].split(/\s+/), ["String", "Float64", "List(Float64)", "Datetime(ms,)"]);
  assert.deepEqual(lines.at(-1), "2 rows × 4 columns");
  const wide = pl.DataFrame({ id: Array.from({ length: 50 }, (_, i) => i) });
  assert((await text(wide) as string).endsWith("50 rows × 1 column · … 30 more rows"));
});

Deno.test("show() takes what an object says of itself, made plain", async () => {
  const thing = {
    [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "me", "application/json": { n: 5n } }),
  };
  assert.deepEqual(await toBundle(thing), { "text/plain": "me", "application/json": { n: 5 } });
});

Deno.test("show() loses nothing in the kernel, values that bare cells drop included", async () => {
  await using folder = await makeFolder();
  const things = [
    "5n",
    "NaN",
    "-0",
    "null",
    '{ at: new Date(0), big: 3n, "<b>": NaN }',
    "md`*x*`",
    "'a', 'b'",
  ];
  const path = await writeNotebook(folder.path, [
    'import { md, show } from "midtrain/notebook";',
    ...things.map((thing) => `await show(${thing});`),
  ]);
  const { notebook } = await execute(path);
  assert.deepEqual(notebook.cells.slice(1).map((cell) => texts(cell).length), [1, 1, 1, 1, 1, 1, 2]);
  assert.deepEqual(notebook.cells.slice(1, 5).map((cell) => texts(cell)[0]), ["5n", "NaN", "-0", "null"]);
  assert.match(texts(notebook.cells[5])[0], /1970-01-01T00:00:00.000Z/);
});

Deno.test("show() prints text on a terminal", async () => {
  const code = 'import { show } from "midtrain/notebook"; await show("a", [{ n: 1 }]);';
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  assert.equal(new TextDecoder().decode(stdout), "a\nn\n─\n1\n1 row × 1 column\n");
});
