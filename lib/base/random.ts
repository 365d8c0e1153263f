import { kindOf, ofKind } from "./kind.ts";

/**
 * A seeded generator of random numbers. Same seed, same draws, on every machine.
 *
 * The core is sfc32 (Chris Doty-Humphrey's small fast counting generator, 128 bits of state), seeded by a 32-bit FNV-1a
 * hash of the seed's text, so that numbers and names both serve as seeds.
 *
 * @example Draw and branch
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random } from "midtrain/base";
 *
 * const random = new Random(7);
 * const first = random.next();
 * assert(first === new Random(7).next());
 * assert(new Random(7).fork("data").next() !== first);
 * ```
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #seed: string;

  /**
   * A generator at the start of its stream.
   *
   * @param seed Any number or text; it names the stream.
   */
  constructor(seed: number | string) {
    if (typeof seed !== "number" && typeof seed !== "string") {
      throw new TypeError(
        `Cannot seed a generator as seed must be a number or a text: current value is ${kindOf(seed)}`,
      );
    }
    if (typeof seed === "number" && !Number.isFinite(seed)) {
      throw new RangeError(`Cannot seed a generator as seed must be finite: current value is ${seed}`);
    }
    this.#seed = String(seed);
    this.#a = hash32(this.#seed);
    this.#b = hash32(`${this.#seed}/b`);
    this.#c = hash32(`${this.#seed}/c`);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** The next 32 random bits, as an integer in [0, 2^32). */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    return (this.uint32() * 0x200000 + (this.uint32() >>> 11)) / 2 ** 53;
  }

  /** An integer in [0, n). */
  int(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new RangeError(`Cannot draw an integer as n must be a whole number >= 1: current value is ${n}`);
    }
    return Math.floor(this.next() * n);
  }

  /** A standard normal draw (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** One element of a non-empty array. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)]!;
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [copy[i], copy[j]] = [copy[j]!, copy[i]!];
    }
    return copy;
  }

  /** An independent generator, named by this one's seed and `name`; drawing here does not move it. */
  fork(name: string | number): Random {
    return new Random(`${this.#seed}/${name}`);
  }
}

/**
 * The 32-bit FNV-1a hash of a text's UTF-16 code units.
 *
 * @example A known value
 * ```ts
 * import assert from "node:assert/strict";
 * import { hash32 } from "midtrain/base";
 *
 * assert(hash32("") === 0x811c9dc5);
 * ```
 */
export function hash32(text: string): number {
  if (typeof text !== "string") ofKind("Cannot hash", { text }, "a text");
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
