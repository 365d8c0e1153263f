/** A value that JSON holds without loss or error. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * The nearest value that JSON can hold, so that data of any origin can go into a chart, a notebook or a file.
 *
 * `bigint` becomes a number where that is exact, else its digits as text; `Date` its ISO text; `NaN`, infinities,
 * functions and symbols become `null`; typed arrays, sets and iterables of arrays become arrays, maps become objects;
 * members that are `undefined` are left out.
 *
 * @throws {TypeError} If the value holds itself.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plain } from "midtrain/base";
 *
 * assert.deepEqual(plain({ tokens: 5n, loss: NaN, at: new Date(0) }), {
 *   tokens: 5,
 *   loss: null,
 *   at: "1970-01-01T00:00:00.000Z",
 * });
 * ```
 */
export function plain(value: unknown): Json {
  return plainValue(value, new Set());
}

function plainValue(value: unknown, ancestors: Set<unknown>): Json {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") {
    return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
      ? Number(value)
      : `${value}`;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value !== "object" || value === null) return null;
  if (ancestors.has(value)) throw new TypeError("Cannot make a value plain as it holds itself");
  ancestors.add(value);
  const result = plainObject(value, ancestors);
  ancestors.delete(value);
  return result;
}

function plainObject(value: object, ancestors: Set<unknown>): Json {
  if (value instanceof Map) return plainObject(Object.fromEntries(value), ancestors);
  if (
    Array.isArray(value) || value instanceof Set || ArrayBuffer.isView(value) && !(value instanceof DataView)
  ) {
    return Array.from(value as Iterable<unknown>, (item) => plainValue(item, ancestors));
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, plainValue(member, ancestors)]));
}
