import {
  bootstrapMean,
  described,
  type Description,
  type Interval,
  mean,
  must,
  ofKind,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { join } from "node:path";
import { extendInStagesOptions } from "./_options.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { extendContext, type ExtendContextOptions } from "./extend_context.ts";
import { checkEvaluation, evaluateLoss, type WindowLosses } from "./loss.ts";
import { type NeedleOptions, type NeedleResult, needleTest } from "./needle.ts";
import type { StepRecord, TrainOptions } from "./run.ts";
import { checkSource, type TokenSource } from "./tokens.ts";
import { train } from "./train.ts";

/** One extension and the steps that follow it. */
export interface ExtensionStage extends ExtendContextOptions {
  /** Steps at the new context. */
  steps: number;
  /** Sequences in a batch, as longer ones are fewer. @default the call's `batch` */
  batch?: number | undefined;
  /** What this stage trains on. @default the call's `sources` */
  sources?: readonly TokenSource[] | undefined;
}

/** Options of {@linkcode extendInStages}; those of {@linkcode train} that are not named here are passed on to every stage. */
export interface ExtendInStagesOptions extends
  Omit<
    TrainOptions,
    "config" | "from" | "steps" | "context" | "evaluate" | "folder" | "onCheckpoint" | "onEvaluation"
  > {
  /** The model to extend. */
  from: Checkpoint;
  /** What is done one after the other; every context above the one before. */
  stages: readonly ExtensionStage[];
  /** Held-out tokens with documents as long as the last context: the loss by position. */
  heldOut: TokenSource;
  /** Held-out tokens on whose windows of the first context it is watched what short texts lose. @default `heldOut` */
  retained?: TokenSource | undefined;
  /** Windows of each, spread evenly. @default {64} */
  windows?: number | undefined;
  /** Hide needles at the first context and at each that is reached. @default no needles */
  needle?:
    | Pick<NeedleOptions, "tokenizer" | "haystack" | "depths" | "samples" | "digits" | "prompt">
    | undefined;
  /** A folder for each stage, `stage-1-CONTEXT` and so on in this one, in which it goes on after a stop or a kill. @default none */
  folder?: string | undefined;
}

/** What a model makes of short texts and of long ones. */
export interface ContextMeasure {
  /** Loss on `retained` in windows of the first context. */
  short: WindowLosses;
  /** Loss on `heldOut` in windows of the model's own context. */
  long: WindowLosses;
  /** Needles at the contexts reached so far, or none. */
  needles: NeedleResult[];
}

/** What one stage did. */
export interface ExtendedStage extends ContextMeasure {
  /** Its context, in tokens. */
  context: number;
  /** How many times the context of the stage before. */
  factor: number;
  /** How the frequencies were changed. */
  method: NonNullable<ExtendContextOptions["method"]>;
  /** The rotary base from here on. */
  base: number;
  /** Steps that it trained. */
  steps: number;
  /** Tokens that the model has seen at its end. */
  tokens: number;
  /** What the change of frequencies did before any training; no needles. */
  untrained: ContextMeasure;
  /** Loss on short texts at the stage's end less the first model's, by window, in nats per token: above 0 is forgotten. */
  forgotten: Interval;
  /** Its steps. */
  log: StepRecord[];
}

/** A context extended in stages. */
export interface ExtendedInStages {
  /** The model that was given. */
  first: ContextMeasure & { context: number };
  /** What every stage did. */
  stages: ExtendedStage[];
  /** The model at the end. */
  checkpoint: Checkpoint;
}

/**
 * Extend a context in stages: each changes the frequencies ({@linkcode extendContext}) and trains at the new length, and
 * behind each it is measured what short texts lost, what the loss is at every position, and what of a needle is found.
 *
 * The rate is `schedule`'s, at steps that are counted on from the model's own.
 *
 * @throws {RangeError} Before the first step, if a context is not above the one before, a method cannot follow on another, or a
 * source is too short.
 * @throws {Error} If a stage diverges or is interrupted; what it reached stays in its folder.
 * @example Twice four times the context, by larger bases
 * ```ts ignore
 * import { extendInStages } from "midtrain/anneal";
 *
 * const { stages, checkpoint } = await extendInStages({
 *   from: short,
 *   stages: [
 *     { context: 8192, method: "adjusted-base", base: 5e5, steps: 400, batch: 16 },
 *     { context: 32768, method: "adjusted-base", base: 5e6, steps: 100, batch: 4 },
 *   ],
 *   sources: [books], schedule: () => 1e-5, heldOut: heldOutBooks, needle: { tokenizer, haystack },
 * });
 * ```
 */
export async function extendInStages(options: ExtendInStagesOptions): Promise<ExtendedInStages> {
  const cannot = "Cannot extend the context in stages";
  takes(cannot, options, extendInStagesOptions);
  const { from, stages, heldOut, retained = heldOut, windows = 64, needle, folder, ...shared } = options;
  checkStages(options);
  const { engine, backend, maskDocuments, crossDocumentTargets, seed } = shared;
  const how = { windows, engine, backend, maskDocuments, crossDocumentTargets };
  const reached = [from.config.context];
  const losses = async (model: Checkpoint): Promise<ContextMeasure> => ({
    short: await evaluateLoss(model, retained, { ...how, context: from.config.context }),
    long: await evaluateLoss(model, heldOut, how),
    needles: [],
  });
  const measure = async (model: Checkpoint): Promise<ContextMeasure> => ({
    ...await losses(model),
    needles: needle ? await needleTest(model, { ...needle, contexts: reached, seed, engine, backend }) : [],
  });
  const total = stages.reduce((sum, { steps }) => sum + steps, 0);
  const first = { context: from.config.context, ...await measure(from) };
  const done: ExtendedStage[] = [];
  let checkpoint = from;
  for (const [i, { steps, batch = shared.batch, sources = shared.sources, ...stretch }] of stages.entries()) {
    const before = checkpoint.config.context;
    const extended = extendContext(checkpoint, stretch);
    const untrained = await losses(extended);
    const { context, ropeBase } = extended.config;
    const run = await train({
      ...shared,
      ...{ batch, sources, from: extended, steps: extended.step + steps },
      ...(folder !== undefined && { folder: join(folder, `stage-${i + 1}-${context}`) }),
      onProgress: (event) =>
        shared.onProgress?.({
          ...event,
          label: `stage ${i + 1} of ${stages.length}, ${context} tokens`,
          done: event.done - from.step,
          total,
        }),
    });
    if (run.stopped !== "done") {
      throw new Error(`${cannot} as each must end: stage ${i + 1}, ${run.message}`);
    }
    ({ checkpoint } = run);
    reached.push(context);
    const measured = await measure(checkpoint);
    done.push({
      ...{ context, factor: context / before, method: stretch.method ?? "yarn", base: ropeBase },
      ...{ steps, tokens: checkpoint.tokens, untrained, ...measured },
      forgotten: bootstrapMean(changes(measured.short, first.short), seed === undefined ? {} : { seed }),
      log: run.log,
    });
  }
  return described({ first, stages: done, checkpoint }, tellStages);
}

/** All that can be checked before the first step. */
function checkStages(
  { from, stages, sources, heldOut, retained = heldOut, windows = 64 }: ExtendInStagesOptions,
): void {
  const cannot = "Cannot extend the context in stages";
  ofKind(cannot, { from }, "an object with config, weights");
  ofKind(cannot, { stages }, "a list of objects with context, steps");
  ofKind(cannot, { sources }, "a list of objects with name, tokens");
  ofKind(cannot, { heldOut, retained }, "an object with name, tokens");
  must(cannot, "there must be a stage", "none", stages.length > 0);
  let model = from;
  checkEvaluation({ sources: [retained], windows }, from.config, from.config.context);
  for (const [i, { steps, batch = 1, sources: own = sources, ...stretch }] of stages.entries()) {
    wholeNumber(cannot, { [`steps of stage ${i + 1}`]: steps, [`batch of stage ${i + 1}`]: batch }, ">= 1");
    model = extendContext(model, stretch);
    checkEvaluation({ sources: [heldOut] }, model.config, model.config.context);
    for (const source of own) checkSource(source, model.config, model.config.context);
  }
}

/** Of windows that count for both. */
function changes(now: WindowLosses, then: WindowLosses): number[] {
  return Array.from(now.perWindow, (loss, i) => loss - then.perWindow[i]).filter((change) =>
    !Number.isNaN(change)
  );
}

function tellStages({ first, stages }: ExtendedInStages): Description {
  const row = (model: string, context: number, { short, long, needles }: ContextMeasure) => ({
    model,
    "context (tokens)": context,
    [`windows of ${first.context} tokens (nats per token)`]: Number(short.loss.toFixed(4)),
    "of its context (nats per token)": Number(long.loss.toFixed(4)),
    ...first.needles.length > 0 && {
      "needles recalled (%)": needles.length > 0 ? percentRecalled(needles, context) : "",
    },
  });
  const rows = stages.flatMap(({ context, method, steps, untrained, forgotten, ...trained }, i) => [
    { ...row(`stage ${i + 1}, ${method}`, context, untrained), "forgotten (nats per token)": "" },
    { ...row(`after ${steps} steps`, context, trained), "forgotten (nats per token)": forgotten },
  ]);
  return [
    { rows: [{ ...row("first", first.context, first), "forgotten (nats per token)": "" }, ...rows] },
    `Forgotten is what windows of ${first.context} tokens lost against the first model; needles are those in texts as long as the context`,
  ];
}

/** Of the needles in texts of one length, at every depth alike. */
function percentRecalled(needles: readonly NeedleResult[], context: number): number {
  const shares = needles.filter((one) => one.context === context).map(({ recalled }) => recalled.estimate);
  return Number((100 * mean(shares)).toFixed(1));
}
