import { normalEquations } from "./_vector.ts";

/** Small dense linear algebra on row-major Float64Array matrices: at most some twenty rows, so plain loops. */

/** The sum of products. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Room for a factor. */
let room = new Float64Array(100);

/** Solve `A x = b` for a symmetric positive definite A of size n; false when A is not (within rounding). */
export function solveSpd(A: Float64Array, b: Float64Array, x: Float64Array): boolean {
  const n = b.length;
  if (room.length < n * n) room = new Float64Array(n * n);
  const L = room;
  for (let i = 0; i < n * n; i++) L[i] = A[i];
  for (let j = 0; j < n; j++) {
    let pivot = L[j * n + j];
    for (let k = 0; k < j; k++) pivot -= L[j * n + k] ** 2;
    if (!(pivot > 1e-14 * Math.abs(A[j * n + j])) || !Number.isFinite(pivot)) return false;
    const root = Math.sqrt(pivot);
    L[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = L[i * n + j];
      for (let k = 0; k < j; k++) sum -= L[i * n + k] * L[j * n + k];
      L[i * n + j] = sum / root;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= L[i * n + k] * x[k];
    x[i] = sum / L[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < n; k++) sum -= L[k * n + i] * x[k];
    x[i] = sum / L[i * n + i];
  }
  return true;
}

/** Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix, by Jacobi rotations. */
export function eigenSymmetric(A: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(A);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < n; i++) {
      diagonal += a[i * n + i] ** 2;
      for (let j = 0; j < i; j++) off += a[i * n + j] ** 2;
    }
    if (off <= 1e-32 * diagonal) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p * n + q] === 0) continue;
        const tau = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const x = a[k * n + p];
          const y = a[k * n + q];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const x = a[p * n + k];
          const y = a[q * n + k];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
          const vx = v[k * n + p];
          const vy = v[k * n + q];
          v[k * n + p] = c * vx - s * vy;
          v[k * n + q] = s * vx + c * vy;
        }
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i] - a[j * n + j]);
  const values = Float64Array.from(order, (i) => a[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let k = 0; k < n; k++) vectors[k * n + to] = v[k * n + from];
  });
  return { values, vectors };
}

/**
 * Weighted least squares with lower bounds, of few columns: solve, put what falls below its bound onto it, repeat.
 *
 * @param columns One array a column.
 * @param lower Lower bounds, -Infinity for none.
 */
export function boundedLeastSquares(
  columns: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
  lower: readonly number[],
): Float64Array {
  const m = columns.length;
  const gram = new Float64Array(m * m);
  const right = new Float64Array(m);
  normalEquations(columns, weights, target, gram, right);
  const solution = new Float64Array(m);
  const fixed = new Array<boolean>(m).fill(false);
  for (let round = 0; round <= m; round++) {
    const free = columns.map((_, a) => a).filter((a) => !fixed[a]);
    const size = free.length;
    const A = new Float64Array(size * size);
    const b = new Float64Array(size);
    const x = new Float64Array(size);
    free.forEach((a, r) => {
      b[r] = right[a];
      for (let c = 0; c < m; c++) if (fixed[c]) b[r] -= gram[a * m + c] * solution[c];
      free.forEach((c, s) => A[r * size + s] = gram[a * m + c] * (r === s ? 1 + 1e-12 : 1));
    });
    if (!solveSpd(A, b, x)) x.fill(0);
    free.forEach((a, r) => solution[a] = x[r]);
    const below = free.filter((a) => solution[a] < lower[a]);
    if (below.length === 0) break;
    for (const a of below) {
      fixed[a] = true;
      solution[a] = lower[a];
    }
  }
  return solution;
}
