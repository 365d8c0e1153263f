/**
 * The largest sum of one value a row and column, no row or column twice: the Hungarian method, in O(rows² · columns).
 *
 * @param gains One list a row; there may be more columns than rows or fewer.
 */
export function largestAssignment(gains: readonly (readonly number[])[]): number {
  const columns = gains[0]?.length ?? 0;
  if (gains.length > columns) {
    return largestAssignment(Array.from({ length: columns }, (_, j) => gains.map((row) => row[j])));
  }
  // Potentials u and v keep every reduced cost at 0 or more; column 0 stands for "none yet".
  const u = new Float64Array(gains.length + 1);
  const v = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const before = new Int32Array(columns + 1);
  for (let row = 1; row <= gains.length; row++) {
    rowOf[0] = row;
    const least = new Float64Array(columns + 1).fill(Infinity);
    const used = new Uint8Array(columns + 1);
    let at = 0;
    while (rowOf[at] !== 0) {
      used[at] = 1;
      let next = 0;
      let step = Infinity;
      for (let j = 1; j <= columns; j++) {
        if (used[j]) continue;
        const cost = -gains[rowOf[at] - 1][j - 1] - u[rowOf[at]] - v[j];
        if (cost < least[j]) {
          least[j] = cost;
          before[j] = at;
        }
        if (least[j] < step) {
          step = least[j];
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (used[j]) {
          u[rowOf[j]] += step;
          v[j] -= step;
        } else least[j] -= step;
      }
      at = next;
    }
    while (at !== 0) {
      rowOf[at] = rowOf[before[at]];
      at = before[at];
    }
  }
  let total = 0;
  for (let j = 1; j <= columns; j++) if (rowOf[j] !== 0) total += gains[rowOf[j] - 1][j - 1];
  return total;
}
