/** A word with the places where it stands, in UTF-16 code units. */
export interface Mention {
  word: string;
  places: number[];
}

/**
 * The words of a text that a reader and a program count alike: of five letters and more, no part of another word of the
 * text, and never with a hyphen or an apostrophe beside them. In order of the first mention.
 */
export function mentionsIn(text: string): Mention[] {
  // Lower case may have more letters than a text (İ), and places would shift.
  const folded = text.toLowerCase();
  if (folded.length !== text.length) return [];
  const runs = new Map<string, number[]>();
  const attached = new Set<string>();
  for (const { 0: word, index } of folded.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    runs.getOrInsertComputed(word, () => []).push(index);
    if (/['’‐‑-]/.test(folded[index - 1] ?? "") || /['’‐‑-]/.test(folded[index + word.length] ?? "")) {
      attached.add(word);
    }
  }
  const within = new Set<string>();
  for (const word of runs.keys()) {
    for (const part of partsOf(word)) if (runs.has(part)) within.add(part);
  }
  return Array.from(runs, ([word, places]) => ({ word, places })).filter(({ word }) =>
    word.length >= fewest && /^\p{L}+$/u.test(word) && !attached.has(word) && !within.has(word)
  );
}

const fewest = 5;
const longest = 40;

/** The shorter runs of letters of a word; one that is no word of a language is passed over. */
function* partsOf(word: string): Generator<string> {
  if (word.length > longest) return;
  for (let from = 0; from + fewest <= word.length; from++) {
    for (let to = from + fewest; to <= word.length; to++) {
      if (to - from < word.length) yield word.slice(from, to);
    }
  }
}
