import assert from "node:assert/strict";
import { described } from "../../lib/base/mod.ts";
import { bars, renderPng } from "../../lib/figure/mod.ts";
import { toBundle } from "../../lib/notebook/show.ts";
import { execute, md, show } from "../../lib/notebook/mod.ts";
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
    'undefined: if an import should be here, its room does not export the name; help("name") gives the nearest',
  ]);
  assert.equal(await text(Promise.resolve(1)), "a promise: what comes of it is shown by show(await …)");
});

Deno.test("show() takes 20 rows and 30 columns and says how many more there are", async () => {
  const records = Array.from({ length: 1204 }, (_, i) => ({ i }));
  const shown = (await text(records) as string).split("\n");
  assert.equal(shown.length, 2 + 20 + 1);
  assert.equal(shown.at(-1), "20 of 1,204 rows × 1 column");
  const wide = await text([Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, i]))]) as string;
  assert(wide.endsWith("1 row × 30 of 40 columns"));
});

Deno.test("show() takes as many rows as it is told, and refuses fewer than one", async () => {
  const records = Array.from({ length: 57 }, (_, i) => ({ i }));
  const said = async (...things: unknown[]) => {
    const lines: string[] = [];
    const printer = globalThis.console;
    globalThis.console = { ...printer, log: (line: string) => lines.push(line) };
    try {
      await show(...things);
    } finally {
      globalThis.console = printer;
    }
    return lines.map((line) => line.split("\n").at(-1));
  };
  assert.deepEqual(await said(records), ["20 of 57 rows × 1 column"]);
  assert.deepEqual(await said(records, records, { rows: 50 }), Array(2).fill("50 of 57 rows × 1 column"));
  assert.deepEqual(await said(records, { rows: 57 }), ["57 rows × 1 column"]);
  assert.deepEqual(await said({ rows: 57 }), ["rows     57"]);
  await assert.rejects(show(records, { rows: 0 }), {
    message: "Cannot show a table as rows must be >= 1: current value is 0",
  });
});

Deno.test("show() writes a column's numbers with one separator and the same decimals, zero as 0", async () => {
  const cells = async (values: unknown[]) =>
    (await text(values.map((value) => ({ value }))) as string).split("\n").slice(2, -1).map((line) =>
      line.trim()
    );
  assert.deepEqual(await cells([2435, 508319]), ["2,435", "508,319"]);
  assert.deepEqual(await cells([-0.215, -0.2279]), ["-0.2150", "-0.2279"]);
  assert.deepEqual(await cells([0, 0.00003, 0.003]), ["0.00000", "0.00003", "0.00300"]);
  assert.deepEqual(await cells([3e-4, 0.00016500000000000003, 3e-5]), ["0.000300", "0.000165", "0.000030"]);
  assert.deepEqual(await cells([0, 1.5e-9]), ["0", "1.5e-9"]);
  assert.deepEqual(await cells([1 / 3, 1234.5]), ["0.333", "1,234.500"]);
  assert.deepEqual(await cells([1e-12, 1e12]), ["1e-12", "1,000,000,000,000"]);
  assert.equal(
    await text([{ year: 1987, tokens: 7473 }]),
    "year  tokens\n────  ──────\n1987   7,473\n1 row × 2 columns",
  );
});

Deno.test("show() leans numbers right that are given as texts, and intervals", async () => {
  const right = async (...values: unknown[]) =>
    /<td style="text-align:right/.test(await html(values.map((v) => ({ v }))));
  for (
    const values of [["1,204", "7"], ["12.5 %", "3 %"], ["-1.5e-7"], ["0.90 [0.70, 0.97]"], [{
      estimate: 1,
      low: 0,
      high: 2,
    }]]
  ) {
    assert(await right(...values), String(values));
  }
  assert(!await right("1", "one"));
});

Deno.test("show() writes no object into a cell and rounds intervals to their digits", async () => {
  const row = {
    run: "a",
    gain: { estimate: 0.012345, low: 0.0101, high: 0.0149 },
    closed: { low: true, high: false },
    points: [{ x: 1 }, { x: 2 }],
    path: Float64Array.from({ length: 900 }, (_, i) => i),
    tags: ["x", "y"],
    of: { deep: { deeper: 1 } },
  };
  const shown = await text([row]) as string;
  assert.deepEqual(shown.split("\n")[2].split(/ {2,}/), [
    "a",
    "0.0123 [0.0101, 0.0149]",
    "low true, high false",
    "2 records",
    "900 numbers from 0 to 899",
    "x, y",
    "deep 1 member",
  ]);
});

Deno.test("show() takes an object apart: facts, lists and records as tables of their own, sentences last", async () => {
  const interval = { estimate: 2.49857, low: 2.4971, high: 2.5002 };
  assert.equal(
    await text({ L0: interval, alpha: { estimate: 0.45, low: 0.4, high: 0.5 } }),
    [
      "name   estimate     low    high",
      "─────  ────────  ──────  ──────",
      "L0       2.4986  2.4971  2.5002",
      "alpha     0.450   0.400   0.500",
    ].join("\n"),
  );
  const sentence = "The laws disagree on the length of the decay";
  assert.equal(
    await text({
      loss: interval,
      notes: [sentence],
      rows: [{ law: "a", tokens: 1e9 }],
      choice: { a: 1, b: { c: 2 } },
    }),
    [
      "name                    value\n────  ───────────────────────\nloss  2.4986 [2.4971, 2.5002]",
      "rows\nlaw         tokens\n───  ─────────────\na    1,000,000,000\n1 row × 2 columns",
      "choice\nname  value\n────  ─────\na     1\nb     c 2",
      `notes\n${sentence}`,
    ].join("\n\n"),
  );
});

Deno.test("show() lets a result say what it is, as its bare last value in a cell does", async () => {
  const result = described(
    { loss: 2 },
    ({ loss }) => [{ title: "Run", rows: [{ "loss (nats)": loss }] }, "It ended"],
  );
  assert.equal(await text(result), "Run\nloss\nnats\n────\n   2\n\nIt ended");
  assert.equal(await text([result, result]), Array(2).fill(await text(result)).join("\n\n"));
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { described } from "midtrain/base"; import "midtrain/notebook";',
    'described({ loss: 2 }, () => ["It ended"])',
  ]);
  const { notebook } = await execute(path);
  assert.deepEqual(texts(notebook.cells[1]), ["It ended"]);
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
  assert.match(table, /<td style="text-align:left;[^"]*">a<\/td><td style="text-align:right;[^"]*">1<\/td>/);
});

Deno.test("show() gives a figure as SVG, as Vega-Lite 5 and as a line of text", async () => {
  const bundle = await toBundle(bars([{ label: "a", value: 1 }], { title: "Reasons" }));
  assert.deepEqual(Object.keys(bundle), ["image/svg+xml", "application/vnd.vegalite.v5+json", "text/plain"]);
  assert.equal(bundle["text/plain"], "figure: Reasons (1 row)");
});

Deno.test("show() says a figure to those who do not see it, in the output's metadata", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { bars } from "midtrain/figure"; import { show } from "midtrain/notebook";',
    'await show(bars([{ label: "too short", value: 3 }, { label: "spam", value: 1 }], { title: "Drops" }));',
  ]);
  const { notebook } = await execute(path);
  const [output] = notebook.cells[1].outputs as { metadata: Record<string, Record<string, string>> }[];
  const { alt, narrow } = output.metadata["image/svg+xml"];
  assert.equal(alt, "Drops. Bars of count for too short, spam. The largest is too short with 3 of 4.");
  assert.match(narrow, /^<svg [^>]*width="360"/);
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
  assert((await text(wide) as string).endsWith("20 of 50 rows × 1 column"));
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
