import type { Loglikelihood, OnProgress } from "../base/mod.ts";
import type { LlamaConfig } from "./config.ts";
import type { Learner } from "./learner.ts";
import { sameRotation } from "./rotation.ts";

/** A continuation in tokens, and what stands before it: one token or more. */
interface EncodedPair {
  prefix: readonly number[];
  continuation: readonly number[];
}

/** A sequence that passes through the model once, for all pairs that ask after it. */
interface Row {
  input: number[];
  /** The first place whose logits are asked for. */
  from: number;
  pairs: number[];
}

/** The most logits that a pass may give, 512 MB of them, unless one sequence has more. */
const MOST_LOGITS = 2 ** 27;

/** How probable continuations are, in the order of the pairs. */
export async function rate(
  learner: Learner,
  pairs: readonly EncodedPair[],
  { config, batch, signal, onProgress }: {
    config: LlamaConfig;
    batch: number;
    signal: AbortSignal | undefined;
    onProgress: OnProgress | undefined;
  },
): Promise<Loglikelihood[]> {
  const { vocabularySize: V, context } = config;
  const rows = rowsOf(pairs, context);
  const results = new Array<Loglikelihood>(pairs.length);
  let done = 0;
  for (let next = 0; next < rows.length;) {
    signal?.throwIfAborted();
    const longest = rows[next].input.length;
    const [least, last] = sameRotation(config, longest);
    const pass = passFrom(rows, next, { batch, most: MOST_LOGITS / V, least });
    next += pass.length;
    const T = roomFor(longest, Math.min(context, last));
    const tokens = new Int32Array(pass.length * T);
    const places: number[] = [];
    pass.forEach(({ input, from }, row) => {
      tokens.set(input, row * T);
      for (let at = from; at < input.length; at++) places.push(row * T + at);
    });
    const asked = new Int32Array(roomFor(places.length));
    asked.set(places);
    const shape = { batch: pass.length, context: T };
    const logits = await learner.logits({ tokens }, { rows: asked, shape });
    let first = 0;
    for (const { input, from, pairs: own } of pass) {
      const at = Array.from(
        { length: input.length - from },
        (_, i) => distributionOf(logits.subarray((first + i) * V, (first + i + 1) * V)),
      );
      first += at.length;
      for (const pair of own) {
        const { continuation } = pairs[pair];
        const place = at.slice(at.length - continuation.length);
        results[pair] = {
          logLikelihood: continuation.reduce((sum, token, i) => sum + place[i].logProbability(token), 0),
          tokens: continuation.length,
          greedy: continuation.every((token, i) => token === place[i].best),
        };
      }
      done += own.length;
      onProgress?.({ label: "log-likelihoods", done, total: pairs.length, unit: "pairs" });
    }
    // A pass blocks the thread: without this pause a Stop button would never be heard.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return results;
}

/** What is to pass through the model, the longest first, so that a lack of memory shows at once. */
function rowsOf(pairs: readonly EncodedPair[], context: number): Row[] {
  const rows = new Map<string, Row>();
  pairs.forEach(({ prefix, continuation }, pair) => {
    if (continuation.length > context) {
      throw new RangeError(
        `Cannot rate a continuation as it must fit the model's context of ${context} tokens: number ${pair} has ${continuation.length}`,
      );
    }
    // The last token is asked for, never read; what does not fit is left out at the beginning.
    const input = [...prefix, ...continuation].slice(0, -1).slice(-context);
    const from = input.length - continuation.length;
    const key = input.join();
    const row = rows.get(key);
    if (row) {
      row.from = Math.min(row.from, from);
      row.pairs.push(pair);
    } else rows.set(key, { input, from, pairs: [pair] });
  });
  return [...rows.values()].sort((a, b) => b.input.length - a.input.length);
}

/** The next rows that fit into one pass, one at the least; those that follow have `least` tokens. */
function passFrom(
  rows: readonly Row[],
  first: number,
  { batch, most, least }: { batch: number; most: number; least: number },
): Row[] {
  let asked = 0;
  let end = first;
  while (end < rows.length && end - first < batch) {
    asked += rows[end].input.length - rows[end].from;
    if ((asked > most || rows[end].input.length < least) && end > first) break;
    end++;
  }
  return rows.slice(first, end);
}

/**
 * A size of which there are few, at most a quarter or 15 above `n`: every shape is a graph of its own, and stays. Behind a
 * causal model's last token, zeros change nothing.
 */
export function roomFor(n: number, most: number = Infinity): number {
  const step = Math.max(16, 2 ** (Math.floor(Math.log2(n)) - 2));
  return Math.min(most, Math.ceil(n / step) * step);
}

/** What logits say of the next token, in float64. */
export function distributionOf(
  logits: Float32Array,
): { best: number; logProbability: (token: number) => number } {
  let best = 0;
  for (let token = 1; token < logits.length; token++) if (logits[token] > logits[best]) best = token;
  const greatest = logits[best];
  let sum = 0;
  for (let token = 0; token < logits.length; token++) sum += Math.exp(logits[token] - greatest);
  const logSum = Math.log(sum);
  return { best, logProbability: (token) => logits[token] - greatest - logSum };
}
