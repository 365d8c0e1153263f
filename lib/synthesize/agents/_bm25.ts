import { wordsOf } from "../checks.ts";

/**
 * Places of texts by how well they match a query, best first; those that share no word with it are left out. BM25 with k1 =
 * 1.2 and b = 0.75 (Robertson and Zaragoza 2009), and the inverse document frequency of Lucene, which is never negative.
 */
export function bm25(query: string, texts: readonly string[]): number[] {
  const bags = texts.map((text) => Map.groupBy(wordsOf(text), (word) => word));
  const lengths = bags.map((bag) => [...bag.values()].reduce((sum, { length }) => sum + length, 0));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / texts.length;
  const scores = bags.map((_, at) => ({ at, score: 0 }));
  for (const word of new Set(wordsOf(query))) {
    const holding = bags.filter((bag) => bag.has(word)).length;
    const rarity = Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5));
    bags.forEach((bag, at) => {
      const times = bag.get(word)?.length ?? 0;
      scores[at].score += rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * lengths[at] / mean));
    });
  }
  return scores.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ at }) => at);
}
