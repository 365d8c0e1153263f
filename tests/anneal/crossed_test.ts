import assert from "node:assert/strict";
import { crossed } from "../../lib/anneal/_crossed.ts";
import { detectableGain } from "../../lib/anneal/mod.ts";
import { mean, Random } from "../../lib/base/mod.ts";

function table(random: Random, seeds: number, windows: number, noise: [number, number, number], shift = 0) {
  const columns = Float64Array.from({ length: windows }, () => noise[1] * random.normal());
  return Array.from({ length: seeds }, () => {
    const row = noise[0] * random.normal();
    return columns.map((column) => shift + row + column + noise[2] * random.normal());
  });
}

Deno.test("crossed() of one seed is the t interval over windows", () => {
  const { interval, noise, bySeed } = crossed([Float64Array.of(1, 2, 3)]);
  // The standard error is 1 / sqrt(3), the quantile of 2 degrees of freedom 4.30265.
  assert(Math.abs(interval.high - (2 + 4.30265 / Math.sqrt(3))) < 1e-4);
  assert.deepEqual([interval.estimate, bySeed, noise.order, noise.windows], [2, [2], undefined, 1]);
});

Deno.test("crossed() of seeds that differ alike in every window is the t interval over seeds", () => {
  const { interval, noise } = crossed([1, 2, 3].map((value) => new Float64Array(5).fill(value)));
  assert(Math.abs(interval.low - (2 - 4.30265 / Math.sqrt(3))) < 1e-4);
  assert.deepEqual(noise, { order: 1, windows: 0, rest: 0 });
});

Deno.test("crossed() finds the parts that a table was made of", () => {
  const random = new Random("parts");
  const found = Array.from({ length: 200 }, () => crossed(table(random, 6, 40, [0.5, 1, 2])).noise);
  const rootMeanSquare = (values: number[]) => Math.sqrt(mean(values.map((value) => value ** 2)));
  assert(Math.abs(rootMeanSquare(found.map(({ order }) => order!)) - 0.5) < 0.05);
  assert(Math.abs(rootMeanSquare(found.map(({ windows }) => windows)) - 1) < 0.05);
  assert(Math.abs(rootMeanSquare(found.map(({ rest }) => rest)) - 2) < 0.05);
});

Deno.test("crossed() covers the truth 95 times of 100, whichever part is large", () => {
  for (
    const noise of [[1, 0.1, 0.1], [0.1, 1, 0.1], [0.5, 0.5, 2], [0, 0, 1]] as [number, number, number][]
  ) {
    const random = new Random(`cover ${noise}`);
    const trials = 600;
    let covered = 0;
    for (let i = 0; i < trials; i++) {
      const { low, high } = crossed(table(random, 3, 20, noise)).interval;
      if (low <= 0 && 0 <= high) covered++;
    }
    // Three standard errors of 600 trials below 0.95; where a part is 0 its estimate errs to the safe side.
    assert(covered / trials > 0.923, `${noise}: ${covered / trials}`);
  }
});

Deno.test("crossed() of equal values has no width", () => {
  const { interval } = crossed([Float64Array.of(2, 2), Float64Array.of(2, 2)]);
  assert.deepEqual(interval, { estimate: 2, low: 2, high: 2 });
});

Deno.test("detectableGain() is found as often as it says", () => {
  const noise = { order: 0.3, windows: 0.5, rest: 0.2 };
  const random = new Random("power");
  const trials = 600;
  const gain = detectableGain(noise, { seeds: 5, windows: 20 });
  let found = 0;
  for (let i = 0; i < trials; i++) {
    if (crossed(table(random, 5, 20, [0.3, 0.5, 0.2], gain)).interval.low > 0) found++;
  }
  assert(Math.abs(found / trials - 0.8) < 0.06, `${found / trials}`);
});

Deno.test("detectableGain() names what is out of range", () => {
  const noise = { order: 1, windows: 1, rest: 1 };
  assert.throws(
    () => detectableGain(noise, { seeds: 1, windows: 9 }),
    /seeds must be .* >= 2: current value is 1/,
  );
  assert.throws(() => detectableGain(noise, { seeds: 2, windows: 9, power: 1 }), /power must be in \(0, 1\)/);
  assert.throws(
    () => detectableGain({ windows: 1, rest: 1 }, { seeds: 2, windows: 9 }),
    /measured with one seed/,
  );
});
