import assert from "node:assert/strict";
import { described, descriptionOf } from "../../lib/base/mod.ts";

Deno.test("described() changes neither JSON, equality, copies nor what the console prints", () => {
  const told = described({ loss: 2 }, ({ loss }) => [`Loss ${loss}`]);
  assert.deepEqual(told, { loss: 2 });
  assert.equal(JSON.stringify(told), '{"loss":2}');
  assert.deepEqual(structuredClone(told), { loss: 2 });
  assert.equal(Deno.inspect(told), "{ loss: 2 }");
  assert.deepEqual(Reflect.ownKeys({ ...told }), ["loss"]);
});

Deno.test("descriptionOf() tells what a result is when it is asked, and nothing of others", () => {
  const told = described({ loss: 2 }, ({ loss }) => [`Loss ${loss}`]);
  told.loss = 3;
  assert.deepEqual(descriptionOf(told), ["Loss 3"]);
  assert.deepEqual([{ loss: 2 }, null, 1, "a"].map(descriptionOf), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
