import assert from "node:assert/strict";
import { mixtures } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const data = [
  { mixture: "natural", shares: { web: 62, code: 20, mathematics: 2, encyclopaedia: 1, forum: 15 } },
  { mixture: "proposed", shares: { web: 30, code: 25, mathematics: 20, encyclopaedia: 5, forum: 0 } },
  { mixture: "within caps", shares: { web: 45, code: 25, mathematics: 8, encyclopaedia: 4, forum: 18 } },
];

Deno.test("mixtures() draws one row a domain and one mark a mixture", async () => {
  await assertGolden("mixtures", mixtures(data, { title: "What the caps take away" }));
});

Deno.test("mixtures() makes percent of any unit and sorts by the largest share", () => {
  const { values } = mixtures([{ mixture: "a", shares: { x: 1, y: 3 } }]).data as {
    values: { percent: number }[];
  };
  assert.deepEqual(values.map(({ percent }) => percent), [25, 75]);
});

Deno.test("mixtures() names the mixture that is none", () => {
  assert.throws(() => mixtures([]), /at least one/);
  assert.throws(() => mixtures([{ mixture: "a", shares: { x: -1 } }]), /a has -1 of x/);
  assert.throws(() => mixtures([{ mixture: "a", shares: { x: 0 } }]), /a has none/);
  assert.throws(() => mixtures([{ mixture: "a", shares: { x: NaN } }]), /a has NaN of x/);
});
