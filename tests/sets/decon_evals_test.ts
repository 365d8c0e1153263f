import assert from "node:assert/strict";
import { deconEvals } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(deconEvals, "deconEvals holds 86,133 entries of AGIEval, GSM8K and MMLU", async () => {
  const counts: Record<string, number> = {};
  const ids = new Set<string>();
  let passages = 0;
  for await (const { id, benchmark, split, question, passage } of deconEvals.read()) {
    counts[`${benchmark} ${split}`] = (counts[`${benchmark} ${split}`] ?? 0) + 1;
    if (passage !== undefined) passages++;
    assert(question !== undefined && passage !== "");
    ids.add(id);
  }
  // MMLU stands once for each of four choices: 4 times 14,042 and 285.
  assert.deepEqual(counts, {
    "agi_eval train": 13909,
    "gsm8k test": 1319,
    "gsm8k train": 7473,
    "mmlu dev": 1140,
    "mmlu test": 56168,
    "mmlu validation": 6124,
  });
  assert.deepEqual([ids.size, passages], [86133, 9149]);
});
