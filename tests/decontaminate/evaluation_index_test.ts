import assert from "node:assert/strict";
import * as room from "../../lib/decontaminate/mod.ts";
import { items } from "./_made.ts";

const { buildIndex } = room;

Deno.test("buildIndex() names items too short to be seen and refuses two of one id", () => {
  assert.deepEqual(buildIndex([{ id: "a", question: "Why?", benchmark: "b" }]).unchecked, ["a"]);
  assert.throws(() => buildIndex([items[0], items[0]]), TypeError);
});

Deno.test("an index shows its items and what it cannot see, and nothing that is searched", () => {
  const index: room.EvaluationIndex = buildIndex(items, { digits: "zero" });
  assert.deepEqual(index.items, items);
  assert.equal(index.digits, "zero");
  assert.deepEqual(Object.keys(room).filter((name) => /index/i.test(name)), ["buildIndex"]);
});
