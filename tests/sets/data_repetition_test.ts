import assert from "node:assert/strict";
import { dataRepetition } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  dataRepetition,
  "dataRepetition holds 182 runs that see no fewer tokens than there are",
  async () => {
    const runs = await Array.fromAsync(dataRepetition.read());
    assert.equal(runs.length, 182);
    assert(
      runs.every(({ params, tokens, uniqueTokens, loss }) =>
        params > 0 && tokens >= uniqueTokens && loss > 0
      ),
    );
  },
);
