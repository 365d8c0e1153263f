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
 * Rate tokens by the logits of the whole vocabulary.
 *
 * @param logits One a token of the vocabulary.
 * @param tokens Those that are asked for.
 * @param alternatives How many of the most probable tokens to list.
 */
export function rate(
  logits: Float32Array,
  tokens: readonly number[],
  alternatives: number,
): TokenScore[] {
  const best = argmax(logits);
  const most = logits[best];
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp(logits[i] - most);
  const shift = most + Math.log(total);
  const top = highest(logits, alternatives).map((token): [number, number] => [token, logits[token] - shift]);
  return tokens.map((token) => ({ logprob: logits[token] - shift, greedy: token === best, top }));
}

/** The first of the highest. */
export function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** The places of the `count` highest values, best first. */
function highest(values: Float32Array, count: number): number[] {
  const places: number[] = [];
  for (let i = 0; count > 0 && i < values.length; i++) {
    if (places.length === count && values[i] <= values[places[count - 1]]) continue;
    let at = Math.min(places.length, count - 1);
    for (; at > 0 && values[places[at - 1]] < values[i]; at--) places[at] = places[at - 1];
    places[at] = i;
  }
  return places;
}
