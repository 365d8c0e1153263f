/** From n-gram hashes to the places where evaluation items have them; made once, read for every word of the corpus. */
export class GramTable {
  #filter: Uint32Array;
  #shift: number;
  #mask: number;
  #keys: Uint32Array;
  /** The first posting of each slot, -1 where the slot is free. */
  #heads: Int32Array;
  #next: Int32Array;
  /** The item of each posting. */
  readonly items: Int32Array;
  /** The word of the item at which the posting's n-gram starts. */
  readonly positions: Int32Array;

  /** A table of all grams. */
  constructor(postings: readonly { gram: number; item: number; position: number }[]) {
    const slots = 2 ** Math.max(4, Math.ceil(Math.log2(postings.length * 2 + 1)));
    // 16 filter bits a gram turn away 15 of 16 strange ones in memory that mostly stays in the processor's cache.
    const bits = Math.min(32, Math.max(10, Math.ceil(Math.log2(postings.length * 16 + 1))));
    this.#shift = 32 - bits;
    this.#filter = new Uint32Array(2 ** (bits - 5));
    this.#mask = slots - 1;
    this.#keys = new Uint32Array(slots);
    this.#heads = new Int32Array(slots).fill(-1);
    this.#next = new Int32Array(postings.length).fill(-1);
    this.items = Int32Array.from(postings, ({ item }) => item);
    this.positions = Int32Array.from(postings, ({ position }) => position);
    for (let posting = postings.length - 1; posting >= 0; posting--) {
      const { gram } = postings[posting];
      const bit = gram >>> this.#shift;
      this.#filter[bit >>> 5] |= 1 << (bit & 31);
      const slot = this.#slot(gram);
      this.#keys[slot] = gram;
      this.#next[posting] = this.#heads[slot];
      this.#heads[slot] = posting;
    }
  }

  /** Whether there is no gram in it. */
  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  /** The first posting of a gram, or -1. */
  first(gram: number): number {
    const bit = gram >>> this.#shift;
    return (this.#filter[bit >>> 5] >>> (bit & 31)) & 1 ? this.#heads[this.#slot(gram)] : -1;
  }

  /** The posting after `posting` of the same gram, or -1. */
  next(posting: number): number {
    return this.#next[posting];
  }

  /** The slot that holds the gram, or the free one where it would go. */
  #slot(gram: number): number {
    let slot = gram & this.#mask;
    while (this.#heads[slot] !== -1 && this.#keys[slot] !== gram) slot = (slot + 1) & this.#mask;
    return slot;
  }
}
