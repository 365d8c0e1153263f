import { exists, ofKind, sha256, takes } from "../base/mod.ts";
import { basename, dirname, join } from "node:path";
import { encoderOf } from "./_encoder.ts";
import { needsFile } from "./_model_folder.ts";
import { checkTokenizerJson, type Part } from "./_tokenizer_json.ts";

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
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
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
  return await tokenizerOf(json, config, { name: file, endOfDocument, advice });
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
export async function tokenizerOf(
  given: object,
  config: Record<string, unknown>,
  { name, endOfDocument: end, advice = "" }: { name: string; endOfDocument: string; advice?: string },
): Promise<Tokenizer> {
  const cannot = `Cannot load the tokenizer ${name}`;
  const json = checkTokenizerJson(given, cannot);
  const { Tokenizer, SplitPreTokenizer: Split } = await import("@huggingface/tokenizers");
  const read = (model: Part) => {
    try {
      return new Tokenizer({ ...json, model }, config);
    } catch (error) {
      const { message } = error as Error;
      throw new SyntaxError(`${cannot} as it must be of a kind that is read here: ${message}`, {
        cause: error,
      });
    }
  };
  // Reading the merges costs the library seconds, and it does not need them to decode.
  const decoder = read(json.model.type === "BPE" ? { ...json.model, merges: [] } : json.model);
  const encode = encoderOf(json, { library: decoder, Split }, cannot);
  const library = encode ? decoder : read(json.model);
  keepMarks(library.decoder);
  const endOfDocument = library.token_to_id(end);
  if (endOfDocument === undefined) {
    throw new RangeError(
      `Cannot load a tokenizer as endOfDocument must be one of its tokens: current value is ${end}${advice}`,
    );
  }
  const { vocab } = json.model;
  const ids = Array.isArray(vocab) ? vocab.keys() : Object.values(vocab as Record<string, number>);
  const most = [...ids, ...json.added_tokens.map(({ id }) => id)].reduce(
    (most, id) => Math.max(most, id),
    endOfDocument,
  );
  return {
    name,
    sha256: sha256(JSON.stringify([given, config, end])),
    vocabularySize: most + 1,
    endOfDocument,
    encode: encode ?? ((text) => library.encode(text, { add_special_tokens: false }).ids),
    decode(ids) {
      const known = Array.from(ids).filter((id) => library.id_to_token(id) !== undefined);
      if (known.length === 0) return "";
      // Cleaning up would delete spaces of the text, as before a comma.
      return library.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    },
  };
}

/** Let a decoder of bytes keep U+FEFF, which a `TextDecoder` takes for a mark of the encoding where bytes begin with it. */
function keepMarks(decoder: object | null): void {
  if (decoder === null) return;
  if ("text_decoder" in decoder) decoder.text_decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  if ("decoders" in decoder) { for (const part of decoder.decoders as object[]) keepMarks(part); }
}
