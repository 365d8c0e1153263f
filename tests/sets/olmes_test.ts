import assert from "node:assert/strict";
import { olmes } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  olmes,
  "OLMES's requests are grouped by item, with the context that says nothing apart",
  async () => {
    const requests = await Array.fromAsync(olmes.read({ task: "arc_easy", variant: "rc_5shot" }));
    assert.equal(requests.length, 570);
    const [{ pairs, gold, unconditional }] = requests;
    assert.equal(unconditional, "Answer:");
    assert.equal(pairs[gold].continuation, " cellular telephone");
    assert.equal(pairs[0].context.split("\n\n").length, 6);
    await assert.rejects(
      olmes.read({ task: "copa", variant: "mc_5shot" }).next(),
      /variant must be one of copa's, rc_0shot/,
    );
  },
);
