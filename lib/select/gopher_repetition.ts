import { gramHashes, inRange, must, ofKind, takes } from "../base/mod.ts";
import { type Bound, checkOptions, judgeBounds, repeated, share } from "./_bounds.ts";
import { tokenizerOf } from "./_tokens.ts";
import type { Rule } from "./rule.ts";

/** Options of {@linkcode gopherRepetition}. */
export interface GopherRepetitionOptions {
  /** The greatest share of lines, and of paragraphs, that stand again. @default {0.3} */
  maxDuplicateFraction?: number;
  /** The greatest share of characters in lines, and in paragraphs, that stand again. @default {0.2} */
  maxDuplicateUnitFraction?: number;
  /**
   * The greatest share of characters in the most frequent run of n tokens, by n.
   * @default {{ 2: 0.2, 3: 0.18, 4: 0.16 }}
   */
  maxTopGramFraction?: { readonly [tokens: number]: number };
  /**
   * The greatest share of characters in runs of n tokens that stand again, by n.
   * @default {{ 5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.1 }}
   */
  maxDuplicateGramFraction?: { readonly [tokens: number]: number };
  /** The texts' language, such as `zh` or `cmn_Hani`: those without spaces between words are cut by a dictionary. @default {one with spaces} */
  language?: string | undefined;
}

/**
 * The repetition rules of Gopher (arXiv 2112.11446, table A1), in datatrove's reading: lines and paragraphs that stand
 * again, the most frequent 2- to 4-gram, 5- to 10-grams that stand again (counted greedily: after a hit the scan goes on
 * behind it).
 *
 * Runs of tokens are compared by a 32-bit hash: of 10,000 words, one run in a hundred texts is mistaken.
 *
 * `deno task verify rules` has datatrove's filter beside it: of 300 documents they keep and drop 299 alike.
 *
 * @throws {RangeError} If a share is not >= 0 or a length is not a whole number >= 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gopherRepetition } from "midtrain/select";
 *
 * const { judge } = gopherRepetition();
 * const text = "It rained all day. By evening the river had risen to the bridge, and nobody in the village slept. " +
 *   "Morning came grey and still; on the far bank a single cow stood looking at the water as if to count it.";
 * assert.equal(judge(text).keep, true);
 * assert.equal(judge("Buy now!\nBuy now!\nBuy now!").reason, "too many duplicate lines");
 * ```
 */
export function gopherRepetition(options: GopherRepetitionOptions = {}): Rule {
  takes(
    "Cannot build the rule gopher-repetition",
    options,
    "maxDuplicateFraction?, maxDuplicateUnitFraction?, maxTopGramFraction?, maxDuplicateGramFraction?, language?",
  );
  const {
    maxDuplicateFraction = 0.3,
    maxDuplicateUnitFraction = 0.2,
    maxTopGramFraction = { 2: 0.2, 3: 0.18, 4: 0.16 },
    maxDuplicateGramFraction = { 5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.1 },
  } = options;
  const { language } = options;
  if (language !== undefined) ofKind("Cannot build the rule gopher-repetition", { language }, "a text");
  checkOptions("gopher-repetition", options as Record<string, unknown>);
  const tokenize = tokenizerOf(language);
  const tops = lengths(maxTopGramFraction);
  const duplicates = lengths(maxDuplicateGramFraction);

  return {
    name: "gopher-repetition",
    judge(text) {
      if (text === "") return { keep: false, reason: "empty", statistics: {} };
      const statistics: Record<string, number> = {};
      const bounds: Bound[] = [];
      const measure = (name: string, reason: string, value: number, max: number) => {
        statistics[name] = value;
        bounds.push([reason, value, { max }]);
      };
      for (
        const [name, parts] of [
          ["Paragraph", text.trim().split(/\n{2,}/)],
          ["Line", text.split(/\n+/)],
        ] as const
      ) {
        const { count, units } = repeated(parts);
        const plural = `${name.toLowerCase()}s`;
        measure(
          `duplicate${name}Fraction`,
          `too many duplicate ${plural}`,
          share(count, parts.length),
          maxDuplicateFraction,
        );
        measure(
          `duplicate${name}UnitFraction`,
          `too many characters in duplicate ${plural}`,
          share(units, text.length),
          maxDuplicateUnitFraction,
        );
      }
      const { count, starts, ends, hashes } = tokenize(text);
      const words = hashes.subarray(0, count);
      // before[i] is how many units of tokens stand before token i: a run's length is one subtraction.
      const before = new Uint32Array(count + 1);
      for (let i = 0; i < count; i++) before[i + 1] = before[i] + ends[i] - starts[i];
      for (const [n, max] of tops) {
        measure(
          `top${n}GramFraction`,
          `the most frequent ${n}-gram takes too much`,
          share(topGram(gramHashes(words, n), before, n), text.length),
          max,
        );
      }
      for (const [n, max] of duplicates) {
        measure(
          `duplicate${n}GramFraction`,
          `too many characters in duplicate ${n}-grams`,
          share(duplicateGrams(gramHashes(words, n), before, n), text.length),
          max,
        );
      }
      return judgeBounds(statistics, bounds);
    },
  };
}

function lengths(bounds: { readonly [tokens: number]: number }): [tokens: number, max: number][] {
  const cannot = "Cannot build the rule gopher-repetition";
  return Object.entries(bounds).map(([key, max]) => {
    const n = Number(key);
    const isLength = Number.isSafeInteger(n) && n >= 1;
    must(cannot, "a run of tokens must be a whole number >= 1 long", key, isLength);
    inRange(cannot, { [`the share for n = ${n}`]: max }, ">= 0");
    return [n, max];
  });
}

/** A table of hashes with counts, used anew for each text; slots of an older text are told by their stamp. */
class Counts {
  #keys = new Uint32Array(1 << 13);
  #stamps = new Uint32Array(1 << 13);
  #counts = new Uint32Array(1 << 13);
  #stamp = 0;

  /** Forget everything and make room for `size` hashes. */
  clear(size: number): void {
    if (size * 2 > this.#keys.length) {
      const slots = 2 ** Math.ceil(Math.log2(size * 2));
      this.#keys = new Uint32Array(slots);
      this.#stamps = new Uint32Array(slots);
      this.#counts = new Uint32Array(slots);
      this.#stamp = 0;
    }
    if (++this.#stamp === 2 ** 32) {
      this.#stamps.fill(0);
      this.#stamp = 1;
    }
  }

  /** Count one more of a hash; how many there are now. */
  add(hash: number): number {
    const mask = this.#keys.length - 1;
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      if (this.#stamps[slot] !== this.#stamp) {
        this.#stamps[slot] = this.#stamp;
        this.#keys[slot] = hash;
        return this.#counts[slot] = 1;
      }
      if (this.#keys[slot] === hash) return ++this.#counts[slot];
    }
  }
}

const counts = new Counts();

/** The units of the most frequent run times how often it stands; words are parted by a space, as the source counts. */
function topGram(grams: Uint32Array, before: Uint32Array, n: number): number {
  counts.clear(grams.length);
  let most = 0;
  let at = -1;
  for (let i = 0; i < grams.length; i++) {
    const count = counts.add(grams[i]);
    if (count > most) {
      most = count;
      at = i;
    }
  }
  return at < 0 ? 0 : most * (before[at + n] - before[at] + n - 1);
}

function duplicateGrams(grams: Uint32Array, before: Uint32Array, n: number): number {
  counts.clear(grams.length);
  let units = 0;
  for (let i = 0; i < grams.length;) {
    if (counts.add(grams[i]) === 1) i++;
    else {
      units += before[i + n] - before[i];
      i += n;
    }
  }
  return units;
}
