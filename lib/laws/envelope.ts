import { ofKind, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { fitPowerLaw, type PowerFit, type PowerFitOptions } from "./isoflop.ts";

/** One run with its loss along the way, for approach 1. */
export interface RunCurve {
  /** Parameters. */
  params: number;
  /** Tokens at each measurement, ascending. */
  tokens: ArrayLike<number>;
  /** The loss at each, in nats per token. */
  losses: ArrayLike<number>;
  /** Training FLOP a token. @default {6 params} */
  flopsPerToken?: number;
}

/** The best run at one budget. */
export interface EnvelopePoint {
  /** The training budget. */
  flops: number;
  /** Parameters of the best run. */
  params: number;
  /** The tokens it has seen there. */
  tokens: number;
  /** Its loss, in nats per token. */
  loss: number;
}

/** Options of {@linkcode fitEnvelope}. */
export interface EnvelopeOptions extends Omit<PowerFitOptions, "weights"> {
  /**
   * - `budgets`: the run of least loss at budgets spread evenly in the logarithm, interpolated between measurements; a budget
   *   counts only where smaller and larger runs reach it too, as a best run at the edge says nothing of the optimum
   *   (2203.15556, section 3.1).
   * - `hull`: the measurements on the lower convex hull of log loss over log budget, each counted once (2502.06857, section 4).
   * @default {"budgets"}
   */
  method?: "budgets" | "hull" | undefined;
  /** How many budgets are tried between the least and the greatest that at least two runs reach. @default {100} */
  budgets?: number | undefined;
}

/**
 * Approach 1: the envelope of training curves, and power laws of the best size and tokens over the budget through it.
 *
 * The two ways weigh budgets differently and need not agree: a hull stands on the dozen measurements that happen to lie on it.
 *
 * @throws {TypeError} If a run's tokens and losses differ in length, or are empty.
 * @throws {RangeError} If a value is not finite and positive, tokens do not ascend, the runs share no budget, or fewer than two
 * sizes are best somewhere.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitEnvelope } from "midtrain/laws";
 *
 * const tokens = Array.from({ length: 200 }, (_, i) => 1e8 * 1.05 ** i);
 * const runs = Array.from({ length: 40 }, (_, i) => 1e7 * 1.2 ** i).map((params) => ({
 *   params,
 *   tokens,
 *   losses: tokens.map((D) => 1.7 + 400 * params ** -0.3 + 400 * D ** -0.3),
 * }));
 * assert(Math.abs(fitEnvelope(runs).power.exponent - 0.5) < 0.02);
 * ```
 */
export function fitEnvelope(
  runs: readonly RunCurve[],
  options: EnvelopeOptions = {},
): { points: EnvelopePoint[]; power: PowerFit; tokenPower: PowerFit } {
  takes("Cannot take the envelope", options, "method?, budgets?, seed?, resamples?");
  ofKind("Cannot take the envelope", { runs }, "a list of objects with params, tokens, losses");
  const { method = "budgets", budgets = 100, ...fit } = options;
  oneOf("Cannot take the envelope", { method }, ["budgets", "hull"]);
  wholeNumber("Cannot take the envelope", { budgets }, ">= 2");
  runs.forEach(check);
  const points = method === "hull" ? hull(runs) : atBudgets(runs, budgets);
  if (new Set(points.map(({ params }) => params)).size < 2) {
    throw new RangeError(
      `Cannot take the envelope as fewer than two sizes are best ${
        method === "hull" ? "on the hull" : "with smaller and larger runs beside them"
      }`,
    );
  }
  const flops = points.map((point) => point.flops);
  return {
    points,
    power: fitPowerLaw(flops, points.map(({ params }) => params), fit),
    tokenPower: fitPowerLaw(flops, points.map(({ tokens }) => tokens), fit),
  };
}

function check(run: RunCurve, r: number): void {
  const { params, tokens, losses } = run;
  if (tokens.length !== losses.length || tokens.length === 0) {
    throw new TypeError(
      `Cannot take the envelope as tokens and losses of a run must have one length > 0: run ${r} has ${tokens.length} and ${losses.length}`,
    );
  }
  for (let i = 0; i < tokens.length; i++) {
    for (const value of [params, flopsPerToken(run), tokens[i], losses[i]]) {
      if (!(value > 0 && value < Infinity)) {
        throw new RangeError(
          `Cannot take the envelope as all values must be finite and positive: measurement ${i} of run ${r} holds ${value}`,
        );
      }
    }
    if (i > 0 && tokens[i] <= tokens[i - 1]) {
      throw new RangeError(
        `Cannot take the envelope as tokens must ascend: in run ${r} ${tokens[i]} follows ${tokens[i - 1]}`,
      );
    }
  }
}

const flopsPerToken = ({ params, flopsPerToken = 6 * params }: RunCurve) => flopsPerToken;

function atBudgets(runs: readonly RunCurve[], budgets: number): EnvelopePoint[] {
  const spans = runs.map((run) =>
    [run.tokens[0], run.tokens[run.tokens.length - 1]].map((tokens) => flopsPerToken(run) * tokens)
  );
  const starts = spans.map(([start]) => start).sort((a, b) => a - b);
  const ends = spans.map(([, end]) => end).sort((a, b) => b - a);
  if (!(runs.length >= 2 && starts[1] < ends[1])) {
    throw new RangeError(
      `Cannot take the envelope as at least two runs must share a budget: there are ${runs.length} runs`,
    );
  }
  return Array.from({ length: budgets }, (_, i) => {
    const flops = starts[1] * (ends[1] / starts[1]) ** (i / (budgets - 1));
    const reached = runs
      .map((run) => {
        const tokens = flops / flopsPerToken(run);
        return { flops, params: run.params, tokens, loss: lossAt(run, tokens) };
      })
      .filter(({ loss }) => loss < Infinity);
    const best = reached.reduce((a, b) => b.loss < a.loss ? b : a, {
      flops,
      params: NaN,
      tokens: NaN,
      loss: Infinity,
    });
    const inside = reached.some(({ params }) => params < best.params) &&
      reached.some(({ params }) => params > best.params);
    return inside ? best : undefined;
  }).filter((point) => point !== undefined);
}

/** The falling part of the lower convex hull in logarithms, by Andrew's monotone chain. */
function hull(runs: readonly RunCurve[]): EnvelopePoint[] {
  const points = runs.flatMap((run) =>
    Array.from(run.tokens, (tokens, i) => ({
      flops: flopsPerToken(run) * tokens,
      params: run.params,
      tokens,
      loss: run.losses[i],
    }))
  ).sort((a, b) => a.flops - b.flops || a.loss - b.loss);
  const x = (point: EnvelopePoint) => Math.log(point.flops);
  const y = (point: EnvelopePoint) => Math.log(point.loss);
  const chain: EnvelopePoint[] = [];
  for (const point of points) {
    while (chain.length >= 2) {
      const [a, b] = chain.slice(-2);
      const turn = (x(b) - x(a)) * (y(point) - y(a)) - (y(b) - y(a)) * (x(point) - x(a));
      if (turn > 0) break;
      chain.pop();
    }
    chain.push(point);
  }
  return chain.filter(({ loss }, i) => i === 0 || loss < chain[i - 1].loss);
}

function lossAt({ tokens, losses }: RunCurve, at: number): number {
  for (let i = 1; i < tokens.length; i++) {
    if (at < tokens[i - 1] || at > tokens[i]) continue;
    const share = Math.log(at / tokens[i - 1]) / Math.log(tokens[i] / tokens[i - 1]);
    return losses[i - 1] + share * (losses[i] - losses[i - 1]);
  }
  return Infinity;
}
