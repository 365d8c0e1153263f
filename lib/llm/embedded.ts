import type {
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaGrammarEvaluationState,
  LlamaModel,
  Token,
} from "node-llama-cpp";
import { encodePair, type Loglikelihood, must, type ScoredPair } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";
import { ContextLengthError } from "./errors.ts";
import { Grammars } from "./_grammar.ts";
import { PrefixReader } from "./_prefix_reader.ts";
import { Queue } from "./_queue.ts";
import { Scorer, type TokenScore } from "./_scorer.ts";
import type { Message } from "./chat.ts";
import { Writer } from "./_writer.ts";

/** What {@linkcode EmbeddedModel.generate} may write. */
export interface GenerateOptions {
  /** At most this many tokens; the context's end stops earlier. @default {256} */
  maxTokens?: number | undefined;
  /** 0 takes the most probable token; else the logits are divided by it. @default {0} */
  temperature?: number | undefined;
  /** Sample from the smallest set of tokens with this much probability. @default {1} */
  topP?: number | undefined;
  /** Names the random stream, a whole number in [0, 2^32). @default {1} */
  seed?: number | undefined;
  /** Texts that end the answer and are not part of it. @default {[]} */
  stop?: string[] | undefined;
  /**
   * Write JSON only: `"json"`, or what a JSON schema allows. What a grammar cannot hold, such as patterns, is refused, or left
   * out where `strict` is false: then check the answer. @default any text
   */
  format?: "json" | { schema: Json; strict?: boolean | undefined } | undefined;
  /** Called with the text piece by piece, whole characters only. */
  onText?: ((text: string) => void) | undefined;
  /** Stops the generation after the current token. */
  signal?: AbortSignal | undefined;
}

/** What the model wrote. */
export interface Generated {
  /** The text. */
  text: string;
  /** The sampled tokens, with the one that ended the text. */
  tokens: number[];
  /** `stop`: the model or a stop text ended it. `length`: the limit did. */
  finishReason: "stop" | "length";
}

/** The end of a JSON text under a grammar of node-llama-cpp. */
const JSON_END = "\n\n\n\n";

/** A piece of a character that spans tokens is at most this many tokens long. */
const TOKENS_A_CHARACTER = 4;

/** What an {@linkcode EmbeddedModel} is made of; `openEmbedded` fills it. */
export interface EmbeddedParts {
  name: string;
  identity: string;
  context: number;
  queueLimit: number;
  llama: Llama;
  model: LlamaModel;
  cells: LlamaContext;
}

/**
 * A language model in this process, on llama.cpp. It does one request at a time: on one thread two sequences side by side were
 * measured no faster than one after the other, and so an answer never depends on what else runs. An answer that is written starts
 * from an empty context for the same reason; ratings share the beginnings of texts, cut so that they are the same without.
 */
export class EmbeddedModel {
  /** The weights' file name without its ending; of a file of one's own, with the beginning of its SHA-256. */
  readonly name: string;
  /** Weights and engine: what decides the answers. */
  readonly identity: string;
  /** Tokens that a prompt and its answer may hold together. */
  readonly context: number;
  readonly #parts: EmbeddedParts;
  readonly #sequence: LlamaContextSequence;
  readonly #scorer: Scorer;
  readonly #reader: PrefixReader;
  readonly #queue: Queue;
  #longestToken: number | undefined;
  readonly #grammars: Grammars;

  /** Use `openEmbedded`. */
  constructor(parts: EmbeddedParts) {
    this.name = parts.name;
    this.identity = parts.identity;
    this.context = parts.context;
    this.#parts = parts;
    this.#sequence = parts.cells.getSequence();
    this.#scorer = new Scorer(parts.model, this.#sequence);
    this.#reader = new PrefixReader(this.#sequence, this.#scorer);
    this.#queue = new Queue(parts.queueLimit);
    this.#grammars = new Grammars(parts.llama, parts.model);
  }

  /** What the GGUF file says of its tokenizer: texts of the special tokens, and the chat template. */
  get tokenizer(): {
    bos: string | null;
    eos: string | null;
    chatTemplate: string | null;
    vocabularySize: number;
  } {
    const { tokens, fileInfo } = this.#parts.model;
    const { tokenizer } = fileInfo.metadata;
    return {
      bos: tokens.bosString,
      eos: tokens.eosString,
      chatTemplate: tokenizer.chat_template ?? null,
      vocabularySize: tokenizer.ggml.tokens.length,
    };
  }

  /** What stands before a text that has nothing before it. */
  get firstToken(): number {
    const { bos, eos } = this.#parts.model.tokens;
    return (bos ?? eos)!;
  }

  /** The characters of the longest token: a text of `n` characters has at least `n / longestToken` tokens. */
  get longestToken(): number {
    return this.#longestToken ??= this.#parts.model.fileInfo.metadata.tokenizer.ggml.tokens
      .reduce((longest, token) => Math.max(longest, token.length), 1);
  }

  /**
   * The tokens of a text; nothing is added.
   *
   * @param text Any text.
   * @param specialTokens Whether texts such as `<|im_end|>` become the special tokens they name. @default {false}
   */
  tokenize(text: string, specialTokens = false): number[] {
    return this.#parts.model.tokenize(text, specialTokens);
  }

  /**
   * The text of tokens. Bytes that are not UTF-8 read as U+FFFD.
   *
   * @param tokens Numbers in [0, vocabulary size).
   * @param specialTokens Whether special tokens are written out. @default {false}
   */
  detokenize(tokens: readonly number[], specialTokens = false): string {
    const { vocabularySize } = this.tokenizer;
    const wrong = tokens.find((token) =>
      !Number.isSafeInteger(token) || token < 0 || token >= vocabularySize
    );
    const rule = `it must be a whole number in [0, ${vocabularySize})`;
    must("Cannot read a token", rule, wrong, wrong === undefined);
    return this.#parts.model.detokenize(tokens as Token[], specialTokens);
  }

  /**
   * The prompt of a conversation in ChatML, ready for the assistant's turn. Special tokens inside the messages stay plain text, so
   * that no message can open or close a turn.
   */
  chatTokens(messages: readonly Message[]): number[] {
    const { model } = this.#parts;
    const template = this.tokenizer.chatTemplate ?? "";
    const [open, close] = [model.tokenize("<|im_start|>", true), model.tokenize("<|im_end|>", true)];
    if (open.length !== 1 || close.length !== 1) {
      throw new TypeError(
        `Cannot write a chat prompt as ${this.name} does not know ChatML's <|im_start|> and <|im_end|>`,
      );
    }
    const system = /<\|im_start\|>system(?:\n|\\n)([^{}'<]+)<\|im_end\|>/.exec(template)?.[1];
    const turns = system !== undefined && messages[0]?.role !== "system"
      ? [{ role: "system", content: system }, ...messages]
      : messages;
    const [end] = [this.tokenize("\n")];
    return [
      ...turns.flatMap((
        { role, content },
      ) => [...open, ...this.tokenize(`${role}\n${content}`), ...close, ...end]),
      ...open,
      ...this.tokenize("assistant\n"),
    ];
  }

  /**
   * Continue a prompt.
   *
   * @throws {ContextLengthError} If the prompt leaves no room for an answer.
   * @throws {SchemaError} If the format's schema cannot become a grammar.
   */
  async generate(prompt: readonly number[], options: GenerateOptions = {}): Promise<Generated> {
    if (prompt.length === 0) {
      throw new RangeError("Cannot continue a prompt as it must hold at least one token");
    }
    this.checkLength(prompt.length, options.maxTokens === 0 ? 0 : 1);
    const grammar = options.format && await this.#grammars.begin(options.format);
    return await this.#queue.run(() => this.#generate(prompt as Token[], options, grammar), options.signal);
  }

  async #generate(
    prompt: Token[],
    options: GenerateOptions,
    grammar?: LlamaGrammarEvaluationState,
  ): Promise<Generated> {
    const { temperature = 0, topP = 1, seed = 1, onText, signal } = options;
    const limit = Math.min(options.maxTokens ?? 256, this.context - prompt.length);
    const writer = new Writer(grammar ? [...options.stop ?? [], JSON_END] : options.stop ?? [], onText);
    const tokens: Token[] = [];
    let pending: Token[] = [];
    const done = (finishReason: Generated["finishReason"]): Generated => {
      writer.end(pending.length > 0 ? this.#parts.model.detokenize(pending) : "");
      return { text: writer.text, tokens, finishReason: writer.stopped ? "stop" : finishReason };
    };
    if (limit < 1) return done("length");
    await this.#reader.clear();
    const sampled = this.#sequence.evaluate(prompt, {
      temperature,
      topP,
      topK: 0,
      minP: 0,
      seed,
      yieldEogToken: true,
      ...(grammar && { grammarEvaluationState: grammar }),
    });
    for await (const token of sampled) {
      signal?.throwIfAborted();
      tokens.push(token);
      if (this.#parts.model.isEogToken(token)) return done("stop");
      pending.push(token);
      const text = this.#parts.model.detokenize(pending);
      if (!text.endsWith("\uFFFD") || pending.length >= TOKENS_A_CHARACTER) {
        writer.write(text);
        pending = [];
      }
      if (writer.stopped) return done("stop");
      if (tokens.length >= limit) break;
    }
    return done("length");
  }

  /**
   * Rate the tokens of a text from index `from` on, each given all before it.
   *
   * @param tokens The text's tokens.
   * @param options `from`: the first index to rate, >= 1; `alternatives`: how many of the most probable tokens to list.
   * @returns One score a token, `tokens.length - from` in all.
   */
  async score(
    tokens: readonly number[],
    options: { from?: number; alternatives?: number; signal?: AbortSignal } = {},
  ): Promise<TokenScore[]> {
    const { from = 1, alternatives = 0, signal } = options;
    this.checkLength(tokens.length, 0);
    if (tokens.length <= from) return [];
    return await this.#queue.run(async () => {
      const inputs = tokens.slice(0, -1) as Token[];
      const targets = inputs.map((_, i) => i + 1 >= from ? [tokens[i + 1] as Token] : undefined);
      return (await this.#reader.read(inputs, targets, alternatives)).flat();
    }, signal);
  }

  /**
   * The log-likelihood of each continuation after its context. Pairs with the same context are rated together, and a
   * beginning that contexts share is read once. An empty context is the model's own first token.
   *
   * @throws {ContextLengthError} If a pair does not fit the context: nothing is cut silently.
   */
  async loglikelihood(
    pairs: readonly ScoredPair[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Loglikelihood[]> {
    const results: Loglikelihood[] = new Array(pairs.length);
    const groups = new Map<string, { prefix: Token[]; choices: { index: number; tokens: Token[] }[] }>();
    pairs.forEach((pair, index) => {
      const encoded = encodePair(pair, (text) => this.tokenize(text));
      const prefix = (encoded.prefix.length > 0 ? encoded.prefix : [this.firstToken]) as Token[];
      this.checkLength(prefix.length + encoded.continuation.length, 0);
      const key = prefix.join();
      const group = groups.get(key) ?? { prefix, choices: [] };
      group.choices.push({ index, tokens: encoded.continuation as Token[] });
      groups.set(key, group);
    });
    for (const { prefix, choices } of groups.values()) {
      await this.#queue.run(async () => {
        const firsts = [...new Set(choices.map(({ tokens }) => tokens[0]))];
        const opening = await this.#reader.read(
          prefix,
          prefix.map((_, i) => i === prefix.length - 1 ? firsts : undefined),
          0,
        );
        for (const { index, tokens } of choices) {
          const inputs = tokens.slice(0, -1);
          const rest = await this.#scorer.append(inputs, inputs.map((_, i) => [tokens[i + 1]]), 0);
          const scores = [opening.at(-1)![firsts.indexOf(tokens[0])], ...rest.flat()];
          results[index] = {
            logLikelihood: scores.reduce((sum, { logprob }) => sum + logprob, 0),
            tokens: tokens.length,
            greedy: scores.every(({ greedy }) => greedy),
          };
          await this.#reader.rewind(prefix.length);
        }
      }, options.signal);
    }
    return results;
  }

  /**
   * Check that a prompt fits.
   *
   * @param promptTokens Tokens of the prompt.
   * @param room Tokens that must stay free for the answer.
   * @throws {ContextLengthError} If it does not.
   */
  checkLength(promptTokens: number, room: number): void {
    if (promptTokens + room <= this.context) return;
    throw new ContextLengthError(
      `Cannot read the prompt as the context holds ${this.context} tokens, of which ${room} for the answer: it has ${promptTokens}`,
    );
  }

  /** Free the memory; a request in progress ends first. */
  async close(): Promise<void> {
    await this.#queue.run(async () => {
      this.#scorer.dispose();
      await this.#parts.cells.dispose();
      await this.#parts.model.dispose();
    });
  }

  /** The same as {@linkcode EmbeddedModel.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
