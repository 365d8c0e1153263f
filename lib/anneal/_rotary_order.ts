/** Where the dimensions that turn together lie side by side: rows of heads of a width, each row with some columns. */
export interface Interleaved {
  /** Rows of one head. */
  headWidth: number;
  /** Elements of a row. */
  columns: number;
}

/**
 * The rows of every head from the order that puts the two dimensions of a rotary pair side by side (llama.cpp, Cohere) to ours,
 * half a head apart, in place.
 */
export function pairsApart(values: Float32Array, order: Interleaved): void {
  reorder(values, order, (row, headWidth) => [row, (row % 2) * headWidth / 2 + (row >> 1)]);
}

/** The inverse of {@linkcode pairsApart}. */
export function pairsTogether(values: Float32Array, order: Interleaved): void {
  reorder(values, order, (row, headWidth) => [(row % 2) * headWidth / 2 + (row >> 1), row]);
}

function reorder(
  values: Float32Array,
  { headWidth, columns }: Interleaved,
  move: (row: number, headWidth: number) => [from: number, to: number],
): void {
  const size = headWidth * columns;
  for (let start = 0; start < values.length; start += size) {
    const before = values.slice(start, start + size);
    for (let row = 0; row < headWidth; row++) {
      const [from, to] = move(row, headWidth);
      values.set(before.subarray(from * columns, (from + 1) * columns), start + to * columns);
    }
  }
}
