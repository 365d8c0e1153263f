import { commonWords } from "./_common_words.ts";
import type { SearchIndex } from "./evaluation_index.ts";
import { SubsequenceFinder } from "./_subsequence.ts";

/** A call in words: `from` inclusive, `to` exclusive. */
export interface Match {
  item: number;
  rule: "ngram" | "lcs" | "decon" | "whole";
  score: number;
  from: number;
  to: number;
}

/** Says what the hits of one copy are worth: pairs of a place in the text and one in the item, by the former. */
export type Judge = (item: number, hits: readonly number[], words: Uint32Array) => Match | undefined;

/** By the share of the item's words in shared n-grams. */
export function gramJudge(index: SearchIndex, size: number, threshold: number): Judge {
  return (item, hits) => {
    const own = index.words[item];
    const score = shared(own, hits, size).length / own.length;
    if (score < threshold) return undefined;
    return { item, rule: "ngram", score, from: hits[0], to: hits.at(-2)! + size };
  };
}

/** A call needs so many different words that are none of the commonest; fewer where nearly all of the item is there. */
const tellingWords = 3;
const tellingWordsOfMost = 2;
const most = 0.75;

/**
 * The same for short items, whose n-grams are also common phrases: so that an edited copy is found by what is left of it, and
 * no phrase for half of an item, the longest common subsequence counts too, and words that nobody uses every day are wanted.
 */
export function shortJudge(
  index: SearchIndex,
  { size, threshold, wholeBelow }: { size: number; threshold: number; wholeBelow: number },
): Judge {
  const finderOf = finders(index);
  const isTelling = (word: number) => !commonWords().has(word);
  return (item, hits, words) => {
    const own = index.words[item];
    const grams = shared(own, hits, size);
    const all = { item, rule: "ngram", score: 1, from: hits[0], to: hits.at(-2)! + size } as const;
    // The shortest are found whole by another way.
    if (grams.length === own.length) return own.length < wholeBelow ? undefined : all;
    const from = Math.max(0, hits[0] - hits[1] - 1);
    const to = Math.min(words.length, hits.at(-2)! + own.length - hits.at(-1)! + 1);
    const { length, start, end } = finderOf(item).find(words, from, to);
    const match = length > grams.length
      ? { ...all, score: length / own.length, from: start, to: end }
      : { ...all, score: grams.length / own.length };
    const there = new Set(words.subarray(match.from, match.to));
    const telling = new Set(own.filter((word) => there.has(word) && isTelling(word))).size;
    const wanted = match.score >= most ? tellingWordsOfMost : tellingWords;
    return match.score >= threshold && telling >= wanted ? match : undefined;
  };
}

/** Qwen's floor under the length of a common subsequence, in words. */
export const leastSubsequence = 13;

/** By the longest common subsequence with the text around the hits. */
export function subsequenceJudge(index: SearchIndex, threshold: number): Judge {
  const finderOf = finders(index);
  return (item, hits, words) => {
    const own = index.words[item];
    const slack = Math.ceil(own.length / 4);
    const from = Math.max(0, hits[0] - hits[1] - slack);
    const to = Math.min(words.length, hits.at(-2)! + own.length - hits.at(-1)! + slack);
    const { length, start, end } = finderOf(item).find(words, from, to);
    const score = length / Math.min(own.length, words.length);
    if (length < leastSubsequence || score < threshold) return undefined;
    return { item, rule: "lcs", score, from: start, to: end };
  };
}

/** Whether the sought words stand in the text at `at`. */
export function isAt(words: Uint32Array, at: number, sought: Uint32Array): boolean {
  if (at + sought.length > words.length) return false;
  for (let i = 0; i < sought.length; i++) if (words[at + i] !== sought[i]) return false;
  return true;
}

/** The item's words that stand in shared n-grams. */
function shared(own: Uint32Array, hits: readonly number[], size: number): Uint32Array {
  const covered = new Uint8Array(own.length);
  for (let k = 1; k < hits.length; k += 2) covered.fill(1, hits[k], hits[k] + size);
  return own.filter((_, at) => covered[at] === 1);
}

/** Items whose bits are kept: some kilobytes each. */
const mostFinders = 20_000;

/** Each item's bits, made when it is first asked for. */
function finders(index: SearchIndex): (item: number) => SubsequenceFinder {
  const made = new Map<number, SubsequenceFinder>();
  return (item) => {
    let finder = made.get(item);
    if (!finder) {
      if (made.size === mostFinders) made.clear();
      made.set(item, finder = new SubsequenceFinder(index.words[item]));
    }
    return finder;
  };
}
