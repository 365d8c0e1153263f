import { kindOf, ofKind } from "./kind.ts";

/** What a result says of itself when it is shown: sentences, and tables whose headings are the rows' names, with units. */
export type Description = readonly (string | DescribedTable)[];

/** One table of a description. */
export interface DescribedTable {
  /** What stands over it. @default {none} */
  title?: string;
  /** The rows; a value may be an {@linkcode Interval}, which is written to its own digits. */
  rows: readonly Readonly<Record<string, unknown>>[];
}

// Shared by every copy of this module that a process has loaded.
const description = Symbol.for("midtrain.description");
const methods = new Map<symbol, (this: object) => unknown>();

/**
 * Let a result say itself how it is shown, and give it back. JSON, equality, copies and what the console prints of it stay
 * as they are: what it says is computed when it is asked for, under a symbol that is not enumerated.
 *
 * @param tell Given the result, its tables and sentences, the most important first.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { described, descriptionOf } from "midtrain/base";
 *
 * const speed = described({ tokensPerSecond: 1200 }, ({ tokensPerSecond }) => [
 *   { rows: [{ "tokens a second": tokensPerSecond }] },
 *   "Measured on one core",
 * ]);
 * assert.deepEqual(speed, { tokensPerSecond: 1200 });
 * assert.equal(descriptionOf(speed)?.[1], "Measured on one core");
 * ```
 */
export function described<Result extends object>(
  result: Result,
  tell: (result: Result) => Description,
): Result {
  if (typeof result !== "object" || result === null) {
    throw new TypeError(
      `Cannot describe a result as it must be an object or a list: current value is ${kindOf(result)}`,
    );
  }
  ofKind("Cannot describe a result", { tell }, "a function");
  Object.defineProperty(result, description, { value: () => tell(result), configurable: true });
  for (const [name, value] of methods) Object.defineProperty(result, name, { value, configurable: true });
  return result;
}

/**
 * What a value says of itself; undefined where nothing was given to {@linkcode described}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { descriptionOf } from "midtrain/base";
 *
 * assert.equal(descriptionOf({ estimate: 1 }), undefined);
 * ```
 */
export function descriptionOf(value: unknown): Description | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [description]?: () => Description })[description]?.();
}

/**
 * Give every result that is {@linkcode described} from now on a method under a symbol, by which a place that knows no rooms
 * shows it: a notebook its bare last value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { described, teachDescribed } from "midtrain/base";
 *
 * teachDescribed(Symbol.for("how many"), function () {
 *   return Object.keys(this).length;
 * });
 * assert.equal(described({ a: 1, b: 2 } as { [key: symbol]: () => number }, () => [])[Symbol.for("how many")]!(), 2);
 * ```
 */
export function teachDescribed(name: symbol, method: (this: object) => unknown): void {
  ofKind("Cannot teach results a method", { method }, "a function");
  methods.set(name, method);
}
