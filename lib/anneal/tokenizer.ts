import { exists, ofKind, sha256, takes, wholeNumber } from "../base/mod.ts";
import { basename, dirname, join } from "node:path";
import { type Decode, decoderOf } from "./_decoder.ts";
import { encoderOf } from "./_encoder.ts";
import { needsFile } from "./_model_folder.ts";
import { normalizerOf } from "./_normalizer.ts";
import { templateOf } from "./_template.ts";
import { checkTokenizerJson, isNormalized } from "./_tokenizer_json.ts";

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
  /** The ids of a text, of which half a surrogate pair is U+FFFD; no special tokens are added unless asked for. */
  encode(text: string, options?: EncodeOptions): ArrayLike<number>;
  /** The text of ids; special tokens, as the end of a document, become nothing, and so do ids that are none. */
  decode(ids: ArrayLike<number>): string;
}

/** Options of {@linkcode Tokenizer.encode}. */
export interface EncodeOptions {
  /**
   * Whether the special tokens that the tokenizer's own `post_processor` puts around one text are added, as the beginning of
   * Llama's and Gemma's. A tokenizer that has none adds none. @default {false}
   */
  specialTokens?: boolean;
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
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    name: "bytes",
    sha256: sha256("UTF-8 bytes, then 256"),
    vocabularySize: 257,
    endOfDocument: 256,
    encode(text) {
      ofKind("Cannot encode a text", { text }, "a text");
      return encoder.encode(text);
    },
    decode(ids) {
      checkIds(ids);
      return decoder.decode(Uint8Array.from(Array.from(ids).filter((id) => id < 256)));
    },
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
 * Byte-pair encodings are read, with the normalizers, pre-tokenizers, decoders and post-processors that Llama, Mistral, Qwen,
 * OLMo, SmolLM, Phi, Granite, Gemma, StableLM, GPT-NeoX and GPT-2 come with; ids and texts are those of Python's `tokenizers`
 * (`deno task verify tokenizers`). What `truncation` and `padding` say is left to whoever makes batches, as in `transformers`.
 *
 * @throws {RangeError} If it has a part that is not read here, or a pattern that may take time without a bound; the message
 *   names it.
 * @throws {Deno.errors.NotFound} If there is no `tokenizer.json`; the message says what the folder holds instead.
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
  await needsFile("Cannot load a tokenizer", dirname(file), basename(file), howToWrite);
  const beside = join(file, "..", "tokenizer_config.json");
  const json = await readJson(file);
  const config = await exists(beside) ? await readJson(beside) : {};
  const { eos_token: eos } = config as { eos_token?: string | { content?: string } | null };
  const endOfDocument = options.endOfDocument ?? (typeof eos === "string" ? eos : eos?.content) ??
    "<|endoftext|>";
  const advice = options.endOfDocument === undefined
    ? `; give it, or put tokenizer_config.json with its eos_token beside ${file}`
    : "";
  return tokenizerOf(json, config, { name: file, endOfDocument, advice });
}

/** What makes `tokenizer.json` of the forms that older models come in. */
function howToWrite(names: readonly string[]): string | undefined {
  const older = names.some((name) =>
    /^(?:tokenizer\.model|spiece\.model|vocab\.(?:json|txt)|merges\.txt)$/.test(name)
  );
  const write = "AutoTokenizer.from_pretrained(F).save_pretrained(F)";
  return older ? `in Python, transformers writes it from these: ${write}` : undefined;
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await Deno.readTextFile(path);
  try {
    const json = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  } catch { /* told below */ }
  throw new SyntaxError(`Cannot load a tokenizer as ${path} must hold a JSON object: it does not`);
}

/** A tokenizer from the content of `tokenizer.json` and `tokenizer_config.json`. */
export function tokenizerOf(
  given: object,
  config: Record<string, unknown>,
  { name, endOfDocument: end, advice = "" }: { name: string; endOfDocument: string; advice?: string },
): Tokenizer {
  const cannot = `Cannot load the tokenizer ${name}`;
  const json = checkTokenizerJson(given, cannot);
  const normalize = json.normalizer === null ? (text: string) => text : normalizerOf(json.normalizer, cannot);
  const encode = encoderOf(json, normalize, cannot);
  const { before, after } = templateOf(json.post_processor, cannot);
  const tokens = new Map(Object.entries(json.model.vocab).map(([token, id]) => [id, token]));
  const special = new Set(json.added_tokens.flatMap((token) => token.special ? token.content : []));
  // As in Python, a token that is looked for in normalized text has the normalized name.
  for (const token of json.added_tokens) {
    tokens.set(token.id, isNormalized(token) ? normalize(token.content) : token.content);
  }
  const join = json.decoder === null
    ? (tokens: readonly string[]) => tokens.join(" ")
    : joinerOf(decoderOf(json.decoder, cannot));
  const endOfDocument = json.added_tokens.find(({ content }) => content === end)?.id ??
    (Object.hasOwn(json.model.vocab, end) ? json.model.vocab[end] : undefined);
  if (endOfDocument === undefined) {
    throw new RangeError(
      `Cannot load a tokenizer as endOfDocument must be one of its tokens: current value is ${end}${advice}`,
    );
  }
  return {
    name,
    sha256: sha256(JSON.stringify([given, config, end])),
    vocabularySize: [...tokens.keys()].reduce((most, id) => Math.max(most, id), 0) + 1,
    endOfDocument,
    encode(text, options) {
      ofKind("Cannot encode a text", { text }, "a text");
      const ids = encode(text);
      if (options === undefined) return ids;
      takes("Cannot encode a text", options, "specialTokens?");
      return options.specialTokens ? [...before, ...ids, ...after] : ids;
    },
    decode(ids) {
      checkIds(ids);
      const known: string[] = [];
      for (let i = 0; i < ids.length; i++) {
        const token = tokens.get(ids[i]);
        if (token !== undefined && !special.has(token)) known.push(token);
      }
      return join(known);
    },
  };
}

/** Ids beyond the vocabulary are none of its; what no vocabulary has is a mistake. */
function checkIds(ids: ArrayLike<number>): void {
  ofKind("Cannot decode ids", { ids }, "a list of numbers");
  for (let i = 0; i < ids.length; i++) {
    if (!(ids[i] >= 0 && Number.isSafeInteger(ids[i]))) {
      wholeNumber("Cannot decode ids", { [`ids[${i}]`]: ids[i] }, ">= 0");
    }
  }
}

const joinerOf = (decode: Decode) => (tokens: readonly string[]) => decode(tokens).join("");
