import { exists, must, type OnProgress, refuseRenamed, sha256File, takes, wholeNumber } from "../base/mod.ts";
import { ensure } from "../native/mod.ts";
import { EmbeddedModel } from "./embedded.ts";
import { Decoder } from "./_decoder.ts";
import { openLibLlama } from "./_libllama.ts";

/** Options of {@linkcode openEmbedded}. */
export interface EmbeddedOptions {
  /** A GGUF file; chats take the form of its own template. @default the packaged SmolLM2-135M-Instruct, fetched when it is absent */
  modelPath?: string | undefined;
  /** How many tokens a prompt and its answer may hold together. @default {2048} */
  context?: number | undefined;
  /** Processor threads that the model takes; on a busy machine two are slower than one. @default {1} */
  threads?: number | undefined;
  /** How many requests are decoded together; each takes memory for a whole context. @default as many as hold 16,384 tokens, from 1 to 8 */
  sequences?: number | undefined;
  /** How many requests may wait for the model before new ones are refused. @default {512} */
  queueLimit?: number | undefined;
  /** Called with the download. */
  onProgress?: OnProgress | undefined;
}

/**
 * Load the embedded language model into this process.
 *
 * Most callers want `openModel` instead, which keeps the model in a process of its own and caches its answers.
 *
 * @throws {RangeError} If the context is not a whole number in [8, the model's own].
 * @example
 * ```ts ignore
 * import { openEmbedded } from "midtrain/llm";
 *
 * await using model = await openEmbedded();
 * const { text } = await model.generate(model.chatTokens([{ role: "user", content: "What is the capital of France?" }]));
 * console.log(text);
 * ```
 */
export async function openEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedModel> {
  const cannot = "Cannot open the embedded model";
  refuseRenamed(cannot, options, { contextSize: "context" });
  takes(
    cannot,
    options,
    "modelPath?, context?, threads?, sequences?, queueLimit?, onProgress?",
  );
  const { context = 2048, threads = 1, queueLimit = 512, onProgress } = options;
  wholeNumber(cannot, { context }, ">= 8");
  wholeNumber(cannot, { threads, queueLimit }, ">= 1");
  const { sequences = Math.max(1, Math.min(8, Math.floor(16384 / context))) } = options;
  wholeNumber(cannot, { sequences }, "in [1, 256]");
  const modelPath = options.modelPath ?? (await ensure("smollm2", { onProgress })).model;
  must(cannot, "modelPath must be a file", modelPath, await exists(modelPath));
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({ gpu: false, build: "never", maxThreads: 0, logLevel: LlamaLogLevel.error });
  const library = await openLibLlama(llama.llamaCppRelease.release);
  const vocabulary = await llama.loadModel({ modelPath, vocabOnly: true });
  const most = vocabulary.fileInsights.trainContextSize ?? Infinity;
  if (context > most) await vocabulary.dispose();
  must(cannot, `context must be <= ${most}, what it was trained on`, context, context <= most);
  const decoder = await Decoder.open(library, modelPath, { context, sequences, threads });
  const file = modelPath.split(/[\\/]/).at(-1)!.replace(/\.gguf$/i, "");
  const { size } = await Deno.stat(modelPath);
  // A file of one's own is written again under its name, and answers of before must not be taken for the new one's.
  const name = options.modelPath === undefined
    ? file
    : `${file}-${(await sha256File(modelPath)).slice(0, 8)}`;
  return new EmbeddedModel({
    name,
    identity: `${name} (${size} bytes) on llama.cpp ${llama.llamaCppRelease.release}, directly`,
    context,
    sequences,
    queueLimit,
    llama,
    vocabulary,
    library,
    decoder,
  });
}
