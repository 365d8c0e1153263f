import type { Observations } from "./law.ts";

/** Read one field of every record as an array, checked; the message names the record. */
export function fieldOf<Datum extends object>(
  law: string,
  records: readonly Datum[],
  field: keyof Datum & string,
  range: "positive" | "share" | "optional" = "positive",
): Float64Array {
  return Float64Array.from(records, (record, i) => {
    const value = record[field] as number | undefined;
    if (range === "optional") return value ?? NaN;
    const good = range === "share" ? value! >= 0 && value! <= 1 : value! > 0 && value! < Infinity;
    if (typeof value !== "number" || !good) {
      throw new RangeError(
        `Cannot use ${law} on record ${i} as ${field} must be ${
          range === "share" ? "in [0, 1]" : "finite and positive"
        }: current value is ${value}`,
      );
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
