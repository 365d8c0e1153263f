import assert from "node:assert/strict";
import {
  batchForTokens,
  constant,
  decayShape,
  deepSeekBatch,
  porianBatch,
  rescaleForBatch,
  sampleSchedule,
  stepLawBatch,
  surveyDecay,
  wsd,
} from "../../lib/schedule/mod.ts";

// deno-lint-ignore no-explicit-any -- what no type allows is what is tried
const any = (value: unknown): any => value;

Deno.test("batch rules refuse sizes and tokens in billions, and choices outside their lists", () => {
  const refused: [() => unknown, RegExp][] = [
    [
      () => stepLawBatch(7, 1.4e12),
      /parameters must be a count >= 1000, in ones and not in billions: current value is 7/,
    ],
    [() => stepLawBatch(7e9, 140), /tokens must be a count >= 1000/],
    [() => porianBatch(0.1), /parameters must be a count/],
    [() => deepSeekBatch(100), /flops must be a count >= 1000000000/],
    [() => stepLawBatch(any(7000000000n), 1e12), /parameters must be a number/],
    [
      () => rescaleForBatch(1, any({ from: 1, to: 2, optimizer: "SGD" })),
      /optimizer must be one of adam, sgd/,
    ],
    [() => batchForTokens(1, any({ from: 1, to: 2, kind: "crit" })), /kind must be one of optimal, critical/],
    [() => surveyDecay(any("linaer"), { peak: 1 }), /form must be one of linear, cosine, exponential/],
    [
      () => surveyDecay("exponential", { peak: 1, rate: 0.1, floor: 0.1 }),
      /a form of exponential takes no floor: current value is 0.1/,
    ],
    [() => wsd({ peak: 1, steps: 10 })(any("5")), /step must be >= 0: current value is 5/],
    [() => sampleSchedule(constant({ peak: 1 }), 1e10), /steps must be a whole number in \[0, 1000000000\]/],
  ];
  for (const [call, message] of refused) assert.throws(call, message);
});

Deno.test("polynomial decay of power 2 is the square of what is left", () => {
  const form = decayShape("power-2", 0);
  for (const x of [0, 0.25, 0.5, 0.9, 1]) assert.ok(Math.abs(form(x) - (1 - x) ** 2) < 1e-15);
  assert.equal(wsd({ peak: 4, steps: 10, decayFraction: 1, shape: "power-2" })(5), 1);
});
