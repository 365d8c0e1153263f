import assert from "node:assert/strict";
import { measuredOn, type ProxyRun, proxyRuns } from "../../lib/mix/mod.ts";

const good: ProxyRun[] = [
  { mixture: { web: 0.5, code: 0.5 }, losses: { code: 2.2, web: 3 } },
  { mixture: { web: 0.75, code: 0.25 }, losses: { code: 2.4, web: 2.9 } },
  { name: "the long one", mixture: { web: 0.25, code: 0.75 }, losses: { code: 2.1, web: 3.2 } },
];
const but = (at: number, change: Partial<ProxyRun>) =>
  good.map((run, i) => i === at ? { ...run, ...change } : run);

Deno.test("proxyRuns() keeps what is in order, without notes", () => {
  const { domains, targets, shares, losses, notes } = proxyRuns(good);
  assert.deepEqual([domains, targets, notes], [["web", "code"], ["code", "web"], []]);
  assert.deepEqual(shares.map((row) => [...Array.from(row)]), [[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]);
  assert.deepEqual([...losses.code], [2.2, 2.4, 2.1]);
});

Deno.test("proxyRuns() reads shares by name, whatever their order", () => {
  const { shares } = proxyRuns(but(1, { mixture: { code: 0.25, web: 0.75 } }));
  assert.deepEqual([...Array.from(shares[1])], [0.75, 0.25]);
});

Deno.test("proxyRuns() divides rounded shares by their sum, or keeps them, and says which", () => {
  const rounded = but(0, { mixture: { web: 0.5, code: 0.499 } });
  const divided = proxyRuns(rounded);
  assert.deepEqual([...Array.from(divided.shares[0])], [0.5 / 0.999, 0.499 / 0.999]);
  assert.match(divided.notes[0], /1 of 3 runs do not sum to 1 but to 0.999 to 0.999: each was divided/);
  const kept = proxyRuns(rounded, { sums: "keep" });
  assert.deepEqual([...Array.from(kept.shares[0])], [0.5, 0.499]);
  assert.match(kept.notes[0], /they were kept/);
});

Deno.test("proxyRuns() names a share that is negative, missing, too much, or of an unknown domain", () => {
  assert.throws(
    () => proxyRuns(but(1, { mixture: { web: 1.25, code: -0.25 } })),
    { name: "RangeError", message: /that of "code" in run 1 is -0.25/ },
  );
  assert.throws(() => proxyRuns(but(2, { mixture: { web: NaN, code: 1 } })), /"web" in the long one is NaN/);
  assert.throws(
    () => proxyRuns(but(1, { mixture: { web: 1 } })),
    { name: "TypeError", message: /run 1 has no share of "code" \(write 0/ },
  );
  assert.throws(
    () => proxyRuns(but(1, { mixture: { web: 0.5, code: 0.25, math: 0.25 } })),
    /run 1 has "math" and the first run has not/,
  );
  assert.throws(
    () => proxyRuns(but(1, { mixture: { web: 0.5, code: 0.25 } })),
    /those of run 1 sum to 0.75/,
  );
});

Deno.test("proxyRuns() names a domain without tokens and refuses fewer runs than domains", () => {
  const empty = good.map((run) => ({ ...run, mixture: { ...run.mixture, math: 0 } }));
  assert.throws(() => proxyRuns(empty), /"math" has none, leave it out/);
  assert.throws(() => proxyRuns(good.slice(0, 1)), /there are 1 runs for 2 domains/);
  assert.throws(() => proxyRuns([]), /there are 0 runs for 0 domains/);
});

Deno.test("proxyRuns() names mixtures that stand twice and keeps them all", () => {
  const { notes, shares } = proxyRuns([...good, { ...good[0], name: "again" }]);
  assert.equal(shares.length, 4);
  assert.deepEqual(notes, ["run 0 and again have one mixture: each counts as a run of its own"]);
});

Deno.test("proxyRuns() leaves a target out of the runs that did not measure it, for it alone", () => {
  const runs = proxyRuns(but(1, { losses: { web: 2.9 } }));
  assert.deepEqual(runs.notes, ['Target "code" was not measured in run 1: left out for this target alone']);
  assert.deepEqual([...measuredOn(runs, "code").y], [2.2, 2.1]);
  assert.equal(measuredOn(runs, "web").x.length, 3);
});

Deno.test("proxyRuns() names a loss that is not finite and a target that nobody measured", () => {
  assert.throws(
    () => proxyRuns(but(2, { losses: { code: NaN } })),
    /that of "code" in the long one is NaN \(null where it was not measured\)/,
  );
  assert.throws(
    () => proxyRuns(but(0, { losses: { code: 1, web: Infinity } })),
    /"web" in run 0 is Infinity/,
  );
  assert.throws(
    () => proxyRuns(good.map((run) => ({ ...run, losses: { a: null } }))),
    /measured "a": none has/,
  );
  assert.throws(() => proxyRuns(good.map((run) => ({ ...run, losses: {} }))), /at least one target/);
  assert.throws(() => measuredOn(proxyRuns(good), "math"), /one of code, web: current value is math/);
});
