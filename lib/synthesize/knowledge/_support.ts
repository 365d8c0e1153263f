import { splitSentences } from "../../base/mod.ts";
import { alike } from "../_shapes.ts";
import { unspaced, wordKey, wordsOf } from "../checks.ts";

/** A sentence or a line of a passage. */
export interface Sentence {
  /** Where it stands in the passage, from and to, in UTF-16 code units, without the white space around it. */
  span: [number, number];
  text: string;
  /** Its words that say something. */
  words: readonly string[];
}

/** The sentences of a passage in their order; each line of a list is one. */
export function sentencesOf(passage: string): Sentence[] {
  let at = 0;
  return splitSentences(passage).flatMap((piece): Sentence[] => {
    const from = at + piece.length - piece.trimStart().length;
    at += piece.length;
    const text = piece.trim();
    return text === "" ? [] : [{ span: [from, from + text.length], text, words: tellingWords(text) }];
  });
}

/** Words of four letters and more that say nothing of a matter. */
const empty = new Set(
  "about also among another because been before being both cannot could does done each either else even ever every from have having here into itself just less like made make many might more most much must next only onto other over same shall should since some such than that their them then there these they this those through thus under until upon very were what when where which while whom whose will with within without would your yours"
    .split(" "),
);

/** The different words of a text that say something of its matter: long ones, numbers, and words of scripts without spaces. */
export function tellingWords(text: string): string[] {
  return [...new Set(wordsOf(text))].filter((word) =>
    (word.length > 3 && !empty.has(word)) || /\p{N}/u.test(word) || unspaced.test(word)
  );
}

/** Whether a word, or a form of it, is among others; a number only as it is. */
function hasWord(words: readonly string[], word: string): boolean {
  return words.includes(word) || !/\p{N}/u.test(word) && words.some((one) => alike(one, word));
}

/** The share of a claim's telling words that a text's words have, in [0, 1]; 1 where it has none. */
export function supportedShare(claim: readonly string[], words: readonly string[]): number {
  if (claim.length === 0) return 1;
  return claim.filter((word) => hasWord(words, word)).length / claim.length;
}

/**
 * For each sentence the share of a claim's telling words that it has, or has together with the next one where that adds to both. A claim without such
 * words is had or not, as it stands.
 */
export function sharesOf(claim: string, sentences: readonly Sentence[]): number[] {
  const words = tellingWords(claim);
  const share = (...some: Sentence[]) =>
    words.length > 0
      ? supportedShare(words, some.flatMap(({ words }) => words))
      : wordKey(some.map(({ text }) => text).join(" ")).includes(wordKey(claim))
      ? 1
      : 0;
  const alone = sentences.map((sentence) => share(sentence));
  return alone.map((own, at) => {
    const next = sentences[at + 1];
    const both = next ? share(sentences[at], next) : 0;
    return both > own && both > alone[at + 1] ? both : own;
  });
}

/** Whether two texts are the same but for a word or two: four fifths of their different words are common to both. */
export function nearlySame(a: string, b: string): boolean {
  const [some, others] = [a, b].map((text) => new Set(wordsOf(text)));
  const common = some.intersection(others).size;
  return common > 0 && common >= 0.8 * (some.size + others.size - common);
}
