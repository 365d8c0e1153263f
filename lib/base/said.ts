import { must } from "./check.ts";
import { ofKind } from "./kind.ts";
import type { Interval } from "./stats.ts";

/**
 * A share as per cent, with so many decimals, or with three significant digits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { percent } from "midtrain/base";
 *
 * assert.equal(percent(0.12), "12 %");
 * assert.equal(percent(0.12, 1), "12.0 %");
 * assert.equal(percent(0.00012345), "0.0123 %");
 * ```
 */
export function percent(share: number, decimals?: number): string {
  must("Cannot write a share", "it must be a number", share, typeof share === "number");
  const value = 100 * share;
  return `${decimals === undefined ? Number(value.toPrecision(3)) : value.toFixed(decimals)} %`;
}

/**
 * An interval as it stands in a table: the estimate, and its ends in brackets.
 *
 * @param write How many decimals each number has, or how one is written.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { percent, said, wilson } from "midtrain/base";
 *
 * assert.equal(said(wilson(18, 20), 3), "0.900 [0.699, 0.972]");
 * assert.equal(said(wilson(18, 20), percent), "90 % [69.9 %, 97.2 %]");
 * ```
 */
export function said(interval: Interval, write: number | ((value: number) => string)): string {
  ofKind("Cannot write an interval", { interval }, "an object with estimate, low, high");
  const one = typeof write === "number" ? (value: number) => value.toFixed(write) : write;
  return `${one(interval.estimate)} [${one(interval.low)}, ${one(interval.high)}]`;
}
