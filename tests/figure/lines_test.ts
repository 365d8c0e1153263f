import assert from "node:assert/strict";
import { lines } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const data = ["plain", "stretched"].flatMap((series, k) =>
  Array.from({ length: 30 }, (_, i) => ({ series, x: 2 ** (i / 2), y: Math.exp(-i / (8 + 6 * k)) }))
);

Deno.test("lines() draws a colour a series on a logarithmic axis", async () => {
  await assertGolden(
    "lines",
    lines(data, {
      title: "Score over distance",
      x: "distance in tokens",
      y: "score",
      xScale: "log",
      reference: 0.5,
    }),
  );
});

Deno.test("lines() breaks at a value that is not finite and refuses to draw nothing", () => {
  const spec = lines([{ series: "a", x: 0, y: 1 }, { series: "a", x: 1, y: NaN }], { x: "x", y: "y" });
  assert.deepEqual((spec.data as { values: { y: unknown }[] }).values.map((value) => value.y), [1, null]);
  assert.throws(() => lines([{ series: "a", x: 0, y: NaN }], { x: "x", y: "y" }), /current number is 1/);
  assert.throws(() => lines([], { x: "x", y: "y" }), /at least one point/);
});
