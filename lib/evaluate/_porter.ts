/**
 * Porter's stemmer (1980) with the changes of NLTK's, which is what `rouge_score` stems with: some words by a table, `ie` of
 * short words, `fulli` and `logi`.
 */
export function stem(word: string): string {
  const whole = IRREGULAR.get(word);
  if (whole !== undefined) return whole;
  if (word.length <= 2) return word;
  return last(replaceBy(STEP_4, replaceBy(STEP_3, derived(withI(participle(plural(word)))))));
}

const IRREGULAR = new Map([
  ...["sky", "news", "inning", "outing", "canning", "howe", "proceed", "exceed", "succeed"].map((
    word,
  ): [string, string] => [word, word]),
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["innings", "inning"],
  ["outings", "outing"],
  ["cannings", "canning"],
]);

/** A suffix, what takes its place, and what must hold of the stem before it. */
type Ending = readonly [suffix: string, instead: string, holds: (stem: string) => boolean];

/** The first suffix that a word has decides: it is replaced, or the word stays. */
function replaceBy(endings: readonly Ending[], word: string): string {
  for (const [suffix, instead, holds] of endings) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, word.length - suffix.length);
    return holds(stem) ? stem + instead : word;
  }
  return word;
}

function isConsonant(word: string, at: number): boolean {
  if (/[aeiou]/.test(word[at])) return false;
  return word[at] !== "y" || at === 0 || !isConsonant(word, at - 1);
}

/** How often a vowel is followed by a consonant. */
function measure(word: string): number {
  let count = 0;
  for (let at = 1; at < word.length; at++) {
    if (isConsonant(word, at) && !isConsonant(word, at - 1)) count++;
  }
  return count;
}

const some = (stem: string) => measure(stem) > 0;
const several = (stem: string) => measure(stem) > 1;

function hasVowel(word: string): boolean {
  return Array.from(word).some((_, at) => !isConsonant(word, at));
}

/** Consonant, vowel, consonant at the end, the last none of w, x, y; of two letters, vowel and consonant. */
function isShort(word: string): boolean {
  const n = word.length;
  if (n === 2) return !isConsonant(word, 0) && isConsonant(word, 1);
  return n >= 3 && isConsonant(word, n - 3) && !isConsonant(word, n - 2) && isConsonant(word, n - 1) &&
    !/[wxy]$/.test(word);
}

function plural(word: string): string {
  if (word.endsWith("ies")) return word.length === 4 ? word.slice(0, -1) : word.slice(0, -2);
  if (word.endsWith("sses")) return word.slice(0, -2);
  return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

function participle(word: string): string {
  if (word.endsWith("ied")) return word.length === 4 ? word.slice(0, -1) : word.slice(0, -2);
  if (word.endsWith("eed")) return some(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const cut = ["ed", "ing"].find((suffix) =>
    word.endsWith(suffix) && hasVowel(word.slice(0, -suffix.length))
  );
  if (cut === undefined) return word;
  const stem = word.slice(0, -cut.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  const n = stem.length;
  if (n >= 2 && stem[n - 1] === stem[n - 2] && isConsonant(stem, n - 1)) {
    return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  }
  return measure(stem) === 1 && isShort(stem) ? `${stem}e` : stem;
}

function withI(word: string): string {
  const stem = word.slice(0, -1);
  return word.endsWith("y") && stem.length > 1 && isConsonant(stem, stem.length - 1) ? `${stem}i` : word;
}

function derived(word: string): string {
  if (word.endsWith("alli") && some(word.slice(0, -4))) return derived(word.slice(0, -2));
  return replaceBy(STEP_2, word);
}

const STEP_2: Ending[] = [
  ...Object.entries({
    ...{ ational: "ate", tional: "tion", enci: "ence", anci: "ance", izer: "ize", bli: "ble", alli: "al" },
    ...{ entli: "ent", eli: "e", ousli: "ous", ization: "ize", ation: "ate", ator: "ate", alism: "al" },
    ...{ iveness: "ive", fulness: "ful", ousness: "ous", aliti: "al", iviti: "ive", biliti: "ble" },
    fulli: "ful",
  }).map(([suffix, instead]): Ending => [suffix, instead, some]),
  ["logi", "log", (stem) => some(`${stem}l`)],
];

const STEP_3: Ending[] = Object.entries({
  ...{ icate: "ic", ative: "", alize: "al", iciti: "ic", ical: "ic", ful: "", ness: "" },
}).map(([suffix, instead]) => [suffix, instead, some]);

const STEP_4: Ending[] = "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize"
  .split(" ")
  .map((suffix) => [
    ...[suffix, ""] as const,
    suffix === "ion" ? (stem) => several(stem) && /[st]$/.test(stem) : several,
  ]);

function last(word: string): string {
  const stem = word.slice(0, -1);
  const bare = word.endsWith("e") && (several(stem) || measure(stem) === 1 && !isShort(stem)) ? stem : word;
  return bare.endsWith("ll") && several(bare.slice(0, -1)) ? bare.slice(0, -1) : bare;
}
