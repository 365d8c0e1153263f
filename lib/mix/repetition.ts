import { effectiveTokens as worthOfOne } from "../laws/mod.ts";

/**
 * The published half-life-like constant of repeated data, R_D*: after about this many repetitions a further one is worth
 * 1/e of a fresh token (arXiv:2305.16264, fitted on C4).
 *
 * The published fit is not at its optimum: on the same 182 runs least Huber loss puts it near 47 with almost the same
 * error, so the data hardly identify it. 15.39 is the careful choice, as it values repetition less.
 */
export const publishedRepetitionConstant = 15.387756;

/** Options of {@linkcode effectiveTokens}. */
export interface EffectiveTokensOptions {
  /** R_D*, in repetitions. @default {publishedRepetitionConstant} */
  repetitionConstant?: number;
}

/**
 * What `epochs` passes over unique tokens are worth in fresh tokens: `U + U R* (1 - exp(-R / R*))` with `R = epochs - 1`
 * repetitions (Muennighoff et al., arXiv:2305.16264, equation 5). Up to one epoch every token is fresh.
 *
 * @param uniqueTokens U, at least 0.
 * @param epochs Passes over them, at least 0; fractions count.
 * @throws {RangeError} If a value is negative or not finite, or the constant is not finite and > 0.
 * @example Four epochs are worth 93 % of fresh data
 * ```ts
 * import assert from "node:assert/strict";
 * import { effectiveTokens } from "midtrain/mix";
 *
 * assert.equal((effectiveTokens(1e9, 4) / 4e9).toFixed(4), "0.9314");
 * ```
 */
export function effectiveTokens(
  uniqueTokens: number,
  epochs: number,
  options: EffectiveTokensOptions = {},
): number {
  const { repetitionConstant = publishedRepetitionConstant } = options;
  for (const [name, value] of Object.entries({ uniqueTokens, epochs })) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(
        `Cannot compute effective tokens as ${name} must be finite and >= 0: current value is ${value}`,
      );
    }
  }
  if (!(repetitionConstant > 0 && repetitionConstant < Infinity)) {
    throw new RangeError(
      `Cannot compute effective tokens as repetitionConstant must be finite and > 0: current value is ${repetitionConstant}`,
    );
  }
  return uniqueTokens * worthOfOne(1, epochs, { RD: repetitionConstant });
}
