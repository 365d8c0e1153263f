import { ofKind, takes } from "../base/mod.ts";
import { type BootstrapOptions, checkBootstrap, ends } from "./bootstrap.ts";
import type { Fit } from "./fit.ts";
import { namedParameters } from "./law.ts";

/** A law fitted to one resample. */
export interface Resample {
  /** Its parameters. */
  parameters: Record<string, number>;
  /** Whether its gradient vanished; where the data leave a flat valley predictions may be settled and parameters not. */
  converged: boolean;
}

/**
 * The resamples of {@linkcode bootstrapLaw} one by one, those that did not converge too: resample `r` draws the same data for
 * every law that is fitted to as many, so that several targets measured on the same runs are resampled together.
 *
 * @param fit What {@linkcode fitLaw} gave.
 * @param data The same data; pass the same fit options too.
 * @throws {RangeError} If there are fewer than two data.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaw, powerFloorLaw, resampleLaw } from "midtrain/laws";
 *
 * const points = [1, 2, 4, 8, 16, 32].map((amount) => ({ amount, loss: 2 + amount ** -0.5 }));
 * const samples = resampleLaw(fitLaw(powerFloorLaw, points), points, { resamples: 5 });
 * assert(samples.every(({ parameters }) => parameters.E! > 1));
 * ```
 */
export function resampleLaw<Datum>(
  fit: Fit<Datum>,
  data: readonly Datum[],
  options: BootstrapOptions = {},
): Resample[] {
  takes(
    "Cannot resample",
    options,
    "resamples?, seed?, confidence?, delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind("Cannot resample", { fit }, "an object with law, parameters");
  ofKind("Cannot resample", { data }, "a list");
  checkBootstrap(fit, options);
  return ends(fit, data, options, 0, options.resamples ?? 1000)
    .map(({ theta, converged }) => ({ parameters: namedParameters(fit.law, theta), converged }));
}
