import { encodePair, ofKind, sha256, takes, wholeNumber } from "../base/mod.ts";
import type { Completion, LanguageModel, Sampling } from "../llm/mod.ts";
import { beginningOf, beginsWith } from "./_beginning.ts";
import { generate } from "./_generate.ts";
import { bytesOf } from "./_plan.ts";
import { rate } from "./_rate.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { checkConfig } from "./config.ts";
import { type EvaluateLossOptions, openForReading } from "./loss.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A checkpoint that answers what an endpoint answers, so that benchmarks ask both alike. */
export interface CheckpointScorer
  extends Pick<LanguageModel, "name" | "identity" | "loglikelihood" | "complete"> {
  /** Continue a text: `complete` with the prompt in front. */
  generate(prompt: string, options?: Sampling): Promise<Completion>;
}

/** Options of {@linkcode scorerOf}. */
export interface ScorerOptions extends Pick<EvaluateLossOptions, "engine" | "backend"> {
  /** What the model is called in tables. @default `step-N`, by its steps */
  name?: string | undefined;
  /** At most this many sequences are passed through at a time. @default {8} */
  batch?: number | undefined;
}

/**
 * A checkpoint as a language model that benchmarks can ask, in the middle of a training or after it.
 *
 * Continuations are cut into tokens as lm-eval cuts them. Pairs go through the model by length, the longest first, and where
 * several ask after the same tokens (the letters of a multiple choice) these are read once. What is longer than the model's
 * context loses its beginning, as in lm-eval; a continuation alone must fit.
 *
 * Where the tokenizer's own template puts tokens before a text, as the beginning of Gemma's and Llama's, they stand before what
 * is rated or continued, unless the text begins with them already (lm-eval 0.4.13, `tok_encode`): what its template puts behind
 * a text is left out, as the text goes on. Without such tokens the end of a document stands before an empty context, as before
 * any text in training.
 *
 * A text is continued token by token from the last `context` tokens, each time through the whole model: meant for models that
 * train here, slow beyond some ten million parameters on a CPU.
 *
 * Every call puts the model on the device and frees it again, so there is nothing to close.
 *
 * @param checkpoint The model.
 * @param tokenizer The one that its data were made with.
 * @throws {RangeError} If the tokenizer has ids that the model lacks, or `batch` is no whole number >= 1.
 * @example A fresh model guesses
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, initialCheckpoint, llamaConfig, scorerOf } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { layers: 1, width: 8, heads: 2, keyValueHeads: 1, feedForward: 8, context: 16 });
 * const model = scorerOf(initialCheckpoint(config, 1), byteTokenizer(), { backend: "cpu" });
 * const [{ logLikelihood, tokens }] = await model.loglikelihood([{ context: "2 + 2 =", continuation: " four" }]);
 * assert.equal(tokens, 5);
 * assert(Math.abs(logLikelihood / tokens + Math.log(257)) < 0.1);
 * const { text, usage } = await model.generate("2 + 2 =", { maxTokens: 3 });
 * assert.deepEqual([text, usage.completionTokens], [(await model.generate("2 + 2 =", { maxTokens: 3 })).text, 3]);
 * ```
 */
export function scorerOf(
  checkpoint: Checkpoint,
  tokenizer: Tokenizer,
  options: ScorerOptions = {},
): CheckpointScorer {
  takes("Cannot score a checkpoint", options, "name?, batch?, engine?, backend?");
  ofKind("Cannot score a checkpoint", { checkpoint }, "an object with config, weights");
  ofKind("Cannot score a checkpoint", { tokenizer }, "an object with encode");
  const config = checkConfig(checkpoint.config);
  const { vocabularySize } = config;
  const { name = `step-${checkpoint.step}`, batch = 8 } = options;
  wholeNumber("Cannot score a checkpoint", { batch }, ">= 1");
  if (tokenizer.vocabularySize > vocabularySize) {
    throw new RangeError(
      `Cannot score a checkpoint as it must know the tokenizer's ${tokenizer.vocabularySize} ids: it knows ${vocabularySize}`,
    );
  }
  const beginning = beginningOf("Cannot score a checkpoint", tokenizer);
  const encode = (text: string) => Array.from(tokenizer.encode(text));
  const starts = (ids: number[]) => beginsWith(ids, beginning);
  const begun = (ids: number[]) => {
    if (beginning.length === 0) return ids.length > 0 ? ids : [tokenizer.endOfDocument];
    return starts(ids) ? ids : [...beginning, ...ids];
  };
  const open = () => openForReading(checkpoint, { batch: 1, context: 1, maskDocuments: false }, options);
  let identity: string | undefined;
  const scorer: CheckpointScorer = {
    name,
    // The weights' hash, so that answers of another checkpoint are not taken for this one's whatever it is called.
    get identity() {
      return identity ??= sha256(JSON.stringify([
        { ...checkpoint.config, huggingFace: undefined },
        tokenizer.sha256,
        ...beginning,
        ...Object.entries(checkpoint.weights).map(([name, values]) => [name, sha256(bytesOf(values))]),
      ]));
    },
    async loglikelihood(pairs, { signal, onProgress } = {}) {
      const encoded = pairs.map((pair) => {
        const { prefix, continuation } = encodePair(pair, encode);
        // A continuation that brings the beginning itself is rated behind it.
        const own = prefix.length === 0 && continuation.length > beginning.length && starts(continuation);
        const cut = own ? beginning.length : 0;
        return {
          prefix: begun([...prefix, ...continuation.slice(0, cut)]),
          continuation: continuation.slice(cut),
        };
      });
      using learner = await open();
      return await rate(learner, encoded, { config, batch, signal, onProgress });
    },
    async generate(prompt, sampling = {}) {
      using learner = await open();
      return await generate(learner, begun(encode(prompt)), { tokenizer, config }, sampling);
    },
    complete: ({ prompt, ...sampling }) => scorer.generate(prompt, sampling),
  };
  return scorer;
}
