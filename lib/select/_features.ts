/** How a text becomes the rows of a rater's table. */
export interface FeatureOptions {
  /** The longest run of words that is a feature. */
  wordNgrams: number;
  /** How many buckets runs of words fall in, a power of two. */
  buckets: number;
}

const PRIME = 0x01000193, BASIS = 0x811c9dc5, NGRAM = 116049371;
/** The hash of `</s>`, which ends every text, as in fastText. */
const END = hashWord("</s>", 0, 4);
let hashes = new Int32Array(1024), features = new Uint32Array(1024);

/**
 * The buckets of a text's words and runs of words, in an array that holds until the next call. Words are parted by white
 * space and an end mark follows the last; hashes are fastText's (`Dictionary::hash`, `addWordNgrams`). Other than there
 * single words share the buckets, so that a model is a table without a dictionary.
 */
export function featuresOf(text: string, { wordNgrams, buckets }: FeatureOptions): Uint32Array {
  let words = 0;
  for (let i = 0; i < text.length;) {
    if (_isSpace(text.charCodeAt(i))) {
      i++;
      continue;
    }
    let end = i + 1;
    while (end < text.length && !_isSpace(text.charCodeAt(end))) end++;
    if (words + 1 >= hashes.length) {
      const grown = new Int32Array(hashes.length * 2);
      grown.set(hashes);
      hashes = grown;
    }
    hashes[words++] = hashWord(text, i, end);
    i = end;
  }
  hashes[words++] = END;
  if (features.length < words * wordNgrams) features = new Uint32Array(words * wordNgrams * 2);
  let count = 0;
  const mask = buckets - 1;
  for (let i = 0; i < words; i++) {
    // The low bits of the 64-bit sum are all that a power of two looks at. Stirring keeps words off runs of words.
    let hash = hashes[i]!;
    features[count++] = (hash ^ (hash >>> 15)) & mask;
    for (let j = i + 1; j < words && j < i + wordNgrams; j++) {
      hash = (Math.imul(hash, NGRAM) + hashes[j]!) | 0;
      features[count++] = hash & mask;
    }
  }
  return features.subarray(0, count);
}

/** How many words a text has, the end mark among them. */
export function countWords(text: string): number {
  return (text.match(/[^ \t\n\v\f\r\0]+/g)?.length ?? 0) + 1;
}

/** FNV-1a over the UTF-8 bytes, each widened with its sign, as fastText has it. */
function hashWord(text: string, start: number, end: number): number {
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
  return hash;
}

function _isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0;
}
