import assert from "node:assert/strict";
import { bars, interactive, lines, lossCurves, type Spec } from "../../lib/figure/mod.ts";

const records = [1, 2, 3].map((i) => ({ tokens: i, learningRate: i, loss: i }));
const line = lines([{ series: "a", x: 1, y: 2 }, { series: "a", x: 2, y: 3 }], { x: "step", y: "loss" });
const selections = (spec: Spec) =>
  [
    ...JSON.stringify(spec).matchAll(
      /"name":"(zoom_\w+)","select":\{"type":"interval","encodings":\[(.*?)\]/g,
    ),
  ]
    .map(([, name, axes]) => [name, axes]);

Deno.test("interactive() lets axes of numbers be moved, and no other", () => {
  assert.deepEqual(selections(interactive(line)).map(([, axes]) => axes), ['"x","y"']);
  assert.deepEqual(selections(interactive(bars([{ label: "a", value: 1 }]))).map(([, axes]) => axes), [
    '"x"',
  ]);
});

Deno.test("interactive() moves panels over one axis together", () => {
  const moves = selections(interactive(lossCurves([{ name: "a", records }])));
  assert.deepEqual(moves, [["zoom_tokens", '"x"'], ["zoom_tokens", '"x"']]);
});

Deno.test("interactive() gives a line the points that tell its values", () => {
  assert.match(JSON.stringify(interactive(line)), /"nearest":true/);
  assert.doesNotMatch(JSON.stringify(line), /params|nearest/);
});

Deno.test("interactive() leaves parameters of one's own alone", () => {
  const own = { ...line, params: [{ name: "mine", value: 1 }] };
  assert.deepEqual(interactive(own), own);
});
