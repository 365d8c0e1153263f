import { takes, wholeNumber } from "../base/mod.ts";

/** How many samples there are, how many of them are right, and how many of them one may hand in. */
export interface PassAtKOptions {
  /** Samples of one problem. */
  samples: number;
  /** Those that pass. */
  correct: number;
  /** Samples that one may hand in. */
  k: number;
}

/**
 * The chance that of `k` of the samples, drawn without putting back, at least one passes: the unbiased estimate of pass@k
 * (Chen et al. 2021, arXiv 2107.03374). The score of a benchmark is its mean over problems.
 *
 * @throws {RangeError} If `k` or `correct` is more than `samples`, or one is no count.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { passAtK } from "midtrain/evaluate";
 *
 * assert.equal(passAtK({ samples: 10, correct: 3, k: 1 }), 0.3);
 * assert.equal(passAtK({ samples: 4, correct: 1, k: 2 }), 0.5);
 * ```
 */
export function passAtK(options: PassAtKOptions): number {
  const cannot = "Cannot estimate pass@k";
  takes(cannot, options, "samples, correct, k");
  const { samples, correct, k } = options;
  wholeNumber(cannot, { samples }, ">= 1");
  wholeNumber(cannot, { correct }, `in [0, ${samples}]`);
  wholeNumber(cannot, { k }, `in [1, ${samples}]`);
  if (correct === 0) return 0;
  if (k === 1) return correct / samples;
  if (samples - correct < k) return 1;
  // The chance that all k are wrong, as a product: binomials would overflow.
  let wrong = 1;
  for (let i = samples - correct + 1; i <= samples; i++) wrong *= 1 - k / i;
  return 1 - wrong;
}
