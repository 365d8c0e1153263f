import assert from "node:assert/strict";
import { isoflop } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const minima = [1e17, 1e18, 1e19].map((flops) => ({
  flops,
  params: 0.1 * flops ** 0.5,
  loss: 2 + 5e3 * flops ** -0.2,
  curvature: 0.2,
}));
const runs = minima.flatMap(({ flops, params, loss }) =>
  [-2, -1, -0.5, 0, 0.5, 1].map((x) => ({ flops, params: params * Math.exp(x), loss: loss + 0.2 * x * x }))
);

Deno.test("isoflop() draws each budget's valley and its minimum, and leaves far runs out", async () => {
  const power = { coefficient: 0.1, exponent: 0.5, interval: { low: 0.48, high: 0.53 } };
  const spec = isoflop(runs, { minima, power, title: "Three budgets" });
  const layers = spec.layer as { data: { values: { loss: number }[] } }[];
  assert.equal(layers[2].data.values.length, 15, "the run half a nat above its best is not drawn");
  await assertGolden("isoflop", spec);
});

Deno.test("isoflop() joins the minima themselves where no law is given", () => {
  const [path] = isoflop(runs, { minima }).layer as [{ data: { values: { params: number }[] } }];
  assert.deepEqual(path.data.values.map(({ params }) => params), minima.map(({ params }) => params));
});

Deno.test("isoflop() refuses runs that cannot lie on log axes", () => {
  assert.throws(() => isoflop([], { minima }), /there must be a run/);
  assert.throws(() => isoflop([{ flops: 1e18, params: 0, loss: 3 }], { minima }), /positive: .* 0 and 3/);
});
