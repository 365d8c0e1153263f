import { described, type Description, inRange, must, ofKind, oneOf, takes } from "../base/mod.ts";
import { factor, forward } from "./_linear.ts";

/** Two documents, and which of them is better: what `judgePairs` gives, or a share of votes. */
export interface Comparison {
  /** The id of the one. */
  a: string;
  /** The id of the other. */
  b: string;
  /** The better one. */
  winner?: "a" | "b" | "tie" | undefined;
  /** In its place: the share of votes for `a`, in [0, 1]. */
  share?: number | undefined;
  /** How many votes it stands for. @default {1} */
  votes?: number | undefined;
}

/** Options of {@linkcode bradleyTerry}. */
export interface BradleyTerryOptions {
  /**
   * Votes that each document is taken to have had against an average one, half of them won: 0 gives the plain maximum of the
   * likelihood, which a document that always won or lost has not. @default {1}
   */
  priorVotes?: number | undefined;
}

/** How strong a document is. */
export interface Strength {
  /** The document's id. */
  id: string;
  /** Its strength, in nats of the odds to win; the mean of all is 0. */
  strength: number;
  /** The 95 % interval's lower end, by the curvature of the likelihood; null for more than 2,000 documents. */
  low: number | null;
  /** The upper end. */
  high: number | null;
  /** How many comparisons it was in. */
  comparisons: number;
}

/**
 * Strengths from pairwise votes: Bradley and Terry's model (1952) with soft labels, as QuRating fits it (arXiv 2402.09739): the
 * odds that one is better than the other are exp of the difference of their strengths. Fitted by Newton's method.
 *
 * Give the strengths as scores to a fast rater (`trainEmbeddingRater`), and draw by `sampleByScore`.
 *
 * @returns The strongest first.
 * @throws {RangeError} If the comparisons fall into parts that never met, or, without prior votes, some documents never won
 * against others.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bradleyTerry } from "midtrain/select";
 *
 * const [first, second] = bradleyTerry([{ a: "x", b: "y", share: 0.8 }], { priorVotes: 0 });
 * assert.equal(first.id, "x");
 * assert(Math.abs(first.strength - second.strength - Math.log(4)) < 1e-9);
 * ```
 */
export function bradleyTerry(
  comparisons: Iterable<Comparison>,
  options: BradleyTerryOptions = {},
): Strength[] {
  const cannot = "Cannot fit strengths";
  takes(cannot, options, "priorVotes?");
  const { priorVotes = 1 } = options;
  inRange(cannot, { priorVotes }, "finite and >= 0");
  const { names, games } = readGames(cannot, comparisons);
  checkConnected(cannot, { names, games, bothWays: priorVotes === 0 });
  const strengths = fit(games, names.length, priorVotes);
  const middle = strengths.reduce((sum, strength) => sum + strength, 0) / names.length;
  const errors = names.length <= 2000 ? standardErrors(games, strengths, priorVotes) : undefined;
  const counts = new Uint32Array(names.length);
  for (const { a, b } of games) {
    counts[a]++;
    counts[b]++;
  }
  const found = names.map((id, at): Strength => {
    const strength = strengths[at] - middle;
    const half = errors && 1.959963984540054 * errors[at];
    return {
      id,
      strength,
      low: half === undefined ? null : strength - half,
      high: half === undefined ? null : strength + half,
      comparisons: counts[at],
    };
  }).sort((a, b) => b.strength - a.strength || (a.id < b.id ? -1 : 1));
  return described(found, tellStrengths);
}

function tellStrengths(found: readonly Strength[]): Description {
  const row = ({ id, strength, low, high, comparisons }: Strength) => ({
    id,
    "strength (nats)": low === null ? strength : { estimate: strength, low, high: high! },
    comparisons,
  });
  return [
    { rows: (found.length > 12 ? [...found.slice(0, 6), ...found.slice(-6)] : found).map(row) },
    `${found.length} documents by ${
      found.reduce((sum, { comparisons }) => sum + comparisons, 0) / 2
    } comparisons; the mean strength is 0${
      found.length > 12 ? ", and the six strongest and weakest are shown" : ""
    }`,
  ];
}

interface Game {
  a: number;
  b: number;
  /** Votes for each. */
  forA: number;
  forB: number;
}

function readGames(cannot: string, comparisons: Iterable<Comparison>): { names: string[]; games: Game[] } {
  if (typeof comparisons === "object" && comparisons !== null && "judgements" in comparisons) {
    throw new TypeError(
      `${cannot} as comparisons must be a list: give the judgements of what judgePairs gives`,
    );
  }
  ofKind(cannot, { comparisons }, "a list or another iterable that is no stream");
  const numbers = new Map<string, number>();
  const numberOf = (id: string) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id)!;
  };
  const games = Array.from(comparisons, (comparison, at): Game => {
    ofKind(cannot, { [`comparisons[${at}]`]: comparison }, "an object with a, b");
    const { a, b, winner, votes = 1 } = comparison;
    ofKind(cannot, { [`comparisons[${at}].a`]: a, [`comparisons[${at}].b`]: b }, "a text");
    must(cannot, "a comparison must be of two documents", a, a !== b);
    if (comparison.share === undefined) {
      oneOf(cannot, { [`comparisons[${at}].winner`]: winner }, ["a", "b", "tie"]);
    }
    const { share = winner === "a" ? 1 : winner === "b" ? 0 : 0.5 } = comparison;
    inRange(cannot, { [`comparisons[${at}].share`]: share }, "in [0, 1]");
    inRange(cannot, { [`comparisons[${at}].votes`]: votes }, "finite and > 0");
    return { a: numberOf(a), b: numberOf(b), forA: votes * share, forB: votes * (1 - share) };
  });
  must(cannot, "there must be comparisons", 0, games.length > 0);
  return { names: [...numbers.keys()], games };
}

/** Refuse comparisons that say nothing of how some documents stand to others. */
function checkConnected(
  cannot: string,
  { names, games, bothWays }: { names: string[]; games: Game[]; bothWays: boolean },
): void {
  const reached = (edges: (game: Game) => [from: number, to: number][]) => {
    const next: number[][] = names.map(() => []);
    for (const game of games) for (const [from, to] of edges(game)) next[from].push(to);
    const seen = new Uint8Array(names.length);
    const open = [0];
    seen[0] = 1;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const to of next[at]) {
        if (seen[to]) continue;
        seen[to] = 1;
        open.push(to);
      }
    }
    return seen;
  };
  const met = reached(({ a, b }) => [[a, b], [b, a]]);
  const apart = met.indexOf(0);
  if (apart >= 0) {
    throw new RangeError(
      `${cannot} as all documents must be connected by comparisons: ${names[apart]} and ${
        names[0]
      } are not; drawPairs connects all`,
    );
  }
  if (!bothWays) return;
  // A maximum exists where each document beats each other through some chain (Ford 1957).
  const won = reached(({ a, b, forA, forB }) => [...pair(forA, a, b), ...pair(forB, b, a)]);
  const lost = reached(({ a, b, forA, forB }) => [...pair(forA, b, a), ...pair(forB, a, b)]);
  for (const [seen, word] of [[won, "above"], [lost, "below"]] as const) {
    const other = seen.indexOf(0);
    if (other < 0) continue;
    throw new RangeError(
      `${cannot} without prior votes as every document must win against every other through some chain: no chain puts ${
        names[0]
      } ${word} ${names[other]}; priorVotes: 1 bounds both`,
    );
  }
}

function pair(votes: number, winner: number, loser: number): [number, number][] {
  return votes > 0 ? [[winner, loser]] : [];
}

/** Newton's method; the steps are solved by conjugate gradients, as the curvature has an entry only for pairs that met. */
function fit(games: readonly Game[], count: number, priorVotes: number): Float64Array {
  let strengths = new Float64Array(count);
  let loss = lossOf(games, strengths, priorVotes);
  for (let step = 0; step < 200; step++) {
    const gradient = strengths.map((strength) => priorVotes * (0.5 - sigmoid(strength)));
    for (const { a, b, forA, forB } of games) {
      const surprise = forA - (forA + forB) * sigmoid(strengths[a] - strengths[b]);
      gradient[a] += surprise;
      gradient[b] -= surprise;
    }
    const direction = conjugateGradients(gradient, curvature(games, strengths, priorVotes));
    let share = 1;
    let next = strengths.map((strength, i) => strength + direction[i]);
    let nextLoss = lossOf(games, next, priorVotes);
    while (!(nextLoss <= loss) && share > 1e-9) {
      share /= 2;
      next = strengths.map((strength, i) => strength + share * direction[i]);
      nextLoss = lossOf(games, next, priorVotes);
    }
    if (!(nextLoss <= loss)) break;
    strengths = next;
    loss = nextLoss;
    if (gradient.every((value) => Math.abs(value) < 1e-11)) break;
  }
  return strengths;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function lossOf(games: readonly Game[], strengths: Float64Array, priorVotes: number): number {
  const cost = (difference: number) => Math.max(-difference, 0) + Math.log1p(Math.exp(-Math.abs(difference)));
  let loss = 0;
  for (const { a, b, forA, forB } of games) {
    const difference = strengths[a] - strengths[b];
    loss += forA * cost(difference) + forB * cost(-difference);
  }
  for (const strength of strengths) loss += priorVotes / 2 * (cost(strength) + cost(-strength));
  return loss;
}

/** The curvature as its diagonal and its entries between pairs. */
interface Curvature {
  diagonal: Float64Array;
  pairs: { a: number; b: number; weight: number }[];
}

function curvature(games: readonly Game[], strengths: Float64Array, priorVotes: number): Curvature {
  const steep = (difference: number) => sigmoid(difference) * sigmoid(-difference);
  const diagonal = strengths.map((strength) => priorVotes * steep(strength));
  const pairs = games.map(({ a, b, forA, forB }) => {
    const weight = (forA + forB) * steep(strengths[a] - strengths[b]);
    diagonal[a] += weight;
    diagonal[b] += weight;
    return { a, b, weight };
  });
  return { diagonal, pairs };
}

function conjugateGradients(right: Float64Array, { diagonal, pairs }: Curvature): Float64Array {
  const solution = new Float64Array(right.length);
  const residual = right.slice();
  const scaled = residual.map((value, i) => value / diagonal[i]);
  const direction = scaled.slice();
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  let size = dot(residual, scaled);
  const enough = 1e-22 * size;
  for (let step = 0; step < 10 * right.length && size > enough; step++) {
    const image = direction.map((value, i) => diagonal[i] * value);
    for (const { a, b, weight } of pairs) {
      image[a] -= weight * direction[b];
      image[b] -= weight * direction[a];
    }
    const bend = dot(direction, image);
    if (!(bend > 0)) break;
    const length = size / bend;
    for (let i = 0; i < right.length; i++) {
      solution[i] += length * direction[i];
      residual[i] -= length * image[i];
      scaled[i] = residual[i] / diagonal[i];
    }
    const next = dot(residual, scaled);
    for (let i = 0; i < right.length; i++) direction[i] = scaled[i] + next / size * direction[i];
    size = next;
  }
  return solution;
}

/** Standard errors of strengths less their mean, by the inverse of the curvature. */
function standardErrors(
  games: readonly Game[],
  strengths: Float64Array,
  priorVotes: number,
): Float64Array {
  const count = strengths.length;
  const { diagonal, pairs } = curvature(games, strengths, priorVotes);
  // Without a prior the curvature is flat where all strengths move together.
  const matrix = new Float64Array(count * count).fill(priorVotes === 0 ? 1 / count : 0);
  for (let i = 0; i < count; i++) matrix[i * count + i] += diagonal[i];
  for (const { a, b, weight } of pairs) {
    matrix[a * count + b] -= weight;
    matrix[b * count + a] -= weight;
  }
  factor(matrix, count);
  return Float64Array.from({ length: count }, (_, i) => {
    // What a strength less the mean is of all strengths.
    const contrast = new Float64Array(count).fill(-1 / count);
    contrast[i] += 1;
    forward(matrix, count, contrast);
    return Math.sqrt(contrast.reduce((sum, value) => sum + value * value, 0));
  });
}
