import { inRange, must, takes } from "../base/mod.ts";

/** How a model's rotary frequencies were made. */
export type RopeMethod =
  | "default"
  | "position-interpolation"
  | "ntk-aware"
  | "dynamic-ntk"
  | "ntk-by-parts"
  | "yarn"
  | "llama3"
  | "longrope"
  | "proportional";

/** The rotary embedding of one attention head. */
export interface Rope {
  /** How it was made. */
  method: RopeMethod;
  /** Radians a position turns each pair of dimensions by; half as many as there are rotated dimensions. */
  inverseFrequencies: Float64Array;
  /** What cosine and sine are multiplied by, so that attention logits are multiplied by its square. */
  attentionFactor: number;
  /** What the softmax scale `1 / √(head dimensions)` is multiplied by; 1 except in DeepSeek's latent attention. */
  softmaxMultiplier: number;
}

/** What every rotary embedding needs. */
export interface RopeOptions {
  /** Rotated dimensions of a head; even. */
  dimensions: number;
  /** The base, `rope_theta`. Raising it is "adjusted base frequency". @default {10000} */
  base?: number | undefined;
}

/** What an extension to longer contexts needs besides. */
export interface ExtensionOptions extends RopeOptions {
  /** The new context over the old one. */
  factor: number;
}

/**
 * The frequencies of the plain rotary embedding (Su et al. 2104.09864): `b^(-2i/d)`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defaultRope } from "midtrain/rope";
 *
 * assert.deepEqual([...defaultRope({ dimensions: 4 }).inverseFrequencies], [1, 0.01]);
 * ```
 */
export function defaultRope(options: RopeOptions): Rope {
  takes(BUILD, options, "dimensions, base?");
  checkRope(options);
  return rope("default", plain(options));
}

/**
 * Position interpolation (Chen et al. 2306.15595): every frequency over the factor.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { positionInterpolation } from "midtrain/rope";
 *
 * assert.equal(positionInterpolation({ dimensions: 4, factor: 4 }).inverseFrequencies[0], 0.25);
 * ```
 */
export function positionInterpolation(options: ExtensionOptions): Rope {
  takes(EXTEND, options, PLAIN);
  checkExtension(options);
  return rope("position-interpolation", plain(options).map((theta) => theta / options.factor));
}

/**
 * NTK-aware scaling: the base becomes `b s^(d / (d - 2))`, so that the slowest pair is interpolated by the whole factor and
 * the fastest by none.
 *
 * @throws {RangeError} If an option is out of range.
 * @example The base of Llama 2 stretched four times
 * ```ts
 * import assert from "node:assert/strict";
 * import { ntkAware } from "midtrain/rope";
 *
 * const { inverseFrequencies } = ntkAware({ dimensions: 128, factor: 4 });
 * assert.ok(Math.abs(inverseFrequencies[63]! - 2.88695e-5) < 1e-10);
 * ```
 */
export function ntkAware(options: ExtensionOptions): Rope {
  takes(EXTEND, options, PLAIN);
  checkExtension(options);
  return rope("ntk-aware", plain({ ...options, base: ntkBase(options, options.factor) }));
}

/** Options of {@linkcode dynamicNtk}. */
export interface DynamicNtkOptions extends ExtensionOptions {
  /** The context the model was trained at, in tokens. */
  originalContext: number;
  /** The length of the sequence at hand, in tokens. */
  length: number;
}

/**
 * Dynamic NTK as transformers has it: the base grows with the length of the sequence once that passes the original context,
 * `b (s L / L0 - (s - 1))^(d / (d - 2))`; below, nothing changes.
 *
 * @throws {RangeError} If an option is out of range.
 * @example Below the original context nothing changes
 * ```ts
 * import assert from "node:assert/strict";
 * import { defaultRope, dynamicNtk } from "midtrain/rope";
 *
 * const short = dynamicNtk({ dimensions: 8, factor: 2, originalContext: 4096, length: 100 });
 * assert.deepEqual(short.inverseFrequencies, defaultRope({ dimensions: 8 }).inverseFrequencies);
 * ```
 */
export function dynamicNtk(options: DynamicNtkOptions): Rope {
  takes(EXTEND, options, "dimensions, factor, originalContext, length, base?");
  checkExtension(options);
  const { factor, originalContext, length } = options;
  inRange(EXTEND, { originalContext, length }, "> 0");
  const scale = factor * Math.max(length, originalContext) / originalContext - (factor - 1);
  return rope("dynamic-ntk", plain({ ...options, base: ntkBase(options, scale) }));
}

/** Options of {@linkcode llama3}. */
export interface Llama3Options extends ExtensionOptions {
  /** The context the model was trained at, in tokens. @default {8192} */
  originalContext?: number | undefined;
  /** Pairs that turn fewer times than this over the original context are interpolated. @default {1} */
  lowFrequencyFactor?: number | undefined;
  /** Pairs that turn more often than this are kept. @default {4} */
  highFrequencyFactor?: number | undefined;
}

/**
 * Llama 3.1's scaling: fast pairs are kept, slow ones interpolated by the factor, those between blended by how often they
 * turn within the original context.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { llama3 } from "midtrain/rope";
 *
 * const { inverseFrequencies } = llama3({ dimensions: 128, base: 5e5, factor: 8 });
 * assert.equal(inverseFrequencies[0], 1);
 * assert.ok(Math.abs(inverseFrequencies[63]! - 3.06893e-7) < 1e-12);
 * ```
 */
export function llama3(options: Llama3Options): Rope {
  takes(
    EXTEND,
    options,
    "dimensions, factor, originalContext?, lowFrequencyFactor?, highFrequencyFactor?, base?",
  );
  checkExtension(options);
  const { factor, originalContext = 8192, lowFrequencyFactor: low = 1, highFrequencyFactor: high = 4 } =
    options;
  inRange(EXTEND, { originalContext }, "> 0");
  if (!(low > 0 && high > low)) {
    throw new RangeError(
      `${EXTEND} as 0 < lowFrequencyFactor < highFrequencyFactor must hold: current values are ${low} and ${high}`,
    );
  }
  return rope(
    "llama3",
    plain(options).map((theta) => {
      const turns = originalContext * theta / (2 * Math.PI);
      if (turns > high) return theta;
      if (turns < low) return theta / factor;
      const smooth = (turns - low) / (high - low);
      return (1 - smooth) * theta / factor + smooth * theta;
    }),
  );
}

/** Options of {@linkcode longRope}. */
export interface LongRopeOptions extends RopeOptions {
  /** The context the model was trained at, in tokens. */
  originalContext: number;
  /** The new context over the old one; it sets the attention factor. */
  factor: number;
  /** One divisor a pair, for sequences up to the original context. */
  shortFactors: ArrayLike<number>;
  /** One divisor a pair, for longer ones. */
  longFactors: ArrayLike<number>;
  /** The length of the sequence at hand, in tokens. @default {Infinity} */
  length?: number | undefined;
  /** Replaces the attention factor `√(1 + ln s / ln L0)`. */
  attentionFactor?: number | undefined;
}

/**
 * LongRoPE (Ding et al. 2402.13753): each frequency over a searched divisor, and cosine and sine times
 * `√(1 + ln s / ln L0)`.
 *
 * @throws {RangeError} If an option is out of range or a list of divisors has the wrong length.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { longRope } from "midtrain/rope";
 *
 * const options = { dimensions: 4, originalContext: 4096, factor: 32, shortFactors: [1, 1], longFactors: [1, 32] };
 * assert.equal(longRope(options).inverseFrequencies[1], 0.01 / 32);
 * assert.equal(longRope({ ...options, length: 4096 }).inverseFrequencies[1], 0.01);
 * ```
 */
export function longRope(options: LongRopeOptions): Rope {
  takes(
    EXTEND,
    options,
    "dimensions, factor, originalContext, shortFactors, longFactors, length?, attentionFactor?, base?",
  );
  checkExtension(options);
  const { factor, originalContext, length = Infinity } = options;
  inRange(EXTEND, { originalContext }, "> 0");
  const divisors = length > originalContext ? options.longFactors : options.shortFactors;
  const theta = plain(options);
  if (divisors.length !== theta.length) {
    throw new RangeError(
      `${EXTEND} as there must be one LongRoPE divisor a pair (${theta.length}): current number is ${divisors.length}`,
    );
  }
  const attentionFactor = options.attentionFactor ??
    (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalContext)));
  for (const divisor of Array.from(divisors)) inRange(EXTEND, { divisor }, "> 0");
  return { ...rope("longrope", theta.map((value, i) => value / divisors[i])), attentionFactor };
}

/** Options of {@linkcode proportionalRope}. */
export interface ProportionalRopeOptions extends RopeOptions {
  /** The share of pairs that turn, in (0, 1]; the others have frequency 0. */
  share: number;
  /** Every frequency is divided by this. @default {1} */
  factor?: number | undefined;
}

/**
 * Proportional rotation, as transformers has it for Gemma 4: the fastest pairs turn at the frequencies of the whole head, the
 * others not at all. Partial rotation instead shrinks the head before it takes frequencies.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { proportionalRope } from "midtrain/rope";
 *
 * assert.deepEqual([...proportionalRope({ dimensions: 8, share: 0.5 }).inverseFrequencies], [1, 0.1, 0, 0]);
 * ```
 */
export function proportionalRope(options: ProportionalRopeOptions): Rope {
  takes(BUILD, options, "dimensions, share, factor?, base?");
  const { dimensions, share, factor = 1 } = options;
  checkExtension({ ...options, factor });
  inRange(BUILD, { share }, "in (0, 1]");
  const turning = Math.trunc(share * dimensions / 2);
  return rope("proportional", plain(options).map((theta, i) => i < turning ? theta / factor : 0));
}

/** The plain frequencies. */
export function plain({ dimensions, base = 10000 }: RopeOptions): Float64Array {
  return Float64Array.from({ length: dimensions / 2 }, (_, i) => base ** (-2 * i / dimensions));
}

/** A rotary embedding that scales no logits. */
export function rope(method: RopeMethod, inverseFrequencies: Float64Array): Rope {
  return { method, inverseFrequencies, attentionFactor: 1, softmaxMultiplier: 1 };
}

const BUILD = "Cannot build a rotary embedding";

/** Options of extensions that look at the factor only: those of others may stand beside them, to compare. */
const PLAIN = "dimensions, factor, base?, originalContext?, length?";

/** What a message begins with where an embedding cannot be stretched. */
export const EXTEND = "Cannot extend a rotary embedding";

/** Throw unless dimensions and base can make frequencies. */
export function checkRope({ dimensions, base = 10000 }: RopeOptions): void {
  const even = Number.isSafeInteger(dimensions) && dimensions >= 2 && dimensions % 2 === 0;
  must(BUILD, "dimensions must be an even number >= 2", dimensions, even);
  must(BUILD, "base must be > 1", base, Number.isFinite(base) && base > 1);
}

/** Throw unless the factor stretches. */
export function checkExtension(options: ExtensionOptions): void {
  checkRope(options);
  inRange(EXTEND, { factor: options.factor }, "finite and >= 1");
}

function ntkBase({ dimensions, base = 10000 }: RopeOptions, scale: number): number {
  inRange("Cannot scale the base", { dimensions }, ">= 4");
  return base * scale ** (dimensions / (dimensions - 2));
}
