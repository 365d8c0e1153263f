import assert from "node:assert/strict";
import { bars, lines, lossCurves, palette, scatter, type Spec } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const names = Array.from({ length: 9 }, (_, i) => `run ${i + 1}`);
const points = (series: string, k: number) =>
  [0, 1, 2, 3].map((x) => ({ series, x, y: 3 + k / 4 - x / (4 + k) }));
const axes = { x: "step", y: "loss, nats per token" };

/** The channels of a figure's series. */
const channels = (spec: Spec) =>
  (spec.layer as { encoding?: Spec }[]).map((view) => view.encoding).find((found) =>
    (found?.color as Spec)?.field
  )!;
const rangeOf = (channel: unknown) => (channel as { scale: { range: unknown[] } }).scale.range;

Deno.test("lines beyond the seventh stay apart by their dash and have their names at their ends", async () => {
  await assertGolden("lines-many", lines(names.flatMap(points), { title: "Nine runs", ...axes }));
});

Deno.test("dots and parts beyond the seventh stay apart by shape and by tint", () => {
  const dots = channels(scatter(names.map((group, x) => ({ group, x, y: x })), axes));
  assert.deepEqual(rangeOf(dots.shape).slice(6), ["circle", "diamond", "diamond"]);
  const parts = channels(bars(names.map((part) => ({ label: "all", part, value: 1 }))));
  assert.deepEqual(rangeOf(parts.opacity).slice(6), [1, 0.45, 0.45]);
});

Deno.test("a name keeps its colour wherever the same colors are given", () => {
  const colors = ["first", "second", "third"];
  const one = channels(lines(points("second", 0).concat(points("other", 1)), { ...axes, colors }));
  assert.deepEqual(rangeOf(one.color), [palette[1], palette[3]]);
  const records = [{ tokens: 1, learningRate: 1, loss: 1 }, { tokens: 2, learningRate: 1, loss: 1 }];
  const spec = lossCurves([{ name: "third", records }, { name: "second", records }], { colors });
  const [panel] = spec.vconcat as { encoding: Spec }[];
  assert.deepEqual(rangeOf(panel.encoding.color), [palette[2], palette[1]]);
});
