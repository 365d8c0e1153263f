import assert from "node:assert/strict";
import { bars, renderPng, renderSvg, type Spec, themed } from "../../lib/figure/mod.ts";
import { textWidth } from "../../lib/figure/_font.ts";
import { normalize } from "./_golden.ts";

const line: Spec = {
  data: { values: [{ step: 0, loss: 4 }, { step: 10, loss: 3 }] },
  mark: { type: "line", clip: true },
  encoding: { x: { field: "step", type: "quantitative" }, y: { field: "loss", type: "quantitative" } },
};

Deno.test("renderSvg() gives the same bytes twice, clip paths included", async () => {
  const first = await renderSvg(line);
  assert(first.includes("clip"));
  assert.equal(await renderSvg(line), first);
});

Deno.test("renderSvg() names a misspelt field instead of drawing an empty chart", async () => {
  const wrong = { ...line, encoding: { x: { field: "stpe", type: "quantitative" } } };
  await assert.rejects(renderSvg(wrong), {
    name: "TypeError",
    message: /no field "stpe": fields are loss, step/,
  });
});

Deno.test("renderSvg() finds a misspelt field in layers, sorts and conditions", async () => {
  const layer = (encoding: Spec): Spec => ({ data: line.data, layer: [{ mark: "point", encoding }] });
  await assert.rejects(renderSvg(layer({ y: { field: "los" } })), /no field "los"/);
  await assert.rejects(renderSvg(layer({ y: { field: "loss", sort: { field: "stp" } } })), /no field "stp"/);
  const color = { condition: { test: "true", field: "nope", type: "nominal" }, value: "red" };
  await assert.rejects(renderSvg(layer({ color })), /no field "nope"/);
});

Deno.test("renderSvg() knows the fields that transforms make", async () => {
  const spec: Spec = {
    data: line.data,
    transform: [{ calculate: "datum.loss / log(2)", as: "bits" }, { fold: ["loss", "bits"] }],
    mark: "point",
    encoding: { x: { field: "key", type: "nominal" }, y: { field: "value", type: "quantitative" } },
  };
  assert((await renderSvg(spec)).includes("bits"));
});

Deno.test("renderSvg() passes warnings on", async () => {
  const warnings: string[] = [];
  const color = { field: "loss", type: "nominal", scale: { type: "log" } };
  await renderSvg({ ...line, encoding: { ...line.encoding as Spec, color } }, {
    onWarning: (message) => warnings.push(message),
  });
  assert(warnings.length > 0 && warnings[0].includes("log"));
});

Deno.test("renderSvg() rejects what is not a specification", async () => {
  await assert.rejects(renderSvg(null as unknown as Spec), {
    name: "TypeError",
    message: /current value is null/,
  });
  await assert.rejects(renderSvg({ data: { values: [] } }), { name: "TypeError", message: /malformed/ });
});

Deno.test("renderSvg() escapes text from the data", async () => {
  const svg = await renderSvg(bars([{ label: "<script>alert(1)</script>", value: 1 }]));
  assert(!svg.includes("<script") && svg.includes("&lt;script"));
});

Deno.test("renderSvg() tells each mark's values in a title, which needs no script", async () => {
  const svg = await renderSvg(bars([{ label: "a <b>", value: 1204 }], { value: "documents" }));
  assert(svg.includes("<title>label: a &lt;b&gt;&#xA;documents: 1,204</title></path>"));
});

Deno.test("renderSvg() says what is drawn, and knows dark screens without other colours in its marks", async () => {
  const svg = await renderSvg({ ...line, description: 'Losses & "steps"' });
  assert(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
  assert(svg.includes('role="img" aria-label="Losses &amp; &quot;steps&quot;"'));
  assert.match(svg, /<style>@media \(prefers-color-scheme:dark\)\{.*?\[fill="white"\]\{fill:#0d1117\}/);
  assert(svg.includes('fill="white"'));
});

Deno.test("renderPng() draws text with the shipped font", async () => {
  const pixels = async (text: string) =>
    (await renderPng(bars([{ label: text, value: 1 }]), { scale: 1 })).length;
  assert(await pixels("a reason in words") > await pixels(" ") + 300);
});

Deno.test("renderPng() scales and refuses a scale of zero", async () => {
  const width = (png: Uint8Array) => new DataView(png.buffer, png.byteOffset).getUint32(16);
  const [one, two] = [await renderPng(line, { scale: 1 }), await renderPng(line, { scale: 2 })];
  assert(Math.abs(width(two) - 2 * width(one)) <= 1);
  await assert.rejects(renderPng(line, { scale: 0 }), { name: "RangeError", message: /current value is 0/ });
});

Deno.test("themed() lets the specification win and keeps the rest of the look", () => {
  const spec = themed({ width: 100, config: { axis: { labelFontSize: 20 } } });
  const { axis } = spec.config as { axis: Record<string, unknown> };
  assert.equal(spec.width, 100);
  assert.equal(axis.labelFontSize, 20);
  assert.equal(axis.titleFontSize, 12);
});

Deno.test("themed() makes values plain that JSON lacks", () => {
  const spec = themed({ data: { values: [{ tokens: 5n, loss: NaN, at: new Date(0) }] } });
  assert.deepEqual((spec.data as Spec).values, [{ tokens: 5, loss: null, at: "1970-01-01T00:00:00.000Z" }]);
});

Deno.test("textWidth() reads the advance widths of the font", () => {
  // DejaVu Sans: M is 1767 and i is 569 of 2048 units.
  const measure = textWidth();
  assert.equal(measure("M", 2048, false), 1767);
  assert.equal(measure("iM", 2048, false), 569 + 1767);
  assert(measure("M", 2048, true) > 1767);
  assert.equal(measure("", 12, false), 0);
});

Deno.test("normalize() rounds numbers and renames ids by appearance", () => {
  assert.equal(
    normalize('<clipPath id="clip7"/><g clip-path="url(#clip7)" x="1.23456" y="-0.00001"/>'),
    '<clipPath id="id1"/>\n<g clip-path="url(#id1)" x="1.235" y="0"/>\n',
  );
});
