import { inRange, takes } from "../base/mod.ts";
import { checkExtension, EXTEND, type ExtensionOptions, plain, type Rope, rope } from "./frequencies.ts";

/** Options of {@linkcode ntkByParts}. */
export interface NtkByPartsOptions extends ExtensionOptions {
  /** The context the model was trained at, in tokens. */
  originalContext: number;
  /** Pairs that turn fewer times than this over the original context are interpolated (the paper's alpha). @default {1} */
  betaSlow?: number | undefined;
  /** Pairs that turn more often than this are kept (the paper's beta). @default {32} */
  betaFast?: number | undefined;
}

/**
 * NTK-by-parts (Peng et al., YaRN, 2309.00071 §3.2): slow pairs are interpolated, fast ones kept, and between them the
 * share kept is linear in the number of turns over the original context.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ntkByParts } from "midtrain/rope";
 *
 * const { inverseFrequencies } = ntkByParts({ dimensions: 128, factor: 4, originalContext: 4096 });
 * assert.equal(inverseFrequencies[0], 1);
 * assert.equal(inverseFrequencies[63], 10000 ** (-126 / 128) / 4);
 * ```
 */
export function ntkByParts(options: NtkByPartsOptions): Rope {
  takes(EXTEND, options, "dimensions, factor, originalContext, betaSlow?, betaFast?, base?");
  return byParts(options);
}

function byParts(options: NtkByPartsOptions): Rope {
  const { factor, originalContext, betaSlow, betaFast } = checked(options);
  return rope(
    "ntk-by-parts",
    plain(options).map((theta) => {
      const turns = originalContext * theta / (2 * Math.PI);
      const kept = clamp01((turns - betaSlow) / (betaFast - betaSlow));
      return (1 - kept) * theta / factor + kept * theta;
    }),
  );
}

/** Options of {@linkcode yarn}. */
export interface YarnOptions extends NtkByPartsOptions {
  /**
   * Between interpolated and kept pairs the share is linear in the pair's index (`index`, as transformers and the authors'
   * code have it) or in its number of turns (`turns`, as the paper's text has it). @default {"index"}
   */
  ramp?: "index" | "turns" | undefined;
  /** Whether the ends of the index ramp are rounded outwards to whole pairs; gpt-oss does not. @default {true} */
  truncate?: boolean | undefined;
  /** Replaces the attention factor. */
  attentionFactor?: number | undefined;
  /** DeepSeek's `mscale`; used when `mscaleAllDimensions` is given too. */
  mscale?: number | undefined;
  /** DeepSeek's `mscale_all_dim`. */
  mscaleAllDimensions?: number | undefined;
}

/**
 * YaRN (Peng et al. 2309.00071): NTK-by-parts frequencies, and attention logits divided by a temperature.
 *
 * The temperature `t` satisfies `√(1/t) = 0.1 ln s + 1`; cosine and sine are each multiplied by that, so logits by its
 * square. The survey (2510.23081) prints `t = √(1 + ln(s)/d)`, which is neither YaRN's nor LongRoPE's: at `s = 4` and
 * `d = 128` it gives 1.0054 where YaRN multiplies by 1.1386.
 *
 * @throws {RangeError} If an option is out of range.
 * @example Qwen 2.5 stretched four times
 * ```ts
 * import assert from "node:assert/strict";
 * import { yarn } from "midtrain/rope";
 *
 * const { attentionFactor } = yarn({ dimensions: 128, base: 1e6, factor: 4, originalContext: 32768 });
 * assert.ok(Math.abs(attentionFactor - 1.138629436) < 1e-9);
 * ```
 */
export function yarn(options: YarnOptions): Rope {
  const own =
    "betaSlow?, betaFast?, ramp?, truncate?, attentionFactor?, mscale?, mscaleAllDimensions?, base?";
  takes(EXTEND, options, `dimensions, factor, originalContext, ${own}`);
  const { factor, originalContext, betaSlow, betaFast, dimensions, base = 10000 } = checked(options);
  const { ramp = "index", truncate = true, mscale, mscaleAllDimensions } = options;
  const attentionFactor = options.attentionFactor ??
    (mscale && mscaleAllDimensions
      ? yarnAttentionFactor(factor, mscale) / yarnAttentionFactor(factor, mscaleAllDimensions)
      : yarnAttentionFactor(factor));
  if (ramp === "turns") return { ...byParts(options), method: "yarn", attentionFactor };
  const indexOf = (turns: number) =>
    dimensions * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  let low = indexOf(betaFast);
  let high = indexOf(betaSlow);
  if (truncate) [low, high] = [Math.floor(low), Math.ceil(high)];
  low = Math.max(low, 0);
  high = Math.min(high, dimensions - 1);
  // As transformers has it: a ramp of no width is given a little, not a division by zero.
  if (low === high) high += 0.001;
  const frequencies = plain(options).map((theta, i) => {
    const interpolated = clamp01((i - low) / (high - low));
    return theta / factor * interpolated + theta * (1 - interpolated);
  });
  return { ...rope("yarn", frequencies), attentionFactor };
}

/**
 * What YaRN multiplies cosine and sine by: `0.1 m ln s + 1`, and 1 where nothing is stretched.
 *
 * @param factor The new context over the old one, `s`.
 * @param mscale DeepSeek's multiplier `m`.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { yarnAttentionFactor } from "midtrain/rope";
 *
 * assert.ok(Math.abs(yarnAttentionFactor(16) - 1.277259) < 1e-6);
 * assert.equal(yarnAttentionFactor(1), 1);
 * ```
 */
export function yarnAttentionFactor(factor: number, mscale = 1): number {
  inRange("Cannot find an attention factor", { factor, mscale }, ">= 0");
  return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
}

function checked(options: NtkByPartsOptions) {
  checkExtension(options);
  const { originalContext, betaSlow = 1, betaFast = 32 } = options;
  inRange(EXTEND, { originalContext }, "> 0");
  if (!(betaSlow > 0 && betaFast > betaSlow)) {
    throw new RangeError(
      `${EXTEND} as 0 < betaSlow < betaFast must hold: current values are ${betaSlow} and ${betaFast}`,
    );
  }
  return { ...options, betaSlow, betaFast };
}

function clamp01(x: number): number {
  return Math.min(1, Math.max(0, x));
}
