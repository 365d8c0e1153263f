/**
 * A published mid-training as data: every fact with what is known of it and where it stands, what is missing, what is wrong,
 * and the same recipe at a size that runs here.
 *
 * A {@linkcode Recipe} is stages; a {@linkcode Stage} is tokens, batch, learning rate, mixture, context and what they did. The
 * published ones are in `midtrain/recipes`; {@linkcode scaleRecipe} takes one to a small model and one's own text, and
 * {@linkcode runRecipe} runs it.
 *
 * Begin with {@linkcode describeRecipe}, {@linkcode checkRecipe}, {@linkcode missingFacts}.
 * @module
 */
export {
  conflict,
  derived,
  type Fact,
  memory,
  notReported,
  secondHand,
  type Status,
  statuses,
  verified,
} from "./fact.ts";
export {
  type BatchSteps,
  type Criterion,
  type Measured,
  type MergeFacts,
  type MixtureSource,
  type Objective,
  objectives,
  type OptimizerFacts,
  type Recipe,
  type RopeFacts,
  type Stage,
  type StageKind,
} from "./recipe.ts";
export {
  mixtureTable,
  publishedSources,
  recipe,
  type SourceRow,
  stage,
  type StageGiven,
} from "./define_recipe.ts";
// What it says, and what is wrong with it.
export { describeRecipe, type FactRow, type RecipeDescription } from "./describe_recipe.ts";
export { type MissingFact, missingFacts } from "./missing_facts.ts";
export { checkRecipe, type CheckRecipeOptions } from "./check_recipe.ts";
export type { Finding, FindingLevel, Rule } from "./_finding.ts";
export { type Seam, seams } from "./seams.ts";
export { diffRecipe, type FactDifference } from "./diff_recipe.ts";
export { type ObjectivesRow, objectivesTable } from "./objectives_table.ts";
export { drawStages, type StageDrawing } from "./draw_stages.ts";
// One's own.
export { changeFacts } from "./change_facts.ts";
export { scaleRecipe, type ScaleRecipeOptions } from "./scale_recipe.ts";
export type { ScaledNumber, ScaledRecipe, ScaledStage, ScalePool } from "./scaled_recipe.ts";
export { type StandIn, standIns, type StandInsOptions } from "./stand_ins.ts";
export { planRecipe, type RecipeRunOptions, runRecipe } from "./run_recipe.ts";
export type { RecipePlan, RecipeRun, RunRecipeOptions, Verdict } from "./recipe_run.ts";
export type { RunStep, StepInputs } from "./_run_steps.ts";
// Which sources are worth it.
export {
  type ProbeCriteria,
  type ProbePlan,
  probeSources,
  type ProbeSourcesOptions,
  type ProbeVerdict,
  type SourceProbe,
} from "./probe_sources.ts";
// Files of others.
export { exportMegatronBlend, importMegatronBlend, type ImportOptions } from "./megatron_blend.ts";
export {
  exportNanotron,
  type ExportNanotronOptions,
  importNanotron,
  type ImportNanotronOptions,
} from "./nanotron.ts";
export { exportOlmoCore, importOlmoCore } from "./olmo_core.ts";
// Other rooms' types in these signatures.
export type { Interval, Json, OnProgress, ProgressEvent } from "../base/mod.ts";
export type { Document, Lineage } from "../data/mod.ts";
export type { RunComparison } from "../evaluate/mod.ts";
export type { SourceKind } from "../mix/mod.ts";
export type { ScheduleSpec } from "../schedule/mod.ts";
