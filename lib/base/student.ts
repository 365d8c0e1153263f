/**
 * The quantile of Student's t distribution: how many standard errors a mean of few values may lie off.
 *
 * By bisection of the distribution function, which is an incomplete beta function (its continued fraction: NIST DLMF
 * 8.17.22). The small packages that offer it pull in far more than these lines.
 *
 * @param p The probability below it, in (0, 1).
 * @param degreesOfFreedom Any number > 0, whole or not; `Infinity` gives the normal distribution.
 * @throws {RangeError} If an argument is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { studentQuantile } from "midtrain/base";
 *
 * assert.equal(studentQuantile(0.975, 2).toFixed(3), "4.303");
 * assert.equal(studentQuantile(0.975, Infinity).toFixed(3), "1.960");
 * ```
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(
      `Cannot take a quantile of Student's t as p must be in (0, 1): current value is ${p}`,
    );
  }
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(
      `Cannot take a quantile of Student's t as degreesOfFreedom must be > 0: current value is ${degreesOfFreedom}`,
    );
  }
  if (p === 0.5) return 0;
  // Beyond this many the normal distribution differs by less than a millionth.
  const freedom = Math.min(degreesOfFreedom, 1e7);
  const tail = Math.min(p, 1 - p);
  let low = 0;
  let high = 1;
  while (upperTail(high, freedom) > tail) high *= 2;
  for (let i = 0; i < 100 && low < high; i++) {
    const middle = (low + high) / 2;
    if (upperTail(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return p < 0.5 ? -high : high;
}

/** P(T > t) for t >= 0. */
function upperTail(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
}

/** The regularised incomplete beta function I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return Math.min(Math.max(x, 0), 1);
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b),
  ) / a;
  // The fraction 1 + d1/(1 + d2/(1 + ...)), from its tail.
  let fraction = 1;
  for (let m = 200; m >= 1; m--) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    fraction = 1 + even / (1 + odd / fraction);
  }
  return front / (1 - (a + b) * x / (a + 1) / fraction);
}

/** ln Γ(x) for x > 0, by Stirling's series from 10 on. */
function logGamma(x: number): number {
  let shift = 0;
  for (; x < 10; x++) shift += Math.log(x);
  const inverse = 1 / (x * x);
  const series =
    (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}
