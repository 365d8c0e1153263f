import type pl from "nodejs-polars";
import { bytesPerToken, distinct, inRange, ofKind, sha256, takes } from "../base/mod.ts";
import type { Documents } from "../data/mod.ts";

/** A Polars frame. */
export type DataFrame = pl.DataFrame;

/** What a source's text is for, in the survey's terms. */
export type Form =
  /** Web, books, encyclopaedias. */
  | "general"
  /** Questions with short answers. */
  | "question-answer"
  /** Questions with long chains of thought. */
  | "reasoning"
  /** Instructions and their responses. */
  | "instruction"
  /** Long documents. */
  | "long-context"
  /** Programs. */
  | "code"
  /** Text in other languages. */
  | "multilingual";

/** A source of tokens to draw from. */
export interface Pool {
  /** The source's name; a {@linkcode Mixture} speaks of it by this. */
  name: string;
  /** Its field, for example `mathematics`. */
  domain: string;
  /** What its text is for. */
  form: Form;
  /** Documents in it. */
  documents: number;
  /** Tokens in it, duplicates counted. */
  tokens: number;
  /** Tokens of documents whose text stands first; repetition is counted against these. */
  uniqueTokens: number;
  /** UTF-8 bytes of its text. */
  bytes: number;
}

/**
 * A pool from what is known of it: the rest is filled in (all tokens unique, four bytes a token) and checked.
 *
 * @throws {RangeError} If a count is negative or not finite, or there are more unique tokens than tokens.
 * @throws {TypeError} If the name is empty.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pool } from "midtrain/mix";
 *
 * assert.equal(pool({ name: "web", tokens: 2e9 }).uniqueTokens, 2e9);
 * ```
 */
export function pool(
  known: { [K in keyof Pool]?: Pool[K] | undefined } & Pick<Pool, "name" | "tokens">,
): Pool {
  ofKind("Cannot form a pool", { known }, "an object");
  if (!known.name) throw new TypeError("Cannot form a pool as its name must not be empty");
  const { name, tokens, domain = name, form = "general", documents = 0 } = known;
  inRange(`Cannot form pool "${name}"`, { tokens }, "finite and >= 0");
  const { uniqueTokens = tokens, bytes = tokens * bytesPerToken } = known;
  const cannot = `Cannot form pool "${name}"`;
  inRange(cannot, { documents, tokens, uniqueTokens, bytes }, "finite and >= 0");
  if (uniqueTokens > tokens) {
    throw new RangeError(
      `${cannot} as uniqueTokens must be <= tokens: current values are ${uniqueTokens} of ${tokens}`,
    );
  }
  return { domain, form, documents, uniqueTokens, bytes, name, tokens };
}

/** Throw where pools are none or two have one name, as a mixture could not speak of them. */
export function checkPools(pools: readonly Pool[]): void {
  if (pools.length === 0) throw new RangeError("Cannot use pools as there must be at least one");
  distinct("Cannot use pools", { names: pools.map(({ name }) => name) });
  for (const { name, tokens, uniqueTokens } of pools) {
    inRange("Cannot use pools", { [`tokens of ${name}`]: tokens }, "finite and >= 0");
    if (uniqueTokens === undefined) {
      throw new TypeError(
        `Cannot use pools as ${name} must have uniqueTokens: it has not; make it by pool({ name, tokens })`,
      );
    }
    inRange("Cannot use pools", { [`uniqueTokens of ${name}`]: uniqueTokens }, "finite and >= 0");
  }
}

/** Options of {@linkcode countPool}. */
export interface CountPoolOptions {
  /** The pool's name. */
  name: string;
  /** Its field. @default {name} */
  domain?: string;
  /** What its text is for. @default {"general"} */
  form?: Form;
  /** Counts the tokens of a text. @default {one for every four UTF-8 bytes, rounded up} */
  countTokens?: (text: string) => number;
}

/**
 * Count a stream of documents into a pool. Texts seen before, byte for byte, count as tokens but not as unique tokens.
 * Holds 16 bytes or so a document, not the text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countPool } from "midtrain/mix";
 *
 * const page = { id: "a", text: "one two three", source: "web", meta: {} };
 * const pool = await countPool([page, { ...page, id: "b" }], {
 *   name: "web",
 *   countTokens: (text) => text.split(" ").length,
 * });
 * assert.deepEqual([pool.tokens, pool.uniqueTokens, pool.bytes], [6, 3, 26]);
 * ```
 */
export async function countPool(
  documents: Documents,
  options: CountPoolOptions,
): Promise<Pool> {
  takes("Cannot count a pool", options, "name, domain?, form?, countTokens?");
  ofKind("Cannot count a pool", { documents }, "a list or another iterable");
  const { name, domain = name, form = "general" } = options;
  const encoder = new TextEncoder();
  const seen = new Set<number>();
  const counts = { documents: 0, tokens: 0, uniqueTokens: 0, bytes: 0 };
  for await (const { text } of documents) {
    const bytes = encoder.encode(text).length;
    const tokens = options.countTokens?.(text) ?? Math.ceil(bytes / bytesPerToken);
    // 52 bits: among ten million texts a collision anywhere has a chance of about 1 %, and costs one text's count.
    const key = parseInt(sha256(text).slice(0, 13), 16);
    counts.documents++;
    counts.tokens += tokens;
    counts.bytes += bytes;
    if (!seen.has(key)) counts.uniqueTokens += tokens;
    seen.add(key);
  }
  return pool({ name, domain, form, ...counts });
}

/**
 * The pools as a Polars frame, with their shares.
 *
 * Columns: `name`, `domain`, `form`, `documents`, `tokens`, `uniqueTokens`, `bytes`, and `share` of all tokens in [0, 1].
 *
 * @throws {RangeError} If `pools` is empty, or two have the same name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pool, poolTable } from "midtrain/mix";
 *
 * const table = await poolTable([pool({ name: "web", tokens: 300 }), pool({ name: "code", tokens: 100 })]);
 * assert.deepEqual(table.getColumn("share").toArray(), [0.75, 0.25]);
 * ```
 */
export async function poolTable(pools: readonly Pool[]): Promise<DataFrame> {
  ofKind("Cannot lay out pools", { pools }, "a list of objects with name, tokens");
  checkPools(pools);
  const { default: polars } = await import("nodejs-polars");
  const total = pools.reduce((sum, { tokens }) => sum + tokens, 0);
  return polars.DataFrame(pools.map((one) => ({ ...one, share: total === 0 ? 0 : one.tokens / total })));
}
