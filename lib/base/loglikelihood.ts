import { ofKind } from "./kind.ts";
import type { OnProgress } from "./progress.ts";

/** A continuation to rate after its context. */
export interface ScoredPair {
  /** What stands before; may be empty where the model runs here, embedded or as a checkpoint. */
  context: string;
  /** What is rated; at least one character. */
  continuation: string;
}

/** How probable a continuation is. */
export interface Loglikelihood {
  /** The natural logarithm of the continuation's probability, summed over its tokens, in nats. */
  logLikelihood: number;
  /** How many tokens the continuation has. */
  tokens: number;
  /** Whether greedy decoding of the context would write it. */
  greedy: boolean;
}

/** What may be said beside pairs that are to be rated. */
export interface LoglikelihoodOptions {
  /** Gives the rest up. */
  signal?: AbortSignal | undefined;
  /** Called with pairs that are rated. */
  onProgress?: OnProgress | undefined;
}

/**
 * Tokens of a pair as lm-eval 0.4 cuts them: spaces at the end of the context go to the continuation, the whole is encoded in one
 * piece, and the context's own length says where the continuation begins. So a token that spans the border counts as the
 * continuation's.
 *
 * @throws {TypeError} If the continuation is empty.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodePair } from "midtrain/base";
 *
 * const letters = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);
 * const { prefix, continuation } = encodePair({ context: "ab ", continuation: "c" }, letters);
 * assert.deepEqual([prefix.length, continuation.length], [2, 2]);
 * ```
 */
export function encodePair(
  pair: ScoredPair,
  encode: (text: string) => number[],
): { prefix: number[]; continuation: number[] } {
  const { context, whole } = splitPair(pair);
  const tokens = encode(whole);
  const border = context === "" ? 0 : Math.min(encode(context).length, tokens.length - 1);
  return { prefix: tokens.slice(0, border), continuation: tokens.slice(border) };
}

/**
 * The two texts that rate a pair: the context without its last spaces, and the whole.
 *
 * @throws {TypeError} If the continuation is empty.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitPair } from "midtrain/base";
 *
 * assert.deepEqual(splitPair({ context: "Yes, ", continuation: "it is" }), { context: "Yes,", whole: "Yes, it is" });
 * ```
 */
export function splitPair(pair: ScoredPair): { context: string; whole: string } {
  ofKind("Cannot rate a continuation", { pair }, "an object with context, continuation");
  if (typeof pair.context !== "string" || typeof pair.continuation !== "string" || pair.continuation === "") {
    throw new TypeError(
      `Cannot rate a continuation as context must be a text and continuation a text that is not empty: current values are ${
        JSON.stringify(pair.context)
      } and ${JSON.stringify(pair.continuation)}`,
    );
  }
  return { context: pair.context.trimEnd() || pair.context, whole: pair.context + pair.continuation };
}
