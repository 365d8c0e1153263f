import {
  described,
  type Description,
  inRange,
  type Interval,
  ofKind,
  studentQuantile,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { microannealOptions } from "./_options.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { crossed, type PairedNoise, standardError } from "./_crossed.ts";
import { evaluateLoss } from "./loss.ts";
import type { TokenSource } from "./tokens.ts";
import type { Run, TrainOptions } from "./run.ts";
import { train } from "./train.ts";

/** Options of {@linkcode compareSources}; those of {@linkcode train} that are not named here are passed on. */
export interface CompareSourcesOptions extends
  Omit<
    TrainOptions,
    "config" | "from" | "sources" | "weights" | "steps" | "seed" | "evaluate" | "folder" | "onCheckpoint"
  > {
  /** The checkpoint of the stable phase that every run starts from. */
  from: Checkpoint;
  /** The data whose worth is asked. */
  candidates: readonly TokenSource[];
  /** The data that the baseline goes on with, and that fills up the rest. */
  general: TokenSource;
  /** The candidate's share of the tokens, in (0, 1]. @default {0.5} */
  ratio?: number | undefined;
  /** Steps of each run. */
  steps: number;
  /** One baseline, and one run a candidate, each: the order of the data differs. @default {[1, 2, 3]} */
  seeds?: readonly (number | string)[] | undefined;
  /** Held-out tokens of the domain that is to gain. */
  domain: TokenSource;
  /** Held-out general tokens: what may be forgotten. */
  retained: TokenSource;
  /** Windows of each held-out source, spread evenly. @default all */
  windows?: number | undefined;
}

/** Options of {@linkcode microanneal}. */
export interface MicroannealOptions extends Omit<CompareSourcesOptions, "candidates"> {
  /** The data whose worth is asked. */
  candidate: TokenSource;
}

/** What a candidate is worth against going on without it. */
export interface Microanneal {
  /** The candidate's name. */
  source: string;
  /** Loss on the domain saved by the candidate, in nats per token; above 0 it helps. */
  gain: Interval;
  /** Loss on general text added by the candidate, in nats per token; above 0 something is forgotten. */
  forgetting: Interval;
  /** The gain of each seed alone. */
  gainBySeed: number[];
  /** The forgetting of each seed alone. */
  forgettingBySeed: number[];
  /** What the gain varies by. */
  gainNoise: PairedNoise;
  /** What the forgetting varies by. */
  forgettingNoise: PairedNoise;
  /** Tokens that each run trained on. */
  tokens: number;
  /** How often the candidate was gone through. */
  candidateEpochs: number;
}

/**
 * The worth of a data source by annealing probes (Llama 3, arXiv:2407.21783, section 3.1.3; OLMo 2, arXiv:2501.00656,
 * section 4.4): from one stable checkpoint, decay once on general data and once with the candidate mixed in, and compare
 * the two window by window.
 *
 * Both runs of a pair have one seed, so they see the general data in one order. Intervals hold the noise of the data's
 * order and that of the held-out windows; with one seed only the latter.
 *
 * @throws {RangeError} If `ratio` or an option of the runs is out of range.
 * @throws {Error} If a run diverges or is interrupted.
 * @example
 * ```ts ignore
 * import { microanneal } from "midtrain/anneal";
 * import { wsd } from "midtrain/schedule";
 *
 * const schedule = wsd({ peak: 3e-3, steps: 400, decaySteps: 100 });
 * const { gain, forgetting } = await microanneal({
 *   from: stable, candidate: math, general: web, steps: 100, schedule, domain: heldMath, retained: heldWeb,
 * });
 * ```
 */
export async function microanneal(options: MicroannealOptions): Promise<Microanneal> {
  takes("Cannot microanneal", options, `candidate, ${microannealOptions}`);
  const { candidate, ...rest } = options;
  const [worth] = await compareSources({ ...rest, candidates: [candidate] });
  return worth;
}

/**
 * Several candidates by {@linkcode microanneal}, each against the same baselines: k candidates take k + 1 runs a seed.
 *
 * @returns One result a candidate, in their order.
 * @throws {RangeError} If there is no candidate or no seed, or an option is out of range.
 * @throws {Error} If a run diverges or is interrupted.
 * @example
 * ```ts ignore
 * import { compareSources } from "midtrain/anneal";
 * import { wsd } from "midtrain/schedule";
 *
 * const worths = await compareSources({
 *   from: stable, candidates: [math, code, mails], general: web, steps: 100, domain: heldMath, retained: heldWeb,
 *   schedule: wsd({ peak: 3e-3, steps: 400, decaySteps: 100 }),
 * });
 * ```
 */
export async function compareSources(options: CompareSourcesOptions): Promise<Microanneal[]> {
  takes("Cannot microanneal", options, `candidates, ${microannealOptions}`);
  const { candidates, general, ratio = 0.5, steps, seeds = [1, 2, 3], from, ...rest } = options;
  const { domain, retained, windows, ...shared } = rest;
  inRange("Cannot microanneal", { ratio }, "in (0, 1]");
  for (const [what, list] of Object.entries({ seed: seeds, candidate: candidates })) {
    if (list.length === 0) {
      throw new RangeError(`Cannot microanneal as there must be a ${what}: there is none`);
    }
  }
  const runs = seeds.length * (candidates.length + 1);
  // Several calls stand below one another in a notebook.
  const label = `microanneal of ${candidates.map(({ name }) => name).join(", ")}, ${steps} steps`;
  let done = 0;
  const probe = async (seed: number | string, candidate?: TokenSource): Promise<Probe> => {
    const run = await train({
      ...shared,
      from,
      sources: candidate ? [general, candidate] : [general],
      weights: { [general.name]: candidate ? 1 - ratio : 1, ...(candidate && { [candidate.name]: ratio }) },
      steps: from.step + steps,
      seed,
      onProgress: (event) =>
        shared.onProgress?.({
          ...event,
          label,
          done: done * steps + event.done - from.step,
          total: runs * steps,
        }),
    });
    if (run.stopped !== "done") throw new Error(`Cannot microanneal as a run must end: ${run.message}`);
    done++;
    return { run, ...await measure(run.checkpoint, { ...shared, domain, retained, windows }) };
  };
  const tables = candidates.map(() => ({ gain: [] as Float64Array[], forgetting: [] as Float64Array[] }));
  const last: Run[] = [];
  for (const seed of seeds) {
    const baseline = await probe(seed);
    for (const [i, candidate] of candidates.entries()) {
      const mixed = await probe(seed, candidate);
      tables[i].gain.push(baseline.domain.map((loss, w) => loss - mixed.domain[w]));
      tables[i].forgetting.push(mixed.retained.map((loss, w) => loss - baseline.retained[w]));
      last[i] = mixed.run;
    }
  }
  const worths = candidates.map(({ name }, i) => {
    const gain = crossed(tables[i].gain);
    const forgetting = crossed(tables[i].forgetting);
    const { usage, checkpoint } = last[i];
    const { tokens, epochs } = usage[name];
    const drawn = tokens - (from.sources?.[name]?.tokens ?? 0);
    const worth: Microanneal = {
      source: name,
      gain: gain.interval,
      forgetting: forgetting.interval,
      gainBySeed: gain.bySeed,
      forgettingBySeed: forgetting.bySeed,
      gainNoise: gain.noise,
      forgettingNoise: forgetting.noise,
      tokens: checkpoint.tokens - from.tokens,
      candidateEpochs: tokens === 0 ? 0 : epochs * drawn / tokens,
    };
    return described(worth, () => tellWorths([worth]));
  });
  return described(worths, tellWorths);
}

function tellWorths(worths: readonly Microanneal[]): Description {
  return [{
    rows: worths.map(({ source, gain, forgetting, tokens, candidateEpochs }) => ({
      source,
      "gain on the domain (nats per token)": gain,
      "forgetting of general text (nats per token)": forgetting,
      tokens,
      "epochs of the candidate": Number(candidateEpochs.toPrecision(3)),
    })),
  }, "Above 0 a gain helps, and forgetting harms; intervals are 95 %"];
}

/** A run and its losses, window by window. */
interface Probe {
  run: Run;
  domain: Float64Array;
  retained: Float64Array;
}

async function measure(
  checkpoint: Checkpoint,
  { domain, retained, windows, engine, backend, context, maskDocuments, crossDocumentTargets }: Pick<
    CompareSourcesOptions,
    | "domain"
    | "retained"
    | "windows"
    | "engine"
    | "backend"
    | "context"
    | "maskDocuments"
    | "crossDocumentTargets"
  >,
): Promise<Pick<Probe, "domain" | "retained">> {
  const options = { windows, engine, backend, context, maskDocuments, crossDocumentTargets };
  // Windows in which nothing counts are the same ones of every run.
  const losses = async (source: TokenSource) =>
    (await evaluateLoss(checkpoint, source, options)).perWindow.filter((loss) => !Number.isNaN(loss));
  return { domain: await losses(domain), retained: await losses(retained) };
}

/** Options of {@linkcode detectableGain}. */
export interface DetectableGainOptions {
  /** Seeds of the planned microanneal, at least 2. */
  seeds: number;
  /** Held-out windows of the planned microanneal, at least 2. */
  windows: number;
  /** How often such a gain is to be found. @default {0.8} */
  power?: number;
}

/**
 * The smallest gain that a microanneal of so many seeds and windows finds, its 95 % interval then lying above 0, with the
 * noise that another one of the same tokens had.
 *
 * @throws {RangeError} If an option is out of range, or the noise of the order is not known.
 * @example Four times the seeds halve it where order is all the noise
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectableGain } from "midtrain/anneal";
 *
 * const noise = { order: 0.1, windows: 0, rest: 0 };
 * const [few, many] = [25, 100].map((seeds) => detectableGain(noise, { seeds, windows: 10 }));
 * assert(Math.abs(few! / many! - 2) < 0.1);
 * ```
 */
export function detectableGain(noise: PairedNoise, options: DetectableGainOptions): number {
  takes("Cannot plan a microanneal", options, "seeds, windows, power?");
  ofKind("Cannot plan a microanneal", { noise }, "an object with windows, rest");
  const { seeds, windows, power = 0.8 } = options;
  wholeNumber("Cannot plan a microanneal", { seeds, windows }, ">= 2");
  inRange("Cannot plan a microanneal", { power }, "in (0, 1)");
  if (noise.order === undefined) {
    throw new RangeError(
      "Cannot plan a microanneal as the noise of the data's order must be known: it was measured with one seed",
    );
  }
  const { error, degreesOfFreedom } = standardError(noise, seeds, windows);
  return error * (studentQuantile(0.975, degreesOfFreedom) + studentQuantile(power, degreesOfFreedom));
}
