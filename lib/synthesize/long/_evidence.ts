import { figuresIn } from "../_numbers.ts";
import { wordKey, wordsOf } from "../checks.ts";
import type { Span } from "./_parts_apart.ts";

/** Where a quotation stands in a text, whatever white space and quotation marks it was copied with. */
export function locate(quote: string, text: string): Span | undefined {
  const bare = quote.trim().replace(/^["'“”‘’«»…]+|["'“”‘’«»…]+$/g, "").replace(/^\.{3}|\.{3}$/g, "").trim();
  if (bare === "") return undefined;
  const at = text.indexOf(bare);
  if (at >= 0) return [at, at + bare.length];
  const pattern = bare.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replace(/\s+/g, "\\s+")
    .replace(/["“”„«»]/g, '["“”„«»]').replace(/['’‘]/g, "['’‘]").replace(/\\-|[–—‐‑]/g, "[-–—‐‑]");
  const found = new RegExp(pattern, "u").exec(text);
  return found ? [found.index, found.index + found[0].length] : undefined;
}

/** Whether a number is what two others give, of which one is quoted here and one there. */
export function computed(figure: string, quotes: readonly string[]): boolean {
  const wanted = figuresIn(figure).flatMap(({ values }) => values);
  const said = quotes.map((quote) => figuresIn(quote).flatMap(({ values }) => values));
  return said.some((some, a) =>
    said.slice(a + 1).some((others) =>
      some.some((x) =>
        others.some((y) =>
          [x + y, x - y, y - x, x * y, x / y, y / x, (x + y) / 2].some((result) =>
            wanted.some((value) => Math.abs(value - result) <= 1e-9 * Math.max(1, Math.abs(value)))
          )
        )
      )
    )
  );
}

/** Whether an answer only agrees or denies. */
export function isYesOrNo(answer: string): boolean {
  return /^\W*(?:yes|no|ja|nein|oui|non|sí|no|sì|sim|não|да|нет)(?!\p{L})/iu.test(answer);
}

/**
 * Whether one part has the answer, and every word of the question by which the parts can be told apart. Words that all
 * parts have, or none, tell nothing.
 */
export function onePartAnswers(
  { question, answer }: { question: string; answer: string },
  parts: readonly string[],
): boolean {
  const known = parts.map((part) => new Set(wordsOf(part)));
  const telling = wordsOf(question).filter((word) =>
    known.some((words) => words.has(word)) && !known.every((words) => words.has(word))
  );
  return parts.some((part, at) =>
    wordKey(part).includes(wordKey(answer)) && telling.every((word) => known[at].has(word))
  );
}

/** Whether two answers say the same: number for number, else words for words, of which either may have more than the other beside those of the question. */
export function sameAnswer(said: string, right: string, question: string): boolean {
  if (/^\W*none\W*$/i.test(said)) return false;
  const numbers = (text: string) =>
    figuresIn(text).filter(({ digits }) => digits).map(({ values }) => values);
  const meant = numbers(right);
  if (meant.length > 0) {
    const found = numbers(said);
    return found.length > 0 &&
      meant.every((values) => found.some((others) => others.some((value) => values.includes(value))));
  }
  const asked = new Set([...wordsOf(question), "a", "an", "the"]);
  const bare = (text: string) => wordsOf(text).filter((word) => !asked.has(word));
  const [a, b] = [bare(said), bare(right)];
  if (a.length === 0 || b.length === 0) return wordKey(said) === wordKey(right);
  if (isYesOrNo(right)) return a[0] === b[0];
  const words = new Set(a);
  return b.every((word) => words.has(word));
}
