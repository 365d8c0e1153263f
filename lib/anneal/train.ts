import type { OnProgress } from "../base/mod.ts";
import type { BackendName } from "./backend.ts";
import { BatchSampler, type SourceUsage, type SourceWeights } from "./batches.ts";
import { type Checkpoint, initialCheckpoint } from "./checkpoint.ts";
import { checkConfig, type LlamaConfig } from "./config.ts";
import type { Precision } from "./kernels.ts";
import { type Engine, openLearner } from "./learner.ts";
import { checkEvaluation, lossesOf } from "./loss.ts";
import { checkOptimizer, type OptimizerOptions } from "./optimizer.ts";
import { parameterShapes } from "./parameters.ts";
import { appendLog } from "./run_log.ts";
import type { TokenSource } from "./tokens.ts";

/** One line of a training log. */
export interface StepRecord {
  /** The step, counted from 0 over the model's whole life. */
  step: number;
  /** Tokens seen after it. */
  tokens: number;
  /** The learning rate of its update. */
  learningRate: number;
  /** Mean loss in nats per token, before the update. */
  loss: number;
  /** Norm of all gradients, before clipping. */
  gradientNorm: number;
  /** Speed of this step, by the clock. */
  tokensPerSecond: number;
}

/** One measurement on held-out tokens during a run. */
export interface Evaluation {
  /** Steps trained when it was made. */
  step: number;
  /** Tokens seen by then. */
  tokens: number;
  /** The held-out source. */
  source: string;
  /** Mean loss in nats per token. */
  loss: number;
  /** How many windows it was measured on. */
  windows: number;
}

/** Options of {@linkcode train}. */
export interface TrainOptions extends OptimizerOptions {
  /** The model's shape; not needed with `from`. */
  config?: LlamaConfig;
  /** Go on from here: same optimiser state, same next token. @default a fresh model */
  from?: Checkpoint;
  /** What to train on. */
  sources: readonly TokenSource[];
  /** The mixture, fixed or by step. @default equal weights */
  weights?: SourceWeights;
  /** Learning rate of every step, counted from 0 over the model's whole life. */
  schedule: (step: number) => number;
  /** Train until the model has this many steps in all; a run from step 300 with 400 makes 100. */
  steps: number;
  /** Sequences in a batch. @default {8} */
  batch?: number;
  /** Tokens in a sequence. @default {config.context} */
  context?: number;
  /** Keep attention inside documents. @default {false} */
  maskDocuments?: boolean;
  /** Names the draw of parameters and the order of data. @default {1} */
  seed?: number | string;
  /** How steps are carried out. @default `xla` with TensorFlow, else `reference` */
  engine?: Engine;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName;
  /** Type of the factors in matrix products; weights and sums stay float32. @default {"float32"} */
  precision?: Precision;
  /** Measure held-out loss every so many steps and at the end. */
  evaluate?: {
    /** Steps between measurements. */
    everySteps: number;
    /** Held-out tokens. */
    sources: readonly TokenSource[];
    /** Windows of each, spread evenly. @default {64} */
    windows?: number;
  };
  /** Stops after the step in hand, state kept. */
  signal?: AbortSignal;
  /** Told of every step. */
  onStep?: (record: StepRecord) => void;
  /** Told of every step as progress. */
  onProgress?: OnProgress;
  /** A JSONL file for the step records. It must be new, or end where `from` begins. */
  log?: string;
}

/** How a run ended. */
export type Stopped = "done" | "interrupted" | "diverged";

/** A finished run. */
export interface Run {
  /** One record a step. */
  log: StepRecord[];
  /** The model at the end; of a diverged run, the last good one. */
  checkpoint: Checkpoint;
  /** How it ended. */
  stopped: Stopped;
  /** One sentence on how it ended. */
  message: string;
  /** Held-out losses on the way. */
  evaluations: Evaluation[];
  /** What each source has given over the model's whole life. */
  usage: Record<string, SourceUsage>;
  /** What carried out the steps. */
  engine: Engine;
}

/** Steps between the states that a diverging run goes back to. */
const HOLD_EVERY = 20;

/**
 * Train a Llama decoder by AdamW.
 *
 * A run is exactly repeatable: same options, same losses, bit for bit on the same backend; and one that was stopped and
 * continued from its checkpoint equals one that was not. It diverges when loss or gradient norm is no longer finite, or
 * the loss is twice that of a uniform guess.
 *
 * @throws {RangeError} Before the first step, if options do not fit together.
 * @example
 * ```ts ignore
 * import { byteTokenizer, llamaConfig, packDocuments, train } from "midtrain/anneal";
 * import { wsd } from "midtrain/schedule";
 *
 * const source = await packDocuments(documents, byteTokenizer());
 * const schedule = wsd({ peak: 3e-3, steps: 400, warmupSteps: 20, decaySteps: 100 });
 * const stable = await train({ config: llamaConfig("1M"), sources: [source], schedule, steps: 300 });
 * const annealed = await train({ from: stable.checkpoint, sources: [source], schedule, steps: 400 });
 * ```
 */
export async function train(options: TrainOptions): Promise<Run> {
  const { seed = 1, batch = 8, signal, evaluate, log: logPath } = options;
  const from = startingPoint(options, seed), { config } = from;
  const context = options.context ?? config.context, optimizer = checkOptimizer(options);
  if (context > config.context) {
    throw new RangeError(
      `Cannot train as context must be at most the model's ${config.context} tokens: current value is ${context}`,
    );
  }
  if (!Number.isSafeInteger(options.steps) || options.steps <= from.step) {
    throw new RangeError(
      `Cannot train as steps must be a whole number above the model's ${from.step}: current value is ${options.steps}`,
    );
  }
  const maskDocuments = options.maskDocuments ?? false;
  const sampler = new BatchSampler(options.sources, {
    batch,
    context,
    vocabularySize: config.vocabularySize,
    maskDocuments,
    seed,
    ...(options.weights && { weights: options.weights }),
    ...(from.sources && { progress: from.sources }),
  });
  if (evaluate) checkEvaluation(evaluate, config, context);
  const append = logPath === undefined ? undefined : await appendLog(logPath, from.step);
  const learner = await openLearner(
    from,
    {
      config,
      batch,
      context,
      maskDocuments,
      optimizer,
      precision: options.precision ?? "float32",
      engine: options.engine,
      backend: options.backend,
    },
  );
  const log: StepRecord[] = [], evaluations: Evaluation[] = [];
  let { step, tokens } = from, stopped: Stopped = "done", message = "";
  let good = { step, tokens, sources: sampler.progress() };
  const hold = () => {
    learner.hold();
    good = { step, tokens, sources: sampler.progress() };
  };
  const measure = async () => {
    for (const source of evaluate!.sources) {
      const { perWindow } = await lossesOf(learner, source, {
        batch,
        context,
        maskDocuments,
        windows: evaluate!.windows ?? 64,
      });
      evaluations.push({
        step,
        tokens,
        source: source.name,
        loss: perWindow.reduce((sum, loss) => sum + loss, 0) / perWindow.length,
        windows: perWindow.length,
      });
    }
  };
  try {
    hold();
    while (step < options.steps) {
      if (signal?.aborted) {
        [stopped, message] = ["interrupted", `Training was interrupted after ${step} steps`];
        break;
      }
      const learningRate = options.schedule(step);
      if (!(learningRate >= 0 && Number.isFinite(learningRate))) {
        throw new RangeError(
          `Cannot train as schedule must give finite numbers >= 0: at step ${step} it gives ${learningRate}`,
        );
      }
      const started = performance.now(), drawn = sampler.next(step);
      const { loss, gradientNorm, updated } = await learner.step(drawn, learningRate);
      const seconds = (performance.now() - started) / 1000;
      const uniform = Math.log(config.vocabularySize), lost = !updated || loss > 2 * uniform;
      const record = {
        step,
        tokens: tokens + batch * context,
        learningRate,
        loss,
        gradientNorm,
        tokensPerSecond: batch * context / seconds,
      };
      log.push(record);
      append?.(record);
      options.onStep?.(record);
      if (lost) {
        stopped = "diverged";
        message =
          `Training diverged at step ${step} (loss ${loss}, gradient norm ${gradientNorm}, learning rate ` +
          `${learningRate}); the checkpoint is that of step ${good.step}`;
        learner.restore();
        break;
      }
      step++;
      tokens += batch * context;
      options.onProgress?.({
        label: "train",
        done: step,
        total: options.steps,
        unit: "steps",
        note: `loss ${loss.toFixed(3)}`,
      });
      if (step % HOLD_EVERY === 0 && loss < uniform) hold();
      if (evaluate && (step % evaluate.everySteps === 0 || step === options.steps)) await measure();
      // A step blocks the thread: without this pause a Stop button would never be heard.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (stopped === "done") message = `Training reached step ${step}`;
    const state = await learner.read();
    const at = stopped === "diverged" ? good : { step, tokens, sources: sampler.progress() };
    const checkpoint: Checkpoint = { config, ...state, ...at };
    return { log, checkpoint, stopped, message, evaluations, usage: sampler.usage(), engine: learner.engine };
  } finally {
    append?.close();
    learner.dispose();
  }
}

function startingPoint({ config, from }: TrainOptions, seed: number | string): Checkpoint {
  if (!from) {
    if (!config) throw new TypeError("Cannot train as config or from must be given: there is neither");
    return initialCheckpoint(checkConfig(config), seed);
  }
  if (config && JSON.stringify(parameterShapes(config)) !== JSON.stringify(parameterShapes(from.config))) {
    throw new RangeError("Cannot train as config must have the shape of from: parameters differ in shape");
  }
  return config ? { ...from, config: checkConfig(config) } : from;
}
