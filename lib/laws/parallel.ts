import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import {
  type Bootstrap,
  bootstrapLaw,
  type BootstrapOptions,
  checkBootstrap,
  summarize,
} from "./bootstrap.ts";
import { describedFit, finish, type Fit, fitLaw } from "./fit.ts";
import { openingsOf } from "./_openings.ts";
import { addressOf, pool } from "./_pool.ts";
import type { Law } from "./law.ts";
import { type FitOptions, prepareSearch, startsOf } from "./search.ts";

/** Options of the work on several cores. */
export interface WorkerOptions {
  /** How many threads; the result is the same for any number. @default {the machine's cores} */
  workers?: number | undefined;
}

/**
 * {@linkcode fitLaw} with its starts spread over all cores: the same bits, sooner. A law of your own runs on this thread.
 *
 * @throws As {@linkcode fitLaw} does.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaw, fitLawParallel, onePowerLaw } from "midtrain/laws";
 *
 * const learningRates = new Float64Array(100).fill(1);
 * const curves = [{ name: "run", learningRates, steps: [3, 8, 24, 99], losses: [2.5, 2.34, 2.2, 2.1] }];
 * const fit = await fitLawParallel(onePowerLaw, curves, { workers: 2 });
 * assert.equal(fit.objective, fitLaw(onePowerLaw, curves).objective);
 * ```
 */
export async function fitLawParallel<Datum>(
  law: Law<Datum>,
  data: readonly Datum[],
  options: FitOptions & WorkerOptions = {},
): Promise<Fit<Datum>> {
  takes(
    "Cannot fit a law",
    options,
    "delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?, workers?",
  );
  ofKind("Cannot fit a law", { law }, "an object with name, parameters, prepare, predict");
  ofKind("Cannot fit a law", { data }, "a list");
  const { workers = navigator.hardwareConcurrency, ...fitOptions } = options;
  wholeNumber("Cannot fit on several cores", { workers }, ">= 1");
  const address = workers > 1 ? await addressOf(law) : undefined;
  if (!address) return fitLaw(law, data, fitOptions);
  const search = prepareSearch(law, data, fitOptions);
  const starts = startsOf(search.coarse, data, fitOptions);
  const openings = openingsOf(search.coarse, starts);
  const { places } = openings;
  // Each worker lays the data out once; good and poor starts alternate.
  const tasks = Array.from({ length: Math.min(workers, places.length) }, (_, w) => ({
    kind: "starts" as const,
    law: address,
    data,
    options: fitOptions,
    starts: places.filter((_, i) => i % workers === w),
  }));
  const ends = await pool(tasks, workers);
  return finish(
    search,
    data,
    starts,
    openings,
    places.map((_, i) => ends[i % workers][Math.floor(i / workers)]),
  );
}

/**
 * Several fits at once, one a core: the same bits as one after the other.
 *
 * @param jobs What to fit; a job of a law of your own runs on this thread.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaws, lldlLaw, onePowerLaw } from "midtrain/laws";
 *
 * const learningRates = Float64Array.from({ length: 100 }, (_, step) => 1 - step / 200);
 * const data = [{ name: "run", learningRates, steps: [3, 8, 24, 50, 99], losses: [2.5, 2.34, 2.2, 2.14, 2.08] }];
 * const fits = await fitLaws([{ law: onePowerLaw, data }, { law: lldlLaw, data }], { workers: 2 });
 * assert(fits[1]!.objective <= fits[0]!.objective);
 * ```
 */
export async function fitLaws<Datum>(
  jobs: readonly { law: Law<Datum>; data: readonly Datum[]; options?: FitOptions | undefined }[],
  options: WorkerOptions = {},
): Promise<Fit<Datum>[]> {
  takes("Cannot fit laws", options, "workers?");
  ofKind("Cannot fit laws", { jobs }, "a list of objects with law, data");
  const { workers = navigator.hardwareConcurrency } = options;
  const addresses = await Promise.all(jobs.map(({ law }) => workers > 1 ? addressOf(law) : undefined));
  const tasks = jobs.flatMap(({ data, options = {} }, i) => {
    const law = addresses[i];
    return law ? [{ kind: "fit" as const, law, data, options }] : [];
  });
  const fits = (await pool(tasks, workers)).values();
  return jobs.map(({ law, data, options }, i) =>
    addresses[i] ? describedFit({ ...fits.next().value!, law } as Fit<Datum>) : fitLaw(law, data, options)
  );
}

/**
 * {@linkcode bootstrapLaw} over all cores. Every resample has its own random stream, so that the number of workers does not
 * show in the result.
 *
 * @throws As {@linkcode bootstrapLaw} does.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bootstrapLawParallel, cooldownGainLaw, fitLaw } from "midtrain/laws";
 *
 * const runs = [1, 2, 4, 8].flatMap((n) => [1, 3, 9].map((d) => ({
 *   params: n * 1e8, tokens: d * 1e10, gain: 0.07 * (n / 10) ** -0.13 * (1 + 0.01 * (-1) ** (n + d)),
 * })));
 * const fit = fitLaw(cooldownGainLaw, runs, { delta: Infinity });
 * const options = { delta: Infinity, resamples: 100 };
 * const [one, two] = await Promise.all([1, 2].map((workers) => bootstrapLawParallel(fit, runs, { ...options, workers })));
 * assert.deepEqual(one, two);
 * ```
 */
export async function bootstrapLawParallel<Datum>(
  fit: Fit<Datum>,
  data: readonly Datum[],
  options: BootstrapOptions & WorkerOptions = {},
): Promise<Bootstrap> {
  takes(
    "Cannot resample",
    options,
    "resamples?, seed?, confidence?, delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?, workers?",
  );
  ofKind("Cannot resample", { fit }, "an object with law, parameters");
  ofKind("Cannot resample", { data }, "a list");
  const { workers = navigator.hardwareConcurrency, ...rest } = options;
  const { resamples = 1000 } = rest;
  checkBootstrap(fit, rest);
  wholeNumber("Cannot fit on several cores", { workers }, ">= 1");
  const { law, ...plain } = fit;
  const address = workers > 1 ? await addressOf(law) : undefined;
  if (!address) return bootstrapLaw(fit, data, rest);
  const size = Math.ceil(resamples / workers);
  const tasks = Array.from({ length: workers }, (_, i) => ({
    kind: "resample" as const,
    law: address,
    fit: plain,
    data,
    options: rest,
    first: Math.min(i * size, resamples),
    last: Math.min((i + 1) * size, resamples),
  }));
  const parts = await pool(tasks, workers);
  return summarize(fit, parts.flat(), rest);
}
