import { inRange, ofKind, takes } from "../base/mod.ts";
import type { MixedRun, MixingLaw } from "./_mixtures.ts";
import type { SizedMixedRun } from "./additive_mixing.ts";
import { type Fit, fitLaw } from "./fit.ts";
import { predictLaw } from "./law.ts";
import { fitMixingLaw } from "./mixing_law.ts";
import { powerFloorLaw } from "./power_floor.ts";
import type { FitOptions } from "./search.ts";

/** Options of {@linkcode nestMixingLaw}: where to, and how the mixing law is fitted. */
export interface NestMixingOptions extends FitOptions {
  /** Parameters of the model that is meant. */
  params: number;
  /** Tokens that it will be trained on. */
  tokens: number;
}

/** A mixture's loss carried to a scale at which nothing was trained. */
export interface NestedLoss extends MixedRun {
  /** The loss at the target scale. */
  loss: number;
  /** How many measured losses it rests on. */
  measured: number;
}

/** A mixing law at a scale at which nothing was trained. */
export interface NestedMixing {
  /** The mixing law fitted to the extrapolated losses. */
  fit: Fit<MixedRun>;
  /** Every mixture's loss at the target scale. */
  losses: NestedLoss[];
}

/**
 * Data mixing laws nested with step and size laws (arXiv 2403.16952, section 4): a power law over tokens carries every small
 * run to the target tokens, a power law over sizes carries these to the target size, and the mixing law is fitted to what
 * comes out. Errors add up from law to law; the fit's intervals hold only those of the last.
 *
 * @param law The mixing law, for example {@linkcode exponentialMixingLaw}.
 * @param runs Losses of every mixture at three or more sizes, each at three or more numbers of tokens; a size or a number of
 * tokens that is the target itself is taken as measured.
 * @throws {RangeError} If a mixture has too few sizes or tokens to be carried on; the message names it.
 * @example Runs on the laws are carried along them
 * ```ts
 * import assert from "node:assert/strict";
 * import { exponentialMixingLaw, nestMixingLaw } from "midtrain/laws";
 *
 * const runs = [0.2, 0.4, 0.6, 0.8].flatMap((code) => [1e8, 2e8, 4e8].flatMap((params) => [1e9, 3e9, 9e9].map((tokens) => ({
 *   mixture: { code, web: 1 - code }, params, tokens,
 *   loss: 1 + Math.exp(-code) + 200 * params ** -0.3 + 500 * tokens ** -0.35,
 * }))));
 * const { losses } = nestMixingLaw(exponentialMixingLaw(["code", "web"]), runs, { params: 1e9, tokens: 1e10 });
 * assert(Math.abs(losses[0]!.loss - (1 + Math.exp(-0.2) + 200 * 1e9 ** -0.3 + 500 * 1e10 ** -0.35)) < 1e-3);
 * ```
 */
export function nestMixingLaw(
  law: MixingLaw<MixedRun>,
  runs: readonly SizedMixedRun[],
  options: NestMixingOptions,
): NestedMixing {
  takes(
    "Cannot nest a mixing law",
    options,
    "params, tokens, delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind("Cannot nest a mixing law", { law }, "an object with domains, parameters, prepare, predict");
  ofKind("Cannot nest a mixing law", { runs }, "a list of objects with params, tokens, mixture");
  const { params, tokens, ...fitOptions } = options;
  inRange(`Cannot nest ${law.name}`, { params, tokens }, "finite and positive");
  law.prepare(runs);
  const key = ({ mixture }: MixedRun) => JSON.stringify(law.domains.map((domain) => mixture[domain]));
  const losses = [...Map.groupBy(runs, key).values()].map((same): NestedLoss => {
    const mixture = same[0].mixture;
    const named = `mixture ${JSON.stringify(mixture)}`;
    const bySize = [...Map.groupBy(same, (run) => run.params)].map(([size, steps]) => ({
      amount: size,
      loss: carry(
        steps.map((run) => ({ amount: run.tokens, loss: run.loss! })),
        tokens,
        `${named} at ${size} parameters`,
        "tokens",
      ),
    }));
    return { mixture, loss: carry(bySize, params, named, "sizes"), measured: same.length };
  });
  return { fit: fitMixingLaw(law, losses, fitOptions), losses };
}

function carry(
  points: { amount: number; loss: number }[],
  target: number,
  named: string,
  what: "tokens" | "sizes",
): number {
  const there = points.find(({ amount }) => amount === target);
  if (there) return there.loss;
  const distinct = new Set(points.map(({ amount }) => amount)).size;
  if (distinct < 3) {
    throw new RangeError(
      `Cannot carry ${named} to ${target} as it takes at least 3 different ${what}: there are ${distinct}`,
    );
  }
  return predictLaw(fitLaw(powerFloorLaw, points), [{ amount: target }])[0];
}
