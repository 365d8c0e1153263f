import { inRange } from "../base/mod.ts";

/**
 * How a rate falls. With `x` the share of the decay that is done and `r = floor / peak`, the rate over the peak is:
 *
 * - `linear`: `1 - (1 - r) x`
 * - `cosine`: `r + (1 - r)(1 + cos(πx)) / 2`
 * - `mirror-cosine`: `2 linear - cosine`, slow where the cosine is fast (Hägele et al. 2405.18392)
 * - `exponential`: `r^x`; needs a floor above 0. MiniCPM's `0.5^((s - T)/τ)` (2404.06395) has the floor
 *   `peak 0.5^(decaySteps/τ)`
 * - `1-sqrt`: `r + (1 - r)(1 - √x)` (Hägele et al.)
 * - `power-0.5`: `r + (1 - r) √(1 - x)`, slow at first and steep at the end; what some call sqrt, others `1-sqrt`
 * - `square`: `r + (1 - r)(1 - x²)`
 * - `power-1.5`: `r + (1 - r)(1 - x)^1.5`, the form distilled from the schedule that is optimal under the multi-power law
 *   (Luo et al. 2503.12811)
 * - `power-2`: `r + (1 - r)(1 - x)²`, the polynomial decay of power 2; `square` is its mirror image, slow at first
 * - `power-p` of any other p > 0, such as `power-3`: `r + (1 - r)(1 - x)^p`
 * - `inverse`: `1 / (x/r + 1 - x)`, the inverse-proportional decay of WSD-S (Wen et al. 2410.05192); needs a floor above 0
 */
export type DecayShape =
  | "linear"
  | "cosine"
  | "mirror-cosine"
  | "exponential"
  | "1-sqrt"
  | "square"
  | `power-${number}`
  | "inverse";

type Form = (x: number, r: number) => number;

const FORMS: Record<string, Form> = {
  "linear": (x, r) => 1 - (1 - r) * x,
  "cosine": (x, r) => r + (1 - r) * (1 + Math.cos(Math.PI * x)) / 2,
  "mirror-cosine": (x, r) => 2 * (1 - (1 - r) * x) - (r + (1 - r) * (1 + Math.cos(Math.PI * x)) / 2),
  "exponential": (x, r) => r ** x,
  "1-sqrt": (x, r) => r + (1 - r) * (1 - Math.sqrt(x)),
  "power-0.5": (x, r) => r + (1 - r) * Math.sqrt(1 - x),
  "square": (x, r) => r + (1 - r) * (1 - x * x),
  "power-1.5": (x, r) => r + (1 - r) * (1 - x) ** 1.5,
  "power-2": (x, r) => r + (1 - r) * (1 - x) ** 2,
  "inverse": (x, r) => 1 / (x / r + 1 - x),
};

/** The names of the decay shapes, in the order of {@linkcode DecayShape}; `power-p` of other powers besides. */
export const decayShapes: readonly DecayShape[] = Object.keys(FORMS) as DecayShape[];

/** The form of a name; that of a power by its number. */
function formOf(shape: string): Form | undefined {
  if (Object.hasOwn(FORMS, shape)) return FORMS[shape];
  const power = Number(/^power-(\d*\.?\d+)$/.exec(shape)?.[1] ?? NaN);
  return power > 0 ? (x, r) => r + (1 - r) * (1 - x) ** power : undefined;
}

/**
 * The decay of a shape as a function of the share that is done. Exactly 1 at 0 and exactly `ratio` at 1.
 *
 * @param shape The shape's name.
 * @param ratio The floor over the peak, in [0, 1].
 * @throws {TypeError} If the shape has no such name.
 * @throws {RangeError} If `ratio` lies outside [0, 1], or is 0 for a shape that only approaches 0.
 * @example Half of the way
 * ```ts
 * import assert from "node:assert/strict";
 * import { decayShape } from "midtrain/schedule";
 *
 * assert.equal(decayShape("linear", 0)(0.25), 0.75);
 * assert.equal(decayShape("1-sqrt", 0)(0.25), 0.5);
 * ```
 */
export function decayShape(shape: DecayShape, ratio: number): (x: number) => number {
  const form = formOf(shape);
  if (!form) {
    throw new TypeError(
      `Cannot build a decay as shape must be one of ${
        decayShapes.join(", ")
      }, or power-p with p > 0, such as power-3: current value is "${shape}"`,
    );
  }
  inRange("Cannot build a decay", { "floor / peak": ratio }, "in [0, 1]");
  if (ratio === 0 && (shape === "exponential" || shape === "inverse")) {
    throw new RangeError(
      `Cannot build a decay of shape "${shape}" as floor must be > 0: it only approaches 0; current value is 0`,
    );
  }
  return (x) => x <= 0 ? 1 : x >= 1 ? ratio : form(x, ratio);
}
