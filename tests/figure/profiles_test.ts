import assert from "node:assert/strict";
import { type ProfileLine, profiles } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const valley: ProfileLine = {
  parameter: "alpha",
  points: [0.4, 0.44, 0.47, 0.5, 0.53, 0.57, 0.62].map((value) => ({
    value,
    objective: 1e-4 + (value - 0.5) ** 2 / 100,
  })),
  threshold: 1e-4 + 0.006 ** 2,
  interval: { estimate: 0.5, low: 0.44, high: 0.56 },
  closed: { low: true, high: true },
};
const flat: ProfileLine = {
  parameter: "RD",
  points: [5, 20, 100, 1e4, 1e6].map((value) => ({ value, objective: 1e-2 + (value < 20 ? 2e-4 : 1e-5) })),
  threshold: 1.01e-2,
  interval: { estimate: 100, low: 8, high: 1e6 },
  closed: { low: true, high: false },
};
const heading = (spec: object) => (spec as { title: { subtitle: string } }).title.subtitle;

Deno.test("profiles() draws the limit, and says where the data set none", async () => {
  const spec = profiles([valley, flat], { title: "A valley and a plain" });
  assert.deepEqual((spec.concat as object[]).map(heading), [
    "0.5 [0.44, 0.56]",
    "above 8: no limit above",
  ]);
  await assertGolden("profiles", spec);
});

Deno.test("profiles() says when both sides are open, and draws a single point", () => {
  const open = { ...flat, closed: { low: false, high: false } };
  const [low, both] = profiles([{ ...flat, closed: { low: false, high: true } }, open]).concat as object[];
  assert.equal(heading(low), "below 1000000: no limit below");
  assert.equal(heading(both), "100: flat, no limit");
  const one = profiles([{ ...valley, points: valley.points.slice(3, 4) }]).concat as object[];
  assert.equal(one.length, 1);
});

Deno.test("profiles() refuses what holds nothing to draw", () => {
  assert.throws(() => profiles([]), /there must be a parameter/);
  assert.throws(() => profiles([{ ...valley, points: [] }]), /alpha has none/);
});
