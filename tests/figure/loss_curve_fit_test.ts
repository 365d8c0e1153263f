import assert from "node:assert/strict";
import { type FittedCurve, lossCurveFit } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

/** A curve that falls as a power of the step, and a law that is off by a wave. */
function curve(name: string, part: FittedCurve["part"], count: number, gain: number): FittedCurve {
  const steps = Array.from({ length: count }, (_, i) => 100 * (i + 1));
  const measured = steps.map((step) => 2 + 8 * step ** -0.4 - gain * Math.max(0, step - 2000) / 4000);
  return { name, part, steps, measured, fitted: measured.map((loss, i) => loss + 0.004 * Math.sin(i / 5)) };
}

Deno.test("lossCurveFit() tells fitted curves from held-out ones, with residuals beneath", async () => {
  const curves = [
    curve("constant", "train", 60, 0),
    curve("cosine", "train", 60, 0.1),
    curve("WSD", "held-out", 40, 0.2),
  ];
  await assertGolden("loss_curve_fit", lossCurveFit(curves, { title: "A law on two schedules and a third" }));
});

Deno.test("lossCurveFit() thins a long curve and keeps its last point", () => {
  const { hconcat } = lossCurveFit([curve("long", "train", 5000, 0)], { points: 10 });
  const [{ data: { values } }] = hconcat as [{ data: { values: { step: number; residual: number }[] } }];
  assert.equal(values.length, 10);
  assert.equal(values.at(-1)!.step, 500_000);
});

Deno.test("lossCurveFit() of one measurement has one point", () => {
  const one = { name: "one", part: "train", steps: [5], measured: [3], fitted: [2.5] } as const;
  const [{ data: { values } }] = lossCurveFit([one]).hconcat as [
    { data: { values: { residual: number }[] } },
  ];
  assert.deepEqual(values.map(({ residual }) => residual), [0.5]);
});

Deno.test("lossCurveFit() names the curve that cannot be drawn", () => {
  const good = curve("a", "train", 3, 0);
  assert.throws(() => lossCurveFit([]), /there must be a curve/);
  assert.throws(() => lossCurveFit([{ ...good, fitted: [1] }]), /"a" has 3, 3 and 1/);
  assert.throws(() => lossCurveFit([{ ...good, measured: [1, NaN, 1] }]), /"a" has NaN .* at step 200/);
});
