import { ofKind, takes } from "../base/mod.ts";
import type { MixedRun, MixingLaw } from "./_mixtures.ts";
import { type Fit, fitLaw } from "./fit.ts";
import type { FitOptions } from "./search.ts";

/**
 * Fit a law over mixtures: {@linkcode fitLaw} from starts that the law finds in the runs themselves. Unless the options say
 * otherwise errors are in nats (`scale: "linear"`) and linear beyond 0.02 of them, as in the published fits; give
 * {@linkcode bootstrapLaw} and its kin the same.
 *
 * @throws {RangeError} If there are fewer runs than free parameters, a domain has no tokens in any run, or a run is wrong;
 * the message names it.
 * @example Four runs over two domains tell the three parameters
 * ```ts
 * import assert from "node:assert/strict";
 * import { exponentialMixingLaw, fitMixingLaw } from "midtrain/laws";
 *
 * const runs = [0.2, 0.4, 0.6, 0.8].map((code) => ({
 *   mixture: { code, web: 1 - code },
 *   loss: 1.1 + Math.exp(-1.6 * code - 0.7),
 * }));
 * const { parameters } = fitMixingLaw(exponentialMixingLaw(["code", "web"]), runs);
 * assert(Math.abs(parameters.c! - 1.1) < 1e-4);
 * ```
 */
export function fitMixingLaw<Datum extends MixedRun>(
  law: MixingLaw<Datum>,
  runs: readonly Datum[],
  options: FitOptions = {},
): Fit<Datum> {
  takes(
    "Cannot fit a mixing law",
    options,
    "delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind("Cannot fit a mixing law", { law }, "an object with domains, parameters, prepare, predict");
  ofKind("Cannot fit a mixing law", { runs }, "a list");
  const free = law.parameters.length - Object.keys(options.fixed ?? {}).length;
  if (runs.length < free) {
    throw new RangeError(
      `Cannot fit ${law.name} over ${law.domains.length} domains as it needs at least ${free} runs: there are ${runs.length}`,
    );
  }
  const silent = law.domains.find((domain) => runs.every(({ mixture }) => mixture[domain] === 0));
  if (silent !== undefined) {
    throw new RangeError(
      `Cannot fit ${law.name} as every domain needs tokens in some run: "${silent}" has none in ${runs.length}`,
    );
  }
  // As the authors of the data mixing law do for two domains; they take 0.05 for five.
  const { starts = law.starts(runs), scale = "linear", delta = 0.02 } = options;
  return fitLaw(law, runs, { ...options, starts, scale, delta });
}
