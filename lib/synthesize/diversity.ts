import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { wordsOf } from "./checks.ts";

/** How varied a set of texts is. */
export interface Diversity {
  /** How many texts. */
  texts: number;
  /** Different runs of one word for all of them, in (0, 1]. */
  distinct1: number;
  /** Different runs of two words for all of them. */
  distinct2: number;
  /** Different runs of four words for all of them; falls first when a model repeats its phrases. */
  distinct4: number;
  /** The share of texts whose first four words open another text too. */
  sharedOpenings: number;
  /** The mean cosine distance of two texts' embeddings, in [0, 2]; only with vectors. */
  spread?: number;
}

/** Options of {@linkcode diversity}. */
export interface DiversityOptions {
  /** One unit vector a text, as `LanguageModel.embed` gives them. @default {none: no spread} */
  vectors?: readonly Float32Array[];
  /** How many words of each set are counted, as distinct runs fall with length; sets of equal size compare. @default {20000} */
  words?: number;
}

/**
 * How varied texts are: distinct runs of words (distinct-n, arXiv:1510.03055), shared openings, and the spread of their
 * embeddings. Compare rounds of evolution by it: a collapse shows as a fall.
 *
 * @throws {RangeError} If there is no text, not one vector a text, or `words` is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diversity } from "midtrain/synthesize";
 *
 * const of = (...texts: string[]) => diversity(texts.map((text) => ({ id: text, text, source: "", meta: {} })));
 * assert.equal(of("the old man", "a new sea").distinct2, 1);
 * assert.equal(of("the old man", "the old man").distinct2, 0.5);
 * ```
 */
export function diversity(documents: readonly Document[], options: DiversityOptions = {}): Diversity {
  takes("Cannot measure diversity", options, "vectors?, words?");
  ofKind("Cannot measure diversity", { documents }, "a list of objects with id, text");
  const { vectors, words: limit = 20_000 } = options;
  if (documents.length === 0) throw new RangeError("Cannot measure diversity as there is no text");
  wholeNumber("Cannot measure diversity", { words: limit }, ">= 1");
  if (vectors && vectors.length !== documents.length) {
    throw new RangeError(
      `Cannot measure diversity as each of ${documents.length} texts needs one vector: there are ${vectors.length}`,
    );
  }
  const runs = new Map([1, 2, 4].map((n) => [n, { seen: new Set<string>(), all: 0 }]));
  const openings = new Map<string, number>();
  let counted = 0;
  for (const { text } of documents) {
    const words = wordsOf(text);
    const opening = words.slice(0, 4).join(" ");
    openings.set(opening, (openings.get(opening) ?? 0) + 1);
    const part = words.slice(0, Math.max(0, limit - counted));
    counted += part.length;
    for (const [n, run] of runs) {
      for (let i = 0; i + n <= part.length; i++) {
        run.seen.add(part.slice(i, i + n).join(" "));
        run.all++;
      }
    }
  }
  const distinct = (n: number) => {
    const { seen, all } = runs.get(n)!;
    return all === 0 ? 1 : seen.size / all;
  };
  let shared = 0;
  for (const count of openings.values()) if (count > 1) shared += count;
  return {
    texts: documents.length,
    distinct1: distinct(1),
    distinct2: distinct(2),
    distinct4: distinct(4),
    sharedOpenings: shared / documents.length,
    ...(vectors ? { spread: spreadOf(vectors) } : {}),
  };
}

/** The mean distance of two different unit vectors, from the length of their sum. */
function spreadOf(vectors: readonly Float32Array[]): number {
  const n = vectors.length;
  const sum = new Float64Array(vectors[0].length);
  if (n < 2) return 0;
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d] += vector[d];
  const square = sum.reduce((total, value) => total + value * value, 0);
  return 1 - (square - n) / (n * (n - 1));
}
