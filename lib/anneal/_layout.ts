import { bestFit, type Piece } from "./_best_fit.ts";
import type { TokenFlags, TokenSequence } from "./token_sequence.ts";

/**
 * Documents laid into windows by best fit: of the tokens, wherever they lie, only what is asked for is read. What stays free in a
 * window holds ends of documents. What does not follow the token before it in its document is not to be predicted there.
 */
export class Layout {
  /** Tokens with the padding. A window is read with the token that follows it, and so is the last. */
  readonly length: number;
  readonly #windows: Piece[][];
  readonly #context: number;

  /** Of documents that end at `ends`, for windows of `context` tokens. */
  constructor(ends: ArrayLike<number>, context: number) {
    this.#windows = bestFit(ends, context);
    this.#context = context;
    this.length = this.#windows.length * context + 1;
  }

  /** The tokens as they are laid. */
  tokens(line: TokenSequence, endOfDocument: number): TokenSequence {
    const subarray = (start: number, end: number) => {
      const Ids = line.subarray(0, 0).constructor as new (length: number) => Uint16Array | Uint32Array;
      const laid = new Ids(Math.min(end, this.length) - start).fill(endOfDocument);
      for (const { from, to, at } of this.#parts(start, end)) laid.set(line.subarray(from, to), at - start);
      return laid;
    };
    return { length: this.length, subarray };
  }

  /** Which of them count, of those that did: all where there are no flags. */
  counted(line: TokenFlags | undefined): TokenFlags {
    const subarray = (start: number, end: number) => {
      const laid = new Uint8Array(Math.min(end, this.length) - start);
      for (const { from, to, at, follows } of this.#parts(start, end)) {
        if (line) laid.set(line.subarray(from, to), at - start);
        else laid.fill(1, at - start, at - start + to - from);
        if (!follows) laid[at - start] = 0;
      }
      return laid;
    };
    return { length: this.length, subarray };
  }

  /** How many count, of as many as did. */
  countedTokens(line: TokenFlags | undefined, before: number): number {
    let lost = 0;
    for (const { from, follows } of this.#parts(0, this.length)) {
      if (!follows && line?.subarray(from, from + 1)[0] !== 0) lost++;
    }
    return before - lost;
  }

  /** What lies between two places: from where in the line, to where here, and whether its first token may be predicted. */
  *#parts(start: number, end: number): Generator<{ from: number; to: number; at: number; follows: boolean }> {
    const last = Math.min(Math.ceil(end / this.#context), this.#windows.length);
    for (let window = Math.floor(start / this.#context); window < last; window++) {
      let at = window * this.#context;
      for (const [i, piece] of this.#windows[window].entries()) {
        const cut = Math.max(0, start - at);
        const length = Math.min(piece.end - piece.start, end - at);
        if (cut < length) {
          const follows = cut > 0 || i > 0 || piece.start === this.#goesOn(window - 1);
          yield { from: piece.start + cut, to: piece.start + length, at: at + cut, follows };
        }
        at += piece.end - piece.start;
      }
    }
  }

  /** Where the document goes on that fills a window to its end; of one with padding it does not. */
  #goesOn(window: number): number | undefined {
    const pieces = this.#windows[window] ?? [];
    const filled = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
    return filled === this.#context ? pieces.at(-1)!.end : undefined;
  }
}
