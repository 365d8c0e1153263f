/**
 * The longest common subsequence of two word sequences: its length, and the stretch of `text` that one of that length
 * lies in. The quadratic table, as the place is wanted too (bit-parallel methods give the length alone) and both sides
 * are short.
 */
export function subsequence(
  text: Uint32Array,
  item: Uint32Array,
): { length: number; start: number; end: number } {
  const columns = item.length + 1;
  let above = new Int32Array(columns);
  let aboveStart = new Int32Array(columns);
  let row = new Int32Array(columns);
  let rowStart = new Int32Array(columns);
  let length = 0;
  let start = 0;
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    for (let j = 1; j < columns; j++) {
      const diagonal = above[j - 1] + 1;
      if (text[i] === item[j - 1] && diagonal > above[j] && diagonal > row[j - 1]) {
        row[j] = diagonal;
        rowStart[j] = diagonal === 1 ? i : aboveStart[j - 1];
      } else if (row[j - 1] > above[j]) {
        row[j] = row[j - 1];
        rowStart[j] = rowStart[j - 1];
      } else {
        row[j] = above[j];
        rowStart[j] = aboveStart[j];
      }
    }
    if (row[columns - 1] > length) {
      length = row[columns - 1];
      start = rowStart[columns - 1];
      end = i + 1;
    }
    [above, row, aboveStart, rowStart] = [row, above, rowStart, aboveStart];
  }
  return { length, start, end };
}
