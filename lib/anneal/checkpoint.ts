import { join } from "node:path";
import { described, exists, isFullDisk, must, ofKind, wholeNumber, writeAtomic } from "../base/mod.ts";
import type { RecentSteps } from "./_outliers.ts";
import { namesIn, needsFile } from "./_model_folder.ts";
import { type TensorView, writeSafetensors } from "./_safetensors.ts";
import { partsTogether } from "./_row_order.ts";
import type { SourceProgress } from "./batches.ts";
import { StoredTensors } from "./_stored_tensors.ts";
import { checkConfig, countParameters, type LlamaConfig } from "./config.ts";
import { configText, fromHuggingFace } from "./config_json.ts";
import { countTensors, sliceOf, type TensorSlice, tensorSlices, tensorsOf } from "./hugging_face.ts";
import type { OptimizerState } from "./learner.ts";
import { emptyParameters, initialParameters, type Parameters, parameterShapes } from "./parameters.ts";

/** A model at a moment of its training, in memory. */
export interface Checkpoint {
  /** The model's shape. */
  config: LlamaConfig;
  /** Its parameters; see {@linkcode parameterShapes}. */
  weights: Parameters;
  /** Steps trained so far. */
  step: number;
  /** Tokens seen so far. */
  tokens: number;
  /** The optimiser's memory; absent where only the model is known. */
  optimizer?: OptimizerState;
  /** The parameters' moving average, where a run kept one; {@linkcode averagedCheckpoint} makes it the model. */
  average?: Parameters;
  /** How far each source has been read. */
  sources?: Record<string, SourceProgress>;
  /** What the newest steps found, where a run skips outliers. */
  recent?: RecentSteps;
  /**
   * Whether attention stays inside documents by default when it is trained or measured: it does of a model that was trained
   * elsewhere, and of one that was trained so here. @default {false}
   */
  maskDocuments?: boolean;
}

/**
 * A fresh model.
 *
 * @param config The model's shape.
 * @param seed Names the random stream of its parameters.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialCheckpoint, llamaConfig } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { layers: 1, width: 16, feedForward: 32 });
 * assert.equal(initialCheckpoint(config, 1).step, 0);
 * ```
 */
export function initialCheckpoint(config: LlamaConfig, seed: number | string): Checkpoint {
  ofKind("Cannot make a checkpoint", { config }, "an object with width, layers, heads, vocabularySize");
  return describedCheckpoint({
    config: checkConfig(config),
    weights: initialParameters(config, seed),
    step: 0,
    tokens: 0,
  });
}

/** A checkpoint that says itself how it is shown. */
export function describedCheckpoint(checkpoint: Checkpoint): Checkpoint {
  return described(checkpoint, ({ config, step, tokens, optimizer }) => [
    {
      rows: [{
        "parameters": countParameters(config),
        "layers": config.layers,
        "width": config.width,
        "heads": config.heads,
        "context (tokens)": config.context,
        "vocabulary": config.vocabularySize,
        "steps": step,
        "tokens": tokens,
      }],
    },
    optimizer
      ? "With the optimiser's state"
      : "Without an optimiser's state: training from it starts that anew",
  ]);
}

/** The file of a moving average. */
const AVERAGE = "average.safetensors";

/** What a checkpoint's `training.json` holds. */
interface TrainingState {
  step: number;
  tokens: number;
  updates?: number;
  sources?: Record<string, SourceProgress>;
  recent?: RecentSteps;
  maskDocuments?: boolean;
}

/**
 * The model whose parameters are the moving average that a run kept by its option `ema`. It has no optimiser state, as none
 * belongs to it.
 *
 * @throws {RangeError} If the checkpoint holds no average.
 * @example
 * ```ts ignore
 * import { averagedCheckpoint, evaluateLoss, train } from "midtrain/anneal";
 *
 * const { checkpoint } = await train({ ...options, ema: 0.999 });
 * const { loss } = await evaluateLoss(averagedCheckpoint(checkpoint), heldOut);
 * ```
 */
export function averagedCheckpoint(checkpoint: Checkpoint): Checkpoint {
  const cannot = "Cannot take a checkpoint's average";
  ofKind(cannot, { checkpoint }, "an object with config, weights");
  const { config, average, step, tokens, maskDocuments } = checkpoint;
  if (!average) {
    throw new RangeError(`${cannot} as its run must have kept one by the option ema: there is none`);
  }
  return describedCheckpoint({
    ...{ config, weights: average, step, tokens },
    ...(maskDocuments && { maskDocuments }),
  });
}

/**
 * Write a checkpoint as a folder that Python's `transformers` loads: `config.json` and `model.safetensors` with Hugging
 * Face's names, float32; and beside them what training needs to go on, `optimizer.safetensors` and `training.json`; a moving
 * average is `average.safetensors`.
 *
 * The folder appears whole, by rename, or not at all.
 *
 * @param path The folder; it must not exist.
 * @param checkpoint What to write.
 * @throws {RangeError} If the folder exists, or no model type of Hugging Face has the model's parts together.
 * @throws {Error} If the disk is full; nothing is left behind.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialCheckpoint, llamaConfig, loadCheckpoint, saveCheckpoint } from "midtrain/anneal";
 *
 * const path = `${await Deno.makeTempDir()}/start`;
 * const start = initialCheckpoint(llamaConfig("1M", { layers: 1, width: 16, feedForward: 32 }), 1);
 * await saveCheckpoint(path, start);
 * assert.deepEqual(await loadCheckpoint(path), start);
 * ```
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  ofKind("Cannot write a checkpoint", { path }, "a text");
  ofKind("Cannot write a checkpoint", { checkpoint }, "an object with config, weights");
  if (await exists(path)) {
    throw new RangeError(`Cannot write a checkpoint to ${path} as the folder must be new: it exists`);
  }
  const { config, weights, average, optimizer, step, tokens, sources, recent, maskDocuments } = checkpoint;
  const model = tensorsOf(checkConfig(config), weights);
  const averaged = average ? tensorsOf(config, average) : {};
  const moments: Record<string, TensorView> = {};
  for (const [name, shape] of optimizer ? Object.entries(parameterShapes(config)) : []) {
    moments[`first.${name}`] = { shape, values: optimizer!.first[name] };
    moments[`second.${name}`] = { shape, values: optimizer!.second[name] };
  }
  const training: TrainingState = {
    step,
    tokens,
    ...(optimizer && { updates: optimizer.updates }),
    ...(sources && { sources }),
    ...(recent && { recent }),
    ...(maskDocuments && { maskDocuments }),
  };
  const partial = `${path}.${Deno.pid}.partial`;
  try {
    await writeAtomic(join(partial, "config.json"), configText(config));
    await writeSafetensors(join(partial, "model.safetensors"), model);
    if (average) await writeSafetensors(join(partial, AVERAGE), averaged);
    if (optimizer) await writeSafetensors(join(partial, "optimizer.safetensors"), moments);
    await writeAtomic(join(partial, "training.json"), JSON.stringify(training, null, 2) + "\n");
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    if (!isFullDisk(error)) throw error;
    const megabytes = Math.ceil((sizeOfViews({ ...model, ...moments }) + sizeOfViews(averaged)) / 1e6);
    throw new Error(`Cannot write a checkpoint to ${path} as the disk is full: it needs ${megabytes} MB`, {
      cause: error,
    });
  }
}

function sizeOfViews(views: Record<string, TensorView>): number {
  return Object.values(views).reduce((sum, { values }) => sum + values.byteLength, 0);
}

/**
 * Read a checkpoint: one that {@linkcode saveCheckpoint} wrote, or a Hugging Face folder of a decoder of one of the types of
 * {@linkcode HuggingFaceType} (one file or shards; float32, bfloat16 or float16). A key of its `config.json` that changes what is
 * computed and is not understood is refused by name; those that do not are written again. Tensors of other types that the model does not need are passed over, unless they are called a weight or a bias.
 *
 * Nothing is allocated before the configuration was held against the headers and the sizes of the files, and no file outside the folder
 * is opened but by a link that lies in it.
 *
 * @throws {Deno.errors.NotFound} If the folder, its `config.json` or its weights are not there; the message says what is.
 * @throws {SyntaxError} If a file is cut short or not what its name says.
 * @throws {RangeError} If a tensor is missing, misshaped, unknown, of a type that is not read or not finite, or the
 * model of a type or with parts that are not computed here.
 * @example
 * ```ts ignore
 * import { loadCheckpoint, train } from "midtrain/anneal";
 *
 * const model = await loadCheckpoint("models/SmolLM2-135M");
 * ```
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  ofKind("Cannot load a checkpoint", { path }, "a text");
  await needsFile("Cannot load a checkpoint", path, "config.json");
  const config = fromHuggingFace(await readObject(join(path, "config.json")));
  using model = await StoredTensors.open(path, await weightFiles(path));
  model.checkCount(countTensors(config));
  const slices = tensorSlices(config);
  // A tied model's file may carry its output layer once more; rotary tables are computed, never read.
  model.check(
    slices,
    (name) =>
      /rotary_emb\.inv_freq$|attention\.masked_bias$/.test(name) ||
      (config.tieEmbeddings && name === "lm_head.weight"),
  );
  const weights = await readParameters(model, config, slices);
  if (config.tieEmbeddings && !await model.repeats("lm_head.weight", sliceOf(weights, slices[0]))) {
    throw new RangeError(
      `Cannot load ${path} as lm_head.weight must repeat the embedding of a tied model: its values are others, ` +
        "which tie_word_embeddings: false in config.json reads",
    );
  }
  const { updates, ...progress } = await progressOf(path);
  const checkpoint: Checkpoint = { config, weights, ...progress };
  if (updates !== undefined) checkpoint.optimizer = await readOptimizer(path, config, updates);
  if (await exists(join(path, AVERAGE))) {
    using stored = await StoredTensors.open(path, [AVERAGE]);
    stored.check(slices, () => false);
    checkpoint.average = await readParameters(stored, config, slices);
  }
  return describedCheckpoint(checkpoint);
}

/** How far a checkpoint's model was trained; its weights are not read. */
export async function progressOf(path: string): Promise<TrainingState> {
  const file = join(path, "training.json");
  // No run of this kit wrote it: the model was trained elsewhere.
  if (!await exists(file)) return { step: 0, tokens: 0, maskDocuments: true };
  const progress = await readObject(file) as unknown as TrainingState;
  const { step, tokens, updates = 0 } = progress;
  wholeNumber(`Cannot read ${file}`, { step, tokens, updates }, ">= 0");
  return progress;
}

async function readParameters(
  stored: StoredTensors,
  config: LlamaConfig,
  slices: readonly TensorSlice[],
): Promise<Parameters> {
  const parameters = emptyParameters(config);
  for (const slice of slices) {
    const target = sliceOf(parameters, slice);
    await stored.read(slice.name, target);
    if (slice.order) partsTogether(target, slice.order);
  }
  return parameters;
}

async function readOptimizer(path: string, config: LlamaConfig, updates: number): Promise<OptimizerState> {
  using stored = await StoredTensors.open(path, ["optimizer.safetensors"]);
  const moments = ["first", "second"] as const;
  const shapes = Object.entries(parameterShapes(config));
  stored.check(
    moments.flatMap((moment) => shapes.map(([name, shape]) => ({ name: `${moment}.${name}`, shape }))),
    () => false,
  );
  const optimizer = { updates, first: emptyParameters(config), second: emptyParameters(config) };
  for (const moment of moments) {
    for (const [name] of shapes) await stored.read(`${moment}.${name}`, optimizer[moment][name]);
  }
  return optimizer;
}

/** The files that hold the weights: one, or the shards that the index names. */
async function weightFiles(path: string): Promise<string[]> {
  const index = join(path, "model.safetensors.index.json");
  if (await exists(index)) {
    const { weight_map: map } = await readObject(index);
    if (!isObject(map)) throw new SyntaxError(`Cannot read ${index} as it must hold weight_map: it does not`);
    const files = [...new Set(Object.values(map))];
    for (const file of files) {
      // No path: an index that came with a model must not say which other files of this machine are opened.
      const plain = typeof file === "string" && /^[^/\\:\0]+\.safetensors$/.test(file);
      const rule = "weight_map must name .safetensors files that lie beside it";
      must(`Cannot read ${index}`, rule, JSON.stringify(file), plain);
      const shards = `${files.length} shards are named in model.safetensors.index.json`;
      await needsFile("Cannot load a checkpoint", path, file as string, () => shards);
    }
    return files as string[];
  }
  if (await exists(join(path, "model.safetensors"))) return ["model.safetensors"];
  const others = [await namesIn(path)].flat().filter((name) =>
    /\.(bin|pth?|ckpt|h5|msgpack|gguf|safetensors)\b/.test(name)
  );
  const pickled = others.some((name) => /\.(bin|pth?|ckpt)$/.test(name));
  // Python's pickles run code when they are read: they are read nowhere here.
  const how = pickled
    ? "; in Python, AutoModelForCausalLM.from_pretrained(F).save_pretrained(F) writes them"
    : "";
  throw new Deno.errors.NotFound(
    `Cannot load ${path} as its weights must be model.safetensors, or shards that model.safetensors.index.json names ` +
      `(loadGguf reads .gguf): ${others.length ? `it holds ${others.join(", ")}` : "it holds none"}${how}`,
  );
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  const text = await Deno.readTextFile(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SyntaxError(
      `Cannot read ${path} as it must be JSON: it begins ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  if (!isObject(json)) throw new SyntaxError(`Cannot read ${path} as it must hold an object: it does not`);
  return json;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
