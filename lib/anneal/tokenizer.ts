import { exists, ofKind, sha256, takes } from "../base/mod.ts";
import { join } from "node:path";

/** Text to token ids and back. */
export interface Tokenizer {
  /** What it is called in logs and in token files. */
  name: string;
  /** The SHA-256 of all that decides which ids a text gets: two tokenizers of one hash give the same ids. */
  sha256: string;
  /** Distinct ids; ids lie in [0, vocabularySize). */
  vocabularySize: number;
  /** The id that closes every document. */
  endOfDocument: number;
  /** The ids of a text, no special tokens added. */
  encode(text: string): ArrayLike<number>;
  /** The text of ids; the end of a document becomes nothing. */
  decode(ids: ArrayLike<number>): string;
}

/**
 * UTF-8 bytes as tokens: ids 0 to 255, and 256 for the end of a document.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer } from "midtrain/anneal";
 *
 * const tokenizer = byteTokenizer();
 * assert.deepEqual(Array.from(tokenizer.encode("é")), [195, 169]);
 * assert.equal(tokenizer.decode([195, 169, 256]), "é");
 * ```
 */
export function byteTokenizer(): Tokenizer {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return {
    name: "bytes",
    sha256: sha256("UTF-8 bytes, then 256"),
    vocabularySize: 257,
    endOfDocument: 256,
    encode: (text) => encoder.encode(text),
    decode: (ids) => decoder.decode(Uint8Array.from(Array.from(ids).filter((id) => id < 256))),
  };
}

/** Options of {@linkcode loadTokenizer}. */
export interface LoadTokenizerOptions {
  /** The token that closes a document. @default the configuration's `eos_token` */
  endOfDocument?: string;
}

/**
 * The tokenizer of a Hugging Face folder (`tokenizer.json`, and `tokenizer_config.json` beside it if there is one), or of
 * a `tokenizer.json` given by path.
 *
 * @throws {RangeError} If the end-of-document token is not in the vocabulary.
 * @example
 * ```ts ignore
 * import { loadTokenizer } from "midtrain/anneal";
 *
 * const tokenizer = await loadTokenizer("models/SmolLM2-135M");
 * ```
 */
export async function loadTokenizer(path: string, options: LoadTokenizerOptions = {}): Promise<Tokenizer> {
  takes("Cannot load a tokenizer", options, "endOfDocument?");
  ofKind("Cannot load a tokenizer", { path }, "a text");
  const file = path.endsWith(".json") ? path : join(path, "tokenizer.json");
  const beside = join(file, "..", "tokenizer_config.json");
  const json = JSON.parse(await Deno.readTextFile(file));
  const config = await exists(beside) ? JSON.parse(await Deno.readTextFile(beside)) : {};
  const endOfDocument = options.endOfDocument ?? config.eos_token?.content ?? config.eos_token ??
    "<|endoftext|>";
  return await tokenizerOf(json, config, { name: file, endOfDocument });
}

/** A tokenizer from the content of `tokenizer.json` and `tokenizer_config.json`. */
export async function tokenizerOf(
  json: { added_tokens?: { id: number }[]; model?: { vocab?: Record<string, number> } },
  config: Record<string, unknown>,
  { name, endOfDocument: end }: { name: string; endOfDocument: string },
): Promise<Tokenizer> {
  const { Tokenizer } = await import("@huggingface/tokenizers");
  const tokenizer = new Tokenizer(json, config);
  const endOfDocument = tokenizer.token_to_id(end);
  if (endOfDocument === undefined) {
    throw new RangeError(
      `Cannot load a tokenizer as endOfDocument must be one of its tokens: current value is ${end}`,
    );
  }
  const ids = [...Object.values(json.model?.vocab ?? {}), ...(json.added_tokens ?? []).map(({ id }) => id)];
  return {
    name,
    sha256: sha256(JSON.stringify([json, config, end])),
    vocabularySize: ids.reduce((most, id) => Math.max(most, id), endOfDocument) + 1,
    endOfDocument,
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) => tokenizer.decode(Array.from(ids), { skip_special_tokens: true }),
  };
}
