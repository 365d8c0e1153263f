import { join } from "node:path";
import { exists, isFullDisk, writeAtomic } from "../base/mod.ts";
import { SafetensorsFile, type TensorView, writeSafetensors } from "./_safetensors.ts";
import type { SourceProgress } from "./batches.ts";
import { checkConfig, type LlamaConfig } from "./config.ts";
import { fromHuggingFace, tensorSlices, toHuggingFace } from "./hugging_face.ts";
import type { OptimizerState } from "./learner.ts";
import { initialParameters, type Parameters, parameterShapes, sizeOf } from "./parameters.ts";

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
  /** How far each source has been read. */
  sources?: Record<string, SourceProgress>;
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
  return { config: checkConfig(config), weights: initialParameters(config, seed), step: 0, tokens: 0 };
}

/** What a checkpoint's `training.json` holds. */
interface TrainingState {
  step: number;
  tokens: number;
  updates?: number;
  sources?: Record<string, SourceProgress>;
}

/**
 * Write a checkpoint as a folder that Python's `transformers` loads: `config.json` and `model.safetensors` with Hugging
 * Face's names, float32; and beside them what training needs to go on, `optimizer.safetensors` and `training.json`.
 *
 * The folder appears whole, by rename, or not at all.
 *
 * @param path The folder; it must not exist.
 * @param checkpoint What to write.
 * @throws {RangeError} If the folder exists.
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
  if (await exists(path)) {
    throw new RangeError(`Cannot write a checkpoint to ${path} as the folder must be new: it exists`);
  }
  const { config, weights, optimizer, step, tokens, sources } = checkpoint;
  const model: Record<string, TensorView> = {};
  const moments: Record<string, TensorView> = {};
  for (const { name, parameter, offset, shape } of tensorSlices(checkConfig(config))) {
    model[name] = { shape, values: weights[parameter].subarray(offset, offset + sizeOf(shape)) };
  }
  for (const [name, shape] of optimizer ? Object.entries(parameterShapes(config)) : []) {
    moments[`first.${name}`] = { shape, values: optimizer!.first[name] };
    moments[`second.${name}`] = { shape, values: optimizer!.second[name] };
  }
  const training: TrainingState = {
    step,
    tokens,
    ...(optimizer && { updates: optimizer.updates }),
    ...(sources && { sources }),
  };
  const partial = `${path}.${Deno.pid}.partial`;
  try {
    await writeAtomic(join(partial, "config.json"), JSON.stringify(toHuggingFace(config), null, 2) + "\n");
    await writeSafetensors(join(partial, "model.safetensors"), model);
    if (optimizer) await writeSafetensors(join(partial, "optimizer.safetensors"), moments);
    await writeAtomic(join(partial, "training.json"), JSON.stringify(training, null, 2) + "\n");
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    if (!isFullDisk(error)) throw error;
    const megabytes = Math.ceil(sizeOfViews({ ...model, ...moments }) / 1e6);
    throw new Error(`Cannot write a checkpoint to ${path} as the disk is full: it needs ${megabytes} MB`, {
      cause: error,
    });
  }
}

function sizeOfViews(views: Record<string, TensorView>): number {
  return Object.values(views).reduce((sum, { values }) => sum + values.byteLength, 0);
}

/**
 * Read a checkpoint: one that {@linkcode saveCheckpoint} wrote, or any Hugging Face folder of a Llama (one file or
 * shards; float32, bfloat16 or float16).
 *
 * @throws {SyntaxError} If a file is cut short or not what its name says.
 * @throws {RangeError} If a tensor is missing, misshaped or unknown, or the architecture is another one.
 * @example
 * ```ts ignore
 * import { loadCheckpoint, train } from "midtrain/anneal";
 *
 * const model = await loadCheckpoint("models/SmolLM2-135M");
 * ```
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const config = fromHuggingFace(await readJson(join(path, "config.json")) as Record<string, unknown>);
  const weights = emptyParameters(config);
  const targets = tensorSlices(config).map(({ name, parameter, offset, shape }) => ({
    name,
    shape,
    values: weights[parameter].subarray(offset, offset + sizeOf(shape)),
  }));
  // A tied model's file may carry its output layer once more; rotary tables are computed, never read.
  const ignore = (name: string) =>
    /rotary_emb\.inv_freq$/.test(name) || (config.tieEmbeddings && name === "lm_head.weight");
  await readTensors(path, await weightFiles(path), targets, ignore);
  const trainingPath = join(path, "training.json");
  const { updates, ...progress } = await exists(trainingPath)
    ? await readJson(trainingPath) as TrainingState
    : { step: 0, tokens: 0 } as TrainingState;
  const checkpoint: Checkpoint = { config, weights, ...progress };
  if (updates !== undefined) {
    const optimizer = { updates, first: emptyParameters(config), second: emptyParameters(config) };
    const moments = Object.entries(parameterShapes(config)).flatMap(([name, shape]) =>
      (["first", "second"] as const).map((moment) => ({
        name: `${moment}.${name}`,
        shape,
        values: optimizer[moment][name],
      }))
    );
    await readTensors(path, ["optimizer.safetensors"], moments, () => false);
    checkpoint.optimizer = optimizer;
  }
  return checkpoint;
}

function emptyParameters(config: LlamaConfig): Parameters {
  return Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]),
  );
}

/** The files that hold the weights: one, or the shards that the index names. */
async function weightFiles(path: string): Promise<string[]> {
  const index = join(path, "model.safetensors.index.json");
  if (!await exists(index)) return ["model.safetensors"];
  const { weight_map: map } = await readJson(index) as { weight_map?: Record<string, string> };
  if (!map) throw new SyntaxError(`Cannot read ${index} as it must hold weight_map: it does not`);
  return [...new Set(Object.values(map))];
}

async function readTensors(
  path: string,
  files: string[],
  targets: { name: string; shape: number[]; values: Float32Array }[],
  ignore: (name: string) => boolean,
): Promise<void> {
  const wanted = new Map(targets.map((target) => [target.name, target]));
  for (const name of files) {
    using file = await SafetensorsFile.open(join(path, name));
    for (const [tensor, { shape }] of Object.entries(file.entries)) {
      const target = wanted.get(tensor);
      if (!target && ignore(tensor)) continue;
      if (!target) throw new RangeError(`Cannot load ${path} as this model has no tensor ${tensor}`);
      if (`${shape}` !== `${target.shape}`) {
        throw new RangeError(
          `Cannot load ${path} as tensor ${tensor} must have shape [${target.shape}]: it has [${shape}]`,
        );
      }
      await file.read(tensor, target.values);
      wanted.delete(tensor);
    }
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) {
    throw new RangeError(
      `Cannot load ${path} as tensor ${missing} is missing (${wanted.size} of ${targets.length} are)`,
    );
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(
      `Cannot read ${path} as it must be JSON: it begins ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
}
