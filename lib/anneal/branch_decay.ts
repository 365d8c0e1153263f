import { described, type Description, inRange, must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { join } from "node:path";
import { type DecayShape, wsd } from "../schedule/mod.ts";
import { branchDecayOptions } from "./_options.ts";
import { type Checkpoint, loadCheckpoint, progressOf } from "./checkpoint.ts";
import { evaluateLoss } from "./loss.ts";
import { mergeCheckpoints, mergeSaved } from "./merge.ts";
import type { Run, TrainOptions } from "./run.ts";
import type { TokenSource } from "./tokens.ts";
import { train } from "./train.ts";

/** Options of {@linkcode branchDecay}; those of {@linkcode train} that are not named here are passed on. */
export interface BranchDecayOptions extends
  Omit<
    TrainOptions,
    "config" | "from" | "steps" | "schedule" | "evaluate" | "folder" | "onCheckpoint" | "onEvaluation"
  > {
  /** Checkpoints of one run at a constant rate, or their folders. */
  stable: readonly (Checkpoint | string)[];
  /** The rate of that run. */
  peak: number;
  /** The steps in all at which decays are to end. */
  budgets: readonly number[];
  /** Which share of each budget decays, in (0, 1]. @default {0.2} */
  decayFraction?: number | undefined;
  /** How the rate falls. @default {"linear"} */
  shape?: DecayShape | undefined;
  /** The rate at the end. @default {0} */
  floor?: number | undefined;
  /** Held-out tokens by which branches are judged. */
  heldOut: readonly TokenSource[];
  /** Windows of each, spread evenly. @default all */
  windows?: number | undefined;
  /**
   * Steps before each budget's end whose stable checkpoints are averaged in equal parts, beside the decay: what a merge would
   * have given without one. The published windows of Nemotron 3 are 125, 250 and 500 billion tokens. @default no merges
   */
  mergeWindows?: readonly number[] | undefined;
  /** A folder for each branch, `decay-BUDGET` in this one, in which it goes on after a stop or a kill. @default none */
  folder?: string | undefined;
}

/** The average of a window of stable checkpoints. */
export interface WindowMerge {
  /** Steps before the budget's end. */
  window: number;
  /** Steps of the checkpoints that were averaged. */
  steps: number[];
  /** Loss on each held-out source, in nats per token. */
  losses: Record<string, number>;
  /** What it costs against the decay of the same budget on each source, in nats per token; below 0 it is better. */
  cost: Record<string, number>;
}

/** One decay from the stable run. */
export interface DecayBranch {
  /** Steps in all at its end. */
  budget: number;
  /** Tokens in all at its end. */
  tokens: number;
  /** The step of the stable checkpoint that it began from; the rate is held until the decay begins. */
  from: number;
  /** Steps that decayed. */
  decaySteps: number;
  /** Loss on each held-out source, in nats per token. */
  losses: Record<string, number>;
  /** Loss of the stable run after as many steps, where it has a checkpoint there. */
  stableLosses?: Record<string, number>;
  /** Averages beside it, in the order of `mergeWindows`. */
  merges: WindowMerge[];
  /** Its run. */
  run: Run;
}

/**
 * Decide the budget late: from one run at a constant rate, a decay to each of several budgets, and beside each what averaging
 * the stable checkpoints of a window would have given (WSM, arXiv:2507.17634) with the loss that it costs.
 *
 * A branch begins from the newest stable checkpoint at or before its decay. What was trained in vain is the decays alone.
 *
 * @throws {RangeError} Before the first step, if no checkpoint lies before a decay, a window holds fewer than two, or an
 * option is out of range.
 * @throws {Error} If a branch diverges or is interrupted; what it reached stays in its folder.
 * @example
 * ```ts ignore
 * import { branchDecay } from "midtrain/anneal";
 *
 * const stable = ["step-200", "step-300", "step-400"].map((name) => `checkpoints/${name}`);
 * const branches = await branchDecay({
 *   stable, peak: 3e-3, budgets: [250, 400], sources, heldOut: [heldOut], mergeWindows: [100], folder: "branches",
 * });
 * ```
 */
export async function branchDecay(options: BranchDecayOptions): Promise<DecayBranch[]> {
  const cannot = "Cannot branch decays";
  takes(cannot, options, branchDecayOptions);
  const {
    stable,
    peak,
    budgets,
    decayFraction = 0.2,
    shape,
    floor,
    heldOut,
    windows,
    mergeWindows = [],
    folder,
    ...shared
  } = options;
  ofKind(cannot, { budgets, mergeWindows }, "a list of numbers");
  ofKind(cannot, { heldOut }, "a list of objects with name, tokens");
  wholeNumber(cannot, Object.fromEntries(budgets.map((budget, i) => [`budgets[${i}]`, budget])), ">= 1");
  wholeNumber(
    cannot,
    Object.fromEntries(mergeWindows.map((window, i) => [`mergeWindows[${i}]`, window])),
    ">= 1",
  );
  inRange(cannot, { decayFraction }, "in (0, 1]");
  inRange(cannot, { peak }, "a finite number > 0");
  must(cannot, "there must be a budget", "none", budgets.length > 0);
  must(cannot, "there must be a held-out source", "none", heldOut.length > 0);
  const line = await StableLine.of(stable);
  const plans = budgets.map((budget) => {
    const decaySteps = Math.max(1, Math.round(decayFraction * budget));
    return {
      budget,
      decaySteps,
      from: line.before(budget - decaySteps, budget),
      merges: mergeWindows.map((window) => ({
        window,
        steps: line.within(budget - window, budget),
      })),
    };
  });
  const measure = async (checkpoint: Checkpoint): Promise<Record<string, number>> => {
    const { engine, backend, context, maskDocuments, crossDocumentTargets } = shared;
    const how = { windows, engine, backend, context, maskDocuments, crossDocumentTargets };
    const losses: Record<string, number> = {};
    for (const source of heldOut) losses[source.name] = (await evaluateLoss(checkpoint, source, how)).loss;
    return losses;
  };
  const total = plans.reduce((sum, { budget, from }) => sum + budget - from, 0);
  let done = 0;
  const branches: DecayBranch[] = [];
  for (const { budget, decaySteps, from, merges } of plans) {
    const before = done;
    const run = await train({
      ...shared,
      from: await line.load(from),
      steps: budget,
      schedule: wsd({ peak, steps: budget, decaySteps, shape, floor }),
      ...(folder !== undefined && { folder: join(folder, `decay-${budget}`) }),
      onProgress: (event) =>
        shared.onProgress?.({ ...event, label: "branch decays", done: before + event.done - from, total }),
    });
    if (run.stopped !== "done") {
      throw new Error(`${cannot} as each must end: that to ${budget} steps, ${run.message}`);
    }
    done += budget - from;
    const losses = await measure(run.checkpoint);
    const merged: WindowMerge[] = [];
    for (const { window, steps } of merges) {
      const found = await measure(await line.merge(steps));
      const cost = Object.fromEntries(
        Object.entries(found).map(([name, loss]) => [name, loss - losses[name]]),
      );
      merged.push({ window, steps, losses: found, cost });
    }
    branches.push({
      ...{ budget, tokens: run.checkpoint.tokens, from, decaySteps, losses },
      ...(line.has(budget) && { stableLosses: await measure(await line.load(budget)) }),
      ...{ merges: merged, run },
    });
  }
  return described(branches, tellBranches);
}

/** The checkpoints of a stable run by their steps; those on disk are read when they are needed. */
class StableLine {
  readonly #at: Map<number, Checkpoint | string>;

  private constructor(at: Map<number, Checkpoint | string>) {
    this.#at = at;
  }

  static async of(stable: readonly (Checkpoint | string)[]): Promise<StableLine> {
    const cannot = "Cannot branch decays";
    ofKind(cannot, { stable }, "a list");
    const at = new Map<number, Checkpoint | string>();
    for (const one of stable) {
      if (typeof one !== "string") {
        ofKind(cannot, { "a stable checkpoint": one }, "an object with config, weights");
      }
      const { step } = typeof one === "string" ? await progressOf(one) : one;
      must(cannot, "stable checkpoints must be of different steps", `${step} twice`, !at.has(step));
      at.set(step, one);
    }
    must(cannot, "there must be a stable checkpoint", "none", at.size > 0);
    return new StableLine(new Map([...at].sort(([a], [b]) => a - b)));
  }

  has(step: number): boolean {
    return this.#at.has(step);
  }

  /** The newest at or before a step. */
  before(step: number, budget: number): number {
    const found = [...this.#at.keys()].findLast((other) => other <= step);
    if (found !== undefined) return found;
    const [first] = this.#at.keys();
    throw new RangeError(
      `Cannot branch decays as a stable checkpoint must lie at or before step ${step}, where the decay to ${budget} ` +
        `begins: the first is of step ${first}`,
    );
  }

  /** Those behind a step and up to another. */
  within(after: number, end: number): number[] {
    const steps = [...this.#at.keys()].filter((step) => step > after && step <= end);
    must(
      "Cannot branch decays",
      `a merge needs 2 stable checkpoints or more behind step ${after} and up to ${end}`,
      steps.join(", ") || "none",
      steps.length >= 2,
    );
    return steps;
  }

  async load(step: number): Promise<Checkpoint> {
    const one = this.#at.get(step)!;
    return typeof one === "string" ? await loadCheckpoint(one) : one;
  }

  /** The average of some, in equal parts; one in memory at a time where all lie on disk. */
  async merge(steps: readonly number[]): Promise<Checkpoint> {
    const ones = steps.map((step) => this.#at.get(step)!);
    const paths = ones.filter((one) => typeof one === "string");
    if (paths.length === ones.length) return await mergeSaved(paths);
    return mergeCheckpoints(await Promise.all(steps.map((step) => this.load(step))));
  }
}

function tellBranches(branches: readonly DecayBranch[]): Description {
  const rows = branches.flatMap(({ budget, tokens, from, decaySteps, losses, stableLosses, merges }) => {
    const row = (what: string, found: Record<string, number>, cost: Record<string, number>) => ({
      "steps": budget,
      tokens,
      "model": what,
      ...Object.fromEntries(
        Object.entries(found).flatMap(([name, loss]) => [
          [`${name} (nats per token)`, Number(loss.toFixed(4))],
          [`${name}, cost against the decay`, cost[name] === undefined ? "" : Number(cost[name].toFixed(4))],
        ]),
      ),
    });
    const against = (found: Record<string, number>) =>
      Object.fromEntries(Object.entries(found).map(([name, loss]) => [name, loss - losses[name]]));
    return [
      row(`decay over ${decaySteps} steps, from step ${from}`, losses, {}),
      ...merges.map(({ window, steps, losses, cost }) =>
        row(`average of ${steps.length} checkpoints in ${window} steps`, losses, cost)
      ),
      ...stableLosses ? [row("stable", stableLosses, against(stableLosses))] : [],
    ];
  });
  return [{ rows }, "Below 0 a cost is a gain: that model is better than the decay"];
}
