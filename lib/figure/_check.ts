import { notNumber } from "../base/mod.ts";

/** Throw where a list that a figure draws is empty: `Cannot draw bars as there must be a bar: there is none`. */
export function needsOne(cannot: string, what: string, list: ArrayLike<unknown>): void {
  if (list.length === 0) throw new RangeError(`${cannot} as there must be ${what}: there is none`);
}

/** Throw where a record that a figure draws has another thing than a number in one of the fields; null is a gap. */
export function needsNumbers<Row>(
  cannot: string,
  lists: Readonly<Record<string, readonly Row[]>>,
  fields: readonly (keyof Row & string)[],
): void {
  for (const [name, list] of Object.entries(lists)) {
    for (const [at, row] of list.entries()) {
      for (const field of fields) {
        const value = row[field];
        if (typeof value === "number" || value === null) continue;
        throw new TypeError(
          `${cannot} as ${field} of ${name}[${at}] must be a number: current value is ${notNumber(value)}`,
        );
      }
    }
  }
}
