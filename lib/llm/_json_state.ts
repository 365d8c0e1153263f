import type { Decoder } from "./_decoder.ts";
import type { LibLlama } from "./_libllama.ts";

/** `llama_token_data`: a token, its logit, its probability. */
const NUMBERS = 3;

/** How far an answer is in a grammar: which tokens may come next. */
export class JsonState implements Disposable {
  readonly #library: LibLlama;
  readonly #sampler: Deno.PointerValue;
  readonly #one = new Candidates(1);
  readonly #all: Candidates;

  /**
   * The beginning of an answer.
   *
   * @param grammar GBNF whose first rule is `root`.
   * @throws {Error} If llama.cpp does not read the grammar.
   */
  constructor(library: LibLlama, decoder: Decoder, grammar: string) {
    const encode = (text: string) => new TextEncoder().encode(`${text}\0`);
    this.#library = library;
    this.#all = new Candidates(decoder.vocabularySize);
    this.#sampler = library.llama_sampler_init_grammar(
      decoder.vocabulary,
      encode(grammar),
      encode("root"),
    );
    if (!this.#sampler) throw new Error("Cannot guide the model as llama.cpp does not read the grammar");
  }

  /** Whether a token may come next. */
  allows(token: number): boolean {
    this.#one.set(0, token, 0);
    this.#library.llama_sampler_apply(this.#sampler, this.#one.struct);
    return this.#one.logit(0) > -Infinity;
  }

  /** The logits with `-Infinity` for what may not come next. */
  mask(logits: Float32Array): Float32Array {
    for (let i = 0; i < logits.length; i++) this.#all.set(i, i, logits[i]);
    this.#library.llama_sampler_apply(this.#sampler, this.#all.struct);
    return logits.map((_, i) => this.#all.logit(i));
  }

  /** Go on by a token that may come next. */
  accept(token: number): void {
    this.#library.llama_sampler_accept(this.#sampler, token);
  }

  [Symbol.dispose](): void {
    this.#library.llama_sampler_free(this.#sampler);
  }
}

/** A `llama_token_data_array`. */
class Candidates {
  readonly #tokens: Int32Array<ArrayBuffer>;
  readonly #logits: Float32Array<ArrayBuffer>;
  readonly struct = new Uint8Array(32);

  constructor(size: number) {
    this.#tokens = new Int32Array(NUMBERS * size);
    this.#logits = new Float32Array(this.#tokens.buffer);
    const fields = new DataView(this.struct.buffer);
    fields.setBigUint64(0, Deno.UnsafePointer.value(Deno.UnsafePointer.of(this.#tokens)), true);
    fields.setBigUint64(8, BigInt(size), true);
    fields.setBigInt64(16, -1n, true);
  }

  set(at: number, token: number, logit: number): void {
    this.#tokens[NUMBERS * at] = token;
    this.#logits[NUMBERS * at + 1] = logit;
  }

  logit(at: number): number {
    return this.#logits[NUMBERS * at + 1];
  }
}
