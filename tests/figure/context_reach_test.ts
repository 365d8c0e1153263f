import assert from "node:assert/strict";
import { contextReach } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

/** Losses that fall with the square root of the position, and rise behind a context. */
const losses = (context: number) =>
  Float64Array.from(
    { length: 2048 },
    (_, i) => 2 + 1 / Math.sqrt(i + 1) + 2 * Math.max(0, Math.log2((i + 1) / context)),
  );

Deno.test("contextReach() draws perplexity by position above needles by length", async () => {
  const needles = (context: number) =>
    [256, 512, 1024, 2048].map((length) => ({ context: length, recalled: Math.min(1, context / length) }));
  const spec = contextReach(
    [512, 2048].map((context) => ({
      model: `${context} tokens`,
      perPosition: losses(context),
      needles: needles(context),
    })),
    { title: "Before and after an extension" },
  );
  await assertGolden("context_reach", spec);
});

Deno.test("contextReach() takes the mean of the losses of each bin before it is a perplexity", () => {
  const spec = contextReach([{ model: "a", perPosition: [Math.log(2), NaN, 0, 2] }]);
  const [panel] = spec.vconcat as { data: { values: { position: number; perplexity: number }[] } }[];
  const round = (value: number) => Number(value.toFixed(9));
  // Positions 1, and 3 with 4, the end of a window: the second has no loss.
  assert.deepEqual(
    panel.data.values.map(({ position, perplexity }) => [round(position), round(perplexity)]),
    [
      [1, 2],
      [round(Math.sqrt(12)), round(Math.E)],
    ],
  );
});

Deno.test("contextReach() names the model without a loss, and a share beyond one", () => {
  assert.throws(() => contextReach([{ model: "a", perPosition: [NaN] }]), {
    name: "RangeError",
    message:
      "Cannot draw how far models reach as perPosition of a must have a finite loss: current value is 1",
  });
  assert.throws(
    () => contextReach([{ model: "a", perPosition: [1], needles: [{ context: 8, recalled: 50 }] }]),
    {
      message:
        "Cannot draw how far models reach as the share at 8 tokens of a must be in [0, 1]: current value is 50",
    },
  );
});
