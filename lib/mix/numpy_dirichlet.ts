import { ofKind, takes } from "../base/mod.ts";

/**
 * The 32-bit Mersenne Twister as NumPy's `RandomState` seeds and reads it (Matsumoto and Nishimura 1998). Published
 * simulations state its seed, and their digits can only be had from its stream; all else in the kit draws from `Random`.
 */
class MersenneTwister {
  #state = new Uint32Array(624);
  #at = 624;
  #spare: number | undefined;

  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < 624; i++) {
      const last = state[i - 1] ^ state[i - 1] >>> 30;
      state[i] = Math.imul(last, 1812433253) + i;
    }
  }

  #uint32(): number {
    const state = this.#state;
    if (this.#at === 624) {
      for (let i = 0; i < 624; i++) {
        const mixed = state[i] & 0x80000000 | state[(i + 1) % 624] & 0x7fffffff;
        state[i] = state[(i + 397) % 624] ^ mixed >>> 1 ^ (mixed & 1 ? 0x9908b0df : 0);
      }
      this.#at = 0;
    }
    let word = state[this.#at++];
    word ^= word >>> 11;
    word ^= word << 7 & 0x9d2c5680;
    word ^= word << 15 & 0xefc60000;
    return (word ^ word >>> 18) >>> 0;
  }

  /** In [0, 1), with 53 random bits out of two words. */
  double(): number {
    const high = this.#uint32() >>> 5;
    const low = this.#uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Standard normal, by the polar method; draws come in pairs. */
  normal(): number {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) return spare;
    let a: number;
    let b: number;
    let square: number;
    do {
      a = 2 * this.double() - 1;
      b = 2 * this.double() - 1;
      square = a * a + b * b;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt(-2 * Math.log(square) / square);
    this.#spare = scale * a;
    return scale * b;
  }

  /** Gamma(shape, 1): Ahrens and Dieter's GS below shape 1, an exponential at 1, Marsaglia and Tsang's method above. */
  gamma(shape: number): number {
    const exponential = () => -Math.log(1 - this.double());
    if (shape === 1) return exponential();
    if (shape < 1) {
      while (true) {
        const u = this.double();
        const v = exponential();
        if (u <= 1 - shape) {
          const x = u ** (1 / shape);
          if (x <= v) return x;
        } else {
          const y = -Math.log((1 - u) / shape);
          const x = (1 - shape + shape * y) ** (1 / shape);
          if (x <= v + y) return x;
        }
      }
    }
    const b = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * b);
    while (true) {
      let x: number;
      let v: number;
      do {
        x = this.normal();
        v = 1 + c * x;
      } while (v <= 0);
      v = v * v * v;
      const u = this.double();
      if (u < 1 - 0.0331 * x ** 4 || Math.log(u) < x * x / 2 + b * (1 - v + Math.log(v))) return b * v;
    }
  }
}

/** Options of {@linkcode numpyDirichlet}. */
export interface NumpyDirichletOptions {
  /** How many rows. */
  rows: number;
  /** What `numpy.random.seed` is given, a whole number in [0, 2^32). @default {42} */
  seed?: number;
}

/**
 * The rows that NumPy's `random.seed(seed)` and `random.dirichlet(concentration, rows)` give, but for the last bit of a
 * logarithm: to reproduce published simulations, which are of this stream.
 *
 * @param concentration One positive number a column; for RegMix the shares of the prior.
 * @throws {RangeError} If a concentration is not finite and > 0, or a number is out of range.
 * @example The first row of NumPy's seed 42
 * ```ts
 * import assert from "node:assert/strict";
 * import { numpyDirichlet } from "midtrain/mix";
 *
 * const [[first]] = numpyDirichlet([0.3, 0.7], { rows: 1, seed: 42 });
 * assert(Math.abs(first! - 0.03794173607432437) < 1e-12);
 * ```
 */
export function numpyDirichlet(
  concentration: readonly number[],
  options: NumpyDirichletOptions,
): Float64Array[] {
  takes("Cannot draw mixtures", options, "rows, seed?");
  ofKind("Cannot draw mixtures", { concentration }, "a list of numbers");
  const { rows, seed = 42 } = options;
  if (!Number.isSafeInteger(rows) || rows < 1 || !Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(
      `Cannot draw mixtures as rows must be a whole number >= 1 and seed one in [0, 2^32): current values are ${rows} and ${seed}`,
    );
  }
  const wrong = concentration.findIndex((value) => !(value > 0 && value < Infinity));
  if (wrong >= 0 || concentration.length === 0) {
    throw new RangeError(
      `Cannot draw mixtures as every concentration must be finite and > 0: that of column ${
        Math.max(0, wrong)
      } is ${concentration[wrong]}`,
    );
  }
  const random = new MersenneTwister(seed);
  return Array.from({ length: rows }, () => {
    const row = Float64Array.from(concentration, (shape) => random.gamma(shape));
    const whole = 1 / row.reduce((sum, value) => sum + value, 0);
    return row.map((value) => value * whole);
  });
}
