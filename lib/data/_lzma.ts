/** Where each kind of probability begins among all of them. */
const matches = 0;
const repeats = 192;
const repeats0 = 204;
const repeats1 = 216;
const repeats2 = 228;
const longs = 240;
const slots = 432;
const specials = 688;
const aligns = 816;
const matchLengths = 832;
const repeatLengths = 1346;
const literals = 1860;

/** How a distance's low bits follow its slot: from this slot on, most of them are of equal probability. */
const firstDirectSlot = 14;
const half = 1024;

/**
 * LZMA as the chunks of LZMA2 hold it: bits coded by adaptive probabilities, that are literals or copies of what came
 * before. The text comes into a window, which holds at least the dictionary's size of what was last decoded.
 */
export class Lzma {
  #window: Uint8Array;
  #dictionary: number;
  /** Where the next byte comes in the window, and where what may be copied begins. */
  #size = 0;
  #begin = 0;
  #probabilities = new Uint16Array(literals);
  #range = new Uint32Array(2);
  #data: Uint8Array = new Uint8Array();
  #at = 0;
  #literalBits = 0;
  #literalPositionMask = 0;
  #positionMask = 0;
  #state = 0;
  #distances: [number, number, number, number] = [0, 0, 0, 0];
  /** How many bytes were decoded since the dictionary was begun. */
  #position = 0;

  constructor(dictionary: number) {
    this.#dictionary = dictionary;
    this.#window = new Uint8Array(2 * dictionary + (4 << 20));
  }

  /** Forget all that was decoded. */
  resetDictionary(): void {
    this.#begin = this.#size;
    this.#position = 0;
  }

  /** Set the numbers of context bits, as one byte has them: whether they are allowed. */
  setProperties(byte: number): boolean {
    const literalBits = byte % 9;
    const positionBits = Math.floor(byte / 9);
    const literalPositionBits = positionBits % 5;
    if (byte >= 225 || literalBits + literalPositionBits > 4) return false;
    this.#literalBits = literalBits;
    this.#literalPositionMask = (1 << literalPositionBits) - 1;
    this.#positionMask = (1 << Math.floor(positionBits / 5)) - 1;
    this.#probabilities = new Uint16Array(literals + (0x300 << (literalBits + literalPositionBits)));
    return true;
  }

  resetState(): void {
    this.#state = 0;
    this.#distances = [0, 0, 0, 0];
    this.#probabilities.fill(half);
  }

  /** Take bytes as they stand. */
  copy(data: Uint8Array): Uint8Array {
    const from = this.#room(data.length);
    this.#window.set(data, from);
    this.#size += data.length;
    this.#position += data.length;
    return this.#window.slice(from, this.#size);
  }

  /** Decode a whole chunk of so many bytes; `undefined` where it is damaged. */
  decode(data: Uint8Array, bytes: number): Uint8Array | undefined {
    const from = this.#room(bytes);
    const end = from + bytes;
    this.#data = data;
    this.#at = 5;
    this.#range[0] = 0xffffffff;
    this.#range[1] = data[1] << 24 | data[2] << 16 | data[3] << 8 | data[4];
    if (data.length < 5 || data[0] !== 0) return undefined;
    while (this.#size < end) {
      const context = this.#position & this.#positionMask;
      if (this.#bit(matches + (this.#state << 4) + context) === 0) this.#literal();
      else {
        const length = this.#match(context);
        const [distance] = this.#distances;
        const source = this.#size - distance - 1;
        if (source < this.#begin || length > end - this.#size || this.#at > data.length) return undefined;
        this.#window.copyWithin(this.#size, source, source + Math.min(length, distance + 1));
        for (let done = distance + 1; done < length; done++) {
          this.#window[this.#size + done] = this.#window[source + done];
        }
        this.#size += length;
        this.#position += length;
      }
    }
    this.#normalize();
    return this.#at === data.length && this.#range[1] === 0 ? this.#window.slice(from, end) : undefined;
  }

  /** Make room in the window, keeping what may be copied: where the room begins. */
  #room(bytes: number): number {
    if (this.#size + bytes > this.#window.length) {
      const from = Math.max(this.#begin, this.#size - this.#dictionary);
      this.#window.copyWithin(0, from, this.#size);
      this.#size -= from;
      this.#begin = 0;
    }
    return this.#size;
  }

  #literal(): void {
    const window = this.#window;
    const before = this.#size > this.#begin ? window[this.#size - 1] : 0;
    const position = (this.#position & this.#literalPositionMask) << this.#literalBits;
    const base = literals + 0x300 * (position + (before >> (8 - this.#literalBits)));
    let symbol = 1;
    if (this.#state >= 7) {
      // What a copy would have gone on with is a hint.
      let hint = window[this.#size - this.#distances[0] - 1];
      do {
        const expected = hint >> 7 & 1;
        hint <<= 1;
        const bit = this.#bit(base + ((1 + expected) << 8) + symbol);
        symbol = symbol << 1 | bit;
        if (bit !== expected) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = symbol << 1 | this.#bit(base + symbol);
    window[this.#size++] = symbol;
    this.#position++;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** The length of a copy, whose distance comes first of the last four. */
  #match(context: number): number {
    const state = this.#state;
    const last = this.#distances;
    if (this.#bit(repeats + state) === 0) {
      last.unshift(0);
      last.pop();
      this.#state = state < 7 ? 7 : 10;
      const length = this.#length(matchLengths, context);
      last[0] = this.#distance(Math.min(length - 2, 3));
      return length;
    }
    if (this.#bit(repeats0 + state) === 0) {
      if (this.#bit(longs + (state << 4) + context) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      const place = this.#bit(repeats1 + state) === 0 ? 1 : this.#bit(repeats2 + state) === 0 ? 2 : 3;
      last.unshift(...last.splice(place, 1));
    }
    this.#state = state < 7 ? 8 : 11;
    return this.#length(repeatLengths, context);
  }

  #length(base: number, context: number): number {
    if (this.#bit(base) === 0) return 2 + this.#tree(base + 2 + (context << 3), 3);
    if (this.#bit(base + 1) === 0) return 10 + this.#tree(base + 130 + (context << 3), 3);
    return 18 + this.#tree(base + 258, 8);
  }

  #distance(lengthClass: number): number {
    const slot = this.#tree(slots + (lengthClass << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const high = (2 | slot & 1) << bits;
    if (slot < firstDirectSlot) return high + this.#reverse(specials + high - slot, bits);
    let direct = 0;
    for (let i = bits; i > 4; i--) {
      this.#normalize();
      this.#range[0] >>>= 1;
      const one = this.#range[1] >= this.#range[0];
      if (one) this.#range[1] -= this.#range[0];
      direct = direct << 1 | (one ? 1 : 0);
    }
    // Distances reach 2^32, which a shift would make negative.
    return (high >>> 0) + direct * 16 + this.#reverse(aligns, 4);
  }

  /** A number by a tree of bits, the highest first. */
  #tree(base: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = symbol << 1 | this.#bit(base + symbol);
    return symbol - (1 << bits);
  }

  #reverse(base: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.#bit(base + symbol);
      symbol = symbol << 1 | bit;
      value |= bit << i;
    }
    return value;
  }

  #bit(index: number): number {
    this.#normalize();
    const range = this.#range;
    const probability = this.#probabilities[index];
    const bound = Math.imul(range[0] >>> 11, probability) >>> 0;
    if (range[1] < bound) {
      range[0] = bound;
      this.#probabilities[index] = probability + ((2048 - probability) >> 5);
      return 0;
    }
    range[0] -= bound;
    range[1] -= bound;
    this.#probabilities[index] = probability - (probability >> 5);
    return 1;
  }

  #normalize(): void {
    const range = this.#range;
    if (range[0] >= 0x1000000) return;
    range[0] <<= 8;
    range[1] = range[1] << 8 | this.#data[this.#at++];
  }
}
