import { WordScanner } from "../../base/mod.ts";
import { mustBeVectors } from "../_vectors.ts";
import { segments } from "../segments.ts";

/** The likest others of one document, the likest first. */
export type Neighbours = { other: number; similarity: number }[];

/** Words of a document that are looked at: those that tell most of it. */
const MOST_TERMS = 128;

/** Pieces of a document that are embedded. */
const MOST_PIECES = 8;

/**
 * The cosine of word counts, weighed by how few documents have a word, by an inverted index: words that more than a fifth of many
 * documents have tell nothing and would be most of the work.
 */
export function byWords(texts: readonly string[], count: number): Neighbours[] {
  const scanner = new WordScanner();
  const counts = texts.map((text) => {
    const found = new Map<number, number>();
    const words = scanner.scan(text);
    for (let at = 0; at < words; at++) {
      const word = scanner.hashes[at];
      found.set(word, (found.get(word) ?? 0) + 1);
    }
    return found;
  });
  const holders = new Map<number, number>();
  for (const found of counts) {
    for (const word of found.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
  }
  const common = Math.max(20, texts.length / 5);
  const index = new Map<number, { document: number; weight: number }[]>();
  const vectors = counts.map((found, document) => {
    const terms = [...found].filter(([word]) => holders.get(word)! <= common)
      .map(([word, times]) => ({
        word,
        weight: (1 + Math.log(times)) * Math.log((1 + texts.length) / holders.get(word)!),
      }));
    const norm = Math.sqrt(terms.reduce((sum, { weight }) => sum + weight ** 2, 0)) || 1;
    // What no other has is part of the length only.
    const unit = terms.filter(({ word }) => holders.get(word)! > 1)
      .sort((a, b) => b.weight - a.weight || a.word - b.word).slice(0, MOST_TERMS)
      .map(({ word, weight }) => ({ word, weight: weight / norm }));
    for (const { word, weight } of unit) index.getOrInsertComputed(word, () => []).push({ document, weight });
    return unit;
  });
  return vectors.map((terms, document) => {
    const scores = new Map<number, number>();
    for (const { word, weight } of terms) {
      for (const other of index.get(word)!) {
        if (other.document === document) continue;
        scores.set(other.document, (scores.get(other.document) ?? 0) + weight * other.weight);
      }
    }
    return likest(scores, count);
  });
}

/** The cosine of embeddings; a document's is the mean of up to eight pieces spread over it, as embedders read some hundred words. */
export async function byEmbedding(
  texts: readonly string[],
  { count, embed }: { count: number; embed: (texts: readonly string[]) => Promise<readonly Float32Array[]> },
): Promise<Neighbours[]> {
  const vectors: Float32Array[] = [];
  for (const text of texts) vectors.push(await embedded(text, embed));
  const found = vectors.map(() => new Map<number, number>());
  vectors.forEach((one, a) => {
    for (let b = a + 1; b < vectors.length; b++) {
      const other = vectors[b];
      let dot = 0;
      for (let i = 0; i < one.length; i++) dot += one[i] * other[i];
      keep(found[a], { other: b, similarity: dot, count });
      keep(found[b], { other: a, similarity: dot, count });
    }
  });
  return found.map((scores) => likest(scores, count));
}

/** So few bytes that no embedder's 512 word pieces are too few, whatever the script. */
const PIECE_TOKENS = 120;

async function embedded(
  text: string,
  embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<Float32Array> {
  const all = segments(text, { maxTokens: PIECE_TOKENS });
  const step = Math.max(1, all.length / MOST_PIECES);
  const pieces = Array.from(
    { length: Math.min(all.length, MOST_PIECES) },
    (_, at) => all[Math.floor(at * step)],
  );
  const vectors = await embed(pieces);
  mustBeVectors("Cannot compose related documents", vectors, pieces.length);
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, i) => sum[i] += value);
  const norm = Math.sqrt(sum.reduce((total, value) => total + value ** 2, 0)) || 1;
  return sum.map((value) => value / norm);
}

/** Remember the likest, with room for as many again so that sorting is rare. */
function keep(
  scores: Map<number, number>,
  { other, similarity, count }: { other: number; similarity: number; count: number },
): void {
  scores.set(other, similarity);
  if (scores.size < 2 * count + 16) return;
  const best = likest(scores, count);
  scores.clear();
  for (const one of best) scores.set(one.other, one.similarity);
}

function likest(scores: Map<number, number>, count: number): Neighbours {
  return Array.from(scores, ([other, similarity]) => ({ other, similarity }))
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity || a.other - b.other)
    .slice(0, count);
}
