import type { ControlledEvaluateInputItem, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";

/** How the model rates one token that was given, not sampled. */
export interface TokenScore {
  /** The natural logarithm of the token's probability, at temperature 1 over the whole vocabulary. */
  logprob: number;
  /** Whether no other token is more probable. */
  greedy: boolean;
  /** The most probable tokens with their log-probabilities, best first. */
  top: [token: number, logprob: number][];
}

/**
 * Added to the logits of the tokens asked for, so that they survive a top-k cut. The ratio of two float32 probabilities
 * stays exact up to about 87 nats: 60 leave room for tokens up to 60 nats below the best and alternatives 27 below it.
 */
const BIAS = 60;

/** The smallest logarithm that a float32 probability holds. */
const LEAST = Math.log(2 ** -126);

/**
 * Exact log-probabilities out of node-llama-cpp 3.21, whose only exact output is the full vocabulary as a JavaScript Map (18 ms
 * a position). Two passes over the same tokens are cheaper: a greedy one gives the best token and its probability under the full
 * softmax, and one with the tokens asked for biased into a top-k cut gives how far below the best they lie.
 */
export class Scorer {
  readonly #model: LlamaModel;
  readonly #sequence: LlamaContextSequence;
  readonly #newBias: () => Bias;

  constructor(model: LlamaModel, sequence: LlamaContextSequence, newBias: () => Bias) {
    this.#model = model;
    this.#sequence = sequence;
    this.#newBias = newBias;
  }

  /**
   * Append `inputs` to the sequence and rate, after input `i`, the tokens `targets[i]` as the next one.
   *
   * @returns For each input the scores of its targets, in their order.
   */
  async append(
    inputs: Token[],
    targets: (Token[] | undefined)[],
    alternatives: number,
  ): Promise<TokenScore[][]> {
    const first = targets.findIndex((tokens) => tokens !== undefined);
    if (first < 0) {
      await this.#sequence.evaluateWithoutGeneratingNewTokens(inputs);
      return inputs.map(() => []);
    }
    if (first > 0) await this.#sequence.evaluateWithoutGeneratingNewTokens(inputs.slice(0, first));
    const asked = inputs.slice(first), want = targets.slice(first);
    const greedy = await this.#pass(
      asked,
      want,
      () => ({ token: true, confidence: true, options: { temperature: 0 } }),
    );
    const start = this.#sequence.nextTokenIndex - asked.length;
    await this.#sequence.eraseContextTokenRanges([{ start, end: this.#sequence.nextTokenIndex }]);
    const near = await this.#pass(
      asked,
      want,
      (tokens) => ({ probabilities: true, options: this.#cut(tokens, alternatives) }),
    );
    const scores = want.map((tokens, i) =>
      (tokens ?? []).map((token) =>
        this.#read(
          token,
          tokens!,
          greedy[i]!.next.token!,
          greedy[i]!.next.confidence!,
          near[i]!.next.probabilities!,
          alternatives,
        )
      )
    );
    return [...Array.from({ length: first }, () => []), ...scores];
  }

  #pass(inputs: Token[], targets: (Token[] | undefined)[], ask: (tokens: Token[]) => Ask) {
    return this.#sequence.controlledEvaluate(inputs.map((token, i): ControlledEvaluateInputItem => {
      const tokens = targets[i];
      return tokens ? [token, { generateNext: ask(tokens) }] : token;
    }));
  }

  /** The library refuses a bias on tokens that end a text; they need the full vocabulary. */
  #cut(tokens: Token[], alternatives: number) {
    const exact = { temperature: 1, topP: 1, minP: 0, seed: 1 };
    if (tokens.some((token) => this.#model.isEogToken(token))) return { ...exact, topK: 0 };
    const tokenBias = this.#newBias();
    for (const token of tokens) tokenBias.set([token], { logit: BIAS });
    return { ...exact, topK: new Set(tokens).size + Math.max(1, alternatives), tokenBias };
  }

  #read(
    token: Token,
    biased: Token[],
    best: Token,
    confidence: number,
    near: Map<Token, number>,
    alternatives: number,
  ): TokenScore {
    const full = near.size > biased.length + Math.max(1, alternatives);
    const offset = (t: Token) => full || !biased.includes(t) ? 0 : BIAS;
    const anchor = Math.log(confidence) - Math.log(near.get(best)!) + offset(best);
    const rate = (t: Token) => Math.max(LEAST, Math.log(near.get(t) ?? 0) - offset(t) + anchor);
    const top = alternatives === 0 ? [] : [...near.keys()].map((t): [number, number] => [t, rate(t)])
      .sort((a, b) => b[1] - a[1]).slice(0, alternatives);
    return { logprob: rate(token), greedy: token === best, top };
  }
}

type Bias = NonNullable<Extract<NonNullable<AskOptions["tokenBias"]>, { set: unknown }>>;
type Ask = NonNullable<Exclude<ControlledEvaluateInputItem, Token>[1]["generateNext"]>;
type AskOptions = NonNullable<Ask["options"]>;
