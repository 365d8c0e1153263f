import { inRange, must, oneOf, sha256, wholeNumber } from "../base/mod.ts";
import { weighsTargets } from "./batches.ts";
import { type Checkpoint, initialCheckpoint } from "./checkpoint.ts";
import { checkConfig } from "./config.ts";
import type { LearnerOptions } from "./learner.ts";
import { checkEvaluation } from "./loss.ts";
import { checkSkipOutliers, type SkipOutliersOptions } from "./_outliers.ts";
import { checkOptimizer } from "./optimizer.ts";
import { sameShapes } from "./parameters.ts";
import { resolveEngine } from "./open_learner.ts";
import type { RunIdentity, TrainOptions } from "./run.ts";
import { toHuggingFace } from "./config_json.ts";

/** What a run needs, checked and with every default filled in. */
export interface Plan extends Omit<LearnerOptions, "batch"> {
  start: Checkpoint;
  steps: number;
  /** Sequences in the batch of each step from `start.step` to `steps`. */
  batches: Int32Array;
  /** Sequences in one pass. */
  microBatch: number | undefined;
  seed: number | string;
  checkpointEverySteps: number;
  crossDocumentTargets: boolean;
  skipOutliers: Required<SkipOutliersOptions> | undefined;
  /** How much of the loss is a teacher's; none where no source has one. */
  distillation: number | undefined;
  /** Whether the state that `from` has of its optimiser was left behind. */
  freshOptimizer: boolean;
}

/** Rates, weights and batches of all steps are read before the first, so a slip of some zeros would look like a hang. */
const MOST_STEPS = 10_000_000;

/** Check all that can be checked before the first step. */
export async function checkPlan(options: TrainOptions): Promise<Plan> {
  const { seed = 1, steps, checkpointEverySteps = 100, evaluate, peakFlops = 1 } = options;
  const { optimizerState, skipOutliers } = options;
  const { optimizer, ...model } = startingPoint(options, seed);
  if (optimizerState !== undefined) oneOf("Cannot train", { optimizerState }, ["kept", "fresh"]);
  const rule = "optimizerState must be fresh where from has no optimiser's state";
  must("Cannot train", rule, optimizerState, optimizer !== undefined || optimizerState !== "kept");
  const start = optimizer && optimizerState !== "fresh" ? { ...model, optimizer } : model;
  const { config } = start;
  const { maskDocuments = start.maskDocuments ?? false } = options;
  const { context = config.context } = options;
  const cannot = "Cannot train";
  const whole = Number.isSafeInteger;
  must(
    cannot,
    `steps must be a whole number above the model's ${start.step}`,
    steps,
    whole(steps) && steps > start.step,
  );
  const own = steps - start.step;
  const most = MOST_STEPS.toLocaleString("en");
  must(cannot, `a run may have at most ${most} steps`, own.toLocaleString("en"), own <= MOST_STEPS);
  must(
    cannot,
    `context must be a whole number from 1 to the model's ${config.context} tokens`,
    context,
    whole(context) && context >= 1 && context <= config.context,
  );
  wholeNumber(cannot, { checkpointEverySteps }, ">= 1");
  inRange(cannot, { peakFlops }, "a finite number > 0");
  if (evaluate) checkEvaluation(evaluate, config, context);
  return {
    start,
    config,
    steps,
    batches: batchesOf(options, start, context),
    microBatch: options.microBatch,
    recompute: options.recompute ?? false,
    context,
    seed,
    checkpointEverySteps,
    maskDocuments,
    crossDocumentTargets: options.crossDocumentTargets ?? false,
    weighTargets: weighsTargets({ ...options, maskDocuments }, options.sources),
    optimizer: checkOptimizer(options),
    skipOutliers: skipOutliers && checkSkipOutliers(skipOutliers),
    ...teachersOf({ ...options, maskDocuments }, config),
    freshOptimizer: optimizer !== undefined && optimizerState === "fresh",
    precision: options.precision ?? "float32",
    engine: await resolveEngine(options),
    backend: options.backend,
  };
}

function startingPoint({ config, from }: TrainOptions, seed: number | string): Checkpoint {
  if (!from) {
    if (!config) throw new TypeError("Cannot train as config or from must be given: there is neither");
    return initialCheckpoint(config, seed);
  }
  if (config && !sameShapes(config, from.config)) {
    throw new RangeError("Cannot train as config must have the shape of from: parameters differ in shape");
  }
  return { ...from, config: checkConfig(config ?? from.config) };
}

/** Whether teachers fit the model and one another. */
function teachersOf(
  { sources, distillation, maskDocuments }: TrainOptions,
  { vocabularySize }: { vocabularySize: number },
): Pick<Plan, "distillation" | "teacher"> {
  const cannot = "Cannot train";
  const taught = sources.filter(({ teacher }) => teacher);
  if (distillation !== undefined) {
    inRange(cannot, { distillation }, "in (0, 1]");
    must(cannot, "distillation needs a source that a teacher was recorded of", "none", taught.length > 0);
  }
  if (taught.length === 0) return { distillation: undefined, teacher: undefined };
  const { topK, temperature } = taught[0].teacher!;
  for (const { name, teacher } of taught) {
    const of = `the teacher of source ${name}`;
    const same = (what: string, found: unknown, wanted: unknown) =>
      must(cannot, `${of} must have ${what} ${wanted}`, found, found === wanted);
    const rule = `${of} must have at most the model's vocabulary of ${vocabularySize}`;
    must(cannot, rule, teacher!.vocabularySize, teacher!.vocabularySize <= vocabularySize);
    same("the run's maskDocuments", teacher!.maskDocuments, maskDocuments);
    same("the other teachers' topK", teacher!.topK, topK);
    same("the other teachers' temperature", teacher!.temperature, temperature);
  }
  return { distillation: distillation ?? 0.5, teacher: { topK, temperature } };
}

function batchesOf(
  { batch = 8, microBatch = 1, steps }: TrainOptions,
  start: Pick<Checkpoint, "step" | "tokens">,
  context: number,
): Int32Array {
  wholeNumber("Cannot train", { microBatch }, ">= 1");
  let { tokens } = start;
  return Int32Array.from({ length: steps - start.step }, (_, i) => {
    const sequences = typeof batch === "number" ? batch : batch(tokens);
    if (!Number.isSafeInteger(sequences) || sequences < 1) {
      throw new RangeError(
        `Cannot train as batch must be a whole number >= 1: at step ${start.step + i} it is ${sequences}`,
      );
    }
    if (sequences % microBatch) {
      throw new RangeError(
        `Cannot train as batch must be a multiple of microBatch (${microBatch}): at step ${
          start.step + i
        } it is ${sequences}`,
      );
    }
    tokens += sequences * context;
    return sequences;
  });
}

/** The rate of a step. */
export function rateAt(schedule: (step: number) => number, step: number): number {
  const rate = schedule(step);
  if (rate >= 0 && Number.isFinite(rate)) return rate;
  throw new RangeError(
    `Cannot train as schedule must give finite numbers >= 0: at step ${step} it gives ${rate}`,
  );
}

/** Everything that decides a run's losses, short enough to be read: long things by their hash. */
export function identityOf({ sources, schedule, weights, batch = 8 }: TrainOptions, plan: Plan): RunIdentity {
  const { start, steps, batches, context, seed, maskDocuments, optimizer, precision, engine, config } = plan;
  const { microBatch = null, recompute } = plan;
  const every = <T>(at: (step: number) => T) =>
    Array.from({ length: steps - start.step }, (_, i) => at(start.step + i));
  return {
    config: toHuggingFace(config),
    steps,
    batch: typeof batch === "number" ? batch : sha256(bytesOf(batches)),
    microBatch,
    recompute,
    context,
    seed,
    maskDocuments,
    // Only what a folder written before had no word for.
    ...(maskDocuments && !plan.crossDocumentTargets && { crossDocumentTargets: false }),
    engine,
    precision,
    optimizer: { ...optimizer, clip: `${optimizer.clip}` },
    ...(plan.skipOutliers && { skipOutliers: plan.skipOutliers }),
    ...(plan.distillation !== undefined && { distillation: plan.distillation }),
    ...(plan.freshOptimizer && { optimizerState: "fresh" }),
    sources: sources.map((source) => ({
      name: source.name,
      tokens: source.tokens.length,
      sha256: source.sha256 ?? sha256(bytesOf(source.tokens.subarray(0, source.tokens.length))),
      ...(source.teacher && { teacher: source.teacher.sha256 }),
      ...(source.counted && !source.sha256 &&
        { counted: sha256(source.counted.subarray(0, source.counted.length)) }),
    })),
    schedule: sha256(JSON.stringify(every((step) => rateAt(schedule, step)))),
    weights: typeof weights === "function" ? sha256(JSON.stringify(every(weights))) : weights ?? "equal",
    from: { step: start.step, embedding: sha256(bytesOf(start.weights.embedding)) },
  };
}

/** The bytes that an array of numbers lies in. */
export function bytesOf(
  { buffer, byteOffset, byteLength }: Float32Array | Int32Array | Uint16Array | Uint32Array,
): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
