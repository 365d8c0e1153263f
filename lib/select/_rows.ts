/**
 * Sums over rows of a table, eight columns at a time: their sums stay in registers while the rows go by, which is three
 * times as fast as row by row. Rows are given by where they start.
 */

/** The sum of rows into `sum`. */
export function sumRows(sum: Float32Array, table: Float32Array, starts: Uint32Array): void {
  const columns = sum.length;
  const whole = columns - columns % 8;
  for (let d = 0; d < whole; d += 8) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let i = 0; i < starts.length; i++) {
      const at = starts[i] + d;
      s0 += table[at];
      s1 += table[at + 1];
      s2 += table[at + 2];
      s3 += table[at + 3];
      s4 += table[at + 4];
      s5 += table[at + 5];
      s6 += table[at + 6];
      s7 += table[at + 7];
    }
    sum[d] = s0;
    sum[d + 1] = s1;
    sum[d + 2] = s2;
    sum[d + 3] = s3;
    sum[d + 4] = s4;
    sum[d + 5] = s5;
    sum[d + 6] = s6;
    sum[d + 7] = s7;
  }
  for (let d = whole; d < columns; d++) {
    let s = 0;
    for (let i = 0; i < starts.length; i++) s += table[starts[i] + d];
    sum[d] = s;
  }
}

/** Add `step` to each of the rows; one that stands twice gets it twice. */
export function addToRows(table: Float32Array, step: Float32Array, starts: Uint32Array): void {
  const columns = step.length;
  const whole = columns - columns % 8;
  for (let d = 0; d < whole; d += 8) {
    const s0 = step[d];
    const s1 = step[d + 1];
    const s2 = step[d + 2];
    const s3 = step[d + 3];
    const s4 = step[d + 4];
    const s5 = step[d + 5];
    const s6 = step[d + 6];
    const s7 = step[d + 7];
    for (let i = 0; i < starts.length; i++) {
      const at = starts[i] + d;
      table[at] += s0;
      table[at + 1] += s1;
      table[at + 2] += s2;
      table[at + 3] += s3;
      table[at + 4] += s4;
      table[at + 5] += s5;
      table[at + 6] += s6;
      table[at + 7] += s7;
    }
  }
  for (let d = whole; d < columns; d++) {
    for (let i = 0; i < starts.length; i++) table[starts[i] + d] += step[d];
  }
}
