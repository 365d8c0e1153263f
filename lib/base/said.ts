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
 * @param write How many decimals each number has, or how one is written; else as {@linkcode writeInterval} does.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { percent, said, wilson } from "midtrain/base";
 *
 * assert.equal(said(wilson(18, 20)), "0.900 [0.699, 0.972]");
 * assert.equal(said(wilson(18, 20), 2), "0.90 [0.70, 0.97]");
 * assert.equal(said(wilson(18, 20), percent), "90 % [69.9 %, 97.2 %]");
 * ```
 */
export function said(interval: Interval, write?: number | ((value: number) => string)): string {
  ofKind("Cannot write an interval", { interval }, "an object with estimate, low, high");
  const one = typeof write === "number" ? (value: number) => value.toFixed(write) : write;
  const { estimate, low, high } = one
    ? { estimate: one(interval.estimate), low: one(interval.low), high: one(interval.high) }
    : writeInterval(interval);
  // Where nothing could be resampled there are no ends.
  return Number.isNaN(interval.low) && Number.isNaN(interval.high)
    ? estimate
    : `${estimate} [${low}, ${high}]`;
}

/**
 * An interval's numbers, rounded to what the interval lets one know: two digits of the distance from the estimate to its
 * nearer end. One that spans more than two orders of magnitude has two digits each.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { writeInterval } from "midtrain/base";
 *
 * const numbers = writeInterval({ estimate: -1.59e-6, low: -0.0221, high: 0.0221 });
 * assert.deepEqual(numbers, { estimate: "0.000", low: "-0.022", high: "0.022" });
 * assert.equal(writeInterval({ estimate: 123456, low: 121000, high: 129000 }).estimate, "123,500");
 * ```
 */
export function writeInterval(interval: Interval): Record<keyof Interval, string> {
  ofKind("Cannot write an interval", { interval }, "an object with estimate, low, high");
  const { estimate, low, high } = interval;
  const near = Math.min(
    ...[estimate - low, high - estimate].filter((gap) => gap > 0 && Number.isFinite(gap)),
  );
  const size = Math.max(...[estimate, low, high].map(Math.abs).filter(Number.isFinite));
  const orders = low > 0 && high / low > 100 || high < 0 && low / high > 100;
  const write = orders
    ? (value: number) => significant(value, 2)
    : Number.isFinite(near)
    ? rounded(1 - Math.floor(Math.log10(near)), size)
    : (value: number) => significant(value, 4);
  return { estimate: write(estimate), low: write(low), high: write(high) };
}

/** How a number of a list is written whose greatest has this size, to so many decimals; negative ones round whole numbers. */
function rounded(decimals: number, size: number): (value: number) => string {
  if (size < 1e-4 || size >= 1e15) {
    const digits = Math.min(15, Math.max(0, decimals + Math.floor(Math.log10(size))));
    return (value) => exponential(value, digits);
  }
  const places = Math.min(20, Math.max(0, decimals));
  const unit = 10 ** Math.max(0, -decimals);
  return (value) => {
    if (!Number.isFinite(value)) return String(value);
    const whole = unit > 1 ? Math.round(value / unit) * unit : value;
    const text = whole.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
    return /[1-9]/.test(text) ? text : text.replace("-", "");
  };
}

function significant(value: number, digits: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || value === 0) return String(value);
  if (size < 1e-4 || size >= 1e9) return exponential(value, digits - 1).replace(/\.?0+e/, "e");
  return value.toLocaleString("en", { maximumSignificantDigits: digits });
}

/** `1e15`, `1.6e-6`; zero is 0. */
function exponential(value: number, digits: number): string {
  return value === 0 ? "0" : value.toExponential(digits).replace("e+", "e");
}
