import {
  fitTokens,
  inRange,
  type LengthTokenizer,
  ofKind,
  Random,
  takes,
  wholeNumber,
} from "../../base/mod.ts";
import type { Document } from "../../data/mod.ts";
import { madeDocument } from "../_made.ts";
import { number } from "./_facts.ts";

/** Options of {@linkcode keyValueTexts}. */
export interface KeyValueTextsOptions {
  /** Counts tokens; the ids are not used. */
  tokenizer: LengthTokenizer;
  /** The length of the whole text, question and answer included, in tokens. */
  tokens: number;
  /** How many texts. */
  count: number;
  /** The largest share of `tokens` by which a text is shorter; none is longer. @default {0.05} */
  tolerance?: number;
  /** Names lines, order and question. @default {1} */
  seed?: number | string;
}

/**
 * Lists of parts with their prices, as long as is asked for, with a question on one of them: looking up, without a text around it. The
 * truth is by program, and every list has lines that differ from the right one in a letter. `meta` holds `question`, `answer`, `evidence` (where the line
 * stands, in UTF-16 code units), `depths` and `tokens`.
 *
 * @throws {RangeError} If an option is out of range, or no list comes near the length.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { keyValueTexts } from "midtrain/synthesize";
 *
 * const tokenizer = { name: "words", encode: (text: string) => (text.match(/\S+/g) ?? []).map((_, i) => i) };
 * const [{ text, meta }] = keyValueTexts({ tokenizer, tokens: 200, count: 1 });
 * const [[from, to]] = meta.evidence as [number, number][];
 * assert(text.slice(from, to).endsWith(` ${meta.answer}`));
 * ```
 */
export function keyValueTexts(options: KeyValueTextsOptions): Document[] {
  const cannot = "Cannot write lists";
  takes(cannot, options, "tokenizer, tokens, count, tolerance?, seed?");
  const { tokenizer, tokens, count, tolerance = 0.05, seed = 1 } = options;
  ofKind(cannot, { tokenizer }, "an object with name, encode");
  wholeNumber(cannot, { tokens, count }, ">= 1");
  inRange(cannot, { tolerance }, "in (0, 1)");
  const random = new Random(`${seed}/key-value/${tokens}`);
  return Array.from({ length: count }, (_, at) => {
    const lines = new Lines(random.fork(at));
    const depth = random.fork(`${at}/depth`).next();
    // Of whole pairs, so that the line has its like.
    const chosen = (size: number) => Math.min(size - size % 2 - 1, Math.floor(depth * size));
    const render = (size: number) => {
      const { key, value } = lines.at(chosen(size));
      return `${head}${listed(lines, size)}\n\nQuestion: What is the price of part ${key}?\nAnswer: ${value}`;
    };
    const found = fitTokens(cannot, { context: tokens, least: 2, most: 40 * tokens, render, tokenizer });
    if (found.tokens < (1 - tolerance) * tokens) {
      throw new RangeError(
        `${cannot} as tolerance must leave room for a line: the longest list that fits ${tokens} tokens has ${found.tokens}`,
      );
    }
    const place = chosen(found.size);
    const { key, value } = lines.at(place);
    const from = found.text.indexOf(`${key} | ${value}`);
    return madeDocument({
      by: "long/key-value@1",
      position: `${seed}/${tokenizer.name}/${tokens}/${at}`,
      text: found.text,
      parents: [],
      settings: { tokens, tolerance, tokenizer: tokenizer.name },
      meta: {
        question: `What is the price of part ${key}?`,
        answer: value,
        evidence: [[from, from + `${key} | ${value}`.length]],
        depths: [(place + 0.5) / found.size],
        tokens: found.tokens,
      },
      seed,
    });
  });
}

const head = "part | price\n";

function listed(lines: Lines, size: number): string {
  return Array.from({ length: size }, (_, at) => `${lines.at(at).key} | ${lines.at(at).value}`).join("\n");
}

/** Lines without end, each drawn once: keys come in pairs that differ in one letter, and no two are equal. */
class Lines {
  readonly #random: Random;
  readonly #drawn: { key: string; value: string }[] = [];
  readonly #keys = new Set<string>();
  readonly #values = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  at(index: number): { key: string; value: string } {
    while (this.#drawn.length <= index) this.#draw();
    return this.#drawn[index];
  }

  #draw(): void {
    const key = this.#key();
    let value: string;
    // The price says which line it is from, as far as there are as many.
    do value = number(this.#random); while (this.#values.size < 40_000 && this.#values.has(value));
    this.#keys.add(key);
    this.#values.add(value);
    this.#drawn.push({ key, value });
  }

  #key(): string {
    const last = this.#drawn.at(-1)?.key;
    for (;;) {
      const letter = () => String.fromCharCode(65 + this.#random.int(26));
      const near = last !== undefined && this.#drawn.length % 2 === 1;
      const key = near
        ? `${letter()}${last.slice(1)}`
        : `${letter()}${letter()}${letter()}-${100 + this.#random.int(900)}`;
      if (!this.#keys.has(key)) return key;
    }
  }
}
