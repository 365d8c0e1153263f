import { type Loglikelihood, type ScoredPair, splitPair, sum } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";
import { readEcho } from "./_read_echo.ts";
import { RequestError } from "./errors.ts";

/** A text with the log-probabilities of its tokens, as an endpoint echoes it. */
interface Echo {
  /** How many tokens the text has. */
  tokens: number;
  /** The text's log-probabilities; the first token has none. */
  logprobs: (number | null)[];
  /** Whether each token was the most probable one. */
  greedy: boolean[];
}

/** Sends a prompt, or finds it answered, and reads what comes. */
type Send = (prompt: string, read: (answer: Json) => Echo, signal?: AbortSignal) => Promise<Echo>;

/** Requests in flight. */
const WORKERS = 8;

/** How far two ratings of one text may lie apart, in nats a token: servers in bfloat16 depend on their batch. */
const REPEATABLE = 0.1;

const PROBE = "The capital of France is Paris, and the capital of Italy is Rome.";

/** The same words in another order. */
const SCRAMBLED = "The Rome of and is France, capital the Italy is of Paris capital.";

/** How much likelier the sentence must be than its words in disorder, in nats: what tells context from the words' own frequencies. */
const ORDER = 1;

/**
 * Log-likelihoods from an endpoint that echoes its prompt with log-probabilities. Many servers take the request and answer in the
 * wrong shape, which reads as plausible numbers near chance: so the endpoint is probed once (a sentence alone and beside others must
 * be rated alike, and higher than its words in disorder), every answer's shape is checked, and one that does not fit is refused. How lm-eval 0.4 cuts and sums: `lm_eval/models/api_models.py`.
 */
export class EchoScorer {
  readonly #baseURL: string;
  readonly #send: Send;
  #probed: Promise<void> | undefined;

  constructor(baseURL: string, send: Send) {
    this.#baseURL = baseURL;
    this.#send = send;
  }

  /** Rate pairs, in their order. */
  async rate(
    pairs: readonly ScoredPair[],
    options: { signal?: AbortSignal | undefined; onDone?: (done: number) => void },
  ): Promise<Loglikelihood[]> {
    const split = pairs.map(splitPair);
    const bare = split.findIndex(({ context }) => context === "");
    if (bare >= 0) {
      throw new RangeError(
        `Cannot rate a continuation as an endpoint needs a context that is not empty: pair ${bare} has none`,
      );
    }
    await (this.#probed ??= this.#probe(options.signal));
    const contexts = new Map<string, Promise<Echo>>();
    const results: Loglikelihood[] = new Array(pairs.length);
    let next = 0;
    let done = 0;
    const work = async () => {
      while (next < split.length) {
        const index = next++;
        const { context, whole } = split[index];
        if (!contexts.has(context)) contexts.set(context, this.#echo(context, options.signal));
        const [before, echo] = await Promise.all([contexts.get(context)!, this.#echo(whole, options.signal)]);
        const border = Math.min(before.tokens, echo.tokens - 1);
        const logprobs = echo.logprobs.slice(border) as number[];
        results[index] = {
          logLikelihood: logprobs.reduce((sum, logprob) => sum + logprob, 0),
          tokens: logprobs.length,
          greedy: echo.greedy.slice(border).every(Boolean),
        };
        options.onDone?.(++done);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    return results;
  }

  async #probe(signal?: AbortSignal): Promise<void> {
    try {
      const alone = await this.#echo(PROBE, signal);
      const seen = alone.logprobs.slice(1, -1) as number[];
      if (new Set(seen).size < 2) {
        throw this.#refusal("all tokens of a sentence have the same log-probability");
      }
      // At a time, so that a server which rates together does so here.
      const [longer, scrambled] = await Promise.all(
        [`${PROBE} Yes.`, SCRAMBLED].map((text) => this.#echo(text, signal)),
      );
      const apart = Math.max(
        ...seen.map((logprob, i) => Math.abs(logprob - (longer.logprobs[i + 1] ?? NaN))),
      );
      if (!(apart <= REPEATABLE)) {
        throw this.#refusal(`the same tokens differ by ${apart.toFixed(2)} nats, alone and beside others`);
      }
      const [ordered, disordered] = [alone, scrambled].map(({ logprobs }) =>
        sum(logprobs.slice(1) as number[])
      );
      if (!(ordered - disordered >= ORDER)) {
        throw this.#refusal(
          `a sentence has the log-likelihood ${ordered.toFixed(2)}, its words in disorder ${
            disordered.toFixed(2)
          }, which must be lower`,
        );
      }
    } catch (error) {
      this.#probed = undefined;
      throw error;
    }
  }

  #echo(text: string, signal?: AbortSignal): Promise<Echo> {
    return this.#send(text, (answer) => this.#read(answer), signal);
  }

  #read(said: Json): Echo {
    const { tokens, logprobs, top } = readEcho(said, (reason) => this.#refusal(reason));
    return {
      tokens,
      logprobs: logprobs.slice(0, tokens),
      greedy: logprobs.slice(0, tokens).map((logprob, i) =>
        i > 0 && logprob! >= Math.max(...Object.values(top[i] ?? {}))
      ),
    };
  }

  #refusal(reason: string): RequestError {
    return new RequestError(
      `Cannot rate continuations with ${this.#baseURL} as it does not echo a prompt with its log-probabilities: ${reason}`,
      { code: "no_prompt_logprobs" },
    );
  }
}
