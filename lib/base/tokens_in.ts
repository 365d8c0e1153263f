import { kindOf, ofKind } from "./kind.ts";

/** What counts tokens: a tokenizer of the room `anneal`, or any other. */
export interface LengthTokenizer {
  /** Its name. */
  name: string;
  /** The ids of a text. */
  encode(text: string): ArrayLike<number>;
}

/**
 * How many tokens a text has.
 *
 * @throws {TypeError} If the tokenizer's `encode` gives no list: a promise of one, or an object that holds it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tokensIn } from "midtrain/base";
 *
 * const tokenizer = { name: "letters", encode: (text: string) => [...text].map((_, i) => i) };
 * assert.equal(tokensIn("abc", tokenizer), 3);
 * ```
 */
export function tokensIn(text: string, tokenizer: Pick<LengthTokenizer, "encode">): number {
  const cannot = "Cannot count tokens";
  ofKind(cannot, { text }, "a text");
  ofKind(cannot, { tokenizer }, "an object with encode");
  const ids: unknown = tokenizer.encode(text);
  const { length } = (ids ?? {}) as { length?: unknown };
  if (typeof length === "number") return length;
  throw new TypeError(
    `${cannot} as the tokenizer's encode must give a list of them: current value is ${kindOf(ids)}`,
  );
}
