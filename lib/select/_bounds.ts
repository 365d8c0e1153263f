import { inRange } from "../base/mod.ts";
import type { Verdict } from "./rule.ts";

/** A condition: the reason to fail, and the share or count that must lie within the bound. */
export type Bound = [reason: string, value: number, bound: { min: number } | { max: number }];

/** Judge by the first bound that does not hold. A measure of nothing (0 of 0) breaks no bound. */
export function judgeBounds(statistics: Record<string, number>, bounds: readonly Bound[]): Verdict {
  for (const [reason, value, bound] of bounds) {
    if ("min" in bound ? value < bound.min : value > bound.max) return { keep: false, reason, statistics };
  }
  return { keep: true, statistics };
}

/** Refuse options that are no numbers >= 0. */
export function checkOptions(rule: string, options: Record<string, unknown>): void {
  const numbers = Object.entries(options).filter(([, value]) => typeof value === "number");
  inRange(`Cannot build the rule ${rule}`, Object.fromEntries(numbers), ">= 0");
}

/** `part / whole`, 0 of nothing being 0. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** How many elements stand again, and how many UTF-16 units they have. */
export function repeated(parts: readonly string[]): { count: number; units: number } {
  const seen = new Set<string>();
  let count = 0;
  let units = 0;
  for (const part of parts) {
    if (!seen.has(part)) seen.add(part);
    else {
      count++;
      units += part.length;
    }
  }
  return { count, units };
}
