import { inRange, Random, wholeNumber } from "../base/mod.ts";
import type { Completion, Sampling } from "../llm/mod.ts";
import { distributionOf, roomFor } from "./_rate.ts";
import type { LlamaConfig } from "./config.ts";
import type { Learner } from "./learner.ts";
import { sameRotation } from "./rotation.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Continue a prompt of one token or more, each token from the last `context` ones. */
export async function generate(
  learner: Learner,
  prompt: readonly number[],
  { tokenizer, config }: { tokenizer: Tokenizer; config: LlamaConfig },
  options: Sampling,
): Promise<Completion> {
  const { context } = config;
  const { maxTokens = 256, temperature = 0, topP = 1, seed = 1, stop = [], signal } = options;
  const cannot = "Cannot continue a prompt";
  wholeNumber(cannot, { maxTokens }, ">= 0");
  inRange(cannot, { temperature }, "finite and >= 0");
  inRange(cannot, { topP }, "in (0, 1]");
  const random = new Random(`${seed}/generate`);
  const written: number[] = [];
  const answer = (finishReason: "stop" | "length", text = tokenizer.decode(written)): Completion => ({
    text,
    finishReason,
    usage: { promptTokens: prompt.length, completionTokens: written.length },
    cached: false,
  });
  while (written.length < maxTokens) {
    signal?.throwIfAborted();
    const seen = [...prompt, ...written].slice(-context);
    const [, last] = sameRotation(config, seen.length);
    const shape = { batch: 1, context: roomFor(seen.length, Math.min(context, last)) };
    const tokens = new Int32Array(shape.context);
    tokens.set(seen);
    const logits = await learner.logits({ tokens }, { rows: Int32Array.of(seen.length - 1), shape });
    const token = temperature === 0
      ? distributionOf(logits).best
      : draw(logits.map((logit) => logit / temperature), topP, random);
    written.push(token);
    if (token === tokenizer.endOfDocument) return answer("stop");
    const text = tokenizer.decode(written);
    const ends = stop.map((end) => text.indexOf(end)).filter((at) => at >= 0);
    if (ends.length > 0) return answer("stop", text.slice(0, Math.min(...ends)));
    // A pass blocks the thread: without this pause a Stop button would never be heard.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return answer("length");
}

/** A token by its probability, out of the smallest set of the most probable ones that has `topP` of it. */
function draw(logits: Float32Array, topP: number, random: Random): number {
  const { best, logProbability } = distributionOf(logits);
  const order = Array.from(logits.keys());
  // By probability, equal ones by id; without a limit the order does not matter.
  if (topP < 1) order.sort((a, b) => logits[b] - logits[a] || a - b);
  const probabilities = order.map((token) => Math.exp(logProbability(token)));
  let kept = 0;
  let sum = 0;
  while (kept < order.length && (kept === 0 || sum < topP)) sum += probabilities[kept++];
  let left = random.next() * sum;
  for (let i = 0; i < kept; i++) {
    left -= probabilities[i];
    if (left < 0) return order[i];
  }
  // Rounding left a crumb.
  return best;
}
