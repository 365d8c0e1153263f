import { must } from "./check.ts";
import { each } from "./kind.ts";
import { type LengthTokenizer, tokensIn } from "./tokens_in.ts";
import { splitSentences } from "./words.ts";

/** A text that needles are hidden in. */
export interface Haystack {
  /** Its sentences, in order, without a line break. */
  sentences: string[];
  /** The tokens of each. */
  sizes: number[];
  /** Its different words of 4 to 10 small letters, in order of first use. */
  words: string[];
}

const FEWEST_WORDS = 100;

/**
 * Cut documents into sentences and words.
 *
 * @throws {RangeError} If they hold fewer than 100 different words.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readHaystack } from "midtrain/base";
 *
 * const letters = [..."abcdefghijklmnop"];
 * const words = letters.flatMap((one) => letters.map((other) => `wo${one}${other}`));
 * const tokenizer = { name: "letters", encode: (text: string) => [...text].map((_, i) => i) };
 * const text = `First ${words.join(" ")}.\nSecond.`;
 * const { sentences } = await readHaystack("Cannot ask", [{ text }], tokenizer);
 * assert.equal(sentences[1], "Second.");
 * ```
 */
export async function readHaystack(
  cannot: string,
  documents: AsyncIterable<{ text: string }> | Iterable<{ text: string }>,
  tokenizer: LengthTokenizer,
): Promise<Haystack> {
  const sentences: string[] = [];
  const words = new Set<string>();
  for await (const { text } of each(cannot, { documents }, "an object with text")) {
    for (const sentence of splitSentences(text)) {
      const line = sentence.replace(/\s+/g, " ").trim();
      if (line === "") continue;
      sentences.push(line);
      for (const [word] of line.matchAll(/(?<![\p{L}\p{M}])\p{Ll}{4,10}(?![\p{L}\p{M}])/gu)) words.add(word);
    }
  }
  must(
    cannot,
    `documents must hold ${FEWEST_WORDS} different words or more`,
    words.size,
    words.size >= FEWEST_WORDS,
  );
  return {
    sentences,
    sizes: sentences.map((line) => tokensIn(` ${line}`, tokenizer)),
    words: [...words],
  };
}

/** What is hidden, and where: 0 before the first sentence, 1 behind the last. */
export interface Hidden {
  /** Where, in [0, 1]. */
  depth: number;
  /** What. */
  text: string;
}

/**
 * Sentences from one on, round the end, with texts hidden between them by depth in tokens.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hideInHaystack } from "midtrain/base";
 *
 * const haystack = { sentences: ["One.", "Two."], sizes: [1, 1], words: [] };
 * const hidden = [{ depth: 0.5, text: "Needle." }];
 * assert.equal(hideInHaystack(haystack, { start: 0, count: 2, hidden }), "One. Needle. Two.");
 * ```
 */
export function hideInHaystack(
  { sentences, sizes }: Haystack,
  { start, count, hidden }: { start: number; count: number; hidden: readonly Hidden[] },
): string {
  const at = (i: number) => (start + i) % sentences.length;
  let total = 0;
  for (let i = 0; i < count; i++) total += sizes[at(i)];
  const parts: string[] = [];
  const left = hidden.toSorted((a, b) => a.depth - b.depth);
  let before = 0;
  for (let i = 0; i < count; i++) {
    // Before the sentence whose middle lies behind the depth: the nearest gap between two.
    while (left.length > 0 && before + sizes[at(i)] / 2 > left[0].depth * total) {
      parts.push(left.shift()!.text);
    }
    parts.push(sentences[at(i)]);
    before += sizes[at(i)];
  }
  return [...parts, ...left.map(({ text }) => text)].join(" ");
}

/** A text of so many parts. */
export interface Sized {
  /** How many. */
  size: number;
  /** The text. */
  text: string;
  /** Its tokens. */
  tokens: number;
}

/**
 * The longest text that fits: the most parts whose text has no more tokens than `context`.
 *
 * @throws {RangeError} If the fewest parts have too many tokens, or the most leave room.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitTokens } from "midtrain/base";
 *
 * const tokenizer = { name: "letters", encode: (text: string) => [...text].map((_, i) => i) };
 * const render = (size: number) => "ab".repeat(size);
 * assert.equal(fitTokens("Cannot ask", { context: 7, least: 0, most: 9, render, tokenizer }).text, "ababab");
 * ```
 */
export function fitTokens(
  cannot: string,
  { context, least, most, render, tokenizer }: {
    context: number;
    least: number;
    most: number;
    render: (size: number) => string;
    tokenizer: LengthTokenizer;
  },
): Sized {
  const measured = (size: number): Sized => {
    const text = render(size);
    return { size, text, tokens: tokensIn(text, tokenizer) };
  };
  const first = measured(least);
  must(
    cannot,
    `every context must leave room for ${first.tokens} tokens of question`,
    context,
    first.tokens <= context,
  );
  let low = first;
  let high: Sized | undefined;
  for (let tries = 0; high === undefined || high.size - low.size > 1; tries++) {
    must(
      cannot,
      `every context must be one that the documents fill, ${low.tokens} tokens`,
      context,
      low.size < most,
    );
    // By the tokens of a part so far the guess lands near; halves where it does not.
    const end = high ?? low;
    const slope = end.size > first.size ? (end.tokens - first.tokens) / (end.size - first.size) : 0;
    const guess = tries > 8 && high
      ? (low.size + high.size) >> 1
      : slope > 0
      ? low.size + Math.floor((context - low.tokens) / slope)
      : 2 * low.size + 8;
    const found = measured(Math.max(low.size + 1, Math.min(guess, (high?.size ?? most + 1) - 1)));
    if (found.tokens <= context) low = found;
    else high = found;
  }
  return low;
}
