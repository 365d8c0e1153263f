/**
 * The Cholesky factor of a symmetric positive definite matrix, over its lower triangle, rows one after another. Written
 * here because npm's matrix packages copy into their own classes, and the kit needs nothing else of them.
 *
 * @returns Whether the matrix was positive definite; where not, its content is lost.
 */
export function factor(matrix: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const at = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let sum = matrix[at + j];
      for (let k = 0; k < j; k++) sum -= matrix[at + k] * matrix[other + k];
      if (j < i) matrix[at + j] = sum / matrix[other + j];
      else if (sum > 0) matrix[at + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** `L z = b`, in place. */
export function forward(lower: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= lower[i * n + k] * b[k];
    b[i] = sum / lower[i * n + i];
  }
}

/** `L' x = z`, in place. */
export function backward(lower: Float64Array, n: number, z: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    z[i] = z[i] / lower[i * n + i];
    for (let k = 0; k < i; k++) z[k] = z[k] - lower[i * n + k] * z[i];
  }
}
