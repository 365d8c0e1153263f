import { described, inRange, ofKind, takes } from "../base/mod.ts";
import type { Finding, FindingLevel } from "./_finding.ts";
import { mixtureFindings } from "./_mixture_rules.ts";
import { scheduleFindings, seamFindings } from "./_schedule_rules.ts";
import { conflictFindings, stageFindings } from "./_stage_rules.ts";
import type { Recipe } from "./recipe.ts";

/** Options of {@linkcode checkRecipe}. */
export interface CheckRecipeOptions {
  /** How often a source may be seen before it is told. @default {4} */
  maxEpochs?: number;
}

const WEIGHT: Record<FindingLevel, number> = { fault: 0, warning: 1, note: 2 };

/**
 * What is wrong or unusual in a recipe, faults first: weights that do not sum to 1 or are all equal, steps that do not give the
 * tokens, rates that jump between stages, a horizon that the stage never reaches, sources seen too often, seeds used twice,
 * a warm-up in two units that disagree, a base that grows less than the context, a context stage without short text, chat
 * templates and benchmarks in the mixture, and facts on which sources differ.
 *
 * @throws {RangeError} If `maxEpochs` is not above 0.
 * @example The weights of SmolLM3's decay sum to 1.00565
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkRecipe } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const found = checkRecipe(recipeNamed("smollm3-3b"));
 * assert.match(found.find(({ rule }) => rule === "weights-sum")!.what, /1\.00565/);
 * assert.deepEqual(checkRecipe(recipeNamed("olmo2-1b")), []);
 * ```
 */
export function checkRecipe(recipe: Recipe, options: CheckRecipeOptions = {}): Finding[] {
  const cannot = "Cannot check a recipe";
  takes(cannot, options, "maxEpochs?");
  ofKind(cannot, { recipe }, "an object with name, stages");
  const { maxEpochs = 4 } = options;
  inRange(cannot, { maxEpochs }, "> 0");
  const { stages } = recipe;
  const found = [
    ...seamFindings(recipe),
    ...stages.flatMap((stage, i) => [
      ...scheduleFindings(stage),
      ...mixtureFindings(stage, maxEpochs),
      ...stageFindings(stages, i),
    ]),
  ];
  found.push(...conflictFindings(recipe, found));
  found.sort((a, b) => WEIGHT[a.level] - WEIGHT[b.level]);
  return described(found, (rows) => [
    rows.length === 0 ? `Nothing is wrong with ${recipe.name}` : `${recipe.name}: ${countLevels(rows)}`,
    ...rows.length === 0
      ? []
      : [{ rows: rows.map(({ level, rule, stage, what, locus }) => ({ level, rule, stage, what, locus })) }],
  ]);
}

function countLevels(findings: readonly Finding[]): string {
  return (["fault", "warning", "note"] as const).flatMap((level) => {
    const count = findings.filter((one) => one.level === level).length;
    return count === 0 ? [] : [`${count} ${level}${count === 1 ? "" : "s"}`];
  }).join(", ");
}
