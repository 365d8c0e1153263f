import assert from "node:assert/strict";
import { type ProbedSource, probeVerdicts } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const cross = (
  source: string,
  gain: [number, number, number],
  cost: [number, number, number],
  verdict: ProbedSource["verdict"],
): ProbedSource => ({
  source,
  gain: { low: gain[0], estimate: gain[1], high: gain[2] },
  forgetting: { low: cost[0], estimate: cost[1], high: cost[2] },
  verdict,
});
const rows = [
  cross("recent speeches", [0.086, 0.099, 0.112], [0.021, 0.027, 0.033], "unclear"),
  cross("novel", [0.042, 0.062, 0.082], [0.05, 0.066, 0.08], "leave"),
  cross("problems", [0.05, 0.06, 0.07], [0.004, 0.012, 0.02], "take"),
];

Deno.test("probeVerdicts() draws each source as a cross over the field that was set", async () => {
  await assertGolden(
    "probe_verdicts",
    probeVerdicts(rows, { gain: 0.03, forgetting: 0.03, title: "Which source is taken" }),
  );
});

Deno.test("probeVerdicts() names the source whose number is wrong", () => {
  const wrong = [cross("novel", [0, NaN, 1], [0, 0, 0], "leave")];
  assert.throws(
    () => probeVerdicts(wrong, { gain: 0, forgetting: 0 }),
    /the gain of novel, its estimate, must be finite/,
  );
  assert.throws(() => probeVerdicts([], { gain: 0, forgetting: 0 }), /there must be a source: there is none/);
  assert.throws(
    () => probeVerdicts([rows[0], rows[0]], { gain: 0, forgetting: 0 }),
    /"recent speeches" stands twice/,
  );
});
