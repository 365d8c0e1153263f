/** Counts of matched, extra and missing 4-word shingles of one page, normalised to a sum of 1. */
export interface Matching {
  /** Shingles in both texts. */
  both: number;
  /** Shingles only in the extracted text. */
  extra: number;
  /** Shingles only in the true text. */
  missing: number;
}

/** How a text is cut into words. */
export type Words = (text: string) => string[];

/** Words between spaces and marks, as article-extraction-benchmark has them. */
export const words: Words = (text: string): string[] => text.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];

/** Words, but each character of Chinese, Japanese and Korean by itself. */
export const wordsAndCharacters: Words = (text: string): string[] =>
  text.match(/[㐀-鿿豈-﫿぀-ヿ가-힯]|(?:(?![㐀-鿿豈-﫿぀-ヿ가-힯])[\p{L}\p{N}\p{M}_])+/gu) ?? [];

/** How article-extraction-benchmark compares two texts: multisets of 4-word shingles. */
export function match(truth: string, extracted: string, cut: Words = words): Matching {
  const wanted = shingles(truth, cut);
  const found = shingles(extracted, cut);
  let both = 0;
  let extra = 0;
  let missing = 0;
  for (const [shingle, count] of wanted) {
    const shared = Math.min(count, found.get(shingle) ?? 0);
    both += shared;
    missing += count - shared;
  }
  for (const [shingle, count] of found) extra += Math.max(0, count - (wanted.get(shingle) ?? 0));
  const sum = both + extra + missing || 1;
  return { both: both / sum, extra: extra / sum, missing: missing / sum };
}

/** Its figures over all pages: means of precision and recall, and F1 of these means. */
export function score(pages: readonly Matching[]): { precision: number; recall: number; f1: number } {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const precision = mean(
    pages.filter(({ both, extra }) => both + extra > 0).map(({ both, extra }) => both / (both + extra)),
  );
  const recall = mean(
    pages.filter(({ both, missing }) => both + missing > 0).map(({ both, missing }) =>
      both / (both + missing)
    ),
  );
  return { precision, recall, f1: 2 * precision * recall / (precision + recall) };
}

/** F1 of one page. */
export function f1({ both, extra, missing }: Matching): number {
  return both === 0 ? 0 : 2 * both / (2 * both + extra + missing);
}

function shingles(text: string, cut: Words): Map<string, number> {
  const found = cut(text);
  const out = new Map<string, number>();
  for (let i = 0; i < Math.max(1, found.length - 3); i++) {
    const shingle = found.slice(i, i + 4).join(" ");
    if (shingle) out.set(shingle, (out.get(shingle) ?? 0) + 1);
  }
  return out;
}
