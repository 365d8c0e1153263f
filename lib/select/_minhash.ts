import { gramHashes, mix32, WordScanner } from "../base/mod.ts";

/** What makes a shingle set of a text. */
export interface ShingleOptions {
  /** Words in a shingle. */
  shingleWords: number;
  /** What becomes of numbers. */
  digits: "keep" | "zero";
}

/**
 * A text's shingles as 32-bit hashes, in order and with repeats. A text shorter than a shingle is one shingle; a text
 * without words has none. The array may be overwritten by the next call.
 */
export function shingler(options: ShingleOptions): (text: string) => Uint32Array {
  const scanner = new WordScanner({ digits: options.digits });
  let into = new Uint32Array(1024);
  return (text) => {
    const words = scanner.scan(text);
    if (words === 0) return into.subarray(0, 0);
    if (into.length < words) into = new Uint32Array(words * 2);
    return gramHashes(scanner.hashes.subarray(0, words), Math.min(options.shingleWords, words), { into });
  };
}

/** The distinct values, ascending. */
export function distinct(values: Uint32Array): Uint32Array {
  const sorted = values.slice().sort();
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i];
  }
  return sorted.slice(0, kept);
}

/** The Jaccard similarity of two sets given as ascending distinct values; 0 when both are empty. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let i = 0;
  let j = 0;
  let both = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      both++;
      i++;
      j++;
    } else if (a[i] < b[j]) i++;
    else j++;
  }
  const either = a.length + b.length - both;
  return either === 0 ? 0 : both / either;
}

/**
 * The signature of a set: `signature.length` entries, each equal in two signatures with probability their Jaccard
 * similarity.
 *
 * This is fast similarity sketching (Dahlgaard, Knudsen and Thorup, FOCS 2017): in each round an element falls into one
 * entry, the least value stays, and rounds go on only while an entry is empty, so that a text of n shingles costs about
 * n + k ln k hashes where k permutations cost n k. Weighed against it: k permutations (datatrove, 30 times the work at
 * 112), and one permutation with densification (rensa), whose entries depend on each other in short texts.
 *
 * @param shingles The elements, not empty; repeats do not matter.
 * @param signature Is overwritten.
 */
export function sketch(shingles: Uint32Array, signature: Uint32Array): void {
  const bins = signature.length;
  const scale = bins / 0x100000000;
  const count = shingles.length;
  const round = new Uint32Array(bins).fill(0xffffffff);
  const empty = new Uint32Array(bins);
  let open = bins;
  for (let bin = 0; bin < bins; bin++) empty[bin] = bin;
  for (let r = 0; open > 0 && r < bins; r++) {
    const salt = Math.imul(r, 0x9e3779b1);
    for (let i = 0; i < count; i++) {
      const value = mix32(shingles[i] ^ salt);
      const bin = Math.trunc(value * scale);
      if (value < round[bin]) round[bin] = value;
    }
    let still = 0;
    for (let at = 0; at < open; at++) {
      const bin = empty[at];
      if (round[bin] === 0xffffffff) empty[still++] = bin;
      else {
        // The salt keeps an entry of one round from equalling an entry of another.
        signature[bin] = mix32(round[bin] ^ salt);
        // Nothing is below 0: later rounds pass over what is filled.
        round[bin] = 0;
      }
    }
    open = still;
  }
  for (let at = 0; at < open; at++) {
    const bin = empty[at];
    const salt = Math.imul(bins + bin, 0x9e3779b1);
    let least = 0xffffffff;
    for (let i = 0; i < count; i++) least = Math.min(least, mix32(shingles[i] ^ salt));
    signature[bin] = mix32(least ^ salt);
  }
}

/** The key of each band of `rows` entries, as 53-bit integers. */
export function bandKeys(signature: Uint32Array, rows: number, keys: Float64Array): void {
  for (let band = 0; band < keys.length; band++) {
    let high = band;
    let low = ~band;
    for (let row = band * rows; row < (band + 1) * rows; row++) {
      high = mix32(Math.imul(high, 0x9e3779b1) ^ signature[row]);
      low = mix32((Math.imul(low, 0x85ebca6b) + signature[row]) | 0);
    }
    keys[band] = high * 0x200000 + (low >>> 11);
  }
}
