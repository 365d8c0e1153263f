import { wholeNumber } from "../base/mod.ts";

const N = 624;
const M = 397;

/**
 * CPython's `random.Random`: the same seed gives the same draws, so that few-shot examples are those that a Python harness
 * draws. For all else `Random` of `midtrain/base` is the generator.
 *
 * The core is MT19937 (Matsumoto and Nishimura, 1998), seeded by `init_by_array` as CPython seeds from a whole number.
 *
 * @example `random.Random(1234).sample(range(100), 5)`
 * ```ts
 * import assert from "node:assert/strict";
 * import { PythonRandom } from "midtrain/evaluate";
 *
 * const hundred = Array.from({ length: 100 }, (_, i) => i);
 * assert.deepEqual(new PythonRandom(1234).sample(hundred, 5), [99, 56, 14, 0, 11]);
 * ```
 */
export class PythonRandom {
  readonly #state = new Uint32Array(N);
  #at = N;

  /**
   * A generator at the start of its stream.
   *
   * @param seed A whole number >= 0.
   * @throws {RangeError} If it is not.
   */
  constructor(seed: number) {
    wholeNumber("Cannot seed CPython's generator", { seed }, ">= 0");
    const key = [seed >>> 0];
    const high = Math.floor(seed / 2 ** 32);
    if (high > 0) key.push(high);
    this.#seedByArray(key);
  }

  /** The next `bits` random bits, 1 to 32, as CPython's `getrandbits`. */
  bits(bits: number): number {
    wholeNumber("Cannot draw bits", { bits }, "in [1, 32]");
    return this.#uint32() >>> (32 - bits);
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    const high = this.#uint32() >>> 5;
    return (high * 2 ** 26 + (this.#uint32() >>> 6)) / 2 ** 53;
  }

  /** A whole number in [0, n), for n up to 2^32 - 1. */
  below(n: number): number {
    wholeNumber("Cannot draw a number", { n }, ">= 1");
    const width = 32 - Math.clz32(n);
    for (;;) {
      const drawn = this.#uint32() >>> (32 - width);
      if (drawn < n) return drawn;
    }
  }

  /**
   * `k` of the population without replacement, in the order that CPython's `sample` gives them.
   *
   * @throws {RangeError} If `k` is no whole number in [0, population.length].
   */
  sample<T>(population: readonly T[], k: number): T[] {
    const n = population.length;
    wholeNumber("Cannot sample", { k }, `in [0, ${n}]`);
    // CPython draws out of a copy where that is smaller than a set of what was drawn.
    let setSize = 21;
    if (k > 5) setSize += 4 ** Math.ceil(Math.log(k * 3) / Math.log(4));
    if (n > setSize) {
      const drawn = new Set<number>();
      while (drawn.size < k) {
        const before = drawn.size;
        while (drawn.size === before) drawn.add(this.below(n));
      }
      return [...drawn].map((at) => population[at]);
    }
    const pool = [...population];
    return Array.from({ length: k }, (_, i) => {
      const at = this.below(n - i);
      const chosen = pool[at];
      pool[at] = pool[n - i - 1];
      return chosen;
    });
  }

  #seedByArray(key: readonly number[]): void {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    let i = 1;
    let j = 0;
    const mixed = (factor: number) => state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), factor);
    const step = () => {
      if (++i < N) return;
      state[0] = state[N - 1];
      i = 1;
    };
    for (let left = Math.max(N, key.length); left > 0; left--) {
      state[i] = mixed(1664525) + key[j] + j;
      step();
      j = (j + 1) % key.length;
    }
    for (let left = N - 1; left > 0; left--) {
      state[i] = mixed(1566083941) - i;
      step();
    }
    state[0] = 0x80000000;
  }

  #uint32(): number {
    if (this.#at === N) this.#twist();
    let bits = this.#state[this.#at++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const pair = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
      state[i] = state[(i + M) % N] ^ (pair >>> 1) ^ (pair & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
