import { chinchilla, dataRepetition, gemstones, kaplanChinchilla } from "../../lib/sets/mod.ts";

/** Whether the public points lie on this machine. */
export const pointsAvailable = {
  chinchilla: await chinchilla.available(),
  gemstones: await gemstones.available(),
  repetition: await dataRepetition.available(),
  isoflop: await kaplanChinchilla.available(),
};

/** Assert that a number agrees with another to a relative tolerance. */
export function assertClose(actual: number, expected: number, tolerance: number, what = "value"): void {
  if (!(Math.abs(actual - expected) <= tolerance * Math.abs(expected))) {
    throw new Error(`${what} is ${actual}, expected ${expected} within ${tolerance}`);
  }
}
