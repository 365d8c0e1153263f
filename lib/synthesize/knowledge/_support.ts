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
 * The first sentence from `from` on that alone, or with the next one, has at least the given share of a claim's telling words; of a claim
 * without such words, the first that has it as it stands.
 */
export function supporting(
  claim: string,
  sentences: readonly Sentence[],
  { least, from = 0 }: { least: number; from?: number },
): number | undefined {
  const words = tellingWords(claim);
  const holds = words.length === 0
    ? (...some: Sentence[]) => wordKey(some.map(({ text }) => text).join(" ")).includes(wordKey(claim))
    : (...some: Sentence[]) => supportedShare(words, some.flatMap(({ words }) => words)) >= least;
  for (let at = from; at < sentences.length; at++) {
    const [one, next] = [sentences[at], sentences[at + 1]];
    // Where the next one alone has it, it stands there.
    if (holds(one) || next && !holds(next) && holds(one, next)) return at;
  }
  return undefined;
}

/** Whether two texts are the same but for a word or two: four fifths of their different words are common to both. */
export function nearlySame(a: string, b: string): boolean {
  const [some, others] = [a, b].map((text) => new Set(wordsOf(text)));
  const common = some.intersection(others).size;
  return common > 0 && common >= 0.8 * (some.size + others.size - common);
}
