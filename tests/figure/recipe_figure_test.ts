import assert from "node:assert/strict";
import { recipeFigure } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const falling = (from: number, to: number) =>
  Array.from({ length: 11 }, (_, i) => ({ at: i / 10, rate: from + (to - from) * i / 10 }));
const kinds = [
  "web",
  "mathematics",
  "code",
  "questions",
  "knowledge",
  "thinking",
  "long texts",
  "what was before",
];
const shares = (...of: number[]) => Object.fromEntries(kinds.map((kind, i) => [kind, of[i] ?? 0]));

Deno.test("recipeFigure() draws rate, mixture and context over stages, seams dashed", async () => {
  await assertGolden(
    "recipe_figure",
    recipeFigure([
      {
        name: "pre",
        tokens: "5.93T",
        rates: falling(3e-4, 3.9e-5),
        shares: shares(76, 3, 7, 0, 14),
        context: 8192,
        rope: "base 500k",
      },
      {
        name: "mid",
        tokens: "100B",
        rates: falling(2.07e-4, 0),
        shares: shares(28, 19, 20, 20, 5, 8),
        context: 8192,
        rope: "base 500k",
      },
      {
        name: "long",
        tokens: "50B",
        rates: falling(2.07e-4, 0),
        shares: shares(0, 0, 0, 0, 0, 0, 34, 66),
        context: 65536,
        rope: "YaRN, 8 times",
      },
    ], { title: "Three stages" }),
  );
});

Deno.test("recipeFigure() hatches what is not told", async () => {
  await assertGolden(
    "recipe_figure-gaps",
    recipeFigure([{ name: "general", tokens: "30T", context: 4096 }, { name: "reasoning" }, {
      name: "long",
      shares: { "long texts": 3, web: 1 },
    }]),
  );
});

Deno.test("recipeFigure() leaves a rate of 0 out, which a log axis has no place for", () => {
  const spec = recipeFigure([{ name: "mid", rates: [{ at: 0, rate: 1 }, { at: 1, rate: 0 }] }]);
  assert(!JSON.stringify((spec.vconcat as unknown[])[0]).includes('"rate":0'));
});

Deno.test("recipeFigure() names the stage whose number is wrong", () => {
  assert.throws(() => recipeFigure([]), /there must be a stage: there is none/);
  assert.throws(
    () => recipeFigure([{ name: "mid", shares: { web: -1 } }]),
    /the share of web in mid must be finite and >= 0/,
  );
  assert.throws(
    () => recipeFigure([{ name: "mid", rates: [{ at: 2, rate: 1 }] }]),
    /a place in mid must be in \[0, 1\]/,
  );
  const nine = Object.fromEntries([..."abcdefghi"].map((kind) => [kind, 1]));
  assert.throws(
    () => recipeFigure([{ name: "mid", shares: nine }]),
    /kinds of text must be at most 8: current value is 9/,
  );
});
