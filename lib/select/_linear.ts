/**
 * Linear heads on dense features: weighted least squares with a ridge, and what each item would be given by a head that had
 * not seen it.
 */

/** A head: what it gives an item is `bias + weights · features`. */
export interface Head {
  weights: Float64Array;
  bias: number;
}

/** A head with what leaving each item out would have given it. */
export interface FittedHead extends Head {
  /** The head's own sum for each item when that item is left out: exact for ridge regression, to first order for logistic. */
  leftOut: Float64Array;
}

/** Rows of equal length. */
export interface Features {
  rows: readonly ArrayLike<number>[];
  columns: number;
}

/** Ridge regression; the bias is not shrunk. */
export function fitRidge(features: Features, targets: ArrayLike<number>, ridge: number): FittedHead {
  const weights = new Float64Array(features.rows.length).fill(1);
  return solve(features, targets, weights, ridge);
}

/**
 * Logistic regression with a ridge, by Newton's method; targets are probabilities in [0, 1].
 *
 * The step is halved until the loss falls, so that it ends at the optimum from 0 whatever the data.
 */
export function fitLogistic(features: Features, targets: ArrayLike<number>, ridge: number): FittedHead {
  const { rows, columns } = features;
  let head: FittedHead = {
    weights: new Float64Array(columns),
    bias: 0,
    leftOut: new Float64Array(rows.length),
  };
  let loss = logisticLoss(features, targets, ridge, head);
  for (let step = 0; step < 100; step++) {
    // Newton's step is a weighted least-squares fit to the working response.
    const w = new Float64Array(rows.length);
    const response = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const sum = predict(head, rows[i]);
      const p = 1 / (1 + Math.exp(-sum));
      w[i] = Math.max(p * (1 - p), 1e-10);
      response[i] = sum + (targets[i] - p) / w[i];
    }
    const full = solve(features, response, w, ridge);
    const before = head;
    let next = full;
    let share = 1;
    let nextLoss = logisticLoss(features, targets, ridge, next);
    while (nextLoss > loss && share > 1e-6) {
      share /= 2;
      next = between(before, full, share);
      nextLoss = logisticLoss(features, targets, ridge, next);
    }
    const gained = loss - nextLoss;
    if (!(gained > 0)) return { ...before, leftOut: full.leftOut };
    head = next;
    loss = nextLoss;
    if (gained < 1e-10 * (1 + Math.abs(loss))) return { ...head, leftOut: full.leftOut };
  }
  return head;
}

/** What a head gives an item. */
export function predict({ weights, bias }: Head, row: ArrayLike<number>): number {
  let sum = bias;
  for (let d = 0; d < weights.length; d++) sum += weights[d] * row[d];
  return sum;
}

/** The mean loss of predicted sums against targets that are probabilities. */
export function logLoss(sums: ArrayLike<number>, targets: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i];
    total += Math.max(sum, 0) - sum * targets[i] + Math.log1p(Math.exp(-Math.abs(sum)));
  }
  return total / sums.length;
}

function logisticLoss(features: Features, targets: ArrayLike<number>, ridge: number, head: Head): number {
  const sums = features.rows.map((row) => predict(head, row));
  let squares = 0;
  for (const weight of head.weights) squares += weight * weight;
  return sums.length * logLoss(sums, targets) + ridge / 2 * squares;
}

function between(a: FittedHead, b: FittedHead, share: number): FittedHead {
  return {
    weights: a.weights.map((weight, d) => weight + share * (b.weights[d] - weight)),
    bias: a.bias + share * (b.bias - a.bias),
    leftOut: b.leftOut,
  };
}

/** Minimise the weighted squares plus the ridge; the bias is the last of the unknowns. */
function solve(
  { rows, columns }: Features,
  targets: ArrayLike<number>,
  w: ArrayLike<number>,
  ridge: number,
): FittedHead {
  const size = columns + 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  row[columns] = 1;
  for (let i = 0; i < rows.length; i++) {
    for (let d = 0; d < columns; d++) row[d] = rows[i][d];
    for (let a = 0; a < size; a++) {
      const scaled = w[i] * row[a];
      right[a] += scaled * targets[i];
      const at = a * size;
      for (let b = 0; b <= a; b++) matrix[at + b] += scaled * row[b];
    }
  }
  for (let d = 0; d < columns; d++) matrix[d * size + d] += ridge;
  factor(matrix, size);
  const solution = right.slice();
  forward(matrix, size, solution);
  for (let a = size - 1; a >= 0; a--) {
    let value = solution[a];
    for (let b = a + 1; b < size; b++) value -= matrix[b * size + a] * solution[b];
    solution[a] = value / matrix[a * size + a];
  }
  const head: Head = { weights: solution.slice(0, columns), bias: solution[columns] };
  const leftOut = new Float64Array(rows.length);
  const leverage = new Float64Array(size);
  for (let i = 0; i < rows.length; i++) {
    for (let d = 0; d < columns; d++) leverage[d] = rows[i][d];
    leverage[columns] = 1;
    forward(matrix, size, leverage);
    let h = 0;
    for (let a = 0; a < size; a++) h += leverage[a] * leverage[a];
    h *= w[i];
    const sum = predict(head, rows[i]);
    leftOut[i] = sum - h / Math.max(1 - h, 1e-12) * (targets[i] - sum);
  }
  return { ...head, leftOut };
}

/** Cholesky's factor into the lower triangle, in place. */
export function factor(matrix: Float64Array, size: number): void {
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let value = matrix[a * size + b];
      for (let k = 0; k < b; k++) value -= matrix[a * size + k] * matrix[b * size + k];
      if (b < a) matrix[a * size + b] = value / matrix[b * size + b];
      // Rounding may leave nothing of the smallest pivot.
      else matrix[a * size + a] = Math.sqrt(Math.max(value, 1e-12));
    }
  }
}

/** Solve with the lower triangle, in place. */
export function forward(matrix: Float64Array, size: number, vector: Float64Array): void {
  for (let a = 0; a < size; a++) {
    let value = vector[a];
    const at = a * size;
    for (let b = 0; b < a; b++) value -= matrix[at + b] * vector[b];
    vector[a] = value / matrix[at + a];
  }
}
