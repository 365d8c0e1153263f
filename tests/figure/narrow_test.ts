import assert from "node:assert/strict";
import { bars, intervals, lines, narrow, profiles, renderSvg, type Spec } from "../../lib/figure/mod.ts";

const widthOf = (svg: string) => Number(/width="(\d+)"/.exec(svg)![1]);
const draw = async (spec: Spec) => await renderSvg(narrow(spec)!);

Deno.test("narrow() is 360 pixels wide, however long the names are, with letters of full size", async () => {
  const label = "a name of more letters than a phone's screen has room for in one line";
  const rows = [{ label, estimate: 1, low: 0.5, high: 2 }];
  for (const spec of [bars([{ label, value: 3 }], { title: label }), intervals(rows, { title: label })]) {
    const svg = await draw(spec);
    assert.equal(widthOf(svg), 360);
    const sizes = [...svg.matchAll(/font-size="(\d+)px"/g)].map(([, size]) => Number(size));
    assert(sizes.length > 5 && Math.min(...sizes) >= 10);
    assert(svg.includes("…"));
  }
});

Deno.test("narrow() puts panels below one another", () => {
  const points = [1, 2, 3].map((value) => ({ value, objective: (value - 2) ** 2 }));
  const closed = { low: true, high: true };
  const interval = { estimate: 2, low: 1, high: 3 };
  const panels = ["a", "b", "c"].map((parameter) => ({ parameter, points, threshold: 1, interval, closed }));
  assert.equal((narrow(profiles(panels))!.vconcat as Spec[]).length, 3);
});

Deno.test("narrow() leaves names at the ends of lines to the legend", async () => {
  const many = Array.from({ length: 9 }, (_, i) => `run ${i}`).flatMap((series, i) =>
    [0, 1].map((x) => ({ series, x, y: i + x }))
  );
  const spec = lines(many, { x: "step", y: "loss" });
  const count = (svg: string) => svg.match(/>run 8<\/text>/g)!.length;
  assert.deepEqual([count(await renderSvg(spec)), count(await draw(spec))], [2, 1]);
});

Deno.test("narrow() has no layout for facets", () => {
  const spec = { data: { values: [{ a: 1 }] }, mark: "point", encoding: { row: { field: "a" } } };
  assert(narrow(spec) !== undefined);
  assert.equal(
    narrow({ data: spec.data, facet: { row: { field: "a" } }, spec: { mark: "point" } }),
    undefined,
  );
});
