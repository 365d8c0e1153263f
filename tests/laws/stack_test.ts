import assert from "node:assert/strict";
import {
  curveErrors,
  fitLaw,
  learnPriors,
  lldlLaw,
  momentumLaw,
  onePowerLaw,
  planDecay,
  predictCurve,
  relaxationLaw,
  stackLaws,
} from "../../lib/laws/mod.ts";
import { simplexWeights } from "../../lib/laws/_simplex.ts";
import { curveOf, schedules } from "./_curves.ts";
import { assertClose } from "./_points.ts";

const momentum = { law: momentumLaw, parameters: { L0: 2.5, A: 0.5, alpha: 0.5, C: 0.5, lambda: 0.995 } };
const curves = Object.entries(schedules).map(([name, rate]) => curveOf(momentum, name, rate, 3000));

Deno.test("simplexWeights() finds the least of a quadratic form, on the simplex and on its edges", () => {
  // Errors without common part: weights as the inverse squares.
  const even = simplexWeights(Float64Array.of(1, 0, 0, 0, 4, 0, 0, 0, 4), 3);
  [2 / 3, 1 / 6, 1 / 6].forEach((weight, j) => assertClose(even[j], weight, 1e-6));
  // The second errs as the first does, and more: it gets nothing.
  assert.deepEqual([...simplexWeights(Float64Array.of(1, 2, 2, 4), 2)], [1, 0]);
  assert.deepEqual([...simplexWeights(new Float64Array(4), 2)], [0.5, 0.5]);
});

Deno.test("stackLaws() gives the law that made the curves all of the weight, and names those left out", () => {
  const stack = stackLaws([onePowerLaw, lldlLaw, momentumLaw], curves, { starts: 2 });
  assert.deepEqual(stack.members.map(({ fit, weight }) => [fit.law.name, weight]), [["momentum", 1]]);
  assert.deepEqual(stack.leftOut.map(({ fit }) => fit.law.name).sort(), ["lldl", "one-power"]);
  assert.match(stack.notes.join("\n"), /lldl is left out: it errs by 0\.\d+ nats on held-out curves/);
  assert.equal(stack.heldOut.length, 3);
  for (const { MAE, end } of stack.heldOut) assert(MAE < 1e-4 && Math.abs(end) < 1e-4);
});

Deno.test("a stack predicts the weighted mean of its laws, and is scored and planned with as a fit is", () => {
  const noisy = curves.map((curve, c) => ({
    ...curve,
    losses: Array.from(curve.losses, (loss, i) => loss + 0.004 * Math.sin(7 * c + i / 3)),
  }));
  const stack = stackLaws([lldlLaw, momentumLaw], noisy, { starts: 2 });
  const mean = stack.members.map(({ fit, weight }) =>
    predictCurve(fit, curves[1]).map((loss) => weight * loss)
  )
    .reduce((a, b) => a.map((loss, i) => loss + b[i]));
  predictCurve(stack, curves[1]).forEach((loss, i) => assertClose(loss, mean[i], 1e-12));
  assert(curveErrors(stack, curves[1]).MAE < 0.01);
  const checkpoint = {
    name: "trunk",
    learningRates: new Float64Array(1500).fill(1e-3),
    steps: [1499],
    losses: [3],
  };
  const plan = planDecay({
    fits: stack,
    evidence: noisy,
    checkpoint,
    tokensPerStep: 1,
    budgetTokens: 1500,
    draws: 6,
  });
  assert.deepEqual(
    plan.laws.map(({ weight }) => weight),
    [...stack.members, ...stack.leftOut].map((m) => m.weight),
  );
  const { low, high } = plan.choice!.intervals.fraction;
  assert(low <= plan.choice!.fraction && plan.choice!.fraction <= high);
  assert.match(plan.summary, /^Decay over .* 95 % confidence/);
});

Deno.test("a plan from one curve that decays says that its curves say little, and is sure of nothing", () => {
  const few = [curves[0], curves[2]];
  const stack = stackLaws([lldlLaw, momentumLaw], few, { starts: 2 });
  assert.deepEqual(stack.heldOut.map(({ curve, decays }) => [curve, decays]), [["constant", false]]);
  assert.deepEqual(stack.members.map(({ weight }) => weight), [0.5, 0.5]);
  const checkpoint = {
    name: "trunk",
    learningRates: new Float64Array(600).fill(1e-3),
    steps: [599],
    losses: [3],
  };
  const { choice, summary } = planDecay({
    fits: stack,
    evidence: few,
    checkpoint,
    tokensPerStep: 1,
    budgetTokens: 2400,
    fractions: [0.1, 0.3, 0.8],
    draws: 3,
  });
  assert.deepEqual([choice!.intervals.fraction.low, choice!.intervals.fraction.high], [0.1, 0.8]);
  assert.match(summary, /the curves say little, as no two that decay could be held out/);
  assert.equal(choice!.known, false);
});

Deno.test("stackLaws() weighs laws alike where no curve can be held out", () => {
  const stack = stackLaws([onePowerLaw, lldlLaw], curves.slice(1, 2));
  assert.deepEqual(stack.members.map(({ weight }) => weight), [0.5, 0.5]);
  assert.match(stack.notes[0], /No curve that decays could be held out/);
});

Deno.test("experience of other data weighs as its curves do, and must be of the same laws", () => {
  const weightOf = (name: string, { members }: ReturnType<typeof stackLaws>) =>
    members.find(({ fit }) => fit.law.name === name)?.weight ?? 0;
  const laws = [lldlLaw, momentumLaw];
  const elsewhere = stackLaws(laws, curves, { starts: 2 });
  const lldl = { law: lldlLaw, parameters: { L0: 2.5, A: 0.5, alpha: 0.5, B: 80 } };
  const here = Object.entries(schedules).map(([name, rate]) => curveOf(lldl, name, rate, 500));
  const alone = stackLaws(laws, here, { starts: 2 });
  const both = stackLaws(laws, here, { starts: 2, experience: [elsewhere] });
  assert(weightOf("momentum", both) > weightOf("momentum", alone));
  const other = () => stackLaws([onePowerLaw], here, { experience: [elsewhere] });
  assert.throws(other, /experience must be of the same laws: it has lldl, momentum, not one-power/);
});

Deno.test("priors pull what few curves do not tell, and give way to many", () => {
  const parameters = { L0: 2.7, A: 25, alpha: 0.5, p: 0.75, B: 0.3, kappa: 2, q: 0.6 };
  const few = [curveOf({ law: relaxationLaw, parameters }, "constant", schedules.constant, 3000)];
  few.push(curveOf({ law: relaxationLaw, parameters }, "two stages", schedules.twoStage, 3000));
  const rough = few.map((curve) => ({
    ...curve,
    losses: Array.from(curve.losses, (loss, i) => loss + 0.002 * Math.sin(2 * i)),
  }));
  const places = [1, 1.1].map((p) => ({ law: relaxationLaw, parameters: { ...parameters, p } }));
  const priors = learnPriors(places, ["p"]);
  assertClose(priors.relaxation.p.centre, Math.sqrt(1.1), 1e-12);
  assertClose(priors.relaxation.p.spread, 0.3, 1e-12);
  const pOf = (data: typeof few, own: object) =>
    stackLaws([relaxationLaw], data, { starts: 2, ...own }).members[0].fit.parameters.p;
  const towards = (centre: number) => ({ priors: { relaxation: { p: { centre, spread: 0.05 } } } });
  assert(pOf(rough, towards(0.5)) < 0.99 * pOf(rough, {}));
  assert(pOf(rough, towards(1.1)) > 1.01 * pOf(rough, {}));
  const free = fitLaw(relaxationLaw, few, { starts: 2 }).parameters.p;
  assertClose(pOf(few, { priors }) / free, 1, 1e-3);
});

Deno.test("what cannot be stacked or learnt is refused", () => {
  assert.throws(() => stackLaws([], curves), /there are none/);
  assert.throws(() => stackLaws([lldlLaw, lldlLaw], curves), /lldl/);
  assert.throws(() => learnPriors([momentum], ["alpha"]), /two fits or more: there are 1/);
  assert.throws(() => learnPriors([momentum, momentum], ["gamma"]), /momentum has no parameter gamma/);
});
