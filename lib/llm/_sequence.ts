import type { Decoder, Piece } from "./_decoder.ts";
import { rate, type TokenScore } from "./_token_score.ts";

/** Gives the logits after one of a piece's tokens, until the next batch. */
export type Rows = (token: number) => Float32Array;

/** Work on one sequence: asks for pieces to be read, and takes their logits. */
export type Work<T> = Generator<Piece, T, Rows>;

/**
 * From so many tokens of a sequence in a batch on, llama.cpp's attention works by tiles, which is faster for long texts and rounds in
 * another way than one token after the other. So a text of fewer tokens is read in one piece, and a longer one in pieces of at least
 * so many: then what is found depends neither on what else is in the batch nor on which beginning was read before.
 */
export const TILE = 64;

/** A token that was read in tiles, and what was rated after it. */
interface Held {
  token: number;
  /** What was rated, as a text; empty where nothing was. */
  asked: string;
  scores: TokenScore[];
}

/** A place in the context for one text. Of a text that begins as the one before, the beginning is not read again. */
export class Sequence {
  readonly #decoder: Decoder;
  readonly #id: number;
  #held: Held[] = [];
  #length = 0;

  constructor(decoder: Decoder, id: number) {
    this.#decoder = decoder;
    this.#id = id;
  }

  /** How many tokens at the beginning of a text are held. */
  shared(tokens: readonly number[]): number {
    const apart = this.#held.findIndex(({ token }, i) => token !== tokens[i]);
    return apart < 0 ? this.#held.length : apart;
  }

  /** Forget everything. */
  clear(): void {
    this.#held = [];
    this.#rewind(0);
  }

  /**
   * Let the sequence hold `tokens` and nothing else.
   *
   * @param onEnd Called with the logits after the last one.
   */
  *read(tokens: readonly number[], onEnd: (logits: Float32Array) => void): Work<void> {
    const last = tokens.length - 1;
    const held = tokens.map((token): Held => ({ token, asked: "", scores: [] }));
    yield* this.#take(held, (at) => at === last, (_, logits) => onEnd(logits));
  }

  /**
   * Let the sequence hold `tokens` and nothing else, and rate, after token `i`, the tokens `targets[i]` as the next one.
   *
   * @returns For each token the scores of its targets, in their order.
   */
  *rate(
    tokens: readonly number[],
    targets: readonly (readonly number[] | undefined)[],
    alternatives: number,
  ): Work<TokenScore[][]> {
    const held = tokens.map((token, i): Held => {
      const wanted = targets[i];
      return { token, asked: wanted ? `${alternatives} ${wanted.join()}` : "", scores: [] };
    });
    yield* this.#take(held, (at) => targets[at] !== undefined, (at, logits) => {
      held[at].scores = rate(logits, targets[at]!, alternatives);
    });
    return held.map(({ scores }, i) => targets[i] ? scores : []);
  }

  /**
   * Rate what may follow: tokens one after the other, the first after what the sequence holds, whose score is known. Afterwards it
   * holds what it held.
   *
   * @returns The scores of all tokens but the first.
   */
  *rateNext(tokens: readonly number[]): Work<TokenScore[]> {
    const start = this.#length;
    const scores: TokenScore[] = [];
    const inputs = tokens.slice(0, -1);
    yield* this.#append(inputs, () => true, (at, logits) => {
      [scores[at]] = rate(logits, [tokens[at + 1]], 0);
    });
    this.#rewind(start);
    return scores;
  }

  /** Append one token. @returns The logits after it, until the next batch. */
  *next(token: number): Work<Float32Array> {
    const rows = yield { sequence: this.#id, start: this.#length++, tokens: [token], wanted: [0] };
    return rows(0);
  }

  *#take(
    held: Held[],
    wanted: (at: number) => boolean,
    onRow: (at: number, logits: Float32Array) => void,
  ): Work<void> {
    const tiled = held.length >= TILE;
    const known = tiled ? this.#known(held) : 0;
    for (let at = 0; at < known; at++) Object.assign(held[at], this.#held[at]);
    this.#held = held.slice(0, known);
    this.#rewind(known);
    const rest = held.slice(known).map(({ token }) => token);
    yield* this.#append(rest, (at) => wanted(known + at), (at, logits) => onRow(known + at, logits));
    if (tiled) this.#held = held;
  }

  /** How much of what is held serves a new text; its end is read anew, as whoever asks wants to know what follows. */
  #known(held: readonly Held[]): number {
    const apart = this.#held.findIndex(({ token, asked }, i) =>
      token !== held[i]?.token || held[i].asked !== "" && held[i].asked !== asked
    );
    return Math.min(apart < 0 ? this.#held.length : apart, held.length - TILE);
  }

  *#append(
    tokens: readonly number[],
    wanted: (at: number) => boolean,
    onRow: (at: number, logits: Float32Array) => void,
  ): Work<void> {
    for (let from = 0; from < tokens.length;) {
      const left = tokens.length - from;
      const part = tokens.slice(from, from + (left < 2 * TILE ? left : TILE));
      const asked = part.map((_, i) => i).filter((i) => wanted(from + i));
      const rows = yield { sequence: this.#id, start: this.#length, tokens: part, wanted: asked };
      for (const i of asked) onRow(from + i, rows(i));
      this.#length += part.length;
      from += part.length;
    }
  }

  #rewind(length: number): void {
    this.#decoder.erase(this.#id, length);
    this.#length = length;
  }
}
