import assert from "node:assert/strict";
import { Random, wilson } from "../../lib/base/mod.ts";
import { chooseRatio } from "../../lib/mix/mod.ts";

/** Losses of the same 200 documents under a true mean, sharing the documents' difficulty. */
function losses(mean: number, noise: number, seed: string): number[] {
  const shared = new Random("documents");
  const own = new Random(seed);
  return Array.from({ length: 200 }, () => mean + shared.normal() + noise * own.normal());
}

Deno.test("chooseRatio() finds a paired difference far below the documents' own spread", () => {
  const { ratio, rows, summary } = chooseRatio([
    { ratio: 0.1, values: losses(3.05, 0.05, "a") },
    { ratio: 0.3, values: losses(3, 0.05, "b") },
    { ratio: 0.5, values: losses(3.08, 0.05, "c") },
  ]);
  assert.equal(ratio, 0.3);
  assert.deepEqual(rows.map(({ withinNoise }) => withinNoise), [false, true, false]);
  assert(rows[0].worse.low > 0.03 && rows[0].worse.high < 0.07);
  assert.match(summary, /best of 3 ratios is 0.3, at .*; every other is worse beyond noise/);
});

Deno.test("chooseRatio() says which ratios are within noise and takes the one preferred", () => {
  const trials = [0.1, 0.2, 0.4].map((ratio) => ({ ratio, values: losses(3, 0.5, `${ratio}`) }));
  assert.deepEqual(chooseRatio(trials).tied, [0.1, 0.2, 0.4]);
  assert.equal(chooseRatio(trials, { prefer: "smallest" }).ratio, 0.1);
  assert.equal(chooseRatio(trials, { prefer: "largest" }).ratio, 0.4);
  assert.match(chooseRatio(trials, { prefer: "smallest" }).summary, /within noise/);
});

Deno.test("chooseRatio() on OLMo 2's microanneals: the math mixes tie, the baseline and TinyGSM inline do not", () => {
  const accuracy = { 0: 57, 35: 127, 11.7: 122, 50.7: 132, 51.4: 130, 52.1: 50 };
  const { tied, ratio } = chooseRatio(
    Object.entries(accuracy).map(([ratio, right]) => ({
      ratio: Number(ratio),
      interval: wilson(right, 200),
    })),
    { better: "larger" },
  );
  assert.equal(ratio, 50.7);
  assert.deepEqual(tied, [11.7, 35, 50.7, 51.4]);
});

Deno.test("chooseRatio() matches the normal interval where both are symmetric", () => {
  const at = (estimate: number) => ({ estimate, low: estimate - 1.96, high: estimate + 1.96 });
  const { rows } = chooseRatio([{ ratio: 0, interval: at(10) }, { ratio: 1, interval: at(13) }]);
  assert.equal(rows[1].worse.estimate, 3);
  assert(Math.abs(rows[1].worse.low - (3 - 1.96 * Math.SQRT2)) < 1e-9);
  assert.equal(rows[1].withinNoise, false);
});

Deno.test("chooseRatio() names the trial that is wrong", () => {
  const one = { ratio: 0.1, values: [1, 2] };
  assert.throws(() => chooseRatio([one]), /at least 2 trials: there are 1/);
  assert.throws(() => chooseRatio([one, one]), /must be finite and differ: 0.1 is wrong/);
  assert.throws(() => chooseRatio([one, { ratio: 0.2, values: [1] }]), /that at 0.2 has 1/);
  const single = { ratio: 0.1, values: [1] };
  assert.throws(() => chooseRatio([single, { ratio: 0.2, values: [2] }]), /at least 2: that at 0.1 has 1/);
  assert.throws(() => chooseRatio([one, { ratio: 0.2, values: [1, NaN] }]), /one at 0.2 is NaN/);
  assert.throws(
    () => chooseRatio([one, { ratio: 0.2 }]),
    /needs values like the first: that at 0.2 has none/,
  );
});
