import assert from "node:assert/strict";
import { Gate, type Pass } from "../../lib/synthesize/_gate.ts";

const { signal } = new AbortController();

Deno.test("Gate starts fast, loses a place for each refusal and at most half for an overload, then rises by one a round", async () => {
  const gate = new Gate({ max: 64, patience: 6, pauseMilliseconds: 1 });
  assert.equal(gate.limit, 4);
  for (let i = 0; i < 12; i++) {
    await gate.enter(signal);
    gate.succeed();
  }
  assert.equal(gate.limit, 16);
  const passes: Pass[] = [];
  for (let i = 0; i < 16; i++) passes.push(await gate.enter(signal));
  for (const pass of passes.slice(0, 10)) gate.fail(pass, 0);
  for (const _ of passes.slice(10)) gate.succeed();
  assert.equal(gate.limit, 8, "ten failures of one round are one overload");
  for (let i = 0; i < 3; i++) {
    await gate.enter(signal);
    gate.succeed();
  }
  assert.equal(gate.limit, 9, "one more after as many answers as the limit");
  gate.fail(await gate.enter(signal), 0);
  assert.equal(gate.limit, 8, "one refusal is one place");
});

Deno.test("Gate never lets more in than its limit, nor beyond its maximum", async () => {
  const gate = new Gate({ max: 7, patience: 6, pauseMilliseconds: 1 });
  let inside = 0;
  let most = 0;
  await Promise.all(Array.from({ length: 200 }, async () => {
    await gate.enter(signal);
    most = Math.max(most, ++inside);
    await Promise.resolve();
    inside--;
    gate.succeed();
  }));
  assert.equal(most, 7);
});

Deno.test("Gate breaks after as many failures in a row as its patience, and an answer starts the count again", async () => {
  const gate = new Gate({ max: 4, patience: 3, pauseMilliseconds: 1 });
  const fail = async () => gate.fail(await gate.enter(signal), 0);
  await fail();
  await fail();
  await gate.enter(signal);
  gate.succeed();
  await fail();
  await fail();
  assert(!gate.broken);
  await fail();
  assert(gate.broken);
  assert.equal(gate.limit, 1);
});

Deno.test("Gate lets go of who waits when the run is stopped", async () => {
  const stop = new AbortController();
  const gate = new Gate({ max: 1, patience: 9, pauseMilliseconds: 1 });
  gate.fail(await gate.enter(signal), 60_000);
  const waiting = gate.enter(stop.signal);
  stop.abort();
  await assert.rejects(waiting, { name: "AbortError" });
});
