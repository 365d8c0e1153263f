import assert from "node:assert/strict";
import { methodMeasures, type Spec } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const around = (estimate: number, room: number) => ({
  estimate,
  low: estimate - room,
  high: estimate + room,
});
const methods = [
  {
    name: "rephrase",
    acceptance: around(0.62, 0.08),
    costPerToken: around(2.4, 0.2),
    distinct4: 0.98,
    selfSimilarity: around(0.05, 0.02),
    copied: around(0.34, 0.05),
    judged: around(0.55, 0.1),
    gain: around(0.041, 0.012),
  },
  {
    name: "question-answer pairs",
    acceptance: around(0.21, 0.06),
    costPerToken: around(11, 2),
    distinct4: 0.83,
    selfSimilarity: around(0.3, 0.06),
    copied: around(0.6, 0.05),
    judged: around(0.45, 0.1),
    gain: around(-0.004, 0.011),
  },
  { name: "word problems", acceptance: { estimate: 0, low: 0, high: 0.02 } },
];

Deno.test("methodMeasures() draws a panel for each measure, with a row for each method", async () => {
  await assertGolden("method_measures", methodMeasures(methods, { title: "Which method pays" }));
});

Deno.test("methodMeasures() leaves out what no method has, and keeps the rows of all", () => {
  const { vconcat } = methodMeasures(methods.slice(2)) as { vconcat: Spec[] };
  assert.equal(vconcat.length, 1);
  const [, , cost] = methodMeasures(methods, { cost: "euros for a million" }).vconcat as Spec[];
  assert.equal(JSON.stringify(cost).includes("word problems"), true);
  assert.match(JSON.stringify(methodMeasures(methods, { cost: "euros" })), /euros \(less is better\)/);
});

Deno.test("methodMeasures() names what is not finite, and the method that stands twice", () => {
  assert.throws(() => methodMeasures([{ name: "a", gain: { estimate: 1, low: -Infinity, high: 2 } }]), {
    message: "Cannot draw methods as gain of a must be finite: current value is 1, -Infinity, 2",
  });
  assert.throws(() => methodMeasures([{ name: "a" }]), {
    message: "Cannot draw methods as something must be measured: current value is nothing",
  });
  assert.throws(() => methodMeasures([methods[0], methods[0]]), /methods/);
});
