import { gramHashes } from "../base/mod.ts";
import { isAt, type Match } from "./_judges.ts";
import type { SearchIndex } from "./evaluation_index.ts";

/** What decon's published defaults are. */
const questionGram = 5;
const answerGram = 3;
const everyWord = 10;
const mostMisses = 11;
const shortAnswerWords = 3;
const shortAnswerWindow = 50;
const longAnswerWindow = 100;
const perfectWords = 20;
const lenientWords = 50;
const sureGrams = 20;
const sureAnswerWords = 4;
const questionWeight = 0.75;
/** An n-gram of more items begins no cluster; the next word is looked at instead. */
const hotItems = 1000;

/** Items of fewer words, their answers included, are only found whole. */
export const leastDeconWords = perfectWords;

/** What was found of one item. */
export interface DeconEvidence {
  /** The share of the question's n-grams, weighted by their rarity. */
  question: number;
  /** The same of the answer behind it; absent where the item has none. */
  answer?: number;
  /** Different n-grams of the question. */
  grams: number;
  /** Words of the answer. */
  answerWords: number;
  /** Words of question and answer. */
  words: number;
}

/**
 * decon's score: question and answer weighted 0.75 and 0.25, weight moved from whichever is too short to be sure to the other,
 * and short items held to more than `threshold`, up to perfection at 20 words.
 */
export function deconScore(evidence: DeconEvidence, threshold: number): number {
  const { question, answer, grams, answerWords, words } = evidence;
  let score = question;
  if (answer !== undefined) {
    const sureOfQuestion = 0.5 + 0.5 * Math.min(1, grams / sureGrams);
    const sureOfAnswer = 0.5 + 0.5 * Math.min(1, answerWords / sureAnswerWords);
    const answerWeight = 1 - questionWeight;
    const weight = questionWeight * sureOfQuestion + answerWeight * (1 - sureOfAnswer);
    score = weight * question + (1 - weight) * answer;
  }
  if (score >= 1) return 1;
  const beyond = Math.min(1, Math.max(0, (words - perfectWords) / (lenientWords - perfectWords)));
  return score * threshold / (1 - (1 - threshold) * beyond);
}

/** The n-grams of one text of an item and what each weighs. */
interface Weighted {
  weights: Map<number, number>;
  total: number;
}

/** decon's search: clusters of n-grams around every tenth word's, with the answer sought behind them. */
export function deconFinder(index: SearchIndex, threshold: number): (words: Uint32Array) => Match[] {
  const isSought = index.words.map((own, item) =>
    own.length >= questionGram && own.length + index.answers[item].length >= leastDeconWords
  );
  const questions = weighted(
    index.words.map((own, item) => isSought[item] ? own : own.subarray(0, 0)),
    questionGram,
  );
  const answers = weighted(index.answers, answerGram);
  const grams = index.grams(questionGram, questionGram);
  return (words) => {
    const runs = gramHashes(words, questionGram);
    const matches: Match[] = [];
    const doneUntil = new Map<number, number>();
    for (let at = 0; at < runs.length;) {
      const starting = new Set<number>();
      let postings = 0;
      for (let p = grams.first(runs[at]); p >= 0 && postings <= hotItems; p = grams.next(p)) {
        const item = grams.items[p];
        const position = grams.positions[p];
        postings++;
        if (
          isSought[item] && (doneUntil.get(item) ?? 0) <= at &&
          isAt(words, at, index.words[item].subarray(position, position + questionGram))
        ) starting.add(item);
      }
      if (postings > hotItems) {
        at++;
        continue;
      }
      for (const item of starting) {
        const { found, from, to } = expand(runs, at, questions[item]);
        doneUntil.set(item, to);
        const match = judge(item, { words, found, from, to: to + questionGram - 1 });
        if (match) matches.push(match);
      }
      at += everyWord;
    }
    return matches;
  };

  function judge(
    item: number,
    { words, found, from, to }: { words: Uint32Array; found: Set<number>; from: number; to: number },
  ): Match | undefined {
    const question = overlap(found, questions[item]);
    // What the question must have at the least, whatever the answer.
    if (question < (threshold - 0.3) / 0.7) return undefined;
    const answer = index.answers[item];
    const evidence: DeconEvidence = {
      question,
      grams: questions[item].weights.size,
      answerWords: answer.length,
      words: index.words[item].length + answer.length,
      ...(answer.length > 0 ? { answer: answerOverlap(item, words, to) } : {}),
    };
    const score = deconScore(evidence, threshold);
    return score >= threshold ? { item, rule: "decon", score, from, to } : undefined;
  }

  function answerOverlap(item: number, words: Uint32Array, from: number): number {
    const answer = index.answers[item];
    if (answer.length <= shortAnswerWords) {
      for (let at = from; at <= from + shortAnswerWindow; at++) if (isAt(words, at, answer)) return 1;
      return 0;
    }
    const window = words.subarray(from, from + Math.max(longAnswerWindow, 2 * answer.length));
    return overlap(new Set(gramHashes(window, answerGram)), answers[item]);
  }
}

/** The item's n-grams around one of them, to where eleven in a row are none of its own. */
function expand(
  runs: Uint32Array,
  at: number,
  { weights }: Weighted,
): { found: Set<number>; from: number; to: number } {
  const found = new Set([runs[at]]);
  const ends = [at, at];
  for (const [side, step] of [-1, 1].entries()) {
    let misses = 0;
    for (let place = at + step; place >= 0 && place < runs.length; place += step) {
      if (weights.has(runs[place])) {
        found.add(runs[place]);
        ends[side] = place;
        misses = 0;
      } else if (++misses === mostMisses) break;
    }
  }
  return { found, from: ends[0], to: ends[1] + 1 };
}

function overlap(found: ReadonlySet<number>, { weights, total }: Weighted): number {
  if (weights.size === 0) return 0;
  let sum = 0;
  let count = 0;
  for (const gram of weights.keys()) {
    if (!found.has(gram)) continue;
    sum += weights.get(gram)!;
    count++;
  }
  // Where every item has the same n-grams, as in an index of one, none is rare.
  return total > 0 ? Math.min(1, sum / total) : count / weights.size;
}

/** Each text's n-grams with ln(N / texts that have it). */
function weighted(texts: readonly Uint32Array[], n: number): Weighted[] {
  const grams = texts.map((text) => new Set(gramHashes(text, n)));
  const having = new Map<number, number>();
  for (const own of grams) for (const gram of own) having.set(gram, (having.get(gram) ?? 0) + 1);
  const count = grams.filter(({ size }) => size > 0).length;
  return grams.map((own) => {
    const weights = new Map(Array.from(own, (gram) => [gram, Math.log(count / having.get(gram)!)]));
    return { weights, total: weights.values().reduce((sum, weight) => sum + weight, 0) };
  });
}
