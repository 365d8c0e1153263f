import { inRange, must, ofKind, oneOf, takes } from "../base/mod.ts";
import { checkTargets, type Rows } from "./_rows.ts";

/** A model that was trained on a mixture, and what it reached. */
export interface ProxyRun {
  /** What it is called in messages. @default {its position} */
  name?: string;
  /** The share of every domain. */
  mixture: Readonly<Record<string, number>>;
  /** Its loss on every target, in nats per token; `null` or left out where it was not measured. */
  losses: Readonly<Record<string, number | null | undefined>>;
}

/** Options of {@linkcode proxyRuns}. */
export interface ProxyRunsOptions {
  /**
   * What to do with shares that do not sum to exactly 1, as rounded ones do not: divide them by their sum, or keep them as
   * they stand. Either way it is noted.
   * @default {"divide"}
   */
  sums?: "divide" | "keep";
  /** How far a sum may be from 1; beyond it a share is missing or wrong. @default {0.01} */
  tolerance?: number;
}

/** Proxy runs that were checked: what a regression stands on. */
export interface ProxyRuns {
  /** The domains, in the order of the first run. */
  domains: readonly string[];
  /** The targets, in order of their first appearance. */
  targets: readonly string[];
  /** The shares of each run, in the order of `domains`. */
  shares: Rows;
  /** The loss of each run by target; `NaN` where it was not measured. */
  losses: Readonly<Record<string, Float64Array>>;
  /** What a reader must know: sums that were not 1, mixtures that stand twice, targets that some runs lack. */
  notes: readonly string[];
}

/**
 * Check proxy runs, and name what is odd about them.
 *
 * @throws {TypeError} If a run lacks a domain that the first one has, or names one that it lacks.
 * @throws {RangeError} If there are fewer runs or different mixtures than domains, a share is negative or not finite, shares do not sum to about
 *   1, a domain has no tokens in any run, a loss is not finite and > 0, or there is no target. The message names the run.
 * @example Two sums that are not 1
 * ```ts
 * import assert from "node:assert/strict";
 * import { proxyRuns } from "midtrain/mix";
 *
 * const runs = proxyRuns([
 *   { mixture: { web: 0.333, code: 0.666 }, losses: { code: 2.1 } },
 *   { mixture: { web: 0.5, code: 0.5 }, losses: { code: 2.2 } },
 *   { mixture: { web: 0.9, code: 0.101 }, losses: { code: 2.9 } },
 * ]);
 * assert.deepEqual(runs.notes, ["Shares of 2 of 3 runs do not sum to 1 but to 0.999 to 1.001: each was divided by its sum"]);
 * ```
 */
export function proxyRuns(runs: readonly ProxyRun[], options: ProxyRunsOptions = {}): ProxyRuns {
  takes("Cannot regress on proxy runs", options, "sums?, tolerance?");
  ofKind("Cannot regress on proxy runs", { runs }, "a list of objects with mixture, losses");
  for (const [at, { mixture, losses }] of runs.entries()) {
    ofKind(
      "Cannot regress on proxy runs",
      { [`mixture of runs[${at}]`]: mixture, [`losses of runs[${at}]`]: losses },
      "an object",
    );
  }
  const { sums = "divide", tolerance = 0.01 } = options;
  oneOf("Cannot regress on proxy runs", { sums }, ["divide", "keep"]);
  inRange("Cannot regress on proxy runs", { tolerance }, "in [0, 1)");
  const names = runs.map(({ name }, at) => name ?? `run ${at}`);
  const domains = Object.keys(runs[0]?.mixture ?? {});
  if (domains.length === 0 || runs.length < domains.length) {
    throw new RangeError(
      `Cannot regress on proxy runs as there must be at least as many as domains: there are ${runs.length} runs for ${domains.length} domains`,
    );
  }
  const shares = runs.map(({ mixture }, at) => checkShares(mixture, domains, names[at], tolerance));
  const notes: string[] = [];
  const totals = shares.map((row) => row.reduce((sum, value) => sum + value, 0));
  const off = totals.filter((sum) => Math.abs(sum - 1) > 1e-9);
  if (off.length > 0) {
    const ends = [Math.min(...off), Math.max(...off)].map((sum) => Number(sum.toPrecision(6)));
    notes.push(
      `Shares of ${off.length} of ${runs.length} runs do not sum to 1 but to ${ends[0]} to ${ends[1]}: ${
        sums === "divide" ? "each was divided by its sum" : "they were kept"
      }`,
    );
  }
  if (sums === "divide") shares.forEach((row, at) => row.forEach((value, j) => row[j] = value / totals[at]));
  for (const [j, domain] of domains.entries()) {
    if (shares.every((row) => row[j] === 0)) {
      throw new RangeError(
        `Cannot regress on proxy runs as every domain must have tokens in some run: "${domain}" has none, leave it out`,
      );
    }
  }
  const different = new Set(shares.map((row) => row.join())).size;
  if (different < domains.length) {
    throw new RangeError(
      `Cannot regress on proxy runs as there must be at least as many different mixtures as domains: there are ${different} for ${domains.length} domains`,
    );
  }
  notes.push(...duplicates(shares, names));
  const targets = [...new Set(runs.flatMap(({ losses }) => Object.keys(losses)))];
  if (targets.length === 0) {
    throw new RangeError("Cannot regress on proxy runs as there must be at least one target: there is none");
  }
  const losses = Object.fromEntries(
    targets.map((target) => [target, lossesOf(runs, target, names, notes)]),
  );
  return { domains, targets, shares, losses, notes };
}

/**
 * The runs in which a target was measured, as rows of shares and its losses: what {@linkcode MixtureRegressor.fit} takes.
 *
 * @throws {RangeError} If no run measured it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measuredOn, proxyRuns } from "midtrain/mix";
 *
 * const runs = proxyRuns([
 *   { mixture: { web: 1, code: 0 }, losses: { web: 3, code: null } },
 *   { mixture: { web: 0.5, code: 0.5 }, losses: { web: 3.1, code: 2 } },
 * ]);
 * assert.deepEqual([...measuredOn(runs, "code").y], [2]);
 * ```
 */
export function measuredOn(runs: ProxyRuns, target: string): { x: Rows; y: Float64Array } {
  ofKind("Cannot take the runs of a target", { runs }, "an object with domains, targets, shares, losses");
  ofKind("Cannot take the runs of a target", { target }, "a text");
  const losses = runs.losses[target];
  const rule = `it must be one of ${runs.targets.join(", ")}`;
  must("Cannot take the runs of a target", rule, target, losses !== undefined);
  const measured = [...losses.keys()].filter((at) => !Number.isNaN(losses[at]));
  const x = measured.map((at) => runs.shares[at]);
  const y = Float64Array.from(measured, (at) => losses[at]);
  checkTargets(y, x.length, "take the runs of a target");
  return { x, y };
}

function checkShares(
  mixture: Readonly<Record<string, number>>,
  domains: readonly string[],
  run: string,
  tolerance: number,
): Float64Array {
  const extra = Object.keys(mixture).find((name) => !domains.includes(name));
  const lacking = domains.find((name) => mixture[name] === undefined);
  if (extra !== undefined || lacking !== undefined) {
    throw new TypeError(
      `Cannot regress on proxy runs as all must have the same domains: ${run} ${
        lacking !== undefined
          ? `has no share of "${lacking}" (write 0 if it has no such tokens)`
          : `has "${extra}" and the first run has not`
      }`,
    );
  }
  let sum = 0;
  for (const name of domains) {
    const share = mixture[name];
    if (!(share >= 0 && share < Infinity)) {
      throw new RangeError(
        `Cannot regress on proxy runs as every share must be finite and >= 0: that of "${name}" in ${run} is ${share}`,
      );
    }
    sum += share;
  }
  if (Math.abs(sum - 1) > tolerance) {
    throw new RangeError(
      `Cannot regress on proxy runs as shares must sum to 1 within ${tolerance}: those of ${run} sum to ${sum}`,
    );
  }
  return Float64Array.from(domains, (name) => mixture[name]);
}

function duplicates(shares: readonly Float64Array[], names: readonly string[]): string[] {
  const groups = Map.groupBy(names.keys(), (at) => shares[at].join());
  return [...groups.values()].filter((group) => group.length > 1).map((group) =>
    `${group.map((at) => names[at]).join(" and ")} have one mixture: each counts as a run of its own`
  );
}

function lossesOf(
  runs: readonly ProxyRun[],
  target: string,
  names: readonly string[],
  notes: string[],
): Float64Array {
  const values = Float64Array.from(runs, ({ losses }, at) => {
    const loss = losses[target];
    if (loss === null || loss === undefined) return NaN;
    if (!(Number.isFinite(loss) && loss > 0)) {
      throw new RangeError(
        `Cannot regress on proxy runs as every loss must be ${
          Number.isFinite(loss) ? "> 0" : "finite"
        }: that of "${target}" in ${names[at]} is ${loss} (null where it was not measured)`,
      );
    }
    return loss;
  });
  const absent = names.filter((_, at) => Number.isNaN(values[at]));
  if (absent.length === runs.length) {
    throw new RangeError(`Cannot regress on proxy runs as some run must have measured "${target}": none has`);
  }
  if (absent.length > 0) {
    const some = absent.length > 5 ? [...absent.slice(0, 5), `${absent.length - 5} more`] : absent;
    notes.push(`Target "${target}" was not measured in ${some.join(", ")}: left out for this target alone`);
  }
  return values;
}
