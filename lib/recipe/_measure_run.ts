import type { Checkpoint } from "../anneal/mod.ts";
import { mean } from "../base/mod.ts";
import { compareRuns, type RunComparison } from "../evaluate/mod.ts";
import type { PackedText } from "./_prepare_run.ts";
import type { Criterion, Objective, Recipe } from "./recipe.ts";
import type { Verdict } from "./recipe_run.ts";

/** What a kind of text is a suite of. */
const SUITES: Readonly<Record<string, Criterion["suite"]>> = {
  web: "web",
  knowledge: "knowledge",
  math: "mathematics",
  code: "code",
  qa: "instruction",
  instruction: "instruction",
  thinking: "reasoning",
  long: "long context",
  multilingual: "multilingual",
};

/** Bits per byte of each window of a suite, for the model before, the recipe's and the control's. */
export type Bits = Record<string, [before: number[], recipe: number[], control: number[]]>;

/** Measure three models on what was held out: on windows of the first context, long texts on windows of the last. */
export async function measure(
  models: readonly [Checkpoint, Checkpoint, Checkpoint],
  texts: readonly PackedText[],
  { contexts, windows }: { contexts: readonly [first: number, last: number]; windows: number },
): Promise<Bits> {
  const { evaluateLoss, extendContext } = await import("../anneal/mod.ts");
  const bits: Bits = {};
  for (const { kind, heldOut } of texts) {
    const context = kind === "long" ? contexts[1] : contexts[0];
    const suite = SUITES[kind];
    if (suite === undefined || heldOut.tokens.length < 3 * context) continue;
    const perByte = heldOut.tokens.length / heldOut.bytes / Math.LN2;
    const rows = [];
    for (const model of models) {
      const able = model.config.context >= context
        ? model
        : extendContext(model, { context, method: "none" });
      const { perWindow } = await evaluateLoss(able, heldOut, { windows, context });
      rows.push(Array.from(perWindow, (nats) => nats * perByte));
    }
    bits[suite] = rows as Bits[string];
  }
  return bits;
}

/** The criteria of a recipe that sets none: what it aims at gets better than the control, and the web not much worse. */
function criteriaOf({ criteria, objectives }: Recipe): readonly Criterion[] {
  if (criteria.length > 0) return criteria;
  const aims = objectives.filter((one: Objective) => Object.values(SUITES).includes(one));
  return [
    ...aims.map((suite): Criterion => ({ suite, direction: "down", by: 0.02 })),
    { suite: "web", direction: "not up", by: 0.03 },
  ];
}

/** What came of it, over seeds. */
export function judge(
  recipe: Recipe,
  measured: readonly Bits[],
): { changes: RunComparison[]; worth: RunComparison[]; noise: Record<string, number>; verdicts: Verdict[] } {
  const suites = Object.keys(measured[0]);
  /** A model's bits per byte of each window, over seeds. */
  const over = (suite: string, model: 0 | 1 | 2) =>
    measured[0][suite][model].map((_, window) => mean(measured.map((bits) => bits[suite][model][window])));
  const compared = (from: 0 | 2) =>
    compareRuns(suites.map((domain) => ({ domain, before: over(domain, from), after: over(domain, 1) })));
  const worth = compared(2);
  const noise = Object.fromEntries(
    measured.length < 2 ? [] : suites.map((suite) => {
      const bySeed = measured.map((bits) => mean(bits[suite][1]) - mean(bits[suite][2]));
      const middle = mean(bySeed);
      return [
        suite,
        Math.sqrt(bySeed.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (bySeed.length - 1)),
      ];
    }),
  );
  const verdicts = criteriaOf(recipe).map((criterion): Verdict => {
    const row = worth.find(({ domain }) => domain === criterion.suite);
    if (row === undefined) return { ...criterion, holds: "not measured" };
    const { difference: estimate, low, high } = row;
    const line = criterion.direction === "down" ? -criterion.by : criterion.by;
    return {
      ...criterion,
      change: { estimate, low, high },
      holds: high <= line ? "yes" : low > line ? "no" : "unclear",
    };
  });
  return { changes: compared(0), worth, noise, verdicts };
}
