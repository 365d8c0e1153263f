import type { Llama, LlamaModel, Token } from "node-llama-cpp";
import { encodePair, type Loglikelihood, must, type ScoredPair } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";
import { ContextLengthError } from "./errors.ts";
import { ChatTemplate } from "./_chat_template.ts";
import type { Decoder } from "./_decoder.ts";
import { Engine } from "./_engine.ts";
import { Grammars } from "./_grammar.ts";
import { JsonState } from "./_json_state.ts";
import type { LibLlama } from "./_libllama.ts";
import { Sampler } from "./_sampler.ts";
import type { Sequence, Work } from "./_sequence.ts";
import type { TokenScore } from "./_token_score.ts";
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
  sequences: number;
  queueLimit: number;
  llama: Llama;
  /** The vocabulary, without weights. */
  vocabulary: LlamaModel;
  library: LibLlama;
  decoder: Decoder;
}

/**
 * A language model in this process, on llama.cpp. What is in flight is decoded together, each request in a sequence of its own. With the
 * packaged model on one thread every number is the same, bit for bit, alone and beside others, and whatever came before; on several
 * threads llama.cpp rounds the attention of one text alone in another way once it has 512 tokens, and other weights may round by the batch.
 */
export class EmbeddedModel {
  /** The weights' file name without its ending; of a file of one's own, with the beginning of its SHA-256. */
  readonly name: string;
  /** Weights and engine: what decides the answers. */
  readonly identity: string;
  /** Tokens that a prompt and its answer may hold together. */
  readonly context: number;
  readonly #parts: EmbeddedParts;
  readonly #engine: Engine;
  #longestToken: number | undefined;
  #template: ChatTemplate | undefined;
  readonly #grammars: Grammars;

  /** Use `openEmbedded`. */
  constructor(parts: EmbeddedParts) {
    this.name = parts.name;
    this.identity = parts.identity;
    this.context = parts.context;
    this.#parts = parts;
    this.#engine = new Engine(parts.decoder, parts);
    this.#grammars = new Grammars(parts.llama);
  }

  /** What the GGUF file says of its tokenizer: texts of the special tokens, and the chat template. */
  get tokenizer(): {
    bos: string | null;
    eos: string | null;
    chatTemplate: string | null;
    vocabularySize: number;
  } {
    const { tokens, fileInfo } = this.#parts.vocabulary;
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
    const { bos, eos } = this.#parts.vocabulary.tokens;
    return (bos ?? eos)!;
  }

  /** The characters of the longest token: a text of `n` characters has at least `n / longestToken` tokens. */
  get longestToken(): number {
    return this.#longestToken ??= this.#parts.vocabulary.fileInfo.metadata.tokenizer.ggml.tokens
      .reduce((longest, token) => Math.max(longest, token.length), 1);
  }

  /**
   * The tokens of a text; nothing is added.
   *
   * @param text Any text.
   * @param specialTokens Whether texts such as `<|im_end|>` become the special tokens they name. @default {false}
   */
  tokenize(text: string, specialTokens = false): number[] {
    return this.#parts.vocabulary.tokenize(text, specialTokens);
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
    return this.#parts.vocabulary.detokenize(tokens as Token[], specialTokens);
  }

  /**
   * The prompt of a conversation by the chat template of the GGUF file, ready for the assistant's turn; ChatML where there is none.
   * Special tokens inside the messages stay plain text, so that no message can open or close a turn.
   *
   * @throws {TypeError} If the template refuses the conversation, or there is neither a template nor ChatML.
   */
  chatTokens(messages: readonly Message[]): number[] {
    const { tokens, token_type: kinds = [] } = this.#parts.vocabulary.fileInfo.metadata.tokenizer.ggml;
    this.#template ??= new ChatTemplate({
      ...this.tokenizer,
      name: this.name,
      tokens,
      kinds,
      tokenize: (text) => this.tokenize(text),
    });
    return this.#template.tokens(messages);
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
    const grammar = options.format && await this.#grammars.of(options.format);
    return await this.#engine.run(
      prompt,
      (sequence) => this.#generate(sequence, prompt, options, grammar),
      options.signal,
    );
  }

  *#generate(
    sequence: Sequence,
    prompt: readonly number[],
    options: GenerateOptions,
    grammar: string | undefined,
  ): Work<Generated> {
    const { temperature = 0, topP = 1, seed = 1, onText } = options;
    const { library, decoder, vocabulary } = this.#parts;
    const limit = Math.min(options.maxTokens ?? 256, this.context - prompt.length);
    const writer = new Writer(grammar ? [...options.stop ?? [], JSON_END] : options.stop ?? [], onText);
    const tokens: number[] = [];
    let pending: Token[] = [];
    const done = (finishReason: Generated["finishReason"]): Generated => {
      writer.end(pending.length > 0 ? vocabulary.detokenize(pending) : "");
      return { text: writer.text, tokens, finishReason: writer.stopped ? "stop" : finishReason };
    };
    if (limit < 1) return done("length");
    using json = grammar === undefined ? undefined : new JsonState(library, decoder, grammar);
    const sampler = new Sampler({ temperature, topP, seed }, json);
    let token = NaN;
    yield* sequence.read(prompt, (logits) => token = sampler.next(logits));
    for (;;) {
      tokens.push(token);
      if (vocabulary.isEogToken(token as Token)) return done("stop");
      pending.push(token as Token);
      const text = vocabulary.detokenize(pending);
      if (!text.endsWith("\uFFFD") || pending.length >= TOKENS_A_CHARACTER) {
        writer.write(text);
        pending = [];
      }
      if (writer.stopped) return done("stop");
      if (tokens.length >= limit) return done("length");
      token = sampler.next(yield* sequence.next(token));
    }
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
    const inputs = tokens.slice(0, -1);
    const targets = inputs.map((_, i) => i + 1 >= from ? [tokens[i + 1]] : undefined);
    const scores = await this.#engine.run(
      inputs,
      (sequence) => sequence.rate(inputs, targets, alternatives),
      signal,
    );
    return scores.flat();
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
    const groups = new Map<string, { prefix: number[]; choices: { index: number; tokens: number[] }[] }>();
    pairs.forEach((pair, index) => {
      const encoded = encodePair(pair, (text) => this.tokenize(text));
      const prefix = encoded.prefix.length > 0 ? encoded.prefix : [this.firstToken];
      this.checkLength(prefix.length + encoded.continuation.length, 0);
      const key = prefix.join();
      const group = groups.get(key) ?? { prefix, choices: [] };
      group.choices.push({ index, tokens: encoded.continuation });
      groups.set(key, group);
    });
    // One after the other, so that the beginning that they share is held.
    for (const { prefix, choices } of groups.values()) {
      const continuations = choices.map(({ tokens }) => tokens);
      const rated = await this.#engine.run(
        prefix,
        (sequence) => rateContinuations(sequence, prefix, continuations),
        options.signal,
      );
      choices.forEach(({ index }, i) => results[index] = rated[i]);
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

  /** Free the memory; the requests in progress end first. */
  async close(): Promise<void> {
    await this.#engine.close();
    this.#parts.decoder.close();
    await this.#parts.vocabulary.dispose();
  }

  /** The same as {@linkcode EmbeddedModel.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Rate what may follow one context: the first tokens of all in one reading, the rest one continuation after the other. */
function* rateContinuations(
  sequence: Sequence,
  context: readonly number[],
  continuations: readonly (readonly number[])[],
): Work<Loglikelihood[]> {
  const firsts = [...new Set(continuations.map(([first]) => first))];
  const targets = context.map((_, i) => i === context.length - 1 ? firsts : undefined);
  const opening = (yield* sequence.rate(context, targets, 0)).at(-1)!;
  const results: Loglikelihood[] = [];
  for (const tokens of continuations) {
    const scores = [opening[firsts.indexOf(tokens[0])], ...yield* sequence.rateNext(tokens)];
    results.push({
      logLikelihood: scores.reduce((sum, { logprob }) => sum + logprob, 0),
      tokens: tokens.length,
      greedy: scores.every(({ greedy }) => greedy),
    });
  }
  return results;
}
