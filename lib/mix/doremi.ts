import { inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { type Mixture, uniformMixture } from "./mixture.ts";

const cannot = "Cannot run DoReMi";

/** Options of {@linkcode doremi}. */
export interface DoremiOptions {
  /** The domains. */
  domains: readonly string[];
  /** How many updates. */
  rounds: number;
  /** The step size of the exponentiated gradient, per nat of excess loss. @default {1} */
  stepSize?: number;
  /** The share of the uniform mixture in every round's weights, in [0, 1]. @default {1e-3} */
  smoothing?: number;
}

/** What DoReMi arrives at. */
export interface Doremi {
  /** The mean of the weights over all rounds: the proposed mixture. */
  mixture: Mixture;
  /** The weights after each round. */
  path: Mixture[];
}

/**
 * DoReMi's weights (arXiv:2305.10429, algorithm 1), the baseline of the field: from uniform weights, every round raises those
 * of domains on which the proxy stands above the reference model, and the mean over rounds is the mixture. It minimises the
 * worst excess loss and looks at no target.
 *
 * @param excess The loss of the proxy above that of the reference on each domain, in nats per token, after its next steps on
 * these weights. Below 0 it counts as 0.
 * @throws {RangeError} If an option is out of range, or an excess is not finite: the message names the domain and the round.
 * @throws {TypeError} If a domain's excess is missing.
 * @example A domain that lags by a nat each round takes over
 * ```ts
 * import assert from "node:assert/strict";
 * import { doremi } from "midtrain/mix";
 *
 * const { path } = await doremi(() => ({ web: 0, math: 1 }), { domains: ["web", "math"], rounds: 3, smoothing: 0 });
 * assert(Math.abs(path[2]!.math! - Math.exp(3) / (1 + Math.exp(3))) < 1e-12);
 * ```
 */
export async function doremi(
  excess: (weights: Mixture, round: number) => Record<string, number> | Promise<Record<string, number>>,
  options: DoremiOptions,
): Promise<Doremi> {
  takes("Cannot run DoReMi", options, "domains, rounds, stepSize?, smoothing?");
  ofKind("Cannot run DoReMi", { excess }, "a function");
  const { domains, rounds, stepSize = 1, smoothing = 1e-3 } = options;
  const uniform = uniformMixture(domains);
  wholeNumber(cannot, { rounds }, ">= 1");
  inRange(cannot, { stepSize }, "finite and > 0");
  inRange(cannot, { smoothing }, "in [0, 1]");
  const path: Mixture[] = [];
  let weights = uniform;
  for (let round = 0; round < rounds; round++) {
    const above = await excess(weights, round);
    const logs = domains.map((name) => {
      const value = above[name];
      if (value === undefined) {
        throw new TypeError(
          `${cannot} as every domain needs an excess loss: round ${round} has none for "${name}"`,
        );
      }
      if (!Number.isFinite(value)) {
        throw new RangeError(
          `${cannot} as excess losses must be finite: that of "${name}" in round ${round} is ${value}`,
        );
      }
      return Math.log(weights[name]) + stepSize * Math.max(value, 0);
    });
    const top = Math.max(...logs);
    const sum = logs.reduce((total, log) => total + Math.exp(log - top), 0);
    weights = Object.fromEntries(
      domains.map((
        name,
        j,
      ) => [name, (1 - smoothing) * Math.exp(logs[j] - top) / sum + smoothing * uniform[name]]),
    );
    path.push(weights);
  }
  const average = (name: string) => path.reduce((total, one) => total + one[name], 0) / rounds;
  return { mixture: Object.fromEntries(domains.map((name) => [name, average(name)])), path };
}
