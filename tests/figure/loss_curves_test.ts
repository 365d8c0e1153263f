import assert from "node:assert/strict";
import { lossCurves } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

/** A loss that falls with the tokens, and faster where the rate does. */
const run = (name: string, from: number, steps: number, rate: (i: number) => number, gain: number) => ({
  name,
  records: Array.from({ length: steps }, (_, i) => ({
    tokens: 2048 * (from + i + 1),
    learningRate: rate(i),
    loss: 2 + 3 * (from + i + 1) ** -0.3 - gain * i / steps + 0.03 * Math.sin(7 * i),
  })),
});

Deno.test("lossCurves() draws losses over tokens with the learning rates beneath", async () => {
  const runs = [
    run("stable", 0, 300, (i) => 3e-3 * Math.min(1, i / 20), 0),
    run("linear decay", 300, 100, (i) => 3e-3 * (1 - i / 100), 0.2),
    run("1-sqrt decay", 300, 100, (i) => 3e-3 * (1 - Math.sqrt(i / 100)), 0.25),
  ];
  await assertGolden("loss_curves", lossCurves(runs, { title: "Two decays from one checkpoint", window: 5 }));
});

Deno.test("lossCurves() thins long runs, keeps their ends, and leaves a gap where a loss is not finite", () => {
  const records = Array.from(
    { length: 10_000 },
    (_, i) => ({ tokens: i, learningRate: 1, loss: i === 9_999 ? NaN : 1 }),
  );
  const { values } = lossCurves([{ name: "long", records }], { points: 11 }).data as {
    values: { tokens: number; loss: number | null }[];
  };
  assert.deepEqual(values.map(({ tokens }) => tokens), [
    0,
    1000,
    2000,
    3000,
    4000,
    5000,
    5999,
    6999,
    7999,
    8999,
    9999,
  ]);
  assert.deepEqual(values.map(({ loss }) => loss).slice(-2), [1, null]);
});

Deno.test("lossCurves() of one record has one point", () => {
  const spec = lossCurves([{ name: "one", records: [{ tokens: 8, learningRate: 1, loss: 5 }] }]);
  assert.equal((spec.data as { values: unknown[] }).values.length, 1);
});

Deno.test("lossCurves() names what cannot be drawn", () => {
  assert.throws(() => lossCurves([]), /there must be a run: there is none/);
  assert.throws(() => lossCurves([{ name: "empty", records: [] }]), /"empty" must have at least one record/);
  assert.throws(
    () => lossCurves([{ name: "a", records: [] }], { window: 0 }),
    /window must be .*: current value is 0/,
  );
});
