/**
 * Rows of a tensor of a file whose parts lie side by side, group by group, where here all of one part lie together: the two
 * dimensions of each rotary pair (llama.cpp, Cohere), or queries, keys and values of each head (GPT-NeoX).
 */
export interface SideBySide {
  /** Parts of a group: 2 dimensions of a pair, or queries, keys and values. */
  parts: number;
  /** Groups that follow one another before parts begin anew: pairs of a head, or heads. */
  groups: number;
  /** Elements of a part of a group. */
  size: number;
}

/** The pairs of heads of a width whose rows have so many elements. */
export function pairsOf(headWidth: number, columns: number): SideBySide {
  return { parts: 2, groups: headWidth / 2, size: columns };
}

/** From the order of a file to ours, in place. */
export function partsTogether(values: Float32Array, { parts, groups, size }: SideBySide): void {
  transpose(values, groups, parts, size);
}

/** The inverse of {@linkcode partsTogether}. */
export function partsApart(values: Float32Array, { parts, groups, size }: SideBySide): void {
  transpose(values, parts, groups, size);
}

/** Matrices of blocks of some elements, one after another, each turned over. */
function transpose(values: Float32Array, rows: number, columns: number, size: number): void {
  const whole = rows * columns * size;
  for (let start = 0; start < values.length; start += whole) {
    const before = values.slice(start, start + whole);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const from = (row * columns + column) * size;
        values.set(before.subarray(from, from + size), start + (column * rows + row) * size);
      }
    }
  }
}
