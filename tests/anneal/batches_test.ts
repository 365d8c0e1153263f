import assert from "node:assert/strict";
import { BatchSampler, type BatchSamplerOptions } from "../../lib/anneal/batches.ts";
import type { TokenSource } from "../../lib/anneal/mod.ts";

/** A source that counts up: a token tells its place. */
function counting(name: string, length: number, vocabularySize = 1000): TokenSource {
  const tokens = Uint16Array.from({ length }, (_, i) => i);
  return { name, tokens, endOfDocument: 999, vocabularySize, documents: 1, bytes: length };
}

const OPTIONS: BatchSamplerOptions = { batch: 2, context: 4, vocabularySize: 1000 };

function draw(sampler: BatchSampler, steps: number, from = 0): number[][] {
  return Array.from({ length: steps }, (_, i) => [...sampler.next(from + i).tokens]);
}

Deno.test("BatchSampler goes through every window once an epoch, in another order each time", () => {
  const sampler = new BatchSampler([counting("a", 33)], OPTIONS);
  const starts = (batches: number[][]) => batches.flatMap((tokens) => [tokens[0], tokens[4]]);
  const first = starts(draw(sampler, 4));
  const second = starts(draw(sampler, 4));
  const all = [0, 4, 8, 12, 16, 20, 24, 28];
  assert.deepEqual([...first].sort((a, b) => a - b), all);
  assert.deepEqual([...second].sort((a, b) => a - b), all);
  assert.notDeepEqual(first, second);
  assert.equal(sampler.usage().a.epochs, 2);
});

Deno.test("BatchSampler gives as target the token that follows, across the window's end", () => {
  const { tokens, targets } = new BatchSampler([counting("a", 33)], OPTIONS).next(0);
  assert.deepEqual([...targets], [...tokens].map((token) => token + 1));
});

Deno.test("BatchSampler keeps every share exact to one sequence at any moment", () => {
  const weights = { a: 0.62, b: 0.31, c: 0.07 };
  const sources = Object.keys(weights).map((name) => counting(name, 50));
  const sampler = new BatchSampler(sources, { ...OPTIONS, batch: 1, weights });
  for (let drawn = 1; drawn <= 200; drawn++) {
    sampler.next(drawn);
    for (const [name, weight] of Object.entries(weights)) {
      assert(Math.abs(sampler.usage()[name].tokens / 4 - weight * drawn) <= 1);
    }
  }
});

Deno.test("BatchSampler follows weights that change with the step", () => {
  const sampler = new BatchSampler([counting("web", 99), counting("math", 99)], {
    ...OPTIONS,
    weights: (step) => step < 10 ? { web: 1 } : { math: 1 },
  });
  draw(sampler, 10);
  assert.deepEqual([sampler.usage().web.tokens, sampler.usage().math.tokens], [80, 0]);
  draw(sampler, 5, 10);
  assert.deepEqual([sampler.usage().web.tokens, sampler.usage().math.tokens], [80, 40]);
});

Deno.test("BatchSampler goes on from its progress with the very next batch", () => {
  const make = (progress?: BatchSamplerOptions["progress"]) =>
    new BatchSampler([counting("a", 57), counting("b", 41)], {
      ...OPTIONS,
      weights: { a: 0.3, b: 0.7 },
      seed: 9,
      ...(progress && { progress }),
    });
  const whole = draw(make(), 30);
  const first = make();
  const head = draw(first, 13);
  const tail = draw(make(JSON.parse(JSON.stringify(first.progress()))), 17, 13);
  assert.deepEqual([...head, ...tail], whole);
});

Deno.test("BatchSampler does not go on from a place that is none", () => {
  const progress = JSON.parse('{"a":{"sequences":3,"credit":0}}');
  assert.throws(
    () => new BatchSampler([counting("a", 57)], { ...OPTIONS, progress }),
    /the progress of a must hold tokens, .*: current value is {"sequences":3,"credit":0}/,
  );
});

Deno.test("BatchSampler draws in another order under another seed", () => {
  const order = (seed: number) => draw(new BatchSampler([counting("a", 401)], { ...OPTIONS, seed }), 10);
  assert.deepEqual(order(1), order(1));
  assert.notDeepEqual(order(1), order(2));
});

Deno.test("BatchSampler numbers documents within a sequence when attention stays inside them", () => {
  const source = { ...counting("a", 9), tokens: Uint16Array.of(1, 2, 999, 3, 4, 999, 999, 5, 6) };
  const sampler = new BatchSampler([source], { ...OPTIONS, context: 8, batch: 1, maskDocuments: true });
  assert.deepEqual([...sampler.next(0).segments!], [0, 0, 0, 1, 1, 1, 2, 3]);
  assert.equal(new BatchSampler([source], OPTIONS).next(0).segments, undefined);
});

Deno.test("BatchSampler leaves out what an end of document would predict, unless it is asked for", () => {
  const source = { ...counting("a", 9), tokens: Uint16Array.of(1, 2, 999, 3, 4, 999, 999, 5, 6) };
  const draw = (options: Partial<BatchSamplerOptions>) =>
    new BatchSampler([source], { ...OPTIONS, context: 8, batch: 1, ...options }).next(0);
  const { weights } = draw({ maskDocuments: true });
  assert.deepEqual([...weights!], [1, 1, 0, 1, 1, 0, 0, 1].map((weight) => Math.fround(weight * 8 / 5)));
  assert.equal(draw({ maskDocuments: true, crossDocumentTargets: true }).weights, undefined);
  assert.equal(draw({}).weights, undefined);
  assert.equal(draw({ crossDocumentTargets: false }).weights, undefined);
});

Deno.test("BatchSampler.forecast() is what will have been drawn, to the token", () => {
  const sampler = new BatchSampler([counting("web", 200), counting("math", 60)], {
    ...OPTIONS,
    weights: (step) => ({ web: 1, math: step < 8 ? 0 : (step - 7) / 4 }),
  });
  const batches = Array.from({ length: 16 }, (_, step) => step < 4 ? 1 : 3);
  const expected = sampler.forecast(0, batches);
  assert.equal(sampler.usage().web.tokens, 0);
  batches.forEach((batch, step) => assert.equal(sampler.next(step, batch).tokens.length, batch * 4));
  assert.deepEqual(sampler.usage(), expected);
  assert.equal(expected.web.tokens + expected.math.tokens, (4 + 12 * 3) * 4);
});

Deno.test("BatchSampler.forecast() names the source that runs out, and when", () => {
  const make = (maxEpochs: number | Record<string, number>) =>
    new BatchSampler([counting("web", 401), counting("math", 41)], {
      ...OPTIONS,
      maxEpochs,
      weights: { web: 1, math: 1 },
    });
  const steps = new Array(40).fill(2);
  // 40 of 80 sequences are of math, which has 10 windows: 4 epochs, the 41st would be too many.
  assert.equal(make(4).forecast(0, steps).math.epochs, 4);
  assert.throws(
    () => make({ math: 4 }).forecast(0, [...steps, 2]),
    /source math runs out at step 40: 41 steps go through it 4.1 times, maxEpochs allows 4/,
  );
  assert.throws(() => make(0.9).forecast(0, [...steps, 2]), /source math runs out at step 9:/);
  assert.throws(() => make({ math: 0 }), /maxEpochs must be > 0: that of math is 0/);
  assert.throws(() => make(NaN), /maxEpochs must be > 0: that of web is NaN/);
});

Deno.test("BatchSampler.forecast() finds a step whose weights make no mixture before it comes", () => {
  const sampler = new BatchSampler([counting("web", 200)], {
    ...OPTIONS,
    weights: (step) => ({ web: step === 7 ? 0 : 1 }),
  });
  assert.throws(() => sampler.forecast(0, new Array(9).fill(1)), /at step 7 they add up to 0/);
});

Deno.test("BatchSampler goes on at another context after as many tokens, and counts them exactly", () => {
  const short = new BatchSampler([counting("a", 161)], OPTIONS);
  draw(short, 5);
  const progress = short.progress();
  assert.deepEqual(progress.a, { tokens: 40, sequences: 10, context: 4, credit: 0 });
  const long = new BatchSampler([counting("a", 161)], { ...OPTIONS, batch: 1, context: 16, progress });
  assert.deepEqual(long.usage().a, { tokens: 40, epochs: 0.3 });
  long.next(5);
  assert.deepEqual(long.usage().a, { tokens: 56, epochs: 0.4 });
});

Deno.test("BatchSampler refuses what makes no mixture, with the value", () => {
  const make =
    (options: Partial<BatchSamplerOptions>, sources = [counting("a", 33), counting("b", 33)]) => () =>
      new BatchSampler(sources, { ...OPTIONS, ...options });
  assert.throws(make({}, []), /there must be a source: there is none/);
  assert.throws(make({}, [counting("a", 33), counting("a", 33)]), /different names: they are a,a/);
  assert.throws(make({}, [counting("a", 0)]), /source a .* must hold context \+ 1 = 5 tokens: it holds 0/);
  assert.throws(make({ context: 33 }), /must hold context \+ 1 = 34 tokens: it holds 33/);
  assert.throws(make({ vocabularySize: 32 }), /token ids must lie in \[0, 32\): token 32 is 32/);
  assert.throws(make({ weights: { a: 0, b: 0 } }), /add up to more than 0: at step 0 they add up to 0/);
  assert.throws(make({ weights: { a: -1, b: 2 } }), /the weight of a at step 0 is -1/);
  assert.throws(make({ weights: { a: NaN } }), /the weight of a at step 0 is NaN/);
  assert.throws(make({ weights: { c: 1 } }), /weights must name sources \(a, b\): at step 0 they name c/);
  assert.throws(make({ batch: 0 }), /batch must be a whole number >= 1: current value is 0/);
});
