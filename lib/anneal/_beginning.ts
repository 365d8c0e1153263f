import type { Tokenizer } from "./tokenizer.ts";

/**
 * The ids that a tokenizer's template puts before a text, as the beginning of Llama's and Gemma's.
 *
 * @throws {RangeError} If its special tokens do not stand around the text.
 */
export function beginningOf(cannot: string, tokenizer: Tokenizer): number[] {
  const plain = Array.from(tokenizer.encode("a"));
  const whole = Array.from(tokenizer.encode("a", { specialTokens: true }));
  const added = whole.length - plain.length;
  for (let before = 0; before <= added; before++) {
    if (plain.every((id, i) => Object.is(whole[before + i], id))) return whole.slice(0, before);
  }
  throw new RangeError(
    `${cannot} as the tokenizer's special tokens must stand around a text: ${tokenizer.name} changes it`,
  );
}

/** Whether ids begin with others. */
export function beginsWith(ids: ArrayLike<number>, beginning: readonly number[]): boolean {
  return beginning.every((id, i) => ids[i] === id);
}
