// deno-lint-ignore-file camelcase -- the model's names
import { takes } from "../base/mod.ts";
import { ensure } from "../native/mod.ts";
import { ContextLengthError } from "./errors.ts";
import type { EmbeddedOptions } from "./open_embedded.ts";
import { Queue } from "./_queue.ts";

/** The most word pieces that MiniLM reads, the two special ones included. */
const LONGEST = 512;

/**
 * Sentence embeddings by all-MiniLM-L6-v2, int8, on ONNX Runtime. Mean-pooled over the word pieces, unit length.
 */
export class Embedder {
  /** The model's name. */
  readonly name = "all-MiniLM-L6-v2";
  /** Numbers in a vector. */
  readonly dimensions = 384;
  readonly #run: (text: string) => Promise<{ vector: Float32Array; tokens: number }>;
  readonly #release: () => Promise<void>;
  readonly #queue: Queue;

  /** Use {@linkcode openEmbedder}. */
  constructor(
    run: (text: string) => Promise<{ vector: Float32Array; tokens: number }>,
    release: () => Promise<void>,
    queueLimit: number,
  ) {
    this.#run = run;
    this.#release = release;
    this.#queue = new Queue(queueLimit);
  }

  /**
   * Embed texts, one after the other: the int8 model scales its activations over a whole batch, so neighbours would change a
   * text's vector.
   *
   * @param texts Any number of texts.
   * @returns One vector of 384 numbers a text, and how many word pieces were read.
   * @throws {ContextLengthError} If a text is longer than 512 word pieces: nothing is cut silently.
   */
  embed(
    texts: readonly string[],
    options: { signal?: AbortSignal } = {},
  ): Promise<{ vectors: Float32Array[]; tokens: number }> {
    return this.#queue.run(async () => {
      const vectors: Float32Array[] = [];
      let tokens = 0;
      for (const text of texts) {
        options.signal?.throwIfAborted();
        const one = await this.#run(text);
        vectors.push(one.vector);
        tokens += one.tokens;
      }
      return { vectors, tokens };
    }, options.signal);
  }

  /** Free the memory. */
  close(): Promise<void> {
    return this.#queue.run(this.#release);
  }

  /** The same as {@linkcode Embedder.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Load the embedding model into this process.
 *
 * @example
 * ```ts ignore
 * import { openEmbedder } from "midtrain/llm";
 *
 * await using embedder = await openEmbedder();
 * const { vectors } = await embedder.embed(["A cat sleeps on the sofa."]);
 * console.log(vectors[0].length); // 384
 * ```
 */
export async function openEmbedder(
  options: Pick<EmbeddedOptions, "threads" | "queueLimit" | "onProgress"> = {},
): Promise<Embedder> {
  takes("Cannot embed texts", options, "onProgress?, threads?, queueLimit?");
  const { threads = 1, queueLimit = 512, onProgress } = options;
  const paths = await ensure("minilm", { onProgress });
  const [{ InferenceSession, Tensor }, { Tokenizer }] = await Promise.all([
    import("onnxruntime-node"),
    import("@huggingface/tokenizers"),
  ]);
  const tokenizer = new Tokenizer(
    JSON.parse(await Deno.readTextFile(paths.tokenizer)),
    JSON.parse(await Deno.readTextFile(paths.tokenizerConfig)),
  );
  const session = await InferenceSession.create(paths.model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });

  async function run(text: string): Promise<{ vector: Float32Array; tokens: number }> {
    const { ids } = tokenizer.encode(text);
    const { length } = ids;
    if (length > LONGEST) {
      throw new ContextLengthError(
        `Cannot embed a text as the model reads ${LONGEST} word pieces: it has ${length}, and begins with ${
          JSON.stringify(text.slice(0, 40))
        }`,
      );
    }
    const tensor = (values: Iterable<bigint>) => new Tensor("int64", BigInt64Array.from(values), [1, length]);
    const feeds: Record<string, InstanceType<typeof Tensor>> = {
      input_ids: tensor(ids.map(BigInt)),
      attention_mask: tensor(ids.map(() => 1n)),
      token_type_ids: tensor(ids.map(() => 0n)),
    };
    const out = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]])));
    const hidden = out[session.outputNames[0]];
    const data = hidden.data as Float32Array;
    const width = hidden.dims.at(-1)!;
    const vector = new Float32Array(width);
    for (let i = 0; i < data.length; i++) vector[i % width] += data[i];
    const norm = Math.hypot(...vector);
    return { vector: vector.map((value) => value / norm), tokens: length };
  }

  return new Embedder(run, () => session.release(), queueLimit);
}
