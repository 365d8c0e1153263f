/**
 * The weights, none negative and of sum one, under which the quadratic form `w M w` is least: exchanges between two weights
 * at a time, each solved exactly, until none helps.
 *
 * @param matrix Row by row, symmetric and positive semidefinite.
 */
export function simplexWeights(matrix: Float64Array, count: number): Float64Array {
  const weights = new Float64Array(count).fill(1 / count);
  const slope = Float64Array.from({ length: count }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += matrix[j * count + k] / count;
    return sum;
  });
  for (let round = 0; round < 10_000; round++) {
    // From the weight that costs most to the one that costs least.
    let from = -1;
    let to = 0;
    for (let j = 0; j < count; j++) {
      if (weights[j] > 0 && (from < 0 || slope[j] > slope[from])) from = j;
      if (slope[j] < slope[to]) to = j;
    }
    const gain = slope[from] - slope[to];
    if (!(gain > 1e-12 * Math.abs(slope[from]))) break;
    const curvature = matrix[from * count + from] + matrix[to * count + to] - 2 * matrix[from * count + to];
    const moved = curvature > 0 ? Math.min(gain / curvature, weights[from]) : weights[from];
    weights[from] = moved === weights[from] ? 0 : weights[from] - moved;
    weights[to] += moved;
    for (let j = 0; j < count; j++) slope[j] += moved * (matrix[j * count + to] - matrix[j * count + from]);
  }
  return weights;
}
