import { described, ofKind, percent } from "../base/mod.ts";
import { factsOf, weightSum } from "./_facts.ts";
import { valueOf } from "./fact.ts";
import { type Objective, objectives, type Recipe, type Stage } from "./recipe.ts";
import { stageTokens } from "./seams.ts";
import { tokenCount } from "./_token_count.ts";

/** One recipe's row of the table of objectives. */
export interface ObjectivesRow {
  /** The recipe. */
  recipe: string;
  /** The model. */
  model: string;
  /** What its mid-training aims at. */
  objectives: readonly Objective[];
  /** By what: tokens, the largest kinds of text and the context of its stages after pre-training. */
  by: string;
  /** Whether the numbers are told: the share of its facts that are verified or derived. */
  told: number;
  /** The largest gain that its publication measured, in words. */
  measured: string;
}

/**
 * Which recipe aims at which ability, and by what: the survey's table of objectives (arXiv:2510.23081), made from the
 * recipes' facts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { objectivesTable } from "midtrain/recipe";
 * import { recipes } from "midtrain/recipes";
 *
 * const rows = objectivesTable(recipes);
 * assert.equal(rows.length, recipes.length);
 * assert.match(rows.find(({ recipe }) => recipe === "olmo2-7b")!.measured, /^GSM8K 24.1 to 67.5/);
 * ```
 */
export function objectivesTable(recipes: readonly Recipe[]): ObjectivesRow[] {
  ofKind(
    "Cannot make a table of objectives",
    { recipes },
    "a list of objects with name, model, objectives, stages",
  );
  const rows = recipes.map((recipe): ObjectivesRow => ({
    recipe: recipe.name,
    model: recipe.model.name,
    objectives: recipe.objectives,
    by: recipe.stages.slice(1).map(wordsOf).join("; "),
    told: toldOf(recipe),
    measured: largestGain(recipe),
  }));
  return described(rows, () => [{
    rows: rows.map(({ model, objectives: own, by, told, measured }) => ({
      model,
      ...Object.fromEntries(objectives.map((one) => [one, own.includes(one) ? "x" : ""])),
      by,
      measured,
      "facts told": percent(told, 0),
    })),
  }]);
}

function wordsOf(stage: Stage): string {
  const tokens = stageTokens(stage);
  const context = stage.kind === "context" ? valueOf(stage.sequence) : undefined;
  const sum = weightSum(stage) || 1;
  const byKind = new Map<string, number>();
  for (const { kind, share } of stage.mixture) {
    byKind.set(kind, (byKind.get(kind) ?? 0) + (valueOf(share) ?? 0) / sum);
  }
  const kinds = [...byKind].sort(([, a], [, b]) => b - a).slice(0, 3);
  return [
    `${stage.name}: ${tokens === undefined ? "tokens not told" : tokenCount(tokens)}`,
    ...context === undefined ? [] : [`context ${context.toLocaleString("en-US")}`],
    ...kinds.map(([kind, share]) => `${kind} ${percent(share, 0)}`),
  ].join(", ");
}

function toldOf(recipe: Recipe): number {
  const facts = factsOf(recipe);
  return facts.filter(({ fact: { status } }) => status === "verified" || status === "derived").length /
    facts.length;
}

/** The largest rise of a score among its measurements. */
function largestGain({ stages }: Recipe): string {
  const measured = stages.flatMap(({ evaluation = [] }) => evaluation.flatMap((fact) => valueOf(fact) ?? []))
    .flatMap(({ benchmark, before, after }) => before === undefined ? [] : [{ benchmark, before, after }]);
  const best = measured.reduce(
    (a: typeof measured[number] | undefined, b) => a && a.after - a.before >= b.after - b.before ? a : b,
    undefined,
  );
  return best === undefined ? "" : `${best.benchmark} ${best.before} to ${best.after}`;
}
