import assert from "node:assert/strict";
import { overlap } from "../../lib/mix/mod.ts";

Deno.test("overlap() agrees with sets, whatever stands twice in one source", async () => {
  const sources: Record<string, number[]> = {
    web: Array.from({ length: 60 }, (_, i) => i),
    forum: Array.from({ length: 30 }, (_, i) => 40 + i % 25),
    code: [1, 41, 99],
    alone: [1000],
  };
  const rows = Object.entries(sources).flatMap(([name, keys]) => keys.map((key) => `${name},k${key}`));
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  await Deno.writeTextFile(path, `source,hash\n${rows.join("\n")}\n`);
  const found = await overlap(path, { key: "hash" });
  const names = Object.keys(sources).sort();
  const expected = new Map<string, number[]>();
  for (const [i, first] of names.entries()) {
    for (const second of names.slice(i + 1)) {
      const [a, b] = [new Set(sources[first]), new Set(sources[second])];
      const shared = a.intersection(b).size;
      if (shared > 0) expected.set(`${first} ${second}`, [shared, shared / a.size, shared / b.size]);
    }
  }
  for (const { first, second, shared, shareOfFirst, shareOfSecond } of found) {
    const pair = `${first} ${second}`;
    assert.deepEqual([shared, shareOfFirst, shareOfSecond], expected.get(pair), pair);
  }
  assert.equal(found.length, expected.size);
  assert.deepEqual([found[0].first, found[0].second], ["forum", "web"]);
  await assert.rejects(overlap(path), /must have a column "text"/);
  await Deno.remove(path);
});
