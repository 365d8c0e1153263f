import { mix32 } from "../base/mod.ts";

/** So full a table may be before it grows. */
const FULL = 0.7;

/**
 * How often each key was met: 4 bytes a word of the key and 4 for the count, in slots of which at most 7 of 10 are taken. No
 * `Map`, as that ends at 2^24 entries and takes some ten times as much.
 */
export class Counts {
  /** How many different keys there are. */
  size = 0;
  readonly #words: number;
  #slots: number;
  #keys: Uint32Array;
  #counts: Uint32Array;

  /** A table of keys that are so many 32-bit words. */
  constructor(words: number) {
    this.#words = words;
    this.#slots = 1 << 10;
    this.#keys = new Uint32Array(this.#slots * words);
    this.#counts = new Uint32Array(this.#slots);
  }

  /** Count a key once more. @returns How often it was met, this time included. */
  add(key: Uint32Array): number {
    if (this.size > FULL * this.#slots) this.#grow();
    const slot = this.#find(key, 0);
    if (this.#counts[slot] === 0) {
      this.size++;
      for (let i = 0; i < this.#words; i++) this.#keys[slot * this.#words + i] = key[i];
    }
    if (this.#counts[slot] < 0xffffffff) this.#counts[slot]++;
    return this.#counts[slot];
  }

  /** How often a key was met. */
  get(key: Uint32Array): number {
    return this.#counts[this.#find(key, 0)];
  }

  /** The slot that holds the key at `from` of `keys`, or would. */
  #find(keys: Uint32Array, from: number): number {
    const words = this.#words;
    let slot = mix32(keys[from] ^ Math.imul(keys[from + 1], 0x9e3779b1)) % this.#slots;
    for (; this.#counts[slot] > 0; slot = slot + 1 === this.#slots ? 0 : slot + 1) {
      let same = true;
      for (let i = 0; same && i < words; i++) same = this.#keys[slot * words + i] === keys[from + i];
      if (same) break;
    }
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const counts = this.#counts;
    const words = this.#words;
    this.#slots *= 2;
    this.#keys = new Uint32Array(this.#slots * words);
    this.#counts = new Uint32Array(this.#slots);
    for (let old = 0; old < counts.length; old++) {
      if (counts[old] === 0) continue;
      const slot = this.#find(keys, old * words);
      for (let i = 0; i < words; i++) this.#keys[slot * words + i] = keys[old * words + i];
      this.#counts[slot] = counts[old];
    }
  }
}

/** Two 32-bit hashes of a run of words, into `key`. */
export function hashWords(hashes: Uint32Array, first: number, end: number, key: Uint32Array): void {
  let high = 1;
  let low = 2;
  for (let i = first; i < end; i++) {
    high = mix32(Math.imul(high, 0x9e3779b1) ^ hashes[i]);
    low = mix32((Math.imul(low, 0x85ebca6b) + hashes[i]) | 0);
  }
  key[0] = high;
  key[1] = low;
}
