/** Throw where a list that a figure draws is empty: `Cannot draw bars as there must be a bar: there is none`. */
export function needsOne(cannot: string, what: string, list: ArrayLike<unknown>): void {
  if (list.length === 0) throw new RangeError(`${cannot} as there must be ${what}: there is none`);
}
