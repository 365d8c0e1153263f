import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  each,
  exists,
  explainFullDisk,
  ofKind,
  type OnProgress,
  sha256,
  sha256File,
  takes,
  wholeNumber,
  writeAtomic,
  writeFullySync,
} from "../base/mod.ts";
import type { Documents } from "../data/mod.ts";
import { Sharded } from "./_sharded.ts";
import { documentEncoder, type EncodedDocument, idsOf } from "./_encode_document.ts";
import { Layout } from "./_layout.ts";
import type { LossOn } from "./_loss_spans.ts";
import type { TokenSequence } from "./token_sequence.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { TokenSource } from "./tokens.ts";

/** What a part of the tokens holds. */
export interface TokenCounts {
  /** Documents. */
  documents: number;
  /** Token ids, the ones that close documents among them. */
  tokens: number;
  /** UTF-8 bytes of the texts. */
  bytes: number;
}

/** One shard: `NAME.ids`, and `NAME.ends` with the place after each of its documents. */
export interface Shard extends TokenCounts {
  /** The name of its two files, without their endings. */
  name: string;
  /** The largest id in it. */
  largestToken: number;
  /** The SHA-256 of `NAME.ids`. */
  sha256: string;
  /** The SHA-256 of `NAME.counted`, a byte a token: 1 where the loss counts it. @default all are counted */
  countedSha256?: string;
}

/** `index.json` of a folder of shards. */
export interface ShardIndex extends TokenCounts {
  /** The name that weights refer to. */
  name: string;
  /** Bytes of an id: 2 or 4, little-endian. */
  idBytes: 2 | 4;
  /** The tokenizer that made the ids. */
  tokenizer: Pick<Tokenizer, "name" | "sha256" | "vocabularySize" | "endOfDocument">;
  /** What came from where, by the documents' `source`. */
  sources: Record<string, TokenCounts>;
  /** The shards, in the order of the tokens; a document lies whole in one. */
  shards: Shard[];
  /** How many tokens the loss counts. @default all */
  countedTokens?: number;
}

/** Options of {@linkcode writeShards}. */
export interface WriteShardsOptions {
  /** What turns text into ids. */
  tokenizer: Tokenizer;
  /** The source's name. @default the first document's `source` */
  name?: string;
  /** A shard ends with the document that reaches this many tokens. @default {134217728} */
  shardTokens?: number;
  /** Which parts of each document the loss counts, as {@linkcode packDocuments} takes it; `bytes` are theirs. @default all */
  lossOn?: LossOn;
  /** Called with the documents so far. */
  onProgress?: OnProgress;
}

/**
 * Tokenise a stream of documents into shards on disk, in the memory of one document: ids as `uint16` where the vocabulary
 * has at most 65,536, else `uint32`, each document closed by the end-of-document token, and begun as
 * {@linkcode packDocuments} begins it.
 *
 * The folder appears whole, by rename, or not at all; the same documents give the same bytes.
 *
 * @param folder The folder; it must not exist.
 * @param documents What to tokenise.
 * @returns What `index.json` holds.
 * @throws {RangeError} If the folder exists, there is no document, or the tokenizer gives an id outside its vocabulary.
 * @throws {Error} If the disk is full; nothing is left behind.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, openShards, writeShards } from "midtrain/anneal";
 *
 * const folder = `${await Deno.makeTempDir()}/letters`;
 * const documents = ["ab", "c"].map((text, i) => ({ id: `${i}`, text, source: "letters", meta: {} }));
 * await writeShards(folder, documents, { tokenizer: byteTokenizer() });
 * const { tokens } = await openShards(folder);
 * assert.deepEqual([...tokens.subarray(0, tokens.length)], [97, 98, 256, 99, 256]);
 * ```
 */
export async function writeShards(
  folder: string,
  documents: Documents,
  options: WriteShardsOptions,
): Promise<ShardIndex> {
  takes("Cannot write shards", options, "tokenizer, name?, shardTokens?, lossOn?, onProgress?");
  ofKind("Cannot write shards", { folder }, "a text");
  const { tokenizer, shardTokens = 1 << 27, lossOn, onProgress } = options;
  wholeNumber("Cannot write shards", { shardTokens }, ">= 1");
  if (await exists(folder)) {
    throw new RangeError(`Cannot write shards to ${folder} as the folder must be new: it exists`);
  }
  const { sha256, vocabularySize, endOfDocument } = tokenizer;
  const index: ShardIndex = {
    name: options.name ?? "",
    ...nothing(),
    idBytes: idsOf(vocabularySize).BYTES_PER_ELEMENT as 2 | 4,
    tokenizer: { name: tokenizer.name, sha256, vocabularySize, endOfDocument },
    sources: {},
    shards: [],
  };
  const encode = documentEncoder(tokenizer, lossOn);
  const partial = `${folder}.${Deno.pid}.partial`;
  let writer: ShardWriter | undefined;
  try {
    await Deno.mkdir(partial, { recursive: true });
    for await (
      const document of each("Cannot write shards", { documents }, "an object with id, text")
    ) {
      const { source } = document;
      index.name ||= source;
      writer ??= new ShardWriter(partial, index.shards.length);
      const encoded = encode(document);
      const { ids, counted, bytes } = encoded;
      const counts = { documents: 1, tokens: ids.length, bytes };
      writer.add(encoded);
      if (counted) index.countedTokens = counted.reduce((sum, flag) => sum + flag, index.countedTokens ?? 0);
      for (const total of [index, index.sources[source] ??= nothing(), writer.shard]) add(total, counts);
      if (writer.shard.tokens >= shardTokens) {
        index.shards.push(await writer.close());
        writer = undefined;
      }
      onProgress?.({ label: "tokenise", done: index.documents, unit: "documents" });
    }
    if (writer) index.shards.push(await writer.close());
    writer = undefined;
    if (index.documents === 0) {
      throw new RangeError(`Cannot pack ${index.name || "a source"} as it must hold a document: it is empty`);
    }
    if (index.countedTokens === 0) {
      throw new RangeError(`Cannot pack ${index.name} as the loss must count a token of it: it counts none`);
    }
    await writeAtomic(join(partial, "index.json"), JSON.stringify(index, null, 2) + "\n");
    await Deno.rename(partial, folder);
    return index;
  } catch (error) {
    writer?.abandon();
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    throw explainFullDisk(error, `Cannot write shards to ${folder}`);
  }
}

/** Options of {@linkcode openShards}. */
export interface OpenShardsOptions {
  /** The tokenizer that the model uses: it must be the one that made the ids. @default any */
  tokenizer?: Pick<Tokenizer, "name" | "sha256">;
  /**
   * Lay documents into windows of this many tokens, as {@linkcode packDocuments} does by its option of this name. The shards stay
   * as they are: where documents end is read into memory, and the tokens of a window when it is drawn.
   * @default documents stand one after another
   */
  bestFit?: number;
}

/**
 * A folder of shards as a source to train on; ids are read when they are drawn.
 *
 * @throws {SyntaxError} If `index.json` is none, or a shard is not as long as it says.
 * @throws {RangeError} If another tokenizer made the ids.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, openShards, writeShards } from "midtrain/anneal";
 *
 * const folder = `${await Deno.makeTempDir()}/letters`, tokenizer = byteTokenizer();
 * await writeShards(folder, [{ id: "0", text: "abc", source: "letters", meta: {} }], { tokenizer });
 * const source = await openShards(folder, { tokenizer });
 * assert.deepEqual([source.name, source.tokens.length, source.bytes], ["letters", 4, 3]);
 * ```
 */
export async function openShards(folder: string, options: OpenShardsOptions = {}): Promise<TokenSource> {
  takes("Cannot read shards", options, "tokenizer?, bestFit?");
  ofKind("Cannot read shards", { folder }, "a text");
  const { bestFit } = options;
  if (bestFit !== undefined) wholeNumber("Cannot read shards", { bestFit }, ">= 2");
  const index = await readIndex(folder);
  const { tokenizer, shards, name, documents, bytes, countedTokens } = index;
  if (options.tokenizer && options.tokenizer.sha256 !== tokenizer.sha256) {
    throw new RangeError(
      `Cannot read ${folder} as its ids must be those of ${options.tokenizer.name}: they were made by ${tokenizer.name}`,
    );
  }
  const source: TokenSource = {
    name,
    documents,
    bytes,
    endOfDocument: tokenizer.endOfDocument,
    vocabularySize: tokenizer.vocabularySize,
    largestToken: shards.reduce((most, shard) => Math.max(most, shard.largestToken), 0),
    sha256: sha256(shards.flatMap(({ sha256, countedSha256 = [] }) => [sha256, countedSha256].flat()).join()),
    tokens: tokensOf(folder, index),
    ...(countedTokens !== undefined && {
      countedTokens,
      counted: new Sharded(folder, shards, "counted", Uint8Array),
    }),
  };
  return bestFit === undefined ? source : layOut(source, await endsOf(folder, index), bestFit);
}

/** A source as windows hold it. */
function layOut(source: TokenSource, ends: Float64Array, context: number): TokenSource {
  const { tokens, counted, endOfDocument, sha256: line, largestToken } = source;
  const layout = new Layout(ends, context);
  return {
    ...source,
    context,
    tokens: layout.tokens(tokens, endOfDocument),
    counted: layout.counted(counted),
    countedTokens: layout.countedTokens(counted, source.countedTokens ?? tokens.length),
    largestToken: Math.max(largestToken!, endOfDocument),
    sha256: sha256(`${line}, best fit in ${context}`),
  };
}

/** The place after each document's last token, over all shards. */
async function endsOf(folder: string, { shards, documents }: ShardIndex): Promise<Float64Array> {
  const ends = new Float64Array(documents);
  let first = 0;
  let done = 0;
  for (const { name, tokens, documents: count } of shards) {
    const own = new Uint32Array((await Deno.readFile(join(folder, `${name}.ends`))).buffer);
    for (let i = 0; i < count; i++) ends[done + i] = first + own[i];
    done += count;
    first += tokens;
  }
  return ends;
}

/**
 * The documents of a folder of shards, as ids without the closing one: what exactly a model was trained on.
 *
 * @throws {SyntaxError} As {@linkcode openShards}.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, readShards, writeShards } from "midtrain/anneal";
 *
 * const folder = `${await Deno.makeTempDir()}/letters`, tokenizer = byteTokenizer();
 * const documents = ["ab", "", "c"].map((text, i) => ({ id: `${i}`, text, source: "letters", meta: {} }));
 * await writeShards(folder, documents, { tokenizer });
 * const texts = await Array.fromAsync(readShards(folder), (ids) => tokenizer.decode(ids));
 * assert.deepEqual(texts, ["ab", "", "c"]);
 * ```
 */
export async function* readShards(folder: string): AsyncGenerator<Uint16Array | Uint32Array> {
  ofKind("Cannot read shards", { folder }, "a text");
  const index = await readIndex(folder);
  const ids = tokensOf(folder, index);
  let first = 0;
  for (const { name, tokens } of index.shards) {
    const ends = new Uint32Array((await Deno.readFile(join(folder, `${name}.ends`))).buffer);
    let start = 0;
    for (let i = 0; i < ends.length; start = ends[i++]) {
      yield ids.subarray(first + start, first + ends[i] - 1);
    }
    first += tokens;
  }
}

/**
 * Read every shard and compare its SHA-256 with the index.
 *
 * @throws {SyntaxError} If one differs; the message names it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, verifyShards, writeShards } from "midtrain/anneal";
 *
 * const folder = `${await Deno.makeTempDir()}/letters`;
 * await writeShards(folder, [{ id: "0", text: "abc", source: "letters", meta: {} }], { tokenizer: byteTokenizer() });
 * await verifyShards(folder);
 * await Deno.writeFile(`${folder}/00000.ids`, new Uint8Array(8));
 * await assert.rejects(verifyShards(folder), /00000.ids .* must have the SHA-256/);
 * ```
 */
export async function verifyShards(folder: string): Promise<void> {
  ofKind("Cannot trust shards", { folder }, "a text");
  for (const { name, sha256, countedSha256 } of (await readIndex(folder)).shards) {
    for (const [ending, expected] of Object.entries({ ids: sha256, counted: countedSha256 })) {
      if (expected === undefined) continue;
      const file = join(folder, `${name}.${ending}`);
      const found = await sha256File(file);
      if (found !== expected) {
        throw new SyntaxError(
          `Cannot trust ${file} as it must have the SHA-256 ${expected}: it has ${found}`,
        );
      }
    }
  }
}

function tokensOf(folder: string, { shards, tokenizer }: ShardIndex): TokenSequence {
  return new Sharded<Uint16Array | Uint32Array>(folder, shards, "ids", idsOf(tokenizer.vocabularySize));
}

/** One shard while it is written. */
class ShardWriter {
  readonly shard: Shard;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #hash = createHash("sha256");
  /** Flags of the tokens, where some may not count. */
  #counted: { file: Deno.FsFile; hash: ReturnType<typeof createHash> } | undefined;
  readonly #ends: number[] = [];

  constructor(folder: string, number: number) {
    const name = String(number).padStart(5, "0");
    this.shard = { name, ...nothing(), largestToken: 0, sha256: "" };
    this.#path = join(folder, name);
    this.#file = Deno.openSync(`${this.#path}.ids`, { write: true, createNew: true });
  }

  add({ ids, counted }: EncodedDocument): void {
    if (counted) {
      this.#counted ??= {
        file: Deno.openSync(`${this.#path}.counted`, { write: true, createNew: true }),
        hash: createHash("sha256"),
      };
      this.#counted.hash.update(counted);
      writeFullySync(this.#counted.file, counted);
    }
    const { shard } = this;
    for (const id of ids) if (id > shard.largestToken) shard.largestToken = id;
    const bytes = new Uint8Array(ids.buffer);
    this.#hash.update(bytes);
    writeFullySync(this.#file, bytes);
    this.#ends.push(shard.tokens + ids.length);
  }

  async close(): Promise<Shard> {
    await this.#file.sync();
    this.#file.close();
    await writeAtomic(`${this.#path}.ends`, new Uint8Array(Uint32Array.from(this.#ends).buffer));
    const shard = { ...this.shard, sha256: this.#hash.digest("hex") };
    if (!this.#counted) return shard;
    const { file, hash } = this.#counted;
    await file.sync();
    file.close();
    return { ...shard, countedSha256: hash.digest("hex") };
  }

  abandon(): void {
    for (const file of [this.#file, this.#counted?.file]) {
      try {
        file?.close();
      } catch {
        // It was closed, or its last flush met the full disk that is being reported.
      }
    }
  }
}

async function readIndex(folder: string): Promise<ShardIndex> {
  const path = join(folder, "index.json");
  const text = await Deno.readTextFile(path);
  let index: ShardIndex;
  try {
    index = JSON.parse(text);
  } catch {
    throw new SyntaxError(
      `Cannot read ${path} as it must be JSON: it begins ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  if (!Array.isArray(index?.shards) || typeof index.tokenizer?.vocabularySize !== "number") {
    throw new SyntaxError(`Cannot read ${path} as it must hold shards and a tokenizer: it does not`);
  }
  for (const { name, tokens } of index.shards) {
    const sizes = { ids: index.idBytes, ...(index.countedTokens !== undefined && { counted: 1 }) };
    for (const [ending, bytes] of Object.entries(sizes)) {
      const file = join(folder, `${name}.${ending}`);
      const { size } = await Deno.stat(file);
      if (size !== tokens * bytes) {
        throw new SyntaxError(
          `Cannot read ${file} as it must hold ${tokens * bytes} bytes: it holds ${size}`,
        );
      }
    }
  }
  return index;
}

function nothing(): TokenCounts {
  return { documents: 0, tokens: 0, bytes: 0 };
}

function add(total: TokenCounts, more: TokenCounts): void {
  total.documents += more.documents;
  total.tokens += more.tokens;
  total.bytes += more.bytes;
}
