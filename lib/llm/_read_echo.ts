import type { Json } from "../data/mod.ts";

/** A text as an endpoint echoes it, with what it wrote behind. */
export interface Echoed {
  /** Tokens of the text; what the lists hold behind them was written. */
  tokens: number;
  /** The texts of all tokens, or `token_id:` and their ids. */
  names: readonly string[];
  /** Their log-probabilities; the first token has none. */
  logprobs: (number | null)[];
  /** The likeliest in their places, by name. */
  top: (Record<string, number> | null)[];
}

/** More than a log-probability is; what servers round may lie a little above 0. */
const MOST = 1e-4;

/** Whether a number is a log-probability. */
export function isLogprob(logprob: unknown): boolean {
  return Number.isFinite(logprob) && (logprob as number) <= MOST;
}

/**
 * What a server echoes of a text. Many take the request and answer in the wrong shape: whatever does not fit is refused.
 *
 * @param refuse The error for a reason.
 */
export function readEcho(said: Json, refuse: (reason: string) => Error): Echoed {
  const answer = (said ?? {}) as {
    choices?: {
      logprobs?:
        | { tokens?: string[]; token_logprobs?: Echoed["logprobs"]; top_logprobs?: Echoed["top"] }
        | null;
    }[];
    usage?: { prompt_tokens?: number; completion_tokens?: number };
  };
  const { tokens: names = [], token_logprobs: logprobs, top_logprobs: top } = answer.choices?.[0]?.logprobs ??
    {};
  const { prompt_tokens: tokens, completion_tokens: written } = answer.usage ?? {};
  if (!Array.isArray(logprobs) || !Array.isArray(top)) throw refuse("the answer holds no log-probabilities");
  if (tokens === undefined || written === undefined) throw refuse("the answer does not count its tokens");
  if (logprobs.length !== tokens + written || top.length !== logprobs.length) {
    throw refuse(
      `there are ${logprobs.length} log-probabilities for ${tokens} tokens read and ${written} written`,
    );
  }
  const wrong = logprobs.findIndex((logprob, i) => i === 0 ? logprob !== null : !isLogprob(logprob));
  if (wrong >= 0) throw refuse(`the log-probability of token ${wrong} is ${logprobs[wrong]}`);
  return { tokens, names, logprobs, top };
}
