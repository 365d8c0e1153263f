/**
 * The sign test (exact, two-sided): the probability that a fair coin tossed `higher + lower` times splits at least as
 * unevenly. For right-or-wrong items it is McNemar's exact test.
 *
 * @param higher Items that rose.
 * @param lower Items that fell.
 * @returns The p-value; 1 when no item changed.
 * @throws {RangeError} If a count is not a whole number >= 0.
 * @example Five of five heads
 * ```ts
 * import assert from "node:assert/strict";
 * import { signTest } from "midtrain/base";
 *
 * assert(Math.abs(signTest(5, 0) - 2 / 32) < 1e-12);
 * ```
 */
export function signTest(higher: number, lower: number): number {
  if (!Number.isSafeInteger(higher) || !Number.isSafeInteger(lower) || higher < 0 || lower < 0) {
    throw new RangeError(
      `Cannot run a sign test as counts must be whole numbers >= 0: current values are ${higher} and ${lower}`,
    );
  }
  const n = higher + lower;
  const few = Math.min(higher, lower);
  // In logarithms, as 2^-n leaves the range of doubles at n = 1075.
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= few; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
