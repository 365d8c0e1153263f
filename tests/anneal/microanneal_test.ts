import assert from "node:assert/strict";
import { byteTokenizer, compareSources, microanneal, packDocuments, train } from "../../lib/anneal/mod.ts";
import { grammar, smallestConfig } from "./_models.ts";

/** Sums: a domain that the grammar knows nothing of. */
const sums = (name: string, from: number) =>
  packDocuments(
    Array.from(
      { length: 40 },
      (_, i) => ({ id: `${i}`, text: `${from + i}+1=${from + i + 1}`, source: name, meta: {} }),
    ),
    byteTokenizer(),
  );
const general = await grammar("web");
const math = await sums("math", 10);
const shared = { batch: 2, backend: "cpu", schedule: () => 2e-2 } as const;
const { checkpoint: from } = await train({
  ...shared,
  config: smallestConfig(),
  sources: [general],
  steps: 10,
});
const comparison = {
  ...shared,
  from,
  general,
  steps: 12,
  domain: await sums("held math", 60),
  retained: await grammar("held web", 30),
  windows: 10,
};
const options = { ...comparison, candidate: math };

Deno.test("microanneal() of a share too small to be drawn has gone through the candidate no time", async () => {
  const { candidateEpochs } = await microanneal({ ...options, ratio: 1e-6, steps: 1, seeds: [1] });
  assert.equal(candidateEpochs, 0);
});

Deno.test("microanneal() finds that sums are learnt from sums, for every seed", async () => {
  const events: number[] = [];
  const result = await microanneal({
    ...options,
    seeds: [1, 2, 3],
    onProgress: ({ done }) => events.push(done),
  });
  assert(
    result.gain.low > 0.1 && result.gain.low <= result.gain.estimate &&
      result.gain.estimate <= result.gain.high,
  );
  assert.equal(result.gainBySeed.length, 3);
  assert(result.gainBySeed.every((gain) => gain > 0.1) && result.gainBySeed[0] !== result.gainBySeed[1]);
  assert.equal(result.tokens, 12 * 2 * 16);
  const windows = Math.floor((math.tokens.length - 1) / 16);
  assert.equal(result.candidateEpochs, 12 / windows);
  assert.deepEqual(events, Array.from({ length: 72 }, (_, i) => i + 1));
});

Deno.test("microanneal() of the general data itself gains nothing on it and forgets nothing", async () => {
  const same = { ...general, name: "the same" };
  const probe = { ...options, candidate: same, domain: options.retained, seeds: [1] };
  const { gain, forgetting, gainNoise } = await microanneal(probe);
  assert.equal(gainNoise.order, undefined);
  assert(gain.low < 0.1 && gain.high > -0.1);
  assert.equal(gain.estimate, -forgetting.estimate);
});

Deno.test("compareSources() measures every candidate against the same baselines", async () => {
  const seeds = [1];
  const noise = await grammar("noise", 40);
  const both = await compareSources({ ...comparison, candidates: [math, noise], seeds, steps: 6 });
  assert.deepEqual(both.map(({ source }) => source), ["math", "noise"]);
  assert.deepEqual(both[0], await microanneal({ ...options, seeds, steps: 6 }));
  assert(both[0].gain.estimate > both[1].gain.estimate);
  await assert.rejects(compareSources({ ...comparison, candidates: [] }), /there must be a candidate/);
});

Deno.test("microanneal() names what is out of range, and does not pass over a run that broke off", async () => {
  await assert.rejects(
    microanneal({ ...options, ratio: 0 }),
    /ratio must be in \(0, 1\]: current value is 0/,
  );
  await assert.rejects(microanneal({ ...options, seeds: [] }), /there must be a seed/);
  await assert.rejects(
    microanneal({ ...options, signal: AbortSignal.abort() }),
    /a run must end: Training was interrupted/,
  );
});
