import assert from "node:assert/strict";
import { arc } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  arc,
  "arc holds 570 easy and 299 challenging questions, each with its right choice",
  async () => {
    const easy = await Array.fromAsync(arc.read({ part: "easy" }));
    const challenge = await Array.fromAsync(arc.read({ part: "challenge" }));
    assert.deepEqual([easy.length, challenge.length], [570, 299]);
    const { id, choices, answer, part } = challenge[0];
    assert.deepEqual([id, choices[answer], part], [
      "Mercury_SC_407695",
      "Record the details of the investigation.",
      "challenge",
    ]);
    const all = [...easy, ...challenge];
    assert(all.every(({ answer, choices }) => answer >= 0 && answer < choices.length));
    assert(all.every(({ choices }) => choices.length >= 3 && choices.length <= 5));
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  },
);

Deno.test("arc refuses a part that it does not have", async () => {
  await assert.rejects(arc.read({ part: "hard" as "easy" }).next(), { name: "RangeError" });
});
