import { mean, type OnProgress } from "../base/mod.ts";
import { backend, type BackendName } from "./backend.ts";
import { BatchSampler, type SourceUsage, type SourceWeights } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { flopsPerToken, type LlamaConfig } from "./config.ts";
import type { Precision } from "./kernels.ts";
import { type Engine, openLearner } from "./learner.ts";
import { lossesOf } from "./loss.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { peakFlops } from "./peak_flops.ts";
import { checkPlan, identityOf, rateAt } from "./_plan.ts";
import { RunFolder } from "./run_folder.ts";
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
  /** Model FLOP utilisation: the step's useful operations over the device's peak; only where the peak is known. */
  utilisation?: number;
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
  /** The same in bits per UTF-8 byte of the source's text, which compares across tokenizers. */
  bitsPerByte: number;
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
  /**
   * How often a source may be gone through over the model's whole life: one number for all, or by name. A run that would
   * need more does not begin, and says which source runs out and when. @default {Infinity}
   */
  maxEpochs?: number | Record<string, number>;
  /** Learning rate of every step, counted from 0 over the model's whole life. */
  schedule: (step: number) => number;
  /**
   * Train until the model has this many steps in all; a run from step 300 with 400 makes 100. A run has at most ten
   * million.
   */
  steps: number;
  /**
   * Sequences in a batch: fixed, or by the tokens that the model has seen, as `batchRamp` of `midtrain/schedule` gives
   * them. @default {8}
   */
  batch?: number | ((tokens: number) => number);
  /**
   * Sequences that are passed through at a time, where a batch does not fit in memory: gradients are added up over a batch,
   * which must be a multiple of it. @default the batch
   */
  microBatch?: number;
  /** Compute blocks once more in the backward pass instead of keeping what they left, for long contexts. @default {false} */
  recompute?: boolean;
  /** Tokens in a sequence. @default {config.context} */
  context?: number;
  /** Keep attention inside documents. @default {false} */
  maskDocuments?: boolean;
  /** Names the draw of parameters and the order of data. @default {1} */
  seed?: number | string;
  /** How steps are carried out. @default see {@linkcode Engine} */
  engine?: Engine;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName;
  /** Type of the factors in matrix products; weights and sums stay float32. @default {"float32"} */
  precision?: Precision;
  /** What the device could do at most, in FLOP a second: what utilisation is measured against. @default {peakFlops} */
  peakFlops?: number;
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
  /** Called with every step. */
  onStep?: (record: StepRecord) => void;
  /** Called with every step as progress. */
  onProgress?: OnProgress;
  /**
   * A folder for the run: `run.json`, `log.jsonl`, `evaluations.jsonl` and its newest checkpoint. The same call on it
   * again, after a stop or a kill, goes on from that checkpoint to bit-identical losses. @default nothing is written
   */
  folder?: string;
  /** Steps between checkpoints for `folder` and `onCheckpoint`; `folder` gets one at the end too. @default {100} */
  checkpointEverySteps?: number;
  /** Given a checkpoint every so many steps: for merging, or to keep more than the newest. */
  onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
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
  const plan = await checkPlan(options);
  const { steps, context, maskDocuments, config } = plan;
  const sampler = new BatchSampler(options.sources, {
    ...plan,
    batch: 1,
    vocabularySize: config.vocabularySize,
    progress: plan.start.sources ?? {},
    ...(options.weights && { weights: options.weights }),
    ...(options.maxEpochs !== undefined && { maxEpochs: options.maxEpochs }),
  });
  sampler.forecast(plan.start.step, plan.batches);
  const batchAt = (step: number) => plan.batches[Math.min(step, steps - 1) - plan.start.step];
  const opened = options.folder === undefined
    ? undefined
    : await RunFolder.open(options.folder, identityOf(options, plan));
  using folder = opened?.folder;
  const start = opened?.checkpoint ?? plan.start;
  const log = opened?.log ?? [];
  const evaluations = opened?.evaluations ?? [];
  sampler.seek(start.sources ?? {});
  const { deviceName } = await backend(options.backend && { prefer: options.backend });
  const peak = options.peakFlops ?? peakFlops(deviceName, plan.precision);
  const flops = flopsPerToken(config, context);
  const passAt = (step: number) => plan.microBatch ?? batchAt(step);
  let pass = passAt(start.step);
  let learner = await openLearner(start, { ...plan, batch: pass });
  using _learner = { [Symbol.dispose]: () => learner[Symbol.dispose]() };

  let { step, tokens } = start;
  let stopped: Stopped = "done";
  let message = `Training reached step ${steps}`;
  const progress = () => ({ step, tokens, sources: { ...start.sources, ...sampler.progress() } });
  const checkpoint = async (at = progress()): Promise<Checkpoint> => ({
    config,
    ...await learner.read(),
    ...at,
  });
  let good = progress();
  learner.hold();
  const evaluate = async ({ sources, windows = 64 }: NonNullable<TrainOptions["evaluate"]>) => {
    for (const source of sources) {
      const losses = await lossesOf(learner, source, { batch: pass, context, maskDocuments, windows });
      const loss = mean(losses.perWindow);
      const nats = loss * source.tokens.length;
      const bitsPerByte = nats / Math.LN2 / source.bytes;
      const evaluation = { step, tokens, source: source.name, loss, bitsPerByte, windows: losses.windows };
      evaluations.push(evaluation);
      folder?.append("evaluations", evaluation);
    }
  };
  while (step < steps) {
    if (options.signal?.aborted) {
      [stopped, message] = ["interrupted", `Training was interrupted after ${step} of ${steps} steps`];
      break;
    }
    if (passAt(step) !== pass) {
      // Shapes are fixed when a step is compiled: another batch is another learner with the same state.
      const state = await learner.read();
      learner[Symbol.dispose]();
      pass = passAt(step);
      learner = await openLearner(state, { ...plan, batch: pass });
      learner.hold();
      good = progress();
    }
    const learningRate = rateAt(options.schedule, step);
    const drawn = sampler.next(step, batchAt(step));
    const started = performance.now();
    const { loss, gradientNorm, updated } = await learner.step(drawn, learningRate);
    const tokensPerSecond = drawn.tokens.length * 1000 / (performance.now() - started);
    tokens += drawn.tokens.length;
    const record = {
      step,
      tokens,
      learningRate,
      loss,
      gradientNorm,
      tokensPerSecond,
      ...(peak !== undefined && { utilisation: tokensPerSecond * flops / peak }),
    };
    log.push(record);
    folder?.append("log", record);
    options.onStep?.(record);
    const uniform = Math.log(config.vocabularySize);
    if (!updated || loss > 2 * uniform) {
      stopped = "diverged";
      message =
        `Training diverged at step ${step} (loss ${loss}, gradient norm ${gradientNorm}, learning rate ` +
        `${learningRate}); the checkpoint is that of step ${good.step}`;
      learner.restore();
      break;
    }
    step++;
    const note = `loss ${loss.toFixed(3)}`;
    options.onProgress?.({ label: "train", done: step, total: steps, unit: "steps", note });
    if (step % HOLD_EVERY === 0 && loss < uniform) {
      learner.hold();
      good = progress();
    }
    const { evaluate: held } = options;
    if (held && (step % held.everySteps === 0 || step === steps)) await evaluate(held);
    if (step % plan.checkpointEverySteps === 0 && (folder || options.onCheckpoint)) {
      const reached = await checkpoint();
      await folder?.save(reached);
      await options.onCheckpoint?.(reached);
    }
    // A step blocks the thread: without this pause a Stop button would never be heard.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const last = await checkpoint(stopped === "diverged" ? good : progress());
  await folder?.save(last);
  return {
    log,
    checkpoint: last,
    stopped,
    message,
    evaluations,
    usage: sampler.usage(),
    engine: learner.engine,
  };
}
