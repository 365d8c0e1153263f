import assert from "node:assert/strict";
import { crossValidate, proxyRuns } from "../../lib/mix/mod.ts";

const runs = Array.from({ length: 12 }, (_, i) => {
  const code = ((7 * i) % 12) / 11;
  const losses = { code: 2 + Math.exp(0.5 - 2 * code), web: i === 3 ? null : 3 + 0.4 * code };
  return { mixture: { web: 1 - code, code }, losses };
});

Deno.test("crossValidate() predicts each run by a law that has not seen it", () => {
  const wrong = runs.map((run, i) => i === 4 ? { ...run, losses: { ...run.losses, code: 9 } } : run);
  const [code] = crossValidate(wrong, { folds: 12 });
  assert(Math.abs(code.predicted[4] - (runs[4].losses.code)) < 1e-3, `${code.predicted[4]}`);
  assert.equal(code.measured[4], 9);
});

Deno.test("crossValidate() has a row a target, over the runs that measured it", () => {
  const [code, web] = crossValidate(proxyRuns(runs), { law: "linear" });
  assert.deepEqual([code.law, code.target, web.target], ["linear-mixing", "code", "web"]);
  assert.deepEqual([code.predicted.length, web.predicted.length, web.measured[3]], [
    12,
    11,
    3 + 0.4 * 4 / 11,
  ]);
  assert(code.error > 0.1 * code.spread && web.error < 1e-6 * web.spread);
});

Deno.test("crossValidate() refuses one fold, and folds that leave too few runs", () => {
  assert.throws(() => crossValidate(runs, { folds: 1 }), {
    name: "RangeError",
    message: "Cannot cross-validate as folds must be a whole number >= 2: current value is 1",
  });
  assert.throws(() => crossValidate(runs.slice(0, 4), { folds: 2 }), /needs at least 3 runs: 2 measured it/);
});
