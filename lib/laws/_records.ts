import { kindOf, notNumber } from "../base/mod.ts";
import type { Observations } from "./law.ts";

/** What the value of a field may be, and how a message says it. */
const RANGES = {
  positive: "finite and positive",
  share: "in [0, 1]",
  // Sizes in billions would be fitted as well, and every prediction at a real size be nonsense.
  count: "a count >= 1000, in ones and not in billions",
} as const;

/** Read one field of every record as an array, checked; the message names the record. */
export function fieldOf<Datum extends object>(
  law: string,
  records: readonly Datum[],
  field: keyof Datum & string,
  range: keyof typeof RANGES | "optional" = "positive",
): Float64Array {
  return Float64Array.from(records, (record, i) => {
    const cannot = `Cannot use ${law} on record ${i}`;
    if (typeof record !== "object" || record === null || Array.isArray(record)) {
      throw new TypeError(`${cannot} as it must be an object: it is ${kindOf(record)}`);
    }
    const value = record[field] as number | undefined;
    if (range === "optional") {
      if (value !== undefined && typeof value !== "number") {
        throw new RangeError(`${cannot} as ${field} must be a number: current value is ${notNumber(value)}`);
      }
      return value ?? NaN;
    }
    const least = { positive: Number.MIN_VALUE, share: 0, count: 1000 }[range];
    const good = value! >= least && (range === "share" ? value! <= 1 : value! < Infinity);
    if (typeof value !== "number" || !good) {
      const found = value === undefined
        ? `it has ${Object.keys(record).join(", ") || "nothing"}`
        : `current value is ${notNumber(value)}`;
      throw new RangeError(`${cannot} as ${field} must be ${RANGES[range]}: ${found}`);
    }
    return value;
  });
}

/** What a law over records measures itself against: a field that predictions leave out. Each record is its own owner. */
export function measured<Datum extends object>(
  law: string,
  records: readonly Datum[],
  field: keyof Datum & string,
): Observations {
  return { observed: fieldOf(law, records, field, "optional"), owner: Int32Array.from(records.keys()) };
}
