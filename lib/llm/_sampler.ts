import { Random } from "../base/mod.ts";
import type { JsonState } from "./_json_state.ts";
import { argmax } from "./_token_score.ts";

/** Draws the next token from logits. */
export class Sampler {
  readonly #temperature: number;
  readonly #topP: number;
  readonly #random: Random;
  readonly #json: JsonState | undefined;
  #weights = new Float64Array(0);

  constructor(
    { temperature, topP, seed }: { temperature: number; topP: number; seed: number },
    json: JsonState | undefined,
  ) {
    this.#temperature = temperature;
    this.#topP = topP;
    this.#random = new Random(seed);
    this.#json = json;
  }

  /** The next token. */
  next(logits: Float32Array): number {
    const token = this.#draw(logits);
    if (!this.#json) return token;
    // To try all tokens takes as long as to decode one: only where the likeliest does not fit.
    const fitting = this.#json.allows(token) ? token : this.#draw(this.#json.mask(logits));
    this.#json.accept(fitting);
    return fitting;
  }

  #draw(logits: Float32Array): number {
    const best = argmax(logits);
    if (this.#temperature === 0) return best;
    if (this.#weights.length < logits.length) this.#weights = new Float64Array(logits.length);
    const weights = this.#weights;
    let total = 0;
    for (let i = 0; i < logits.length; i++) {
      total += weights[i] = Math.exp((logits[i] - logits[best]) / this.#temperature);
    }
    if (this.#topP < 1) return this.#drawLikely(total, logits.length);
    let left = this.#random.next() * total;
    for (let i = 0; i < logits.length; i++) {
      left -= weights[i];
      if (left < 0) return i;
    }
    return best;
  }

  /** Draw from the smallest set of tokens with enough of the probability. */
  #drawLikely(total: number, size: number): number {
    const weights = this.#weights;
    // All tokens below this together have less than what may be left out.
    const least = (1 - this.#topP) * total / size;
    const likely: number[] = [];
    for (let i = 0; i < size; i++) if (weights[i] >= least) likely.push(i);
    likely.sort((a, b) => weights[b] - weights[a] || a - b);
    let sum = 0;
    const end = likely.findIndex((token) => (sum += weights[token]) >= this.#topP * total);
    let left = this.#random.next() * sum;
    return likely.slice(0, end + 1).find((token) => (left -= weights[token]) < 0) ?? likely[0];
  }
}
