import type { LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";

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
 * Exact log-probabilities out of node-llama-cpp 3.21. Its public way is the whole vocabulary as a JavaScript Map, 18 ms a
 * position; here the logits of one decoding are sampled twice where they lie, in 5 ms. A greedy sampler gives the best
 * token and its probability under the full softmax; a second, with the tokens asked for biased into a top-k cut, gives how
 * far below the best they lie. This reaches into the package, so its version is pinned, and the tests compare the sums with
 * an independent forward pass.
 */
export class Scorer {
  readonly #sequence: LlamaContextSequence & Internals;
  readonly #best: AddonSampler;
  readonly #near: AddonSampler;

  constructor(model: LlamaModel, sequence: LlamaContextSequence) {
    const { _llama: { _bindings: { AddonSampler } }, _model } = model as unknown as ModelInternals;
    this.#sequence = sequence as LlamaContextSequence & Internals;
    this.#best = new AddonSampler(_model);
    this.#best.applyConfig({ temperature: 0 });
    this.#near = new AddonSampler(_model);
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
    const scores: TokenScore[][] = inputs.map(() => []);
    const wanted = targets.map((tokens) => tokens ? true : undefined);
    const sequence = this.#sequence;
    const { sampleToken } = sequence.context._ctx;
    await sequence._decodeTokens(
      inputs,
      wanted,
      5,
      sequence.tokenMeter,
      sequence._contextShift,
      async (row, index) => {
        const tokens = targets[index]!;
        const sample = sampleToken.bind(sequence.context._ctx, row);
        const [best, , confidence] = await sample(this.#best, false, true);
        this.#near.applyConfig({
          temperature: 1,
          topK: new Set(tokens).size + Math.max(1, alternatives),
          topP: 1,
          minP: 0,
          seed: 1,
          tokenBiasKeys: Uint32Array.from(tokens),
          tokenBiasValues: new Float32Array(tokens.length).fill(BIAS),
        });
        const [, near] = await sample(this.#near, true, false);
        scores[index] = read(tokens, best, confidence, near, alternatives);
      },
    );
    return scores;
  }

  /** Free the samplers. */
  dispose(): void {
    this.#best.dispose();
    this.#near.dispose();
  }
}

/** From the best token's probability and the probabilities of a biased cut, as pairs in a row, to log-probabilities. */
function read(
  tokens: Token[],
  best: Token,
  confidence: number,
  near: number[],
  alternatives: number,
): TokenScore[] {
  const logits = new Map<number, number>();
  for (let i = 0; i < near.length; i += 2) {
    const token = near[i];
    logits.set(token, Math.log(near[i + 1]) - (tokens.includes(token as Token) ? BIAS : 0));
  }
  const shift = Math.log(confidence) - logits.get(best)!;
  const rate = (token: number) => Math.max(LEAST, (logits.get(token) ?? -Infinity) + shift);
  const top = [...logits.keys()].map((token): [number, number] => [token, rate(token)])
    .sort((a, b) => b[1] - a[1]).slice(0, alternatives);
  return tokens.map((token) => ({ logprob: rate(token), greedy: token === best, top }));
}

/** A sampler of the package's native part. */
interface AddonSampler {
  applyConfig(config: Record<string, number | Uint32Array | Float32Array>): void;
  dispose(): void;
}

/** What is used of the model's inside. */
interface ModelInternals {
  _llama: { _bindings: { AddonSampler: new (model: unknown) => AddonSampler } };
  _model: unknown;
}

/** What is used of the sequence's inside. */
interface Internals {
  _contextShift: unknown;
  context: {
    _ctx: {
      sampleToken(
        row: number,
        sampler: AddonSampler,
        probabilities: boolean,
        confidence: boolean,
      ): Promise<[token: Token, probabilities: number[], confidence: number]>;
    };
  };
  _decodeTokens(
    tokens: Token[],
    wanted: (true | undefined)[],
    priority: number,
    meter: unknown,
    contextShift: unknown,
    onRow: (row: number, index: number) => Promise<void>,
  ): Promise<unknown>;
}
