import { FIELDS, type LibLlama } from "./_libllama.ts";
import { ThreadPool } from "./_thread_pool.ts";

/** The most tokens in one batch. */
const BATCH = 512;

/** Tokens of one sequence that are read in one batch, from position `start` on. */
export interface Piece {
  sequence: number;
  start: number;
  tokens: readonly number[];
  /** After which of the tokens the logits of the next one are wanted. */
  wanted: readonly number[];
}

/** A model's weights, and sequences of tokens that it has read. */
export class Decoder {
  readonly #library: LibLlama;
  readonly #model: Deno.PointerValue;
  readonly #context: Deno.PointerValue;
  readonly #memory: Deno.PointerValue;
  readonly #threads: ThreadPool | undefined;
  readonly #batch = new Batch(BATCH);
  /** What the grammars need of the model. */
  readonly vocabulary: Deno.PointerValue;
  /** How many tokens the model knows. */
  readonly vocabularySize: number;

  private constructor(
    library: LibLlama,
    model: Deno.PointerValue,
    context: Deno.PointerValue,
    threads: ThreadPool | undefined,
  ) {
    this.#library = library;
    this.#model = model;
    this.#context = context;
    this.#threads = threads;
    this.#memory = library.llama_get_memory(context);
    this.vocabulary = library.llama_model_get_vocab(model);
    this.vocabularySize = library.llama_vocab_n_tokens(this.vocabulary);
  }

  /**
   * Load a model.
   *
   * @param path A GGUF file.
   * @param shape `context`: tokens that each of the `sequences` holds.
   * @throws {Error} If the file is no model, or memory is short.
   */
  static async open(
    library: LibLlama,
    path: string,
    shape: { context: number; sequences: number; threads: number },
  ): Promise<Decoder> {
    const name = new TextEncoder().encode(`${path}\0`);
    const model = await library.llama_model_load_from_file(name, library.llama_model_default_params());
    if (!model) throw new Error(`Cannot load the model as llama.cpp does not read ${path}`);
    const parameters = library.llama_context_default_params();
    const fields = new DataView(parameters.buffer, parameters.byteOffset);
    const set = (field: keyof typeof FIELDS, value: number) => fields.setUint32(FIELDS[field], value, true);
    set("contextTokens", shape.context * shape.sequences);
    set("batch", BATCH);
    set("microBatch", BATCH);
    set("sequences", shape.sequences);
    set("threads", shape.threads);
    set("batchThreads", shape.threads);
    const context = library.llama_init_from_model(model, parameters);
    if (context) {
      const threads = ThreadPool.open(library, shape.threads);
      if (threads) library.llama_attach_threadpool(context, threads.pool, threads.pool);
      return new Decoder(library, model, context, threads);
    }
    library.llama_model_free(model);
    throw new Error(
      `Cannot open ${path} as llama.cpp finds no memory for ${shape.sequences} sequences of ${shape.context} tokens`,
    );
  }

  /**
   * Read pieces of different sequences in one batch.
   *
   * @throws {Error} If llama.cpp cannot.
   */
  async decode(pieces: readonly Piece[]): Promise<void> {
    const code = await this.#library.llama_decode(this.#context, this.#batch.fill(pieces));
    if (code !== 0) throw new Error(`Cannot decode a batch as llama.cpp answers ${code}`);
  }

  /**
   * The logits after one row of the last batch, where they lie: they are gone with the next batch.
   *
   * @param row The token's place in the batch.
   */
  logits(row: number): Float32Array {
    const pointer = this.#library.llama_get_logits_ith(this.#context, row);
    if (!pointer) throw new Error(`Cannot read the logits of row ${row} as none were asked for`);
    return new Float32Array(Deno.UnsafePointerView.getArrayBuffer(pointer, 4 * this.vocabularySize));
  }

  /** Forget what a sequence holds from position `start` on. */
  erase(sequence: number, start: number): void {
    this.#library.llama_memory_seq_rm(this.#memory, sequence, start, -1);
  }

  /** Free the memory. */
  close(): void {
    this.#library.llama_free(this.#context);
    this.#threads?.close();
    this.#library.llama_model_free(this.#model);
  }
}

/** A `llama_batch` with room for `size` tokens. */
class Batch {
  readonly #tokens: Int32Array<ArrayBuffer>;
  readonly #positions: Int32Array<ArrayBuffer>;
  readonly #counts: Int32Array<ArrayBuffer>;
  readonly #sequences: Int32Array<ArrayBuffer>;
  readonly #pointers: BigUint64Array<ArrayBuffer>;
  readonly #wanted: Int8Array<ArrayBuffer>;
  readonly #struct = new Uint8Array(56);

  constructor(size: number) {
    this.#tokens = new Int32Array(size);
    this.#positions = new Int32Array(size);
    this.#counts = new Int32Array(size).fill(1);
    this.#sequences = new Int32Array(size);
    this.#wanted = new Int8Array(size);
    const first = address(this.#sequences);
    this.#pointers = BigUint64Array.from({ length: size }, (_, i) => first + 4n * BigInt(i));
    const fields = new DataView(this.#struct.buffer);
    const lists = [this.#positions, this.#counts, this.#pointers, this.#wanted];
    fields.setBigUint64(8, address(this.#tokens), true);
    lists.forEach((list, i) => fields.setBigUint64(24 + 8 * i, address(list), true));
  }

  fill(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
    this.#wanted.fill(0);
    let row = 0;
    for (const { sequence, start, tokens, wanted } of pieces) {
      for (const at of wanted) this.#wanted[row + at] = 1;
      for (let i = 0; i < tokens.length; i++, row++) {
        this.#tokens[row] = tokens[i];
        this.#positions[row] = start + i;
        this.#sequences[row] = sequence;
      }
    }
    new DataView(this.#struct.buffer).setInt32(0, row, true);
    return this.#struct;
  }
}

function address(list: ArrayBufferView<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(list));
}
