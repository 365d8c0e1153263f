import type { SplitPreTokenizer, Tokenizer as Library } from "@huggingface/tokenizers";
import { AddedTokens } from "./_added_tokens.ts";
import { Bpe } from "./_bpe.ts";
import { type AddedToken, checkMerges, type Part, type TokenizerJson } from "./_tokenizer_json.ts";
import { wordsOf } from "./_words.ts";

/** What is taken of `@huggingface/tokenizers`: its normalizers, and its reading of Oniguruma's patterns. */
export interface Parts {
  library: Library;
  Split: typeof SplitPreTokenizer;
}

/**
 * The encoder of a byte-pair encoding, or nothing where the tokenizer is of another kind or has a part that is not read here.
 *
 * `@huggingface/tokenizers` encodes the same; it spells each word out in the characters of its bytes, keeps the order in
 * which words were met and writes each pair as JSON, and a text that no rule divides costs it more than its length.
 */
export function encoderOf(
  json: TokenizerJson,
  parts: Parts,
  cannot: string,
): ((text: string) => number[]) | undefined {
  const { model, added_tokens: added } = json;
  if (model.type !== "BPE" || model.continuing_subword_prefix || model.end_of_word_suffix) return undefined;
  const compile = (part: Part) =>
    new parts.Split(part as unknown as ConstructorParameters<typeof SplitPreTokenizer>[0]).pattern!;
  const words = wordsOf(json.pre_tokenizer, compile);
  if (!words) return undefined;
  const ids = new Map(Object.entries(model.vocab as Record<string, number>));
  const bpe = new Bpe(checkMerges(model, ids, cannot), ids, words.byteLevel);
  const { normalizer } = parts.library;
  const normalize = (text: string) => normalizer && text !== "" ? normalizer.normalize(text) : text;
  const raw = new Map<string, AddedToken>();
  const normalized = new Map<string, AddedToken>();
  for (const token of added) {
    if (token.normalized ?? !token.special) normalized.set(normalize(token.content), token);
    else raw.set(token.content, token);
  }
  const before = new AddedTokens(raw);
  const after = new AddedTokens(normalized);
  return (text) => {
    const found: number[] = [];
    let first = true;
    for (const section of before.divide(text)) {
      const pieces = typeof section === "string" ? after.divide(normalize(section)) : [section];
      for (const piece of pieces) {
        if (typeof piece !== "string") found.push(piece.id);
        else for (const word of words.divide([piece], first)) bpe.encode(word, found);
        first = false;
      }
    }
    return found;
  };
}
