import { available } from "../../lib/data/mod.ts";

/** Whether the public points lie on this machine. */
export const pointsAvailable = {
  chinchilla: await available("chinchilla"),
  gemstones: await available("gemstones"),
  repetition: await available("data-repetition"),
  isoflop: await available("kaplan-chinchilla"),
};

/** Assert that a number agrees with another to a relative tolerance. */
export function assertClose(actual: number, expected: number, tolerance: number, what = "value"): void {
  if (!(Math.abs(actual - expected) <= tolerance * Math.abs(expected))) {
    throw new Error(`${what} is ${actual}, expected ${expected} within ${tolerance}`);
  }
}
