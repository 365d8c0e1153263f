import { described, type Description, inRange, ofKind, percent, takes, wholeNumber } from "../base/mod.ts";
import { effectiveTokens } from "../laws/mod.ts";
import { mixture } from "./mixture.ts";
import { checkPools, type Pool } from "./pools.ts";

const cannot = "Cannot allocate tokens";

/** Options of {@linkcode allocate}. */
export interface AllocateOptions {
  /** Tokens to train on in all. */
  budgetTokens: number;
  /**
   * How often a source's unique tokens may be seen: one cap for all, or one by name (others are free). Up to 4 epochs
   * are nearly as good as fresh data (arXiv:2305.16264).
   * @default {Infinity}
   */
  maxEpochs?: number | Record<string, number>;
}

/** What one source gives to a run. */
export interface AllocationRow {
  /** The source. */
  name: string;
  /** Its share of the mixture as asked for. */
  wantedShare: number;
  /** Its share of the tokens it gives. */
  share: number;
  /** Tokens it gives. */
  tokens: number;
  /** Passes over its unique tokens. */
  epochs: number;
  /** What its tokens are worth in fresh ones, by `effectiveTokens` of `midtrain/laws`. */
  effectiveTokens: number;
  /** Whether its cap holds it below what was asked for. */
  runsOut: boolean;
}

/** A budget laid over pools. */
export interface Allocation {
  /** One row a source in the mixture, in its order. */
  rows: AllocationRow[];
  /** Tokens that no source may give: every one is at its cap. */
  shortfallTokens: number;
  /** What holds, in a sentence. */
  summary: string;
}

/**
 * Tokens and epochs of every source at a budget. A source that meets its cap gives what it may; what it cannot give goes
 * to the others in proportion to their shares, and what none may give is the shortfall. Tokens are whole and sum to the
 * budget less the shortfall.
 *
 * @param pools The sources. One that the mixture does not name gives nothing.
 * @param weights A mixture over the pools' names.
 * @throws {RangeError} If the budget is not a whole number >= 1, a cap is not > 0, a weight is wrong, or the mixture asks
 * for a source that is unknown or has no tokens.
 * @example A small source runs out at four epochs
 * ```ts
 * import assert from "node:assert/strict";
 * import { allocate, pool } from "midtrain/mix";
 *
 * const pools = [pool({ name: "web", tokens: 1e9 }), pool({ name: "math", tokens: 1e7 })];
 * const { rows, summary } = allocate(pools, { web: 0.5, math: 0.5 }, { budgetTokens: 1e8, maxEpochs: 4 });
 * assert.deepEqual(rows.map(({ tokens }) => tokens), [6e7, 4e7]);
 * assert.equal(summary, "math runs out at 4 epochs and gives 40.0 % instead of 50.0 %");
 * ```
 */
export function allocate(
  pools: readonly Pool[],
  weights: Record<string, number>,
  options: AllocateOptions,
): Allocation {
  takes("Cannot allocate tokens", options, "budgetTokens, maxEpochs?");
  ofKind("Cannot allocate tokens", { pools }, "a list of objects with name, tokens");
  ofKind("Cannot allocate tokens", { weights }, "an object");
  const { budgetTokens, maxEpochs = Infinity } = options;
  wholeNumber(cannot, { budgetTokens }, ">= 1");
  checkPools(pools);
  const byName = new Map(pools.map((one) => [one.name, one]));
  if (typeof maxEpochs === "number") inRange(cannot, { maxEpochs }, "> 0");
  else {
    for (const [name, cap] of Object.entries(maxEpochs)) {
      inRange(cannot, { [`maxEpochs of "${name}"`]: cap }, "> 0");
      if (!byName.has(name)) throw unknown("maxEpochs", name, byName);
    }
  }
  const wanted = Object.entries(mixture(weights)).map(([name, share]) => {
    const source = byName.get(name);
    if (!source) throw unknown("the mixture", name, byName);
    if (share > 0 && source.uniqueTokens === 0) {
      throw new RangeError(
        `${cannot} as the mixture asks for ${share} of "${name}": that source has no tokens`,
      );
    }
    const cap = typeof maxEpochs === "number" ? maxEpochs : maxEpochs[name] ?? Infinity;
    return { source, share, limit: Math.floor(cap * source.uniqueTokens) };
  });
  const tokens = fill(wanted, budgetTokens);
  const given = tokens.reduce((sum, one) => sum + one, 0);
  const rows = wanted.map(({ source, share, limit }, at): AllocationRow => {
    const epochs = source.uniqueTokens === 0 ? 0 : tokens[at] / source.uniqueTokens;
    return {
      name: source.name,
      wantedShare: share,
      share: given === 0 ? 0 : tokens[at] / given,
      tokens: tokens[at],
      epochs,
      effectiveTokens: epochs === 0 ? 0 : effectiveTokens(source.uniqueTokens, epochs),
      runsOut: tokens[at] === limit && limit < share * budgetTokens,
    };
  });
  const shortfallTokens = budgetTokens - given;
  return described(
    { rows, shortfallTokens, summary: summary(rows, shortfallTokens, budgetTokens) },
    tellAllocation,
  );
}

/** Water-filling: cap what overflows, share the rest out again, until nothing overflows; then whole tokens. */
function fill(wanted: { share: number; limit: number }[], budget: number): number[] {
  const capped = new Set<number>();
  let exact: number[];
  while (true) {
    let left = budget;
    let free = 0;
    for (const [at, { share, limit }] of wanted.entries()) {
      if (capped.has(at)) left -= limit;
      else free += share;
    }
    exact = wanted.map(({ share, limit }, at) =>
      capped.has(at) ? limit : free === 0 ? 0 : left * share / free
    );
    const over = wanted.flatMap(({ limit }, at) => !capped.has(at) && exact[at] > limit ? [at] : []);
    if (over.length === 0) break;
    for (const at of over) capped.add(at);
  }
  // Largest remainder, so that whole tokens sum to what there is.
  const tokens = exact.map(Math.floor);
  let rest = Math.round(exact.reduce((sum, one) => sum + one, 0)) - tokens.reduce((sum, one) => sum + one, 0);
  const order = exact.map((_, at) => at).sort((a, b) =>
    (exact[b] - tokens[b]) - (exact[a] - tokens[a]) || a - b
  );
  for (const at of order) {
    if (rest <= 0) break;
    if (wanted[at].share === 0 || tokens[at] >= wanted[at].limit) continue;
    tokens[at]++;
    rest--;
  }
  return tokens;
}

function summary(rows: AllocationRow[], shortfall: number, budget: number): string {
  const out = rows.filter(({ runsOut }) => runsOut).map(({ name, epochs, share, wantedShare }) =>
    `${name} runs out at ${Number(epochs.toFixed(2))} epochs and gives ${percent(share, 1)} instead of ${
      percent(wantedShare, 1)
    }`
  );
  const most = rows.reduce((a, b) => b.epochs > a.epochs ? b : a);
  const lack = shortfall > 0 ? [`${percent(shortfall / budget, 1)} of the budget cannot be filled`] : [];
  return out.length + lack.length > 0
    ? [...out, ...lack].join("; ")
    : `No source runs out; ${most.name} is repeated most, ${Number(most.epochs.toPrecision(3))} epochs`;
}

function unknown(what: string, name: string, pools: Map<string, Pool>): RangeError {
  return new RangeError(
    `${cannot} as ${what} names "${name}", which is no pool: pools are ${[...pools.keys()].join(", ")}`,
  );
}

/** An allocation as `show` prints it. */
export function tellAllocation({ rows, summary }: Allocation): Description {
  return [{
    rows: rows.map(({ name, wantedShare, share, tokens, epochs, effectiveTokens, runsOut }) => ({
      name,
      "share asked for": percent(wantedShare, 1),
      "share given": percent(share, 1),
      tokens,
      "epochs": Number(epochs.toPrecision(3)),
      "worth in fresh tokens": Math.round(effectiveTokens),
      "runs out": runsOut ? "yes" : "no",
    })),
  }, summary];
}
