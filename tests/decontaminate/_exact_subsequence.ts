/** The length of the longest common subsequence by the quadratic table, as every textbook has it. */
export function exactLength(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (let i = 0; i < a.length; i++) {
    const row = [0];
    for (let j = 1; j <= b.length; j++) {
      row.push(a[i] === b[j - 1] ? above[j - 1] + 1 : Math.max(above[j], row[j - 1]));
    }
    above = row;
  }
  return above[b.length];
}
