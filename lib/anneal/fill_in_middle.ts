import { each, inRange, must, ofKind, Random, takes } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Options of {@linkcode fillInMiddle}. */
export interface FillInMiddleOptions {
  /** The model's tokenizer: each of the three marks must be one of its tokens. */
  tokenizer: Tokenizer;
  /** The mark before what comes before the gap, such as `<|fim_prefix|>`. */
  prefix: string;
  /** The mark before what comes behind it, such as `<|fim_suffix|>`. */
  suffix: string;
  /** The mark before what fills it, such as `<|fim_middle|>`. */
  middle: string;
  /** The share of documents that are rewritten. @default {0.5} */
  rate?: number;
  /** The share of those whose suffix comes first (SPM). @default {0.5} */
  suffixFirst?: number;
  /** Names the draws; each document's depend on its id alone. @default {1} */
  seed?: number | string;
}

/**
 * Rewrite a share of documents so that a model learns to fill gaps (Bavarian et al., arXiv:2207.14255): cut in three at two
 * places drawn among all characters, and written prefix, suffix, middle (PSM) or suffix, prefix, middle (SPM, the paper's
 * second variant, in which the prefix stands behind the middle's mark). `meta.fillInMiddle` says which.
 *
 * A document that holds a mark already, or is empty, stays as it is.
 *
 * @throws {RangeError} While iterating, if a mark is not one token, or a document's `responses` would move.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, fillInMiddle } from "midtrain/anneal";
 *
 * const marks = { prefix: "~", suffix: "@", middle: "#" };
 * const code = { id: "1", text: "a = 1; b = 2", source: "code", meta: {} };
 * const options = { tokenizer: byteTokenizer(), ...marks, rate: 1, suffixFirst: 0 };
 * const [{ text }] = await Array.fromAsync(fillInMiddle([code], options));
 * const [, before, after, between] = /~(.*)@(.*)#(.*)/s.exec(text)!;
 * assert.equal(before + between + after, code.text);
 * ```
 */
export async function* fillInMiddle(
  documents: Documents,
  options: FillInMiddleOptions,
): AsyncGenerator<Document, void, undefined> {
  const cannot = "Cannot make gaps to fill";
  takes(cannot, options, "tokenizer, prefix, suffix, middle, rate?, suffixFirst?, seed?");
  const { tokenizer, prefix, suffix, middle, rate = 0.5, suffixFirst = 0.5, seed = 1 } = options;
  ofKind(cannot, { tokenizer }, "an object with encode");
  ofKind(cannot, { prefix, suffix, middle }, "a text");
  inRange(cannot, { rate, suffixFirst }, "in [0, 1]");
  const marks = { prefix, suffix, middle };
  for (const [name, mark] of Object.entries(marks)) {
    const { length } = tokenizer.encode(mark);
    const rule = `${name} must be one token of ${tokenizer.name}`;
    must(cannot, rule, `${mark}, which is ${length}`, length === 1);
  }
  const distinct = new Set(Object.values(marks)).size === 3;
  must(cannot, "prefix, suffix and middle must differ", Object.values(marks), distinct);
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    const { id, text, meta } = document;
    const random = new Random(`${seed}/fill-in-middle/${id}`);
    const draws = random.next() < rate;
    if (!draws || text === "" || Object.values(marks).some((mark) => text.includes(mark))) {
      yield document;
      continue;
    }
    must(
      `${cannot} in document ${id}`,
      "its responses must not be marked by place",
      "they are",
      !meta?.responses,
    );
    const spm = random.next() < suffixFirst;
    const [from, to] = [place(text, random), place(text, random)].sort((a, b) => a - b);
    const parts = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    const rewritten = spm
      ? prefix + suffix + parts[2] + middle + parts[0] + parts[1]
      : prefix + parts[0] + suffix + parts[2] + middle + parts[1];
    yield { ...document, text: rewritten, meta: { ...meta, fillInMiddle: spm ? "spm" : "psm" } };
  }
}

/** A place between two characters, the ends among them; never inside a surrogate pair. */
function place(text: string, random: Random): number {
  const at = random.int(text.length + 1);
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at;
}
