/** How a text becomes the rows of a rater's table. */
export interface FeatureOptions {
  /** The longest run of words that is a feature. */
  wordNgrams: number;
  /** How many buckets runs of words fall in, at most 2^30. */
  buckets: number;
  /** The number of a word, or -1 for one that is not known. */
  wordId: (word: string) => number;
}

/** Marks a feature that is the bucket of a run of words; others are words. */
export const RUN = 0x80000000;

const PRIME = 0x01000193;
const BASIS = 0x811c9dc5;
const NGRAM = 116049371;
/** Ends every text, as in fastText. */
export const END_MARK = "</s>";
const END_HASH = hashWord(END_MARK, 0, END_MARK.length);
let hashes = new Int32Array(1024);
let features = new Uint32Array(1024);

/**
 * A text's words that are known, and the buckets of its runs of words, in an array that holds until the next call. Words
 * are parted by white space and an end mark follows the last; hashes are fastText's (`Dictionary::hash`, `addWordNgrams`),
 * with words that are not known in the runs.
 */
export function featuresOf(text: string, { wordNgrams, buckets, wordId }: FeatureOptions): Uint32Array {
  let words = 0;
  let count = 0;
  const add = (word: string, hash: number) => {
    if (words === hashes.length) hashes = grown(hashes, new Int32Array(2 * words));
    if (count === features.length) features = grown(features, new Uint32Array(2 * count));
    hashes[words++] = hash;
    const id = wordId(word);
    if (id >= 0) features[count++] = id;
  };
  for (let i = 0; i < text.length;) {
    if (isSpace(text.charCodeAt(i))) {
      i++;
      continue;
    }
    let end = i + 1;
    while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
    add(text.slice(i, end), hashWord(text, i, end));
    i = end;
  }
  add(END_MARK, END_HASH);
  if (features.length < count + words * (wordNgrams - 1)) {
    features = grown(features, new Uint32Array(2 * (count + words * (wordNgrams - 1))));
  }
  const mask = Number.isInteger(Math.log2(buckets)) ? buckets - 1 : undefined;
  for (let i = 0; i < words; i++) {
    let hash = hashes[i];
    let high = hash < 0 ? -1 : 0;
    for (let j = i + 1; j < words && j < i + wordNgrams; j++) {
      if (mask !== undefined) {
        // The low bits of the 64-bit sum are all that a power of two looks at.
        hash = (Math.imul(hash, NGRAM) + hashes[j]) | 0;
        features[count++] = (RUN | (hash & mask)) >>> 0;
        continue;
      }
      [high, hash] = timesPlus(high, hash, hashes[j]);
      features[count++] = (RUN | modulo(high, hash, buckets)) >>> 0;
    }
  }
  return features.subarray(0, count);
}

/** How many words a text has, the end mark among them. */
export function countWords(text: string): number {
  return (text.match(/[^ \t\n\v\f\r\0]+/g)?.length ?? 0) + 1;
}

/** `(high, low) * NGRAM + more` in 64 bits, `more` widened with its sign. */
function timesPlus(high: number, low: number, more: number): [high: number, low: number] {
  const l0 = low & 0xffff;
  const l1 = low >>> 16;
  const carried = Math.floor((l1 * NGRAM + Math.floor(l0 * NGRAM / 0x10000)) / 0x10000);
  const sum = (Math.imul(low, NGRAM) >>> 0) + (more >>> 0);
  const over = sum > 0xffffffff ? 1 : 0;
  return [(Math.imul(high, NGRAM) + carried + (more < 0 ? -1 : 0) + over) | 0, sum | 0];
}

/** A 64-bit number, without sign, modulo one of at most 2^31: sixteen bits at a time stay exact in a double. */
function modulo(high: number, low: number, buckets: number): number {
  const upper = ((high >>> 0) % buckets) * 0x10000 % buckets;
  return (upper * 0x10000 + (low >>> 0)) % buckets;
}

function grown<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** FNV-1a over the UTF-8 bytes, each widened with its sign, as fastText has it. */
export function hashWord(text: string, start: number, end: number): number {
  let hash = BASIS;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      hash = Math.imul(hash ^ unit, PRIME);
      continue;
    }
    const point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    const lead = point < 0x800 ? 0xc0 : point < 0x10000 ? 0xe0 : 0xf0;
    let shift = point < 0x800 ? 6 : point < 0x10000 ? 12 : 18;
    hash = Math.imul(hash ^ ((lead | (point >> shift)) - 256), PRIME);
    while (shift > 0) {
      shift -= 6;
      hash = Math.imul(hash ^ ((0x80 | ((point >> shift) & 0x3f)) - 256), PRIME);
    }
  }
  return hash | 0;
}

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0;
}
