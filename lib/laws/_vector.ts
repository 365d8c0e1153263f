import { machineOf, paddedSize } from "./_machine.ts";

function apply(routine: "exp" | "log", values: Float64Array, factor: number, into: Float64Array): void {
  const { kernels, base, doubles } = machineOf(values.length + 1);
  doubles.set(values);
  kernels[routine](base, base + 8 * values.length, factor);
  for (let i = 0; i < values.length; i++) into[i] = doubles[i];
}

/** Exponentials of an array's values times a factor, within an ulp; arguments beyond -708 and 709 are held there. */
export function expAll(values: Float64Array, factor = 1, into: Float64Array = values): void {
  apply("exp", values, factor, into);
}

/** Natural logarithms of an array's values, within an ulp; NaN of what is not a normal positive number. */
export function logAll(values: Float64Array, into: Float64Array = values): void {
  apply("log", values, 1, into);
}

/**
 * Weighted products of columns with each other and with a target: what normal equations are made of.
 *
 * @param gram Filled, row by row.
 * @param right Filled, one a column.
 */
export function normalEquations(
  columns: readonly Float64Array[],
  weights: Float64Array,
  target: Float64Array,
  gram: Float64Array,
  right: Float64Array,
): void {
  const n = weights.length;
  const m = right.length;
  const size = paddedSize(n);
  const out = (m + 2) * size;
  const { kernels, base, doubles } = machineOf(out + m + 1);
  for (let a = 0; a < m; a++) doubles.set(columns[a], a * size);
  doubles.set(weights, m * size);
  for (let i = 0; i < n; i++) doubles[(m + 1) * size + i] = weights[i] * target[i];
  for (let array = 0; size > n && array < m + 2; array++) {
    doubles.fill(0, array * size + n, (array + 1) * size);
  }
  const at = (array: number) => base + 8 * size * array;
  for (let a = 0; a < m; a++) {
    kernels.gramRow(at(a), 8 * size, at(m), at(m + 1), base, at(m + 2));
    for (let b = 0; b <= a; b++) gram[a * m + b] = gram[b * m + a] = doubles[out + b];
    right[a] = doubles[out + a + 1];
  }
}

/** Blocks to sum at measured steps. */
export interface Blocks {
  /** The time at each measured step. */
  clock: Float64Array;
  /** How many blocks lie at or before each step; with `chosen` where its part of that list ends, an even number. */
  until: Int32Array;
  /** The blocks of each step, one step after the other, where not all that lie before are summed. */
  chosen: Int32Array | undefined;
  /** A factor of the time since the block, the block's time, its drop, and one or two more. */
  columns: readonly Float64Array[];
}

/** The sums of `(1 + x)^-beta` over blocks, one array of all measured steps after the other, as views that the next call overwrites. */
export function powerSums({ clock, until, chosen, columns }: Blocks, beta: number): Float64Array[] {
  const count = clock.length;
  // One more, so that the last of an odd number has a neighbour.
  const stride = columns[0].length + 1;
  const weighted = columns.length > 4;
  const width = weighted ? 5 : 4;
  const out = count + stride * columns.length;
  const wide = out + count * width;
  const { kernels, base, doubles, integers } = machineOf(wide + count + (chosen?.length ?? 0));
  doubles.set(clock);
  columns.forEach((column, c) => {
    doubles.set(column, count + c * stride);
    doubles[count + (c + 1) * stride - 1] = 0;
  });
  integers.set(until, 2 * wide);
  if (chosen) integers.set(chosen, 2 * wide + count);
  const routine = chosen
    ? weighted ? kernels.groupedWeightedSums : kernels.groupedSums
    : weighted
    ? kernels.weightedSums
    : kernels.sums;
  const at = (double: number) => base + 8 * double;
  routine(at(0), at(count), at(wide), at(wide) + 4 * count, at(count), 8 * stride, at(out), 8 * count, -beta);
  return Array.from({ length: width }, (_, i) => doubles.subarray(out + i * count, out + (i + 1) * count));
}
