import type { Matrix } from "./_lightgbm.ts";

/** A table of numbers: one array a row, all of one length. */
export type Rows = readonly ArrayLike<number>[];

/**
 * The rows one after another in one array.
 *
 * @throws {RangeError} If there is no row, rows differ in length, or a value is not finite; the message names the row.
 */
export function flatten(rows: Rows, what: string): Matrix {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) {
    throw new RangeError(`Cannot ${what} as there must be at least one row and one column: there is none`);
  }
  const values = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row.length !== columns) {
      throw new RangeError(
        `Cannot ${what} as rows must have one length: row 0 has ${columns} values, row ${i} has ${row.length}`,
      );
    }
    for (let j = 0; j < columns; j++) {
      if (!Number.isFinite(row[j])) {
        throw new RangeError(
          `Cannot ${what} as every value must be finite: column ${j} of row ${i} is ${row[j]}`,
        );
      }
      values[i * columns + j] = row[j];
    }
  }
  return { values, rows: rows.length, columns };
}

/**
 * Targets checked against their rows.
 *
 * @throws {RangeError} If their number differs from that of the rows or one is not finite.
 */
export function checkTargets(targets: ArrayLike<number>, rows: number, what: string): void {
  if (targets.length !== rows) {
    throw new RangeError(
      `Cannot ${what} as there must be one target a row: there are ${targets.length} for ${rows} rows`,
    );
  }
  for (let i = 0; i < rows; i++) {
    if (!Number.isFinite(targets[i])) {
      throw new RangeError(
        `Cannot ${what} as every target must be finite: that of row ${i} is ${targets[i]}`,
      );
    }
  }
}
