import { described, inRange, must, ofKind, oneOf, percent, takes, wholeNumber } from "../base/mod.ts";
import { sourceKinds } from "../mix/mod.ts";
import { stepLawBatch } from "../schedule/mod.ts";
import { valueOf } from "./fact.ts";
import type { OptimizerFacts, Recipe, Stage } from "./recipe.ts";
import { poolShares } from "./_pool_shares.ts";
import type { ScaledNumber, ScaledRecipe, ScaledStage, ScalePool } from "./scaled_recipe.ts";
import { ratesOf } from "./_scaled_rates.ts";
import { endRate, stageTokens, startRate } from "./seams.ts";
import { tokenCount } from "./_token_count.ts";

/** Options of {@linkcode scaleRecipe}. */
export interface ScaleRecipeOptions {
  /** Tokens of all stages together, of one run of each. */
  budgetTokens: number;
  /** The text at hand. */
  pools: readonly ScalePool[];
  /** Parameters of the small model. @default {1e6} */
  parameters?: number | undefined;
  /** Tokens of a sequence before any extension. @default {64} */
  context?: number | undefined;
  /** The longest sequence that runs. @default {512} */
  maxContext?: number | undefined;
  /** How often a pool may be seen within a stage. @default {4} */
  maxEpochs?: number | undefined;
}

/** The least share of tokens, beside pre-training, that a stage of a small run can be seen by. */
const LEAST = 0.02;
/** What a smaller share is bent to: Delphi's, and half of it for a context stage. */
const BENT = { mid: 0.2, context: 0.1 };
/** The most runs, or checkpoints, of a merge. */
const RUNS = 3;

const cannot = "Cannot scale a recipe";

/**
 * A recipe at the size of a small model, a budget of tokens and one's own pools: its ratios are kept where they can be, and
 * what is bent is told with its reason. Facts that are only remembered are not used.
 *
 * @throws {RangeError} If there is no pool, the budget is below 10,000 tokens, or the pools cannot give it within their caps.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scaleRecipe } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const pools = [
 *   { name: "speeches", kind: "web", uniqueTokens: 1e7 },
 *   { name: "problems", kind: "math", uniqueTokens: 1e6 },
 * ] as const;
 * const { stages, bent } = scaleRecipe(recipeNamed("olmo2-1b"), { budgetTokens: 1e6, pools });
 * const [pre, mid] = stages;
 * // The rate goes on where pre-training ended, as it did.
 * assert(Math.abs(mid.rates[0] / pre.rates.at(-1)! - 1) < 0.02);
 * assert(bent.some(({ what }) => what === "tokens beside pre-training"));
 * ```
 */
export function scaleRecipe(recipe: Recipe, options: ScaleRecipeOptions): ScaledRecipe {
  takes(cannot, options, "budgetTokens, pools, parameters?, context?, maxContext?, maxEpochs?");
  ofKind(cannot, { recipe }, "an object with name, stages");
  const { budgetTokens, pools, parameters = 1e6, context = 64, maxContext = 512, maxEpochs = 4 } = options;
  ofKind(cannot, { pools }, "a list of objects with name, kind, uniqueTokens");
  must(cannot, "there must be a pool", pools.length, pools.length > 0);
  for (const { name, kind, uniqueTokens } of pools) {
    oneOf(cannot, { [`the kind of ${name}`]: kind }, sourceKinds);
    inRange(cannot, { [`uniqueTokens of ${name}`]: uniqueTokens }, "finite and positive");
  }
  wholeNumber(cannot, { budgetTokens }, ">= 10000");
  wholeNumber(cannot, { parameters }, ">= 1000");
  wholeNumber(cannot, { context, maxContext }, ">= 8");
  inRange(cannot, { maxEpochs }, "> 0");
  const kept: ScaledNumber[] = [];
  const bent: ScaledNumber[] = [];
  const chosen = stagesToRun(recipe, bent);
  const [pre, ...later] = chosen;
  const before = recipe.stages.filter(({ kind }) => kind === "pretrain").map(stageTokens);
  const preTokens = before.every((one) => one !== undefined)
    ? before.reduce((sum, one) => sum! + one!, 0)
    : undefined;
  const shares = later.map((stage) => shareOf(stage, preTokens, kept, bent));
  const whole = 1 + shares.reduce((sum, share) => sum + share, 0);
  const law = stepLawBatch(parameters, Math.max(1000, budgetTokens / whole));
  bent.push({
    stage: pre.name,
    what: "peak rate and batch",
    published: peakWords(pre),
    scaled: `${law.peakLearningRate.toPrecision(3)}, ${tokenCount(law.batchTokens)} tokens`,
    why: "those of a large model do not fit a small one: the step law's",
  });
  const peak = { published: peakOf(pre), scaled: law.peakLearningRate };
  const stages: ScaledStage[] = [];
  chosen.forEach((stage, i) => {
    const last = stages.at(-1);
    const place = contextOf(stage, i, { last, context, maxContext, chosen }, kept, bent);
    if (place === undefined) return;
    const tokens = budgetTokens * (i === 0 ? 1 : shares[i - 1]) / whole;
    const batch = Math.max(1, Math.round(law.batchTokens / place.context));
    const steps = Math.max(8, Math.round(tokens / batch / place.context));
    const told = { stage: stage.name, kept, bent };
    const mixed = poolShares(stage, {
      pre,
      pools,
      tokens: steps * batch * place.context,
      maxEpochs,
      objectives: recipe.objectives,
    }, told);
    const { runs, checkpoints } = mergeOf(stage, kept, bent);
    const keeps = valueOf(stage.optimizerKept);
    stages.push({
      name: stage.name,
      kind: stage.kind,
      tokens: steps * batch * place.context,
      steps,
      batch,
      ...place,
      rates: ratesOf(stage, { steps, peak, before: last?.rates.at(-1), first: i === 0 }, told),
      optimizer: optimizerOf(stage),
      keepsOptimizer: i > 0 && (keeps ?? true),
      ...mixed,
      runs,
      checkpoints,
    });
  });
  const tokens = stages.reduce((sum, stage) => sum + stage.tokens * stage.runs, 0);
  return described({ recipe: recipe.name, parameters, stages, tokens, kept, bent }, tell);
}

/** The last stage of pre-training, and what goes on from it; attempts that were given up are left out. */
function stagesToRun({ stages }: Recipe, bent: ScaledNumber[]): Stage[] {
  const first = stages.findLastIndex(({ kind }) => kind === "pretrain");
  must(cannot, "it must begin with a stage of pre-training", "none", first >= 0);
  const chosen = [stages[first]];
  for (const stage of stages.slice(first + 1)) {
    const from = stage.after === undefined ? -1 : chosen.findIndex(({ name }) => name === stage.after);
    if (from >= 0) {
      for (const dropped of chosen.splice(from + 1)) {
        const why = `${stage.name} goes on from ${stage.after} instead`;
        bent.push({ stage: dropped.name, what: "the stage", published: "run", scaled: "left out", why });
      }
    }
    chosen.push(stage);
  }
  return chosen;
}

function shareOf(
  stage: Stage,
  preTokens: number | undefined,
  kept: ScaledNumber[],
  bent: ScaledNumber[],
): number {
  const own = stageTokens(stage);
  const published = own === undefined || preTokens === undefined ? undefined : own / preTokens;
  const at = { stage: stage.name, what: "tokens beside pre-training" };
  if (published !== undefined && published >= LEAST && published <= 1) {
    kept.push({ ...at, published: percent(published), scaled: percent(published) });
    return published;
  }
  const share = published !== undefined && published > 1
    ? 1
    : BENT[stage.kind === "context" ? "context" : "mid"];
  const why = published === undefined
    ? "it is not told"
    : published > 1
    ? "the stage would be longer than what it goes on from"
    : "so few tokens would be a handful of steps";
  bent.push({
    ...at,
    published: published === undefined ? "not told" : percent(published),
    scaled: percent(share),
    why,
  });
  return share;
}

/** The context of a stage and how it comes to it; undefined where it cannot be run after the stage before. */
function contextOf(
  stage: Stage,
  at: number,
  { last, context, maxContext, chosen }: {
    last: ScaledStage | undefined;
    context: number;
    maxContext: number;
    chosen: Stage[];
  },
  kept: ScaledNumber[],
  bent: ScaledNumber[],
): Pick<ScaledStage, "context" | "extend"> | undefined {
  if (last === undefined) return { context };
  const now = valueOf(stage.sequence);
  const then = chosen.slice(0, at).map(({ sequence }) => valueOf(sequence)).findLast((one) =>
    one !== undefined
  );
  const longer = now !== undefined && then !== undefined ? now / then : stage.kind === "context" ? 2 : 1;
  if (longer <= 1) return { context: last.context };
  const told = { stage: stage.name, what: "times the context" };
  const times = Math.min(longer, maxContext / last.context);
  const rope = valueOf(stage.rope);
  const method = rope?.method === "yarn" || rope?.method === "position-interpolation"
    ? rope.method
    : "adjusted-base";
  if (times <= 1 || last.extend !== undefined && last.extend.method !== "adjusted-base") {
    const why = times <= 1
      ? "the longest sequence that runs here is reached"
      : "frequencies that were stretched are not stretched again";
    bent.push({ ...told, published: String(longer), scaled: "1", why });
    return { context: last.context };
  }
  if (times < longer) {
    bent.push({
      ...told,
      published: String(longer),
      scaled: String(times),
      why: "longer sequences do not run here",
    });
  } else if (now === undefined || then === undefined) {
    bent.push({ ...told, published: "not told", scaled: String(times), why: "one length is not told" });
  } else kept.push({ ...told, published: String(longer), scaled: String(times) });
  const was = chosen.slice(0, at).map((one) => valueOf(one.rope)?.theta).findLast((one) => one !== undefined);
  const length = Math.round(last.context * times);
  if (method !== "adjusted-base") {
    kept.push({ stage: stage.name, what: "rotary embeddings", published: method, scaled: method });
    return { context: length, extend: { method } };
  }
  if (rope?.theta !== undefined && was !== undefined && rope.theta > was) {
    const ratio = rope.theta / was;
    kept.push({
      stage: stage.name,
      what: "times the base",
      published: ratio.toPrecision(3),
      scaled: ratio.toPrecision(3),
    });
    return { context: length, extend: { method, base: ratio } };
  }
  bent.push({
    stage: stage.name,
    what: "rotary embeddings",
    published: "not told",
    scaled: "a base grown with the context",
    why: "the stage lengthens the context",
  });
  return { context: length, extend: { method: "ntk-aware" } };
}

function mergeOf(
  stage: Stage,
  kept: ScaledNumber[],
  bent: ScaledNumber[],
): { runs: number; checkpoints: number } {
  const merge = valueOf(stage.merge);
  if (merge === undefined) return { runs: 1, checkpoints: 1 };
  const at = { stage: stage.name, what: `merge: ${merge.method}` };
  const many = Math.min(RUNS, Math.max(merge.of.length, 2));
  if (merge.method === "mean of runs" || merge.method === "mean of checkpoints") {
    const numbers = { ...at, published: String(merge.of.length), scaled: String(many) };
    if (many === merge.of.length) kept.push(numbers);
    else bent.push({ ...numbers, why: `at least two and at most ${RUNS}` });
    return merge.method === "mean of runs" ? { runs: many, checkpoints: 1 } : { runs: 1, checkpoints: many };
  }
  bent.push({
    ...at,
    published: String(merge.of.length),
    scaled: "none",
    why: "what it merges with is not trained here",
  });
  return { runs: 1, checkpoints: 1 };
}

function optimizerOf(stage: Stage): ScaledStage["optimizer"] {
  const { betas, epsilon, weightDecay, clip, zLoss }: Partial<OptimizerFacts> = valueOf(stage.optimizer) ??
    {};
  return {
    ...betas && { betas },
    ...epsilon !== undefined && { epsilon },
    ...weightDecay !== undefined && { weightDecay },
    ...clip !== undefined && { clip },
    ...zLoss !== undefined && { zLoss },
  };
}

function peakOf(stage: Stage): number | undefined {
  const schedule = valueOf(stage.schedule);
  return schedule === undefined || endRate(stage) === undefined ? undefined : startRate(schedule);
}

function peakWords(stage: Stage): string {
  const batch = valueOf(stage.batchTokens);
  const size = typeof batch === "number"
    ? `${tokenCount(batch)} tokens`
    : batch === undefined
    ? "not told"
    : "in steps";
  return `${peakOf(stage)?.toPrecision(3) ?? "not told"}, ${size}`;
}

function tell({ recipe, parameters, stages, tokens, kept, bent }: ScaledRecipe) {
  return [
    `${recipe} at ${tokenCount(parameters)} parameters and ${
      tokenCount(tokens)
    } tokens: ${kept.length} numbers kept, ${bent.length} bent`,
    {
      title: "Stages",
      rows: stages.map(({ name, tokens, steps, batch, context, rates, runs, mixture, epochs }) => ({
        stage: name,
        tokens: tokenCount(tokens),
        steps,
        batch: `${batch} of ${context}`,
        rate: `${rates[0].toExponential(2)} to ${rates.at(-1)!.toExponential(2)}`,
        runs,
        mixture: Object.entries(mixture).map(([pool, share]) =>
          `${pool} ${percent(share, 0)} (${epochs[pool].toFixed(2)} times)`
        ).join(", "),
      })),
    },
    { title: "Kept", rows: kept.map((one) => ({ ...one })) },
    { title: "Bent", rows: bent.map(({ why = "", ...one }) => ({ ...one, why })) },
  ];
}
