import { AddedTokens } from "./_added_tokens.ts";
import { Bpe } from "./_bpe.ts";
import type { Normalize } from "./_normalizer.ts";
import { type AddedToken, checkMerges, isNormalized, type TokenizerJson } from "./_tokenizer_json.ts";
import { WordLevel } from "./_word_level.ts";
import { wordsOf } from "./_words.ts";

/**
 * The encoder of a byte-pair encoding, or of a table of words.
 *
 * @param normalize What is done to a text first.
 * @throws {RangeError} If the tokenizer has a part that is not read here; the message names it.
 */
export function encoderOf(
  json: TokenizerJson,
  normalize: Normalize,
  cannot: string,
): (text: string) => number[] {
  const { model, added_tokens: added } = json;
  const words = wordsOf(json.pre_tokenizer, cannot);
  const ids = new Map(Object.entries(model.vocab));
  const { byteLevel } = words;
  const table = model.type === "WordLevel"
    ? new WordLevel(model, ids, { byteLevel, cannot })
    : new Bpe(checkMerges(model, ids, cannot), ids, byteLevel);
  const raw = new Map<string, AddedToken>();
  const normalized = new Map<string, AddedToken>();
  for (const token of added) {
    if (isNormalized(token)) normalized.set(normalize(token.content), token);
    else raw.set(token.content, token);
  }
  const before = new AddedTokens(raw);
  const after = new AddedTokens(normalized);
  return (text) => {
    const found: number[] = [];
    let first = true;
    // Half of a pair of surrogates is no character: UTF-8 has U+FFFD for it.
    for (const section of before.divide(text.toWellFormed())) {
      const pieces = typeof section === "string" ? after.divide(normalize(section)) : [section];
      for (const piece of pieces) {
        if (typeof piece !== "string") found.push(piece.id);
        else if (piece !== "") { for (const word of words.divide([piece], first)) table.encode(word, found); }
        first = false;
      }
    }
    return found;
  };
}
