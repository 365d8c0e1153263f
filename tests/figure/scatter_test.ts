import assert from "node:assert/strict";
import { scatter } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const points = ["web", "code", "math"].flatMap((group, k) =>
  Array.from(
    { length: 12 },
    (_, i) => ({ group, x: 2 + 0.3 * k + i / 20, y: 2 + 0.3 * k + i / 20 + 0.03 * ((7 * i) % 5 - 2) }),
  )
);

Deno.test("scatter() draws predictions about the line on which they are right", async () => {
  const options = {
    title: "Mixtures not seen in the fit",
    x: "predicted loss, nats",
    y: "measured loss, nats",
    identity: true,
  };
  await assertGolden("scatter", scatter(points, options));
});

Deno.test("scatter() gives each axis its own range where the two are not the same thing", async () => {
  const data = points.slice(0, 12).map(({ x, y }) => ({ x, y: y - 1.5 }));
  await assertGolden("scatter-sizes", scatter(data, { x: "loss at 1M, nats", y: "loss at 60M, nats" }));
});

Deno.test("scatter() draws one point, and points that are all alike", () => {
  const options = { x: "x", y: "y", identity: true };
  assert(scatter([{ x: 1, y: 1 }], options).layer);
  assert(scatter([{ x: 1, y: 1 }, { x: 1, y: 1 }], options).layer);
});

Deno.test("scatter() refuses no point and a coordinate that is none", () => {
  assert.throws(() => scatter([], { x: "x", y: "y" }), /there is none/);
  assert.throws(() => scatter([{ x: NaN, y: 1 }], { x: "x", y: "y" }), /\(NaN, 1\)/);
  assert.throws(() => scatter([{ x: 1, y: Infinity }], { x: "x", y: "y" }), /\(1, Infinity\)/);
});
