import { inRange, ofKind } from "../base/mod.ts";
import { exponent } from "./_curve_parameters.ts";
import { fieldOf, measured } from "./_records.ts";
import type { Law, Observations, Parameter } from "./law.ts";

/** How a loss changed after some tokens of continued pre-training. */
export interface LossChange {
  /** Continued tokens in units of 0.2B, as the paper counts; any unit, kept the same. */
  tokens: number;
  /** Loss now less loss before, in nats per token; negative where it improved. Leave it out to predict. */
  change?: number;
}

interface Prepared extends Observations {
  log: Float64Array;
}

const scale = (name: string): Parameter => ({
  name,
  unit: "nats per token",
  lower: -100,
  upper: 100,
  transform: "identity",
});

/**
 * The CMR law of the domain loss: its change is a power of the tokens and a constant. Fit with `scale: "linear"` and
 * `delta: Infinity`, as changes may be negative.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cmrDomainLaw, fitLaw } from "midtrain/laws";
 *
 * const changes = [5, 10, 20, 50, 100].map((tokens) => ({ tokens, change: 0.8 * tokens ** -0.3 - 0.9 }));
 * const fit = fitLaw(cmrDomainLaw, changes, { scale: "linear", delta: Infinity });
 * assert(Math.abs(fit.parameters.s! + 0.3) < 1e-6);
 * ```
 */
export const cmrDomainLaw: Law<LossChange> = powers("cmr-domain", 1);

/**
 * The CMR law of the general loss: the change is the sum of two powers of the tokens, forgetting and recovery, and a constant.
 * A fit gives the lesser exponent as `s`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cmrGeneralLaw, predictLaw } from "midtrain/laws";
 *
 * const parameters = { a: 0.2, s: -0.5, a2: -0.1, s2: 0.2, b: 0.05 };
 * const [change] = predictLaw({ law: cmrGeneralLaw, parameters }, [{ tokens: 1 }]);
 * assert(Math.abs(change! - 0.15) < 1e-12);
 * ```
 */
export const cmrGeneralLaw: Law<LossChange> = powers("cmr-general", 2);

function powers(name: string, terms: 1 | 2): Law<LossChange> {
  return {
    name,
    formula: terms === 1 ? "change = a T^s + b" : "change = a T^s + a2 T^s2 + b",
    source: "Gu et al. 2024, arXiv 2407.17467, section 3",
    parameters: terms === 1
      ? [scale("a"), exponent("s"), scale("b")]
      : [scale("a"), exponent("s"), scale("a2"), exponent("s2"), scale("b")],
    linear: terms === 1 ? ["a", "b"] : ["a", "a2", "b"],
    grid: terms === 1
      ? { s: [-1, -0.5, -0.2, 0.2, 0.5, 1] }
      : { s: [-1, -0.5, -0.2, 0.3], s2: [-0.8, -0.3, 0.1, 0.2, 0.5, 1] },
    ...(terms === 1 ? {} : {
      exchangeable: [["s", "a"], ["s2", "a2"]],
      contains: [{ law: cmrDomainLaw, embed: (inner) => ({ ...inner, a2: 0, s2: 0.5 }) }],
    }),
    prepare(changes): Prepared {
      return {
        ...measured(name, changes, "change"),
        log: fieldOf(name, changes, "tokens").map(Math.log),
      };
    },
    predict(theta, prepared, predictions, jacobian) {
      const n = predictions.length;
      const { log } = prepared as Prepared;
      const last = theta.length - 1;
      for (let i = 0; i < n; i++) {
        predictions[i] = theta[last];
        if (jacobian) jacobian[last * n + i] = 1;
        for (let j = 0; j < last; j += 2) {
          const power = Math.exp(theta[j + 1] * log[i]);
          predictions[i] += theta[j] * power;
          if (!jacobian) continue;
          jacobian[j * n + i] = power;
          jacobian[(j + 1) * n + i] = theta[j] * power * log[i];
        }
      }
    },
  };
}

/**
 * The critical mixture ratio: the largest domain share at which the general loss still recovers, after `tokens` of continued
 * pre-training: `a tokens^s + b` (2407.17467, equation 9).
 *
 * @param parameters The fitted a, s and b (the paper's alpha4, s4, beta3).
 * @param tokens In units of 0.2B tokens, as the published parameters take them.
 * @throws {RangeError} If `tokens` is not positive, or the ratio falls outside [0, 1], where the law does not reach.
 * @example The published 460M finance model at 20B tokens
 * ```ts
 * import assert from "node:assert/strict";
 * import { criticalMixtureRatio } from "midtrain/laws";
 *
 * const ratio = criticalMixtureRatio({ a: 0.22524761, s: 0.26944345, b: -0.48139982 }, 100);
 * assert.equal((100 * ratio).toFixed(1), "29.8");
 * ```
 */
export function criticalMixtureRatio(
  parameters: { a: number; s: number; b: number },
  tokens: number,
): number {
  ofKind("Cannot find the critical mixture ratio", { parameters }, "an object with a, s, b");
  inRange("Cannot find the critical mixture ratio", { tokens }, "finite and positive");
  const ratio = parameters.a * tokens ** parameters.s + parameters.b;
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new RangeError(
      `Cannot find the critical mixture ratio as the law leaves [0, 1] at ${tokens} units of tokens: it gives ${ratio}`,
    );
  }
  return ratio;
}
