import {
  bootstrapMean,
  inRange,
  type Interval,
  mean,
  must,
  ofKind,
  type OnProgress,
  Random,
  takes,
  wholeNumber,
  wilson,
} from "../base/mod.ts";
import type { BackendName } from "./backend.ts";
import type { Batch } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { checkConfig } from "./config.ts";
import type { Engine, Learner } from "./learner.ts";
import { openForReading } from "./loss.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { checkSource, type TokenSource } from "./tokens.ts";

/** Options of {@linkcode needleTest}. */
export interface NeedleOptions {
  /** The model's tokenizer, which made the haystack too. */
  tokenizer: Tokenizer;
  /** Where the text around the needle is taken from. */
  haystack: TokenSource;
  /** Lengths of the whole text, in tokens. @default {[config.context]} */
  contexts?: readonly number[] | undefined;
  /** Where the needle stands: 0 at the beginning, 1 right before the question. @default {[0, 0.25, 0.5, 0.75, 1]} */
  depths?: readonly number[] | undefined;
  /** Texts at each context and depth. @default {20} */
  samples?: number | undefined;
  /** Digits of the key. @default {5} */
  digits?: number | undefined;
  /**
   * What is hidden, and what is asked at the end; `KEY` stands for the key, and the question ends with it.
   *
   * @default {{ needle: "\nThe pass key is KEY.\n", question: "\nThe pass key is KEY" }}
   */
  prompt?: { needle: string; question: string };
  /** Names keys and haystacks. @default {1} */
  seed?: number | string | undefined;
  /** How the passes are carried out. @default as in {@linkcode evaluateLoss} */
  engine?: Engine | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
  /** Called with every text. */
  onProgress?: OnProgress | undefined;
}

/** What a model recalled at one length and depth. */
export interface NeedleResult {
  /** Length of the text, in tokens. */
  context: number;
  /** Where the needle stood, in [0, 1]. */
  depth: number;
  /**
   * The share of keys that were recalled for sure: every token of the key had a probability above 1/2, so that greedy
   * decoding writes it. With Wilson's interval.
   */
  recalled: Interval;
  /** Loss on the key's tokens, in nats per token. */
  loss: number;
  /** Loss that the needle saved against a needle with another key, in nats per token; 0 where it was not found. */
  gain: Interval;
}

const PROMPT = { needle: "\nThe pass key is KEY.\n", question: "\nThe pass key is KEY" };

/**
 * The needle test: a key is hidden at some depth of a long text and asked for at its end (the pass key of Mohtashami and
 * Jaggi, arXiv:2305.16300; a grid of lengths and depths).
 *
 * It is read off losses, so it costs one pass a text and says more than right or wrong: each text is scored once with its
 * key in the needle and once with another, and the difference is what attention brought back from there. A small model
 * that recalls no key may still gain.
 *
 * @returns One result for each context and depth.
 * @throws {RangeError} If an option is out of range, or a text has no room for needle and question.
 * @example
 * ```ts ignore
 * import { extendContext, needleTest } from "midtrain/anneal";
 *
 * const long = extendContext(model, { context: 1024, method: "yarn" });
 * const grid = await needleTest(long, { tokenizer, haystack, contexts: [256, 512, 1024] });
 * ```
 */
export async function needleTest(checkpoint: Checkpoint, options: NeedleOptions): Promise<NeedleResult[]> {
  takes(
    "Cannot hide a needle",
    options,
    "tokenizer, haystack, contexts?, depths?, samples?, digits?, prompt?, seed?, engine?, backend?, onProgress?",
  );
  ofKind("Cannot hide a needle", { checkpoint }, "an object with config, weights");
  const { contexts, depths, samples } = checked(checkpoint, options);
  const results: NeedleResult[] = [];
  const { onProgress } = options;
  const total = contexts.length * depths.length * samples;
  for (const context of contexts) {
    // Two rows: the text with its own key in the needle, and with another.
    using learner = await openForReading(checkpoint, { batch: 2, context, maskDocuments: false }, options);
    for (const depth of depths) {
      const scores: Scores[] = [];
      for (let sample = 0; sample < samples; sample++) {
        scores.push(await score(learner, pairOfTexts(options, { context, depth, sample })));
        onProgress?.({
          label: "needle",
          done: results.length * samples + sample + 1,
          total,
          unit: "texts",
        });
      }
      results.push({
        context,
        depth,
        recalled: wilson(scores.filter(({ recalled }) => recalled).length, samples),
        loss: mean(scores.map(({ loss }) => loss)),
        gain: bootstrapMean(scores.map(({ loss, without }) => without - loss)),
      });
    }
  }
  return results;
}

function checked(checkpoint: Checkpoint, options: NeedleOptions) {
  const config = checkConfig(checkpoint.config);
  const { haystack, prompt = PROMPT } = options;
  const { contexts = [config.context], depths = [0, 0.25, 0.5, 0.75, 1], samples = 20, digits = 5 } = options;
  const cannot = "Cannot hide a needle";
  wholeNumber(cannot, { samples, digits }, ">= 1");
  for (const depth of depths) inRange(cannot, { "every depth": depth }, "in [0, 1]");
  const { needle, question } = prompt;
  must(cannot, "the needle must hold KEY", JSON.stringify(needle), needle.includes("KEY"));
  must(cannot, "the question must end with KEY", JSON.stringify(question), question.endsWith("KEY"));
  for (const context of contexts) {
    must(
      cannot,
      `every context must be a whole number from 1 to the model's ${config.context} tokens`,
      context,
      Number.isSafeInteger(context) && context >= 1 && context <= config.context,
    );
    checkSource(haystack, config, context);
  }
  return { contexts, depths, samples };
}

/** Two texts that differ in the needle's key alone; both end with the first one's. */
interface TextPair {
  /** `[2 * T]`. */
  batch: Batch;
  /** Tokens of the key, which are the last ones. */
  keyTokens: number;
}

function pairOfTexts(
  { tokenizer, haystack, digits = 5, prompt = PROMPT, seed = 1 }: NeedleOptions,
  { context, depth, sample }: { context: number; depth: number; sample: number },
): TextPair {
  // The same keys and haystacks at every depth and for every model: their difficulty is shared.
  const random = new Random(`${seed}/needle/${context}/${sample}`);
  const length = context + 1;
  const draw = () => Array.from({ length: digits }, () => random.int(10)).join("");
  const key = draw();
  let other = draw();
  while (other === key) other = draw();
  const encode = (text: string) => Array.from(tokenizer.encode(text));
  // A key in front of which there is a space is one word with it, in the needle as in the question.
  const space = prompt.question.endsWith(" KEY") ? " " : "";
  const question = encode(prompt.question.slice(0, -(space + "KEY").length));
  const answer = encode(space + key);
  const start = random.int(haystack.tokens.length - length + 1);
  const hay = Array.from(haystack.tokens.subarray(start, start + length));
  const tokens = new Int32Array(2 * context);
  const targets = new Int32Array(2 * context);
  for (const [row, hidden] of [key, other].entries()) {
    const needle = encode(prompt.needle.replace("KEY", hidden));
    const tail = [...question, ...answer];
    const room = length - needle.length - tail.length;
    const before = Math.round(depth * room);
    if (room < 0) {
      throw new RangeError(
        `Cannot hide a needle as needle and question have ${
          needle.length + tail.length
        } tokens: context ${context} is too short`,
      );
    }
    const ids = [...hay.slice(0, before), ...needle, ...hay.slice(before, room), ...tail];
    tokens.set(ids.slice(0, -1), row * context);
    targets.set(ids.slice(1), row * context);
  }
  return { batch: { tokens, targets }, keyTokens: answer.length };
}

/** What a model made of a pair of texts. */
interface Scores {
  loss: number;
  without: number;
  recalled: boolean;
}

async function score(learner: Learner, { batch, keyTokens }: TextPair): Promise<Scores> {
  const losses = await learner.tokenLosses(batch);
  const context = losses.length / 2;
  const own = losses.subarray(context - keyTokens, context);
  const other = losses.subarray(2 * context - keyTokens);
  return { loss: mean(own), without: mean(other), recalled: own.every((loss) => loss < Math.LN2) };
}
