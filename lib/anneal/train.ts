import { takes } from "../base/mod.ts";
import { describedRun } from "./_run_described.ts";
import { trainOptions } from "./_options.ts";
import { backend } from "./backend.ts";
import { BatchSampler } from "./batches.ts";
import { type Checkpoint, describedCheckpoint } from "./checkpoint.ts";
import { flopsPerToken } from "./config.ts";
import { lossesOf } from "./loss.ts";
import { openLearner } from "./open_learner.ts";
import { peakFlops } from "./peak_flops.ts";
import { checkPlan, identityOf, rateAt } from "./_plan.ts";
import { OutlierWatch } from "./_outliers.ts";
import type { Run, StepRecord, Stopped, TrainOptions } from "./run.ts";
import { RunFolder } from "./run_folder.ts";

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
  takes("Cannot train", options, trainOptions);
  return await trainAfter([], options);
}

/** {@linkcode train} as the further part of a run, whose steps so far are told with it. */
export async function trainAfter(earlier: readonly StepRecord[], options: TrainOptions): Promise<Run> {
  const plan = await checkPlan(options);
  const { steps, context, maskDocuments, crossDocumentTargets, config } = plan;
  const sampler = new BatchSampler(options.sources, {
    ...plan,
    batch: 1,
    vocabularySize: config.vocabularySize,
    progress: plan.start.sources,
    weights: options.weights,
    maxEpochs: options.maxEpochs,
  });
  sampler.forecast(plan.start.step, plan.batches);
  const batchAt = (step: number) => plan.batches[Math.min(step, steps - 1) - plan.start.step];
  const opened = options.folder === undefined
    ? undefined
    : await RunFolder.open(options.folder, identityOf(options, plan));
  using folder = opened?.folder;
  const start = opened?.checkpoint ?? plan.start;
  const outliers = plan.skipOutliers && new OutlierWatch(plan.skipOutliers, start.recent);
  const log = opened?.log ?? [];
  const evaluations = opened?.evaluations ?? [];
  sampler.seek(start.sources ?? {});
  const { deviceName } = await backend({ prefer: options.backend });
  const peak = options.peakFlops ?? peakFlops(deviceName, plan.precision);
  const flops = flopsPerToken(config, context);
  const passAt = (step: number) => plan.microBatch ?? batchAt(step);
  let pass = passAt(start.step);
  let learner = await openLearner(start, { ...plan, batch: pass });
  using _learner = { [Symbol.dispose]: () => learner[Symbol.dispose]() };

  let { step, tokens } = start;
  let stopped: Stopped = "done";
  let message = `Training reached step ${steps}`;
  const progress = () => ({
    ...{ step, tokens, sources: { ...start.sources, ...sampler.progress() } },
    ...(outliers && { recent: outliers.recent() }),
    ...(maskDocuments && { maskDocuments }),
  });
  const checkpoint = async (at = progress()): Promise<Checkpoint> => ({
    config,
    ...await learner.read(),
    ...at,
  });
  let good = progress();
  learner.hold();
  const evaluate = async ({ sources, windows = 64 }: NonNullable<TrainOptions["evaluate"]>) => {
    for (const source of sources) {
      const how = { batch: pass, context, maskDocuments, crossDocumentTargets, windows };
      const losses = await lossesOf(learner, source, how);
      const { loss } = losses;
      const nats = loss * (source.countedTokens ?? source.tokens.length);
      const bitsPerByte = nats / Math.LN2 / source.bytes;
      const evaluation = { step, tokens, source: source.name, loss, bitsPerByte, windows: losses.windows };
      evaluations.push(evaluation);
      folder?.append("evaluations", evaluation);
      options.onEvaluation?.(evaluation);
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
    const countedTokens = drawn.weights?.reduce((sum, weight) => weight > 0 ? sum + 1 : sum, 0);
    let skipped = countedTokens === 0;
    const { loss, gradientNorm, updated } = await learner.step(drawn, learningRate, (found) => {
      skipped ||= outliers?.accepts(found) === false;
      return !skipped;
    });
    const tokensPerSecond = drawn.tokens.length * 1000 / (performance.now() - started);
    tokens += drawn.tokens.length;
    const record = {
      step,
      tokens,
      learningRate,
      loss,
      gradientNorm,
      tokensPerSecond,
      ...(countedTokens !== undefined && { countedTokens }),
      ...(skipped && { skipped: true as const }),
      ...(earlier.length + log.length === 0 && plan.freshOptimizer && { optimizerState: "fresh" as const }),
      ...(peak !== undefined && { utilisation: tokensPerSecond * flops / peak }),
    };
    log.push(record);
    folder?.append("log", record);
    options.onStep?.(record);
    const uniform = Math.log(config.vocabularySize);
    if (!skipped && (!updated || loss > 2 * uniform)) {
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
  message += tellSkipped([...earlier, ...log]);
  return describedRun({
    log,
    checkpoint: describedCheckpoint(last),
    stopped,
    message,
    evaluations,
    usage: sampler.usage(),
    engine: learner.engine,
  });
}

/** Which steps were not updates, the first of them by number. */
function tellSkipped(log: readonly StepRecord[]): string {
  const steps = log.filter(({ skipped }) => skipped).map(({ step }) => step);
  if (steps.length === 0) return "";
  const named = steps.slice(0, 10).join(", ") + (steps.length > 10 ? ", ..." : "");
  return `; ${
    steps.length === 1 ? "an update was" : `${steps.length} updates were`
  } left out (step ${named})`;
}
