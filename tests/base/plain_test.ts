import assert from "node:assert/strict";
import { plain } from "../../lib/base/mod.ts";

Deno.test("plain() keeps what JSON holds", () => {
  const value = { a: [1, "b", true, null], c: { d: -0.5 } };
  assert.deepEqual(plain(value), value);
});

Deno.test("plain() writes what JSON lacks as the nearest that it has", () => {
  assert.deepEqual(plain([NaN, -Infinity, 2n ** 60n, 7n, undefined, () => 0]), [
    null,
    null,
    `${2n ** 60n}`,
    7,
    null,
    null,
  ]);
  assert.deepEqual(plain(new Float32Array([0.5, NaN])), [0.5, null]);
  assert.deepEqual(plain(new Map([["a", new Set([1n])]])), { a: [1] });
  assert.deepEqual(plain({ a: undefined, b: new Date(NaN) }), { b: null });
});

Deno.test("plain() takes a value twice but not inside itself", () => {
  const shared = { a: 1 };
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  assert.deepEqual(plain([shared, shared]), [shared, shared]);
  assert.throws(() => plain(loop), { name: "TypeError", message: /holds itself/ });
});
