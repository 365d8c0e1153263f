import { mix32 } from "../base/mod.ts";

/** A stretch of a text and the words of the longest common subsequence in it. */
export interface Subsequence {
  /** The subsequence's length, in words. */
  length: number;
  /** Where the stretch starts: the last place from which the subsequence still fits. */
  start: number;
  /** Where it ends (exclusive): the first place at which it is complete. */
  end: number;
}

/**
 * The longest common subsequence of an item with stretches of texts, by bits: a row of the quadratic table is one number of
 * as many bits as the item has words, and a word of the text costs an addition, or nothing where the item lacks it
 * (Crochemore et al. 2001, Hyyrö 2004). Read forwards it gives the length and the end, backwards from there the start.
 */
export class SubsequenceFinder {
  readonly #slots: Uint32Array;
  readonly #rows: Int32Array;
  readonly #forwards: Uint32Array;
  readonly #backwards: Uint32Array;
  readonly #blocks: number;
  readonly #unset: Uint32Array;
  #count = 0;

  /** Make an item's words ready. */
  constructor(item: Uint32Array) {
    this.#blocks = Math.max(1, Math.ceil(item.length / 32));
    const slots = 2 ** Math.ceil(Math.log2(item.length * 2 + 2));
    this.#slots = new Uint32Array(slots);
    this.#rows = new Int32Array(slots).fill(-1);
    this.#unset = new Uint32Array(this.#blocks);
    const rows = Array.from(item, (word) => this.#take(word));
    const size = (Math.max(-1, ...rows) + 1) * this.#blocks;
    this.#forwards = new Uint32Array(size);
    this.#backwards = new Uint32Array(size);
    rows.forEach((row, at) => {
      const back = item.length - 1 - at;
      this.#forwards[row * this.#blocks + (at >>> 5)] |= 1 << (at & 31);
      this.#backwards[row * this.#blocks + (back >>> 5)] |= 1 << (back & 31);
    });
  }

  /** The longest common subsequence with words `from` to `to` of a text; places count from the text's start. */
  find(text: Uint32Array, from: number, to: number): Subsequence {
    const { length, last } = this.#scan(this.#forwards, text, { at: from, until: to, step: 1, wanted: -1 });
    if (length === 0) return { length, start: from, end: from };
    const { last: start } = this.#scan(this.#backwards, text, {
      at: last,
      until: from - 1,
      step: -1,
      wanted: length,
    });
    return { length, start, end: last + 1 };
  }

  /** The length, and the place at which it was first reached. */
  #scan(
    masks: Uint32Array,
    text: Uint32Array,
    { at, until, step, wanted }: { at: number; until: number; step: 1 | -1; wanted: number },
  ): { length: number; last: number } {
    const blocks = this.#blocks;
    // A bit is set where the row's length has not grown; each that is cleared is one word of the subsequence.
    const unset = this.#unset.fill(0xffffffff);
    let length = 0;
    let last = at;
    for (let place = at; place !== until; place += step) {
      const row = this.#rowOf(text[place]);
      if (row < 0) continue;
      // With the last carry the number of cleared bits grows by one: the subsequence is longer.
      let carry = 0;
      const base = row * blocks;
      for (let block = 0; block < blocks; block++) {
        const old = unset[block];
        const both = old & masks[base + block];
        const sum = old + (both >>> 0) + carry;
        carry = sum > 0xffffffff ? 1 : 0;
        unset[block] = sum | (old & ~masks[base + block]);
      }
      if (carry) {
        length++;
        last = place;
        if (length === wanted) break;
      }
    }
    return { length, last };
  }

  #rowOf(word: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = mix32(word) & mask;; slot = (slot + 1) & mask) {
      const row = this.#rows[slot];
      if (row < 0 || this.#slots[slot] === word) return row;
    }
  }

  #take(word: number): number {
    const mask = this.#slots.length - 1;
    let slot = mix32(word) & mask;
    while (this.#rows[slot] >= 0 && this.#slots[slot] !== word) slot = (slot + 1) & mask;
    if (this.#rows[slot] < 0) {
      this.#slots[slot] = word;
      this.#rows[slot] = this.#count++;
    }
    return this.#rows[slot];
  }
}
