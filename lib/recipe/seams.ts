import { ofKind } from "../base/mod.ts";
import { scheduleFromJson, type ScheduleSpec } from "../schedule/mod.ts";
import { type Fact, valueOf } from "./fact.ts";
import type { Recipe, Stage } from "./recipe.ts";

/** Where one stage ends and the next begins. */
export interface Seam {
  /** The stage that ends. */
  from: string;
  /** The stage that begins. */
  to: string;
  /** The learning rate at the end of the first. */
  end: number;
  /** The learning rate at the start of the second, after its warm-up. */
  start: number;
  /** `start / end`; infinite after a rate that has fallen to 0. */
  ratio: number;
  /** The same with every other schedule that sources give the two stages. */
  alternatives: { locus: string; ratio: number }[];
}

/**
 * The learning rates on both sides of each seam between two stages, where both schedules are told.
 *
 * @example OLMo 2 7B starts its mid-training 0.24 % above where the pre-training ended
 * ```ts
 * import assert from "node:assert/strict";
 * import { seams } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const [{ end, start, ratio }] = seams(recipeNamed("olmo2-7b"));
 * assert.deepEqual([end.toPrecision(5), start, ratio.toFixed(4)], ["0.000061351", 6.1499e-5, "1.0024"]);
 * ```
 */
export function seams(recipe: Recipe): Seam[] {
  ofKind("Cannot find the seams of a recipe", { recipe }, "an object with name, stages");
  const { stages } = recipe;
  return stages.slice(1).flatMap((to, i) => {
    const from = stageBefore(stages, i + 1)!;
    const spec = valueOf(to.schedule);
    const end = endRate(from);
    if (end === undefined || spec === undefined) return [];
    const start = startRate(spec);
    const alternatives = [
      ...others(from.schedule).flatMap(({ value, locus }) => {
        const other = endRate(from, value);
        return other === undefined ? [] : [{ locus, ratio: start / other }];
      }),
      ...others(to.schedule).map(({ value, locus }) => ({ locus, ratio: startRate(value) / end })),
    ];
    return [{ from: from.name, to: to.name, end, start, ratio: start / end, alternatives }];
  });
}

function others<Value>(fact: Fact<Value>): readonly { value: Value; locus: string }[] {
  return fact.alternatives ?? [];
}

/** The stage that one goes on from; none before the first. */
export function stageBefore(stages: readonly Stage[], at: number): Stage | undefined {
  const { after } = stages[at];
  return after === undefined ? stages[at - 1] : stages.find(({ name }) => name === after);
}

/** The tokens of a stage: as told, or steps times a fixed batch. */
export function stageTokens(stage: Stage): number | undefined {
  const steps = valueOf(stage.steps);
  const batch = valueOf(stage.batchTokens);
  return valueOf(stage.tokens) ??
    (steps !== undefined && typeof batch === "number" ? steps * batch : undefined);
}

/** The learning rate at the end of a stage. */
export function endRate(
  stage: Stage,
  spec: ScheduleSpec | undefined = valueOf(stage.schedule),
): number | undefined {
  const tokens = stageTokens(stage);
  return spec === undefined || tokens === undefined ? undefined : scheduleFromJson(spec)(Math.round(tokens));
}

/** The learning rate at the start of a schedule, after its warm-up. */
export function startRate(spec: ScheduleSpec): number {
  return scheduleFromJson(spec)(warmupTokens(spec));
}

/** The tokens of a schedule's warm-up. */
export function warmupTokens(spec: ScheduleSpec): number {
  if (spec.kind === "scaled") return warmupTokens(spec.schedule);
  if (spec.kind === "sequence") return warmupTokens(spec.parts[0].schedule);
  return (spec as { warmupSteps?: number }).warmupSteps ?? 0;
}
