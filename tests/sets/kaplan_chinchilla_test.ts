import assert from "node:assert/strict";
import { kaplanChinchilla } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(kaplanChinchilla, "kaplanChinchilla holds five sweeps in the paper's order", async () => {
  const sweeps = await Array.fromAsync(kaplanChinchilla.read());
  const settings = ["kaplan", "last-layer", "short-warmup", "cosine-decay", "tuned"];
  assert.deepEqual(sweeps.map(({ setting }) => setting), settings);
  assert.deepEqual(sweeps.map(({ optima }) => optima.length), [11, 11, 12, 12, 12]);
  assert(sweeps.every(({ runs }) => runs.every(({ params, loss }) => params > 0 && loss > 0)));
});
