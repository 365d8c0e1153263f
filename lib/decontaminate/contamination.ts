import { gramHashes, inRange, mix32, ofKind, oneOf, takes, wholeNumber, WordScanner } from "../base/mod.ts";
import { deconFinder, leastDeconWords } from "./_decon.ts";
import {
  gramJudge,
  isAt,
  type Judge,
  leastSubsequence,
  type Match,
  shortJudge,
  subsequenceJudge,
} from "./_judges.ts";
import type { GramTable } from "./_gram_table.ts";
import { readable } from "./_readable.ts";
import { type EvaluationIndex, searchIndexOf, seedWords } from "./evaluation_index.ts";

/** How documents are compared with the items. */
export interface RuleOptions {
  /**
   * - `ngram`: the document has n-grams of words of the item (Brown et al. 2020, appendix C). Where `n` is not given, items
   *   of fewer than 20 words are sought by 5-grams and the longest common subsequence around them: half of their words are
   *   wanted, and four that are none of the commonest, or three quarters of them and two.
   * - `lcs`: near a shared 5-gram, the longest common subsequence of words has at least 13 words and at least `threshold`
   *   of the shorter text (Qwen2.5 technical report: 13 and 0.6). It survives edits that break every n-gram.
   *
   * - `decon`: the detector of OLMo 3's mid-training, by its published description and defaults, over words: clusters of 5-grams
   *   around every tenth word, weighted by rarity, with the answer behind them; short items must match better. A passage is
   *   part of the question here, and an item has 20 words with its answer.
   *
   * Items with fewer words than the rule needs are called when they stand in the document whole; those with fewer than 5
   * words, or 4 distinct ones, where besides their line says nothing else but a label of up to two words (`Q:`), or their
   * answer begins within 12 words behind them.
   *
   * @default {"ngram"}
   */
  rule?: "ngram" | "lcs" | "decon";
  /** Words in an n-gram, 5 and more; 8 to 13 are in use. Only for `ngram`. @default {8, and 5 for items of fewer than 20 words} */
  n?: number;
  /**
   * The least score of a call, in [0, 1]. For `ngram` the score is the share of the item's words inside shared n-grams
   * (0: one shared n-gram is enough, so that a common phrase of a long item calls every text that uses it); for `lcs` it is
   * the subsequence's share of the shorter text; for `decon` its weighted score.
   *
   * @default {0.3 for ngram, 0.5 for its items of fewer than 20 words, 0.6 for lcs, 0.8 for decon}
   */
  threshold?: number;
}

/** One call: an item found in a document, with what speaks for it. */
export interface Contamination {
  /** The item's id. */
  item: string;
  /** The item's benchmark. */
  benchmark: string;
  /** What made the call; `whole` is a short item found from its first to its last word, `embedding` is `findRephrased`. */
  rule: "ngram" | "lcs" | "decon" | "whole" | "embedding";
  /** The share that `threshold` speaks of; 1 for `whole`. */
  score: number;
  /** Where the match starts in the document, in UTF-16 code units. */
  start: number;
  /** Where it ends (exclusive). */
  end: number;
  /** The document's text from `start` to `end`. */
  matched: string;
  /** Whether the item's answer stands within 50 words behind the match; `unknown` when it has none. */
  answer: "present" | "absent" | "unknown";
}

/** Items of fewer words are sought by shorter n-grams, as half of one, or one word edited, leaves no long n-gram. */
const shortItemWords = 20;
const shortThreshold = 0.5;
const usualThresholds = { ngram: 0.3, lcs: 0.6, decon: 0.8 };
const answerWords = 50;
const nearAnswerWords = 12;
const labelWords = 2;

/**
 * Find the evaluation items that stand in a text.
 *
 * Time grows with the text plus the matches; `lcs` takes about twice the time of `ngram`, as formulaic text and code
 * hold many seeds. Each occurrence gives one call, by place and item.
 *
 * @throws {RangeError} If an option is out of its range.
 * @example Found despite case and punctuation, with its evidence
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex, findContamination } from "midtrain/decontaminate";
 *
 * const question = "Anna has four red apples and gives one of them to each of her two sisters. How many are left?";
 * const index = buildIndex([{ id: "q1", question, answer: "2", benchmark: "sums" }]);
 * const [call] = findContamination(`Homework: ${question.toUpperCase()} (it is 2)`, index);
 * assert.equal(call.item, "q1");
 * assert.equal(call.score, 1);
 * assert.equal(call.matched, question.toUpperCase().slice(0, -1));
 * assert.equal(call.answer, "present");
 * ```
 */
export function findContamination(
  text: string,
  index: EvaluationIndex,
  options: RuleOptions = {},
): Contamination[] {
  takes("Cannot find contamination", options, "rule?, n?, threshold?");
  ofKind("Cannot find contamination", { text }, "a text");
  ofKind("Cannot find contamination", { index }, "an object with items");
  return contaminationFinder(index, options)(text);
}

/**
 * {@linkcode findContamination} with its buffers kept from text to text, for many texts.
 */
export function contaminationFinder(
  given: EvaluationIndex,
  options: RuleOptions,
): (text: string) => Contamination[] {
  const { rule = "ngram", n = 8 } = options;
  const { threshold = usualThresholds[rule] } = options;
  const shortItem = options.n === undefined ? shortItemWords : n;
  oneOf("Cannot find contamination", { rule }, ["ngram", "lcs", "decon"]);
  wholeNumber("Cannot find contamination", { n }, `>= ${seedWords}`);
  inRange("Cannot find contamination", { threshold }, "in [0, 1]");
  const index = searchIndexOf(given, "Cannot find contamination");
  const scanner = new WordScanner({ digits: index.digits });
  const decon = rule === "decon" ? deconFinder(index, threshold) : undefined;
  const passes: Pass[] = decon ? [] : rule === "lcs"
    ? [{
      size: seedWords,
      grams: index.grams(seedWords, leastSubsequence),
      judge: subsequenceJudge(index, threshold),
    }]
    : [{ size: n, grams: index.grams(n, shortItem), judge: gramJudge(index, n, threshold) }];
  if (rule === "ngram" && options.n === undefined) {
    const least = options.threshold ?? shortThreshold;
    passes.push({
      size: seedWords,
      grams: index.grams(seedWords, seedWords, shortItem),
      judge: shortJudge(index, { size: seedWords, threshold: least, wholeBelow: n }),
    });
  }
  const beginnings = decon
    ? index.beginnings(leastDeconWords, { withAnswers: true })
    : index.beginnings(rule === "lcs" ? leastSubsequence : n);
  const short = index.shortItems();
  let seedBuffer = new Uint32Array(1024);
  let gramBuffer = new Uint32Array(1024);

  return (text) => {
    const count = scanner.scan(readable(text, index));
    const words = scanner.hashes.subarray(0, count);
    if (seedBuffer.length < count) {
      seedBuffer = new Uint32Array(count * 2);
      gramBuffer = new Uint32Array(count * 2);
    }
    const seeds = gramHashes(words, seedWords, { into: seedBuffer });
    const matches: Match[] = [];
    if (!short.isEmpty) findShort(text, words, matches);
    if (!beginnings.isEmpty) {
      for (let at = 0; at < seeds.length; at++) {
        for (let p = beginnings.first(seeds[at]); p >= 0; p = beginnings.next(p)) {
          const item = beginnings.items[p];
          const own = index.words[item];
          if (isAt(words, at, own)) {
            matches.push({ item, rule: "whole", score: 1, from: at, to: at + own.length });
          }
        }
      }
    }
    if (decon) matches.push(...decon(words));
    for (const pass of passes) {
      if (pass.grams.isEmpty) continue;
      const runs = pass.size === seedWords ? seeds : gramHashes(words, pass.size, { into: gramBuffer });
      for (const [item, hits] of hitsOf(runs, words, pass)) {
        for (const group of occurrences(hits, index.words[item].length)) {
          const match = pass.judge(item, group, words);
          if (match) matches.push(match);
        }
      }
    }
    return matches.sort((a, b) => a.from - b.from || a.to - b.to || a.item - b.item).map((match) => {
      const { id, benchmark } = index.items[match.item];
      const start = scanner.starts[match.from];
      const end = scanner.ends[match.to - 1];
      return {
        item: id,
        benchmark,
        rule: match.rule,
        score: match.score,
        start,
        end,
        matched: text.slice(start, end),
        answer: seekAnswer(words, match.to, index.answers[match.item]),
      };
    });
  };

  /** Where each item's n-grams stand in the text: pairs of a place there and one in the item, by the former. */
  function hitsOf(runs: Uint32Array, words: Uint32Array, { grams, size }: Pass): Map<number, number[]> {
    const hits = new Map<number, number[]>();
    for (let at = 0; at < runs.length; at++) {
      for (let p = grams.first(runs[at]); p >= 0; p = grams.next(p)) {
        const item = grams.items[p];
        const position = grams.positions[p];
        if (!isRunAt(words, at, index.words[item], position, size)) continue;
        const own = hits.get(item);
        if (own) own.push(at, position);
        else hits.set(item, [at, position]);
      }
    }
    return hits;
  }

  /** Whether the item's n-gram at `position` is the text's at `at`: equal hashes are not enough. */
  function isRunAt(
    words: Uint32Array,
    at: number,
    item: Uint32Array,
    position: number,
    size: number,
  ): boolean {
    for (let i = 0; i < size; i++) if (words[at + i] !== item[position + i]) return false;
    return true;
  }

  function findShort(text: string, words: Uint32Array, into: Match[]): void {
    for (let at = 0; at < words.length; at++) {
      for (let p = short.first(mix32(words[at])); p >= 0; p = short.next(p)) {
        const item = short.items[p];
        const own = index.words[item];
        if (!isAt(words, at, own)) continue;
        const to = at + own.length;
        if (
          index.standsAlone(item) && isOwnLine(text, words, [at, to]) ||
          index.hasTellingAnswer(item) &&
            seekAnswer(words, to, index.answers[item], nearAnswerWords) === "present"
        ) into.push({ item, rule: "whole", score: 1, from: at, to });
      }
    }
  }

  /** Whether words `from` to `to` are all that their line says, but for a label before them. */
  function isOwnLine(text: string, words: Uint32Array, [from, to]: [number, number]): boolean {
    const { starts, ends } = scanner;
    const last = words.length;
    const breaks = (left: number, right: number) => text.slice(left, right).includes("\n");
    if (to < last && !breaks(ends[to - 1], starts[to])) return false;
    const before = from - labelWords - 1;
    return before < 0 || breaks(ends[before], starts[from]);
  }
}

/** One search by n-grams of one size. */
interface Pass {
  size: number;
  grams: GramTable;
  judge: Judge;
}

/** Hits that can belong to one copy of the item: not further apart than the item is long, twice as long in all. */
function* occurrences(hits: readonly number[], length: number): Generator<readonly number[]> {
  let begin = 0;
  for (let k = 2; k < hits.length; k += 2) {
    if (hits[k] - hits[k - 2] > length || hits[k] - hits[begin] > 2 * length) {
      yield hits.slice(begin, k);
      begin = k;
    }
  }
  yield begin === 0 ? hits : hits.slice(begin);
}

function seekAnswer(
  words: Uint32Array,
  from: number,
  answer: Uint32Array,
  within = answerWords,
): Contamination["answer"] {
  if (answer.length === 0) return "unknown";
  for (let at = from; at < from + within; at++) if (isAt(words, at, answer)) return "present";
  return "absent";
}
