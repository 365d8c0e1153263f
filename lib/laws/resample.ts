import { _named, type Fit } from "./fit.ts";
import { _resample, type BootstrapOptions } from "./bootstrap.ts";

/**
 * The resamples of {@linkcode bootstrapLaw} one by one: resample `r` draws the same data for every law that is fitted to as
 * many, so that several targets measured on the same runs are resampled together.
 *
 * @param fit What {@linkcode fitLaw} gave.
 * @param data The same data; pass the same fit options too.
 * @returns The parameters of every resample, undefined where its fit did not converge.
 * @throws {RangeError} If there are fewer than two data.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaw, powerFloorLaw, resampleLaw } from "midtrain/laws";
 *
 * const points = [1, 2, 4, 8, 16, 32].map((amount) => ({ amount, loss: 2 + amount ** -0.5 }));
 * const samples = resampleLaw(fitLaw(powerFloorLaw, points), points, { resamples: 5 });
 * assert.equal(samples.length, 5);
 * ```
 */
export function resampleLaw<Datum>(
  fit: Fit<Datum>,
  data: readonly Datum[],
  options: BootstrapOptions = {},
): (Record<string, number> | undefined)[] {
  return _resample(fit, data, options, 0, options.resamples ?? 1000)
    .map((theta) => theta && _named(fit.law, theta));
}
