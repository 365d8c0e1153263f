import assert from "node:assert/strict";
import { blend, compareMixtures, mixture, naturalMixture, pool, uniformMixture } from "../../lib/mix/mod.ts";

Deno.test("mixture() makes weights of any unit sum to 1", () => {
  const shares = mixture({ a: 47.2, b: 16.6, c: 2.45, d: 5.85, e: 7.11, f: 20.8 });
  assert(Math.abs(Object.values(shares).reduce((a, b) => a + b) - 1) < 1e-15);
  assert(Math.abs(shares.a - 47.2 / 100.01) < 1e-15);
  assert.deepEqual(mixture({ only: 3 }), { only: 1 });
});

Deno.test("mixture() survives weights whose sum overflows", () => {
  assert.deepEqual(mixture({ a: Number.MAX_VALUE, b: Number.MAX_VALUE }), { a: 0.5, b: 0.5 });
});

Deno.test("mixture() names the weight that is wrong", () => {
  assert.throws(() => mixture({}), /weights must not be empty/);
  assert.throws(() => mixture({ web: 1, code: -0.1 }), /"code" is -0.1/);
  assert.throws(() => mixture({ web: NaN }), /"web" is NaN/);
  assert.throws(() => mixture({ web: Infinity }), /"web" is Infinity/);
  assert.throws(() => mixture({ web: 0, code: 0 }), /all of web, code are 0/);
});

Deno.test("uniformMixture() refuses a name that stands twice", () => {
  assert.throws(() => uniformMixture(["a", "a"]), /"a" stands twice/);
});

Deno.test("naturalMixture() goes from natural to uniform with its temperature", () => {
  const pools = [
    pool({ name: "a", tokens: 16 }),
    pool({ name: "b", tokens: 1 }),
    pool({ name: "c", tokens: 0 }),
  ];
  assert.deepEqual(naturalMixture(pools), { a: 16 / 17, b: 1 / 17, c: 0 });
  assert.deepEqual(naturalMixture(pools, { temperature: 2 }), { a: 0.8, b: 0.2, c: 0 });
  assert.deepEqual(naturalMixture(pools, { temperature: Infinity }), { a: 0.5, b: 0.5, c: 0 });
  assert.throws(() => naturalMixture(pools, { temperature: 0 }), RangeError);
});

Deno.test("blend() keeps the base at share 0 and leaves it at share 1", () => {
  const base = { web: 3, code: 1 };
  const added = { math: 1, code: 1 };
  assert.deepEqual(blend(base, added, { share: 0 }), { web: 0.75, code: 0.25, math: 0 });
  assert.deepEqual(blend(base, added, { share: 1 }), { web: 0, code: 0.5, math: 0.5 });
  assert.throws(() => blend(base, added, { share: 1.01 }), /current value is 1.01/);
});

Deno.test("compareMixtures() gives the closed forms of two points of the simplex", () => {
  const { totalVariation, klNats } = compareMixtures({ a: 0.5, b: 0.5 }, { a: 0.25, b: 0.75 });
  assert.equal(totalVariation, 0.25);
  assert.equal(klNats, 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5));
  assert.equal(compareMixtures({ a: 1 }, { b: 1 }).klNats, Infinity);
  assert.equal(compareMixtures({ a: 1, b: 2 }, { a: 2, b: 4 }).totalVariation, 0);
});
