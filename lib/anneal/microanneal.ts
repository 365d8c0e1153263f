import { bootstrapMean, type Interval, mean } from "../base/mod.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { evaluateLoss } from "./loss.ts";
import type { TokenSource } from "./tokens.ts";
import { train, type TrainOptions } from "./train.ts";

/** Options of {@linkcode microanneal}; those of {@linkcode train} that are not named here are passed on. */
export interface MicroannealOptions extends
  Omit<
    TrainOptions,
    "config" | "from" | "sources" | "weights" | "steps" | "seed" | "evaluate" | "folder" | "onCheckpoint"
  > {
  /** The checkpoint of the stable phase that every run starts from. */
  from: Checkpoint;
  /** The data whose worth is asked. */
  candidate: TokenSource;
  /** The data that the baseline goes on with, and that fills up the rest. */
  general: TokenSource;
  /** The candidate's share of the tokens, in (0, 1]. @default {0.5} */
  ratio?: number;
  /** Steps of each run. */
  steps: number;
  /** One pair of runs each: the order of the data differs. @default {[1]} */
  seeds?: readonly (number | string)[];
  /** Held-out tokens of the candidate's domain. */
  domain: TokenSource;
  /** Held-out general tokens: what may be forgotten. */
  retained: TokenSource;
  /** Windows of each held-out source, spread evenly. @default all */
  windows?: number;
}

/** What a candidate is worth against going on without it. */
export interface Microanneal {
  /** Loss on the domain saved by the candidate, in nats per token; above 0 it helps. */
  gain: Interval;
  /** Loss on general text added by the candidate, in nats per token; above 0 something is forgotten. */
  forgetting: Interval;
  /** The gain of each seed alone: how much the order of data matters. */
  gainBySeed: number[];
  /** The forgetting of each seed alone. */
  forgettingBySeed: number[];
  /** Tokens that each run trained on. */
  tokens: number;
  /** How often the candidate was gone through. */
  candidateEpochs: number;
}

/**
 * The worth of a data source by annealing probes (Llama 3, arXiv:2407.21783, section 3.1.3; OLMo 2, arXiv:2501.00656,
 * section 4.4): from one stable checkpoint, decay once on general data and once with the candidate mixed in, and compare
 * the two window by window. Intervals are over windows, seeds averaged; with one seed they do not hold the noise of the
 * data's order.
 *
 * @throws {RangeError} If `ratio` or an option of the runs is out of range.
 * @throws {Error} If a run diverges or is interrupted.
 * @example
 * ```ts ignore
 * import { microanneal } from "midtrain/anneal";
 * import { wsd } from "midtrain/schedule";
 *
 * const schedule = wsd({ peak: 3e-3, steps: 400, decaySteps: 100 });
 * const { gain } = await microanneal({
 *   from: stable, candidate: math, general: web, steps: 100, schedule, domain: heldMath, retained: heldWeb,
 * });
 * ```
 */
export async function microanneal(options: MicroannealOptions): Promise<Microanneal> {
  const { candidate, general, ratio = 0.5, steps, seeds = [1], domain, retained, windows, ...shared } =
    options;
  if (!(ratio > 0 && ratio <= 1)) {
    throw new RangeError(`Cannot microanneal as ratio must be in (0, 1]: current value is ${ratio}`);
  }
  if (seeds.length === 0) throw new RangeError("Cannot microanneal as there must be a seed: there is none");
  const gains: Float64Array[] = [], losses: Float64Array[] = [], { from } = options;
  let tokens = 0, candidateEpochs = 0;
  for (const [i, seed] of seeds.entries()) {
    const measured: Record<"domain" | "retained", Float64Array>[] = [];
    for (const [j, share] of [0, ratio].entries()) {
      const run = await train({
        ...shared,
        sources: [general, candidate],
        weights: { [general.name]: 1 - share, [candidate.name]: share },
        steps: from.step + steps,
        seed,
        onProgress: (event) =>
          shared.onProgress?.({
            ...event,
            label: "microanneal",
            done: (2 * i + j) * steps + event.done - from.step,
            total: 2 * seeds.length * steps,
          }),
      });
      if (run.stopped !== "done") throw new Error(`Cannot microanneal as a run must end: ${run.message}`);
      tokens = run.checkpoint.tokens - from.tokens;
      const { tokens: drawn, epochs } = run.usage[candidate.name]!,
        before = from.sources?.[candidate.name]?.tokens ?? 0;
      if (drawn > 0) candidateEpochs = epochs * (drawn - before) / drawn;
      const measure = async (source: TokenSource) =>
        (await evaluateLoss(run.checkpoint, source, {
          ...(windows !== undefined && { windows }),
          ...(shared.engine && { engine: shared.engine }),
          ...(shared.backend && { backend: shared.backend }),
          ...(shared.context && { context: shared.context }),
          ...(shared.maskDocuments && { maskDocuments: true }),
        })).perWindow;
      measured.push({ domain: await measure(domain), retained: await measure(retained) });
    }
    const [baseline, mixed] = measured as [typeof measured[0], typeof measured[0]];
    gains.push(baseline.domain.map((loss, w) => loss - mixed.domain[w]!));
    losses.push(mixed.retained.map((loss, w) => loss - baseline.retained[w]!));
  }
  const overSeeds = (differences: Float64Array[]) =>
    bootstrapMean(differences[0]!.map((_, w) => mean(differences.map((difference) => difference[w]!))));
  return {
    gain: overSeeds(gains),
    forgetting: overSeeds(losses),
    gainBySeed: gains.map(mean),
    forgettingBySeed: losses.map(mean),
    tokens,
    candidateEpochs,
  };
}
