import assert from "node:assert/strict";
import { doremi } from "../../lib/mix/mod.ts";

const domains = ["web", "code", "math"];

Deno.test("doremi() without any excess stays uniform", async () => {
  const { mixture } = await doremi(() => ({ web: -1, code: 0, math: -0.2 }), { domains, rounds: 5 });
  for (const share of Object.values(mixture)) assert(Math.abs(share - 1 / 3) < 1e-15);
});

Deno.test("doremi() follows the closed form of its update and averages over rounds", async () => {
  const { mixture, path } = await doremi(() => ({ web: 0.5, code: 0, math: 0 }), {
    domains,
    rounds: 2,
    smoothing: 0.1,
  });
  const first = 0.9 * Math.exp(0.5) / (Math.exp(0.5) + 2) + 0.1 / 3;
  const other = (1 - first) / 2;
  const second = 0.9 * first * Math.exp(0.5) / (first * Math.exp(0.5) + 2 * other) + 0.1 / 3;
  assert(Math.abs(path[0].web - first) < 1e-14 && Math.abs(path[1].web - second) < 1e-14);
  assert(Math.abs(mixture.web - (first + second) / 2) < 1e-14);
  for (const weights of [mixture, ...path]) {
    assert(Math.abs(Object.values(weights).reduce((a, b) => a + b) - 1) < 1e-14);
  }
});

Deno.test("doremi() balances domains whose excess falls with their weight", async () => {
  const need = { web: 0.2, code: 0.6, math: 0.2 } as Record<string, number>;
  const { path } = await doremi(
    (weights) => Object.fromEntries(domains.map((name) => [name, need[name] / weights[name] - 1])),
    { domains, rounds: 400, stepSize: 0.1, smoothing: 0 },
  );
  for (const name of domains) {
    assert(Math.abs(path.at(-1)![name] - need[name]) < 0.02, JSON.stringify(path.at(-1)));
  }
});

Deno.test("doremi() survives an excess of any size and names one that is none", async () => {
  const { mixture } = await doremi(() => ({ web: 1e6, code: 0, math: 0 }), { domains, rounds: 2 });
  assert(Object.values(mixture).every((share) => share > 0));
  const run = (excess: Record<string, number>, options = {}) =>
    doremi(() => excess, { domains, rounds: 1, ...options });
  await assert.rejects(run({ web: NaN, code: 0, math: 0 }), /"web" in round 0 is NaN/);
  await assert.rejects(run({ web: 0, code: 0 }), /none for "math"/);
  await assert.rejects(run({}, { rounds: 0 }), /rounds/);
  await assert.rejects(run({}, { smoothing: 2 }), /smoothing/);
  await assert.rejects(run({}, { stepSize: -1 }), /stepSize/);
});
