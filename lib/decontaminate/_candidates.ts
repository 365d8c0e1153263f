import { WordScanner } from "../base/mod.ts";
import { commonWords } from "./_common_words.ts";
import { readable } from "./_readable.ts";
import type { SearchIndex } from "./evaluation_index.ts";

/** A run of sentences that may say what an item says. */
export interface Candidate {
  item: number;
  /** The share of the item's rare words that it has, weighted by their rarity. */
  share: number;
  start: number;
  end: number;
}

const leastShare = 0.2;
/** What a single sentence must have for its surroundings to be looked at. */
const sentenceShare = 0.12;
const mostWords = 1.6;
/** So many times the item's words, a candidate may have the sentence behind it as well. */
const mostWordsAsked = 1.2;
const leastItemWords = 8;
const mostCandidates = 20;

/**
 * Where a long text may hold items in other words: runs of sentences about as long as the item that share its rare words, by
 * an inverted index of them (TF-IDF). At most 20 a text, the best ones, and one an item.
 */
export function candidateFinder(index: SearchIndex): (text: string) => Candidate[] {
  const common = commonWords();
  const distinct = index.words.map((own) => new Set(own.filter((word) => !common.has(word))));
  const holders = new Map<number, number[]>();
  for (const [item, words] of distinct.entries()) {
    for (const word of words) {
      const held = holders.get(word);
      if (held) held.push(item);
      else holders.set(word, [item]);
    }
  }
  const rarity = (word: number) => Math.log(1 + distinct.length / holders.get(word)!.length);
  const totals = distinct.map((words) => [...words].reduce((sum, word) => sum + rarity(word), 0));
  // Words of more than a fiftieth of the items say of none of them that it is there.
  const mostHolders = Math.max(10, distinct.length / 50);
  const scanner = new WordScanner({ digits: index.digits });

  return (text) => {
    const count = scanner.scan(readable(text, index));
    const sentences = sentencesOf(text, scanner, count);
    const best = new Map<number, Candidate>();
    for (const [at, { from, to }] of sentences.entries()) {
      const shares = new Map<number, number>();
      for (const word of new Set(scanner.hashes.subarray(from, to))) {
        const held = holders.get(word);
        if (held === undefined || held.length > mostHolders) continue;
        for (const item of held) shares.set(item, (shares.get(item) ?? 0) + rarity(word) / totals[item]);
      }
      for (const [item, share] of shares) {
        if (share < sentenceShare) continue;
        const candidate = grow(item, at, sentences);
        if (candidate.share >= leastShare && candidate.share > (best.get(item)?.share ?? 0)) {
          best.set(item, candidate);
        }
      }
    }
    return [...best.values()].sort((a, b) => b.share - a.share || a.item - b.item).slice(0, mostCandidates);
  };

  /** The sentences around one of them, as many as bring more of the item's words and leave it about its length. */
  function grow(item: number, at: number, sentences: readonly Sentence[]): Candidate {
    const most = mostWords * Math.max(leastItemWords, index.words[item].length);
    const shareOf = (first: number, last: number) => {
      const there = new Set(scanner.hashes.subarray(sentences[first].from, sentences[last].to));
      let sum = 0;
      for (const word of distinct[item]) if (there.has(word)) sum += rarity(word);
      return sum / totals[item];
    };
    let first = at;
    let last = at;
    let share = shareOf(at, at);
    for (;;) {
      const tries = [[first - 1, last], [first, last + 1]].filter(([a, b]) =>
        a >= 0 && b < sentences.length && sentences[b].to - sentences[a].from <= most
      ).map(([a, b]) => ({ a, b, share: shareOf(a, b) })).filter((one) => one.share > share)
        .sort((one, other) => other.share - one.share);
      if (tries.length === 0) break;
      [{ a: first, b: last, share }] = tries;
    }
    // What an item asks at its end may have no rare word.
    const withNext = last + 1 < sentences.length ? sentences[last + 1].to - sentences[first].from : Infinity;
    if (withNext <= mostWordsAsked * index.words[item].length) last++;
    return {
      item,
      share,
      start: scanner.starts[sentences[first].from],
      end: scanner.ends[sentences[last].to - 1],
    };
  }
}

/** A sentence by its words: `from` inclusive, `to` exclusive. */
interface Sentence {
  from: number;
  to: number;
}

/** Sentences, cheaply: a mark of their end or a line's end stands between words; none is longer than 60 words. */
function sentencesOf(text: string, { starts, ends }: WordScanner, count: number): Sentence[] {
  const sentences: Sentence[] = [];
  let from = 0;
  for (let at = 1; at <= count; at++) {
    if (
      at < count && at - from < 60 &&
      !/[.!?…。？！]\s|[.!?…]["')\]]|[。？！\n]/.test(text.slice(ends[at - 1], starts[at]))
    ) continue;
    sentences.push({ from, to: at });
    from = at;
  }
  return sentences.filter(({ from, to }) => to > from);
}
