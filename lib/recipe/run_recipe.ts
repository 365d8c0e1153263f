import { join } from "node:path";
import type { Checkpoint } from "../anneal/mod.ts";
import {
  described,
  type Description,
  descriptionOf,
  type OnProgress,
  said,
  takes,
  writeAtomic,
} from "../base/mod.ts";
import { judge, measure } from "./_measure_run.ts";
import { type Prepared, prepareRun } from "./_prepare_run.ts";
import { markDone, type RunStep } from "./_run_steps.ts";
import type { Recipe } from "./recipe.ts";
import type { RecipePlan, RecipeRun, RunRecipeOptions, Verdict } from "./recipe_run.ts";
import type { ScaledStage } from "./scaled_recipe.ts";

const cannot = "Cannot run a recipe";

/**
 * What {@linkcode runRecipe} would do with the same options: the recipe at the small size, and which steps would run and why.
 *
 * @throws {RangeError} As {@linkcode scaleRecipe}.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { planRecipe, standIns } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const texts = await standIns({ maxBytes: 50_000 });
 * const folder = await Deno.makeTempDir();
 * const { steps } = await planRecipe(recipeNamed("olmo2-1b"), { texts, folder, budgetTokens: 20_000 });
 * assert.equal(steps[0].why, "it was not done yet");
 * ```
 */
export async function planRecipe(recipe: Recipe, options: RunRecipeOptions): Promise<RecipePlan> {
  const { plan } = await prepareRun(cannot, recipe, options);
  return described(plan, ({ scaled, steps }) => [
    ...describedOf(scaled),
    {
      title: "Steps",
      rows: steps.map(({ stage, arm, seed, steps, state, why }) => ({ stage, arm, seed, steps, state, why })),
    },
  ]);
}

/** Options of {@linkcode runRecipe} beside those of {@linkcode planRecipe}. */
export interface RecipeRunOptions extends RunRecipeOptions {
  /** Stops after the optimiser step in hand; what was done stays done. */
  signal?: AbortSignal | undefined;
  /** Called with every optimiser step. */
  onProgress?: OnProgress | undefined;
}

/**
 * A recipe at a small size, from text to what it did: pre-training, then its stages with its mixtures, rates, contexts and
 * merges; beside it a control that sees the same rates and contexts on the mixture of pre-training. Kinds of text are measured
 * in bits per byte before, after and in the control, window by window, and the recipe's criteria are judged. A stage that is
 * done is not done again; `record.json` in the folder holds the result.
 *
 * @throws {RangeError} As {@linkcode scaleRecipe}, or if a stage diverges.
 * @example
 * ```ts ignore
 * import { runRecipe, standIns } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const texts = await standIns();
 * const run = await runRecipe(recipeNamed("olmo2-1b"), { texts, folder: "out/olmo2", budgetTokens: 1e6 });
 * console.log(run.verdicts);
 * ```
 */
export async function runRecipe(recipe: Recipe, options: RecipeRunOptions): Promise<RecipeRun> {
  takes(
    cannot,
    options,
    "texts, folder, budgetTokens, model?, seeds?, windows?, context?, maxContext?, maxEpochs?, signal?, onProgress?",
  );
  const { signal, onProgress, ...rest } = options;
  const prepared = await prepareRun(cannot, recipe, rest);
  const { plan: { scaled, steps }, texts, seeds, windows } = prepared;
  const ends = await carriedOut(prepared, options.folder, { signal, onProgress });
  const { mergeCheckpoints } = await import("../anneal/mod.ts");
  const endOf = (stage: string, arm: RunStep["arm"], seed: number) => {
    const runs = steps.filter((step) =>
      step.stage === stage && step.arm === arm && step.seed.split(".")[0] === `${seed}`
    );
    return joined(runs.map(({ folder }) => ends.get(folder)!), mergeCheckpoints);
  };
  const [first, last] = [scaled.stages[0], scaled.stages.at(-1)!];
  const measured = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const before = endOf(first.name, "both", seed);
    const models = last === first
      ? [before, before, before] as const
      : [before, endOf(last.name, "recipe", seed), endOf(last.name, "control", seed)] as const;
    measured.push(await measure(models, texts, { contexts: [first.context, last.context], windows }));
    signal?.throwIfAborted();
  }
  const ran = steps.filter(({ state }) => state === "to run").length;
  const run: RecipeRun = {
    recipe: recipe.name,
    scaled,
    ...judge(recipe, measured),
    ran,
    skipped: steps.length - ran,
  };
  const record = { ...run, seeds, windows, texts: texts.map(({ name, kind }) => ({ name, kind })), steps };
  await writeAtomic(join(options.folder, "record.json"), JSON.stringify(record, null, 1) + "\n");
  return described(run, tell);
}

/** Take the steps that are not done, and give the end of each. */
async function carriedOut(
  { plan: { scaled, steps }, texts, model }: Prepared,
  out: string,
  { signal, onProgress }: Pick<RecipeRunOptions, "signal" | "onProgress">,
): Promise<Map<string, Checkpoint>> {
  const { initialCheckpoint, loadCheckpoint, mergeCheckpoints, saveCheckpoint, train } = await import(
    "../anneal/mod.ts"
  );
  const all = steps.reduce((sum, step) => sum + (step.state === "to run" ? step.steps : 0), 0);
  const recipeName = scaled.recipe;
  let taken = 0;
  const ends = new Map<string, Checkpoint>();
  for (const step of steps) {
    const [path, work] = [join(out, step.folder, "end"), join(out, step.folder, "run")];
    if (step.state === "done") {
      ends.set(step.folder, await loadCheckpoint(path));
      continue;
    }
    const stage = scaled.stages.find(({ name }) => name === step.stage)!;
    const before = step.inputs.after?.split("+").map((folder) => ends.get(folder)!);
    const from = before === undefined
      ? initialCheckpoint(model, step.inputs.seed)
      : await lengthened(joined(before, mergeCheckpoints), stage);
    const late: Checkpoint[] = [];
    // A mean needs all of its checkpoints: such a stage is not gone on with, but begun again.
    if (stage.checkpoints > 1) await Deno.remove(work, { recursive: true }).catch(() => {});
    const { mixture } = step.inputs.stage;
    const run = await train({
      from,
      sources: texts.filter(({ name }) => (mixture[name] ?? 0) > 0).map(({ train }) => train),
      weights: mixture,
      schedule: (at) => stage.rates[Math.min(at - from.step, stage.rates.length - 1)],
      steps: from.step + stage.steps,
      batch: stage.batch,
      context: stage.context,
      seed: step.inputs.seed,
      folder: work,
      // The checkpoints of a mean lie in the last fifth.
      checkpointEverySteps: Math.max(1, Math.floor(stage.steps / 5 / Math.max(1, stage.checkpoints - 1))),
      ...stage.optimizer,
      signal,
      onCheckpoint: (checkpoint) => void (stage.checkpoints > 1 && late.push(checkpoint)),
      onProgress: onProgress && (({ done }) => {
        const note = `${step.stage}${step.arm === "both" ? "" : `, ${step.arm}`}, seed ${step.seed}`;
        onProgress({ label: recipeName, done: taken + done - from.step, total: all, unit: "steps", note });
      }),
    });
    signal?.throwIfAborted();
    if (run.stopped !== "done") {
      throw new RangeError(`${cannot} as ${step.stage} must not diverge: ${run.message}`);
    }
    taken += stage.steps;
    const end = late.length > 1 ? joined(late.slice(-stage.checkpoints), mergeCheckpoints) : run.checkpoint;
    await Deno.remove(path, { recursive: true }).catch(() => {});
    await saveCheckpoint(path, end);
    await Deno.remove(work, { recursive: true });
    await markDone(out, step);
    ends.set(step.folder, end);
  }
  return ends;
}

/** The mean of checkpoints, with the place in the data of the last; one alone as it is. */
function joined(
  checkpoints: readonly Checkpoint[],
  merge: (checkpoints: readonly Checkpoint[]) => Checkpoint,
): Checkpoint {
  const last = checkpoints.at(-1)!;
  if (checkpoints.length === 1) return last;
  return { ...merge(checkpoints), ...last.sources && { sources: last.sources } };
}

/** A checkpoint as a stage begins with it: at its context, with the optimizer's state where that is kept. */
async function lengthened(
  checkpoint: Checkpoint,
  { context, extend, keepsOptimizer }: ScaledStage,
): Promise<Checkpoint> {
  const { extendContext } = await import("../anneal/mod.ts");
  const { optimizer, ...bare } = checkpoint;
  const start: Checkpoint = keepsOptimizer && optimizer ? checkpoint : bare;
  if (extend === undefined || context <= start.config.context) return start;
  const base = extend.method === "adjusted-base" ? { base: start.config.ropeBase * extend.base! } : {};
  return extendContext(start, { context, method: extend.method, ...base });
}

function describedOf(scaled: object): Description {
  return descriptionOf(scaled) ?? [];
}

function tell({ recipe, changes, worth, noise, verdicts, ran, skipped }: RecipeRun): Description {
  const failed = verdicts.filter(({ holds }) => holds === "no");
  const held = verdicts.filter(({ holds }) => holds === "yes");
  return [
    failed.length > 0
      ? `${recipe}: ${failed.map(failure).join("; ")}`
      : `${recipe}: ${held.length} of ${verdicts.length} criteria hold, none fails`,
    {
      title: "Bits per byte, lower is better",
      rows: changes.map(({ domain, before, after, difference, low, high }, i) => ({
        "kind of text": domain,
        "before": before.toFixed(3),
        "after": after.toFixed(3),
        "control": worth[i].before.toFixed(3),
        "after less before": said({ estimate: difference, low, high }, 3),
        "after less control": said(
          { estimate: worth[i].difference, low: worth[i].low, high: worth[i].high },
          3,
        ),
        ...noise[domain] !== undefined && { "between seeds": noise[domain].toFixed(3) },
      })),
    },
    {
      title: "Criteria, set before the run, against the control",
      rows: verdicts.map(({ suite, direction, by, change, holds, locus = "the kit's own" }) => ({
        criterion: direction === "down" ? `${suite} down by ${by}` : `${suite} up by ${by} at most`,
        change: change === undefined ? "" : said(change, 3),
        holds,
        from: locus,
      })),
    },
    `${ran} steps were taken, ${skipped} were there`,
  ];
}

/** A criterion that failed, with what came of it. */
function failure({ suite, direction, by, change }: Verdict): string {
  const aim = direction === "down" ? `fall by ${by} at least` : `rise by ${by} at most`;
  return `${suite} was to ${aim} against the control and changed by ${change!.estimate.toFixed(3)}`;
}
