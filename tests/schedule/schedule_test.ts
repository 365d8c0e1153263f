import assert from "node:assert/strict";
import * as room from "../../lib/schedule/mod.ts";
import {
  batchForTokens,
  batchRamp,
  batchStages,
  constant,
  cosine,
  cosineWithLinearTail,
  cyclicCosine,
  type DecayShape,
  decayShape,
  decayShapes,
  eightOneOne,
  exponential,
  exponentialRate,
  fromRates,
  halfCosine,
  inverseSquareRoot,
  linear,
  multiStep,
  oneCycle,
  power,
  powerOfTokens,
  sampleSchedule,
  type Schedule,
  scheduleBuilders,
  scheduleFromJson,
  scheduleKinds,
  type ScheduleSpec,
  sequence,
  surveyDecay,
  twoStage,
  type WarmupConvention,
  wsd,
  wsdSimplified,
} from "../../lib/schedule/mod.ts";

const PEAK = 3e-4;
const STEPS = 1000;
const WARM = 100;
const FLOOR = 3e-5;
const run = { peak: PEAK, steps: STEPS, warmupSteps: WARM, floor: FLOOR };

function assertClose(actual: number, expected: number, message?: string) {
  const scale = Math.max(Math.abs(expected), 1e-12);
  assert.ok(Math.abs(actual - expected) <= 1e-12 * scale, message ?? `${actual} is not ${expected}`);
}

Deno.test("every schedule that falls is exact at its knees: zero, the peak after warm-up, the floor at the end", () => {
  const falls: [string, Schedule][] = [
    ["linear", linear(run)],
    ["cosine", cosine(run)],
    ["exponential", exponential(run)],
    ["wsd", wsd(run)],
    ["cosineWithLinearTail", cosineWithLinearTail({ ...run, tailSteps: 50 })],
    ["wsdSimplified", wsdSimplified({ ...run, checkpoints: [500, STEPS] })],
  ];
  for (const [name, rate] of falls) {
    assert.equal(rate(0), 0, name);
    assertClose(rate(WARM), PEAK, name);
    assert.equal(rate(STEPS), FLOOR, name);
    assert.equal(rate(1e9), FLOOR, name);
  }
});

Deno.test("oneCycle() is PyTorch's: its formula, step by step, its knees off the whole steps", () => {
  const [steps, start, end] = [35, 2 / 10, 2 / 10 / 100];
  const top = 0.3 * steps - 1;
  const rate = oneCycle({ peak: 2, steps, startDivisor: 10, endDivisor: 100 });
  for (let step = 0; step < steps; step++) {
    const [a, b, share] = step <= top ? [start, 2, step / top] : [2, end, (step - top) / (steps - 1 - top)];
    assertClose(rate(step), b + (a - b) / 2 * (Math.cos(Math.PI * share) + 1));
  }
  assert.equal(rate(steps - 1), end);
  assert.equal(rate(1e6), end);
  assert.throws(
    () => oneCycle({ peak: 1, steps: 10, warmupFraction: 0.1 }),
    /warmupFraction must be above 1/,
  );
  assert.throws(() => oneCycle({ peak: 1, steps: 10, endDivisor: 0 }), /endDivisor must be finite and >= 1/);
});

Deno.test("a power of any size is a decay, in JSON too, and of none is refused", () => {
  const half = (shape: DecayShape) => decayShape(shape, 0.04)(0.5);
  assertClose(half("power-3"), 0.04 + 0.96 / 8);
  assertClose(half("power-1"), 0.52);
  assert.equal(half("power-2.0"), half("power-2"));
  const spec = { kind: "wsd", peak: 8, steps: 100, decayFraction: 1, shape: "power-3" } as const;
  assert.equal(scheduleFromJson(spec)(50), 1);
  for (const shape of ["power-0", "power--1", "power-", "power-x", "power"]) {
    assert.throws(
      () => half(shape as DecayShape),
      /or power-p with p > 0, such as power-3: current value is "power/,
    );
  }
});

Deno.test("the five warm-up conventions differ by their known offsets", () => {
  const at = (warmup: WarmupConvention) => constant({ peak: 1, warmupSteps: 10, warmup });
  assert.deepEqual([0, 5, 10].map(at("from-zero")), [0, 0.5, 1]);
  assert.deepEqual([0, 4, 9, 10].map(at("from-first")), [0.1, 0.5, 1, 1]);
  assert.deepEqual([0, 3, 9].map(at("linspace")), [0, 3 / 9, 1]);
  assertClose(at("from-hundredth")(0), 0.01);
  assertClose(at("from-hundredth")(5), 0.505);
  assert.deepEqual([0, 10].map(at("cosine")), [0, 1]);
  assertClose(at("cosine")(2), (1 - Math.cos(Math.PI / 5)) / 2);
  assert.equal(constant({ peak: 1, warmupSteps: 1, warmup: "linspace" })(0), 1);
});

Deno.test("each decay shape starts at 1, ends at the ratio, never rises and has its closed form half-way", () => {
  const r = 0.04;
  const half: Record<string, number> = {
    "linear": 0.52,
    "cosine": 0.52,
    "mirror-cosine": 0.52,
    "exponential": 0.2,
    "1-sqrt": r + 0.96 * (1 - Math.SQRT1_2),
    "power-0.5": r + 0.96 * Math.SQRT1_2,
    "square": r + 0.96 * 0.75,
    "power-1.5": r + 0.96 * 0.5 ** 1.5,
    "power-2": r + 0.96 * 0.25,
    "inverse": 1 / (0.5 / r + 0.5),
  };
  for (const shape of decayShapes) {
    const form = decayShape(shape, r);
    assert.equal(form(0), 1);
    assert.equal(form(1), r);
    assertClose(form(0.5), half[shape], shape);
    for (let i = 1; i <= 100; i++) assert.ok(form(i / 100) <= form((i - 1) / 100) + 1e-15, shape);
  }
});

Deno.test("wsd() holds the peak until the decay starts", () => {
  const rate = wsd({ ...run, decaySteps: 200 });
  for (const step of [WARM, 500, 800]) assert.equal(rate(step), PEAK);
  assert.ok(rate(801) < PEAK);
});

Deno.test("wsd() without a decay stays at the peak, its last step too", () => {
  const rate = wsd({ ...run, decaySteps: 0 });
  for (const step of [WARM, STEPS - 1, STEPS]) assert.equal(rate(step), PEAK);
});

Deno.test("wsd() with decayFraction equals wsd() with the same decaySteps", () => {
  assert.deepEqual(
    sampleSchedule(wsd({ ...run, decayFraction: 0.2 }), STEPS),
    sampleSchedule(wsd({ ...run, decaySteps: 200 }), STEPS),
  );
});

Deno.test("halfCosine() starts half-way down and exponentialRate() halves every ln 2 / k steps", () => {
  assertClose(halfCosine({ peak: 1, steps: 10, floor: 0.2 })(0), 0.6);
  const rate = exponentialRate({ peak: 1, rate: Math.LN2 / 50 });
  assertClose(rate(150), 1 / 8);
});

Deno.test("inverseSquareRoot() and power() meet the peak at the end of warm-up and follow their exponents", () => {
  assertClose(inverseSquareRoot({ peak: 1, warmupSteps: 10, floor: 0.1 })(1000), 0.1 + 0.9 * 0.1);
  const rate = power({ peak: 1, steps: 10000, warmupSteps: 10 });
  assert.equal(rate(10), 1);
  assertClose(rate(1000), 100 ** -0.51);
  assertClose(rate(9500), rate(9000) / 2);
});

Deno.test("multiStep(), eightOneOne() and twoStage() change exactly at their steps", () => {
  assert.deepEqual([799, 800, 899, 900].map(multiStep({ peak: 1, steps: 1000 })), [1, 0.316, 0.316, 0.1]);
  assert.deepEqual([7, 8, 9].map(eightOneOne({ peak: 1, steps: 10 })), [1, 1 / Math.sqrt(10), 0.1]);
  assert.deepEqual([9, 10].map(twoStage({ peak: 2, second: 1, switchStep: 10 })), [2, 1]);
});

Deno.test("cyclicCosine() repeats and wsdSimplified() jumps back to the peak after each checkpoint", () => {
  const cycle = cyclicCosine({ peak: 1, cycleSteps: 10, warmupSteps: 5 });
  assertClose(cycle(5 + 3), cycle(5 + 13));
  const rate = wsdSimplified({
    peak: 1,
    floor: 0.1,
    steps: 30,
    checkpoints: [10, 20, 30],
    decayFraction: 0.2,
  });
  assert.equal(rate(8), 1);
  assertClose(rate(9), 1 / (0.5 / 0.1 + 0.5));
  assert.deepEqual([10, 20, 30].map(rate), [1, 1, 0.1]);
});

Deno.test("the survey's decays count from the start of the decay and equal a shifted wsd()", () => {
  const whole = wsd({ peak: 1, steps: 100, decaySteps: 40, shape: "cosine", floor: 0.1 });
  const survey = surveyDecay("cosine", { peak: 1, floor: 0.1, decaySteps: 40 });
  for (const step of [0, 1, 20, 39, 40]) assertClose(survey(step), whole(60 + step));
});

Deno.test("sequence() restarts each part's steps and fromRates() holds its last rate", () => {
  const rate = sequence([{ schedule: fromRates([5, 4]), steps: 2 }, { schedule: fromRates([1]) }]);
  assert.deepEqual([0, 1, 2, 99].map(rate), [5, 4, 1, 1]);
});

Deno.test("scheduleFromJson() builds every kind and survives a round trip through text", () => {
  const common = { peak: 1, steps: 100, warmupSteps: 10, floor: 0.1 };
  const specs: ScheduleSpec[] = [
    { kind: "constant", peak: 1 },
    { kind: "linear", ...common },
    { kind: "cosine", ...common },
    { kind: "half-cosine", ...common },
    { kind: "exponential", ...common },
    { kind: "exponential-rate", peak: 1, rate: 0.1 },
    { kind: "inverse-square-root", peak: 1, warmupSteps: 10 },
    { kind: "power", ...common },
    { kind: "power-of-tokens", peak: 1, tokensPerStep: 1e6, batch: 256, factor: 4 },
    { kind: "wsd", ...common, shape: "1-sqrt" },
    { kind: "wsd-simplified", ...common, checkpoints: [50, 100] },
    { kind: "multi-step", peak: 1, steps: 100 },
    { kind: "8-1-1", peak: 1, steps: 100 },
    { kind: "two-stage", peak: 1, second: 0.5, switchStep: 10 },
    { kind: "cyclic-cosine", peak: 1, cycleSteps: 10 },
    { kind: "cosine-with-linear-tail", ...common, tailSteps: 10 },
    { kind: "one-cycle", peak: 1, steps: 100 },
    { kind: "scaled", schedule: { kind: "constant", peak: 1 }, factor: 2 },
    { kind: "sequence", parts: [{ schedule: { kind: "constant", peak: 1 } }] },
  ];
  assert.deepEqual(specs.map((spec) => spec.kind), [...scheduleKinds]);
  for (const spec of specs) {
    const copy = JSON.parse(JSON.stringify(spec)) as ScheduleSpec;
    assert.deepEqual(
      sampleSchedule(scheduleFromJson(copy), 100),
      sampleSchedule(scheduleFromJson(spec), 100),
    );
  }
});

Deno.test("every function of the room that builds a schedule from options has a kind", () => {
  const batches = [
    ...["batchForTokens", "batchRamp", "batchStages", "deepSeekBatch", "miniCpmBatchTokens", "porianBatch"],
    ...["rescaleForBatch", "stepLawBatch"],
  ];
  const others = [
    "decayShape",
    "fromRates",
    "sampleSchedule",
    "scaled",
    "scheduleFromJson",
    "sequence",
    "surveyDecay",
  ];
  const functions = Object.entries(room).filter(([, value]) => typeof value === "function");
  const named = functions.filter(([name]) => ![...batches, ...others].includes(name));
  assert.deepEqual(new Set(named.map(([, build]) => build)), new Set(Object.values(scheduleBuilders)));
});

Deno.test("powerOfTokens() is capped by its peak, and knows neither the run's length nor its batches", () => {
  const options = { peak: 0.02, warmupSteps: 10, factor: 4.6 };
  const small = powerOfTokens({ ...options, batch: 128, tokensPerStep: 128 * 4096 });
  const large = powerOfTokens({ ...options, batch: 256, tokensPerStep: 256 * 4096 });
  assert.equal(small(10), 0.02);
  assertClose(small(1e6), 128 * 4.6 * (1e6 * 128 * 4096) ** -0.51);
  assertClose(large(5e5), 2 * small(1e6), "twice the batch, twice the rate at the same tokens");
});

Deno.test("MiniCPM's decay by halves is the exponential shape with its floor", () => {
  const rate = wsd({ peak: 1, steps: 1000, decaySteps: 100, shape: "exponential", floor: 0.5 ** (100 / 25) });
  for (const step of [900, 925, 950, 1000]) assertClose(rate(step), 0.5 ** ((step - 900) / 25));
});

Deno.test("batchForTokens() grows the critical batch faster than the best one", () => {
  const options = { from: 1e10, to: 1e12 };
  assertClose(batchForTokens(1, options), 100 ** 0.383);
  assertClose(batchForTokens(1, { ...options, kind: "critical" }), 100 ** 0.462);
  assert.throws(() => batchForTokens(1, { from: 0, to: 1 }), /from must be/);
});

Deno.test("batchStages() holds each batch from its tokens on", () => {
  const batch = batchStages([{ from: 0, batch: 4 }, { from: 100, batch: 8 }]);
  assert.deepEqual([0, 99, 100, 1e15].map(batch), [4, 4, 8, 8]);
});

Deno.test("batchRamp() grows in whole multiples and stops at its end", () => {
  const batch = batchRamp({ from: 3072, to: 15360, rampTokens: 469e9, multipleOf: 512 });
  assert.equal(batch(0), 3072);
  assert.equal(batch(469e9), 15360);
  assert.equal(batch(1e15), 15360);
  assert.equal(batch(200e9) % 512, 0);
});

Deno.test("bad options are refused with the value and what is allowed", () => {
  const refused: [() => unknown, RegExp][] = [
    [
      () => wsd({ peak: 1, steps: 10, decayFraction: 1.5 }),
      /decayFraction must be in \(0, 1\]: current value is 1.5/,
    ],
    [
      () => wsd({ peak: 1, steps: 10, decayFraction: NaN }),
      /decayFraction must be in \(0, 1\]: current value is NaN/,
    ],
    [() => wsd({ peak: 1, steps: 10, warmupSteps: 8, decaySteps: 5 }), /must be <= steps \(10\)/],
    [
      () => wsd({ peak: 1, steps: 10, shape: "sqrt" as "linear" }),
      /shape must be one of .*: current value is "sqrt"/,
    ],
    [() => wsd({ peak: 1, steps: 10, shape: "exponential" }), /floor must be > 0/],
    [() => wsd({ peak: 1, steps: 10, decaySteps: 2, decayFraction: 0.2 }), /only one of/],
    [() => linear({ peak: -1, steps: 10 }), /peak must be finite and >= 0: current value is -1/],
    [() => linear({ peak: NaN, steps: 10 }), /peak must be finite/],
    [() => linear({ peak: 1, steps: 0 }), /steps must be a whole number >= 1: current value is 0/],
    [() => linear({ peak: 1, steps: 10, warmupSteps: 10 }), /warmupSteps must be below steps/],
    [() => cosine({ peak: 1, steps: 10, floor: 2 }), /floor must be in \[0, 1\]: current value is 2/],
    [() => multiStep({ peak: 1, steps: 10, milestones: [0.9, 0.8] }), /milestones must ascend/],
    [() => wsdSimplified({ peak: 1, floor: 0.1, steps: 10, checkpoints: [5] }), /ascend .* to steps \(10\)/],
    [() => batchStages([]), /first stage must hold from 0 tokens on: current value is undefined/],
    [() => batchStages([{ from: 0, batch: 4 }, { from: 0, batch: 8 }]), /stages\[1\]\.from must be/],
    [
      () => batchStages([0, 1e9, 1e9].map((from) => ({ from, batch: 4 }))),
      /stages\[2\]\.from must be above 1000000000, that of the stage before: current value is 1000000000/,
    ],
    [() => batchStages([{ from: 0, batch: NaN }]), /stages\[0\]\.batch must be .* NaN/],
    [() => batchStages([{ from: 0, batch: 4 }])(NaN), /tokens must be finite and >= 0: current value is NaN/],
    [() => powerOfTokens({ peak: 1, batch: 0, factor: 1, tokensPerStep: 1 }), /batch must be/],
    [() => fromRates([0.1, NaN]), /rates\[1\] must be finite/],
    [() => sequence([]), /parts must not be empty/],
    [() => linear({ peak: 1, steps: 10 })(-1), /step must be >= 0/],
    [() => sampleSchedule(() => NaN, 3), /step 0 gives NaN/],
    [() => scheduleFromJson({ kind: "wds" } as unknown as ScheduleSpec), /kind must be one of .*"wds"/],
  ];
  for (const [act, message] of refused) assert.throws(act, message);
  const worded = {
    name: "TypeError",
    message: "Cannot build a linear schedule as peak must be a number: current value is 1",
  };
  assert.throws(() => linear({ peak: "1" as unknown as number, steps: 10 }), worded);
});

Deno.test("a schedule of zero peak is zero everywhere", () => {
  assert.ok(sampleSchedule(wsd({ peak: 0, steps: 50 }), 60).every((rate) => rate === 0));
});

Deno.test("scheduleFromJson() knows no kind that an object has by itself", () => {
  for (const kind of ["toString", "constructor", "__proto__"]) {
    assert.throws(() => scheduleFromJson({ kind, peak: 1 } as never), {
      name: "TypeError",
      message: /kind must be one of constant, .*: current value is "/,
    });
  }
});
