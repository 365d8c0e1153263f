import assert from "node:assert/strict";
import { chinchilla } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(chinchilla, "chinchilla holds 245 runs whose FLOP are six a parameter and token", async () => {
  const runs = await Array.fromAsync(chinchilla.read());
  assert.equal(runs.length, 245);
  for (const { params, tokens, flops, loss } of runs) {
    assert(Math.abs(6 * params * tokens / flops - 1) < 1e-12 && loss > 1 && loss < 10);
  }
});
