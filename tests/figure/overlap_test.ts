import assert from "node:assert/strict";
import { overlap } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`);

Deno.test("overlap() counts each document once, by all that keep it", async () => {
  const kept = { fastText: ids(0, 60), embedding: ids(20, 90), model: [...ids(50, 60), ...ids(85, 110)] };
  const spec = overlap(kept, { title: "Who keeps what" });
  const { values } = spec.data as { values: { label: string; value: number }[] };
  assert.deepEqual(Object.fromEntries(values.map(({ label, value }) => [label, value])), {
    "all three": 10,
    "fastText + embedding": 30,
    "embedding + model": 5,
    "only fastText": 20,
    "only embedding": 25,
    "only model": 20,
  });
  await assertGolden("overlap", spec);
});

Deno.test("overlap() refuses what nobody keeps", () => {
  assert.throws(() => overlap({ a: [], b: [] }), {
    message: "Cannot draw an overlap as somebody must keep something: nobody does",
  });
});
