/**
 * 1 - Phi(z) of the standard normal distribution: its power series below 2, its continued fraction above (Abramowitz and
 * Stegun 26.2.10 and 26.2.14).
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  if (z > 2) {
    let fraction = z;
    for (let k = 80; k >= 1; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 1; term > 1e-18 * sum; k++) sum += term *= z * z / (2 * k + 1);
  return 0.5 - density * sum;
}

/** The z >= 0 beyond which lies a tail of at most a half, by bisection. */
export function normalQuantile(tail: number): number {
  let low = 0;
  let high = 40;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > tail) low = middle;
    else high = middle;
  }
  return high;
}
