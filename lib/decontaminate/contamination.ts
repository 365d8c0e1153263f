import { gramHashes, inRange, must, ofKind, takes, wholeNumber, WordScanner } from "../base/mod.ts";
import { blankEntities } from "./_entities.ts";
import { type EvaluationIndex, SearchIndex, seedWords } from "./evaluation_index.ts";
import { subsequence } from "./_subsequence.ts";

/** How documents are compared with the items. */
export interface RuleOptions {
  /**
   * - `ngram`: the document has an n-gram of words of the item (Brown et al. 2020, appendix C).
   * - `lcs`: near a shared 5-gram, the longest common subsequence of words has at least 13 words and at least `threshold`
   *   of the shorter text (Qwen2.5 technical report: 13 and 0.6). It survives edits that break every n-gram.
   *
   * Items with fewer words than the rule needs are called when they stand in the document whole.
   *
   * @default {"ngram"}
   */
  rule?: "ngram" | "lcs";
  /** Words in an n-gram, 5 and more; 8 to 13 are in use. Only for `ngram`. @default {8} */
  n?: number;
  /**
   * The least score of a call, in [0, 1]. For `ngram` the score is the share of the item's words inside shared n-grams
   * (0: one shared n-gram is enough, so that a common phrase of a long item calls every text that uses it); for `lcs` it is
   * the subsequence's share of the shorter text.
   *
   * @default {0.3 for ngram, 0.6 for lcs}
   */
  threshold?: number;
}

/** One call: an item found in a document, with what speaks for it. */
export interface Contamination {
  /** The item's id. */
  item: string;
  /** The item's benchmark. */
  benchmark: string;
  /** What made the call; `whole` is a short item found from its first to its last word. */
  rule: "ngram" | "lcs" | "whole";
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

/** Qwen's floor under the length of a common subsequence, in words. */
const leastSubsequence = 13;
const answerWords = 50;

/**
 * Find the evaluation items that stand in a text.
 *
 * Time grows with the text plus the matches; `lcs` takes about twenty times that of `ngram`, as formulaic text and code
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
  index: EvaluationIndex,
  options: RuleOptions,
): (text: string) => Contamination[] {
  const { rule = "ngram", n = 8 } = options;
  const { threshold = rule === "lcs" ? 0.6 : 0.3 } = options;
  must(
    "Cannot find contamination",
    'rule must be "ngram" or "lcs"',
    rule,
    rule === "ngram" || rule === "lcs",
  );
  wholeNumber("Cannot find contamination", { n }, `>= ${seedWords}`);
  inRange("Cannot find contamination", { threshold }, "in [0, 1]");
  if (!(index instanceof SearchIndex)) {
    throw new TypeError("Cannot find contamination as the index must be one that buildIndex() made");
  }
  const scanner = new WordScanner({ digits: index.digits });
  const shortest = rule === "lcs" ? leastSubsequence : n;
  const size = rule === "lcs" ? seedWords : n;
  const grams = index.grams(size, shortest);
  const beginnings = index.beginnings(shortest);
  let seedBuffer = new Uint32Array(1024);
  let gramBuffer = new Uint32Array(1024);
  return (text) => {
    const count = scanner.scan(blankEntities(text));
    const words = scanner.hashes.subarray(0, count);
    if (seedBuffer.length < count) {
      seedBuffer = new Uint32Array(count * 2);
      gramBuffer = new Uint32Array(count * 2);
    }
    const seeds = gramHashes(words, seedWords, { into: seedBuffer });
    const matches: Match[] = [];
    const hits = new Map<number, Hit[]>();
    for (let at = 0; at < seeds.length; at++) {
      for (let p = beginnings.first(seeds[at]); p >= 0; p = beginnings.next(p)) {
        const item = beginnings.items[p];
        const own = index.words[item];
        if (isAt(words, at, own)) {
          matches.push({ item, rule: "whole", score: 1, from: at, to: at + own.length });
        }
      }
    }
    const runs = size === seedWords ? seeds : gramHashes(words, size, { into: gramBuffer });
    for (let at = 0; at < runs.length; at++) {
      for (let p = grams.first(runs[at]); p >= 0; p = grams.next(p)) {
        const item = grams.items[p];
        const position = grams.positions[p];
        if (!isAt(words, at, index.words[item].subarray(position, position + size))) continue;
        if (!hits.has(item)) hits.set(item, []);
        hits.get(item)!.push({ at, position });
      }
    }
    const judge = rule === "lcs" ? judgeSubsequence : judgeGrams;
    for (const [item, own] of hits) {
      for (const group of occurrences(own, index.words[item].length)) {
        const match = judge(item, group, { words, item: index.words[item], size });
        if (match && match.score >= threshold) matches.push(match);
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
}

/** A call in words: `from` inclusive, `to` exclusive. */
interface Match {
  item: number;
  rule: Contamination["rule"];
  score: number;
  from: number;
  to: number;
}

/** A shared n-gram: where it starts in the document and in the item. */
interface Hit {
  at: number;
  position: number;
}

interface Compared {
  words: Uint32Array;
  item: Uint32Array;
  size: number;
}

/** Hits that can belong to one copy of the item: not further apart than the item is long, twice as long in all. */
function* occurrences(hits: Hit[], length: number): Generator<Hit[]> {
  let group: Hit[] = [];
  for (const hit of hits) {
    if (group.length > 0 && (hit.at - group.at(-1)!.at > length || hit.at - group[0].at > 2 * length)) {
      yield group;
      group = [];
    }
    group.push(hit);
  }
  yield group;
}

function judgeGrams(item: number, group: Hit[], { item: own, size }: Compared): Match {
  const covered = new Uint8Array(own.length);
  for (const { position } of group) covered.fill(1, position, position + size);
  const score = covered.reduce((sum, one) => sum + one, 0) / own.length;
  return { item, rule: "ngram", score, from: group[0].at, to: group.at(-1)!.at + size };
}

function judgeSubsequence(item: number, group: Hit[], { words, item: own }: Compared): Match | undefined {
  const slack = Math.ceil(own.length / 4);
  const first = group[0];
  const last = group.at(-1)!;
  const from = Math.max(0, first.at - first.position - slack);
  const to = Math.min(words.length, last.at + own.length - last.position + slack);
  const { length, start, end } = subsequence(words.subarray(from, to), own);
  if (length < leastSubsequence) return undefined;
  const score = length / Math.min(own.length, words.length);
  return { item, rule: "lcs", score, from: from + start, to: from + end };
}

function isAt(words: Uint32Array, at: number, sought: Uint32Array): boolean {
  if (at + sought.length > words.length) return false;
  for (let i = 0; i < sought.length; i++) if (words[at + i] !== sought[i]) return false;
  return true;
}

function seekAnswer(words: Uint32Array, from: number, answer: Uint32Array): Contamination["answer"] {
  if (answer.length === 0) return "unknown";
  for (let at = from; at < from + answerWords; at++) if (isAt(words, at, answer)) return "present";
  return "absent";
}
