import assert from "node:assert/strict";
import { allocate, pool, proposeMixture, proxyRuns } from "../../lib/mix/mod.ts";

// deno-lint-ignore no-explicit-any -- what no type allows is what is tried
const any = (value: unknown): any => value;
const prior = { web: 0.6, code: 0.4 };
const propose = (coefficients: object, form = "exponential") => () =>
  proposeMixture([any({ name: "x", form, coefficients })], { prior });

Deno.test("proposeMixture() names a form that there is none of, and coefficients that overflow", () => {
  assert.throws(propose({ web: 1, code: 2 }, "exp"), {
    name: "RangeError",
    message:
      'Cannot propose a mixture as form of "x" must be one of exponential, linear, additive: current value is exp',
  });
  for (const value of [101, 710, 800, 1e5]) {
    assert.throws(propose({ web: value, code: 2 }), /an exponential target's coefficients must be <= 100/);
  }
  const { objective, kktResidual } = propose({ web: 100, code: 99 })();
  assert.ok(Number.isFinite(objective) && Number.isFinite(kktResidual));
  assert.ok(Number.isFinite(propose({ web: -1e5, code: 2 })().objective));
});

Deno.test("proxyRuns() refuses losses that are none, and fewer different mixtures than domains", () => {
  const runs = Array.from(
    { length: 12 },
    (_, i) => ({ mixture: { web: i / 20, code: 1 - i / 20 }, losses: { x: 3 + i } }),
  );
  const refused: [unknown, object, RegExp][] = [
    [
      runs.map((run) => ({ ...run, losses: { x: -1 } })),
      {},
      /every loss must be > 0: that of "x" in run 0 is -1/,
    ],
    [
      runs.map((run) => ({ ...run, mixture: prior })),
      {},
      /as many different mixtures as domains: there are 1 for 2 domains/,
    ],
    [runs, { sums: "dividing" }, /sums must be one of divide, keep: current value is dividing/],
    [runs, { tolerance: NaN }, /tolerance must be in \[0, 1\): current value is NaN/],
  ];
  for (const [given, options, message] of refused) {
    assert.throws(() => proxyRuns(any(given), options), message);
  }
  assert.equal(proxyRuns(runs).shares.length, 12);
});

Deno.test("pool() and allocate() name what they are not given, and counts that are no numbers", () => {
  assert.throws(
    () => pool(any({ name: "web", tokens: 5n })),
    /Cannot form pool "web" as tokens must be finite and >= 0/,
  );
  assert.throws(
    () => pool(any({ name: "web" })),
    /tokens must be finite and >= 0: current value is undefined/,
  );
  assert.throws(
    () => allocate(any({}), {}, { budgetTokens: 5 }),
    /^TypeError: Cannot allocate tokens as pools must be a list/,
  );
});
