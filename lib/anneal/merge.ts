import { inRange, must, ofKind, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { slerp } from "./_slerp.ts";
import { type Checkpoint, describedCheckpoint, loadCheckpoint } from "./checkpoint.ts";
import { sizeOf } from "./_shapes.ts";
import { tensorSlices } from "./hugging_face.ts";
import { emptyParameters, type Parameters, parameterShapes } from "./parameters.ts";
import { computed, type LlamaConfig } from "./parts.ts";

/**
 * How checkpoints are merged.
 *
 * - `linear`: the weighted average
 * - `slerp`: of two, the point on the arc between them, each tensor of Hugging Face's by itself, as mergekit does it
 */
export type MergeMethod = "linear" | "slerp";

/** Options of {@linkcode mergeCheckpoints}. */
export interface MergeOptions {
  /** How they are merged. @default {"linear"} */
  method?: MergeMethod;
  /**
   * The share of each checkpoint; they add up to 1. Those of `mergeWeights` in `midtrain/laws` make a constant rate's
   * checkpoints act as a decay would. @default equal shares, a soup
   */
  weights?: ArrayLike<number>;
}

/**
 * The weighted average of checkpoints' parameters: a soup (arXiv:2203.05482), a moving average ({@linkcode emaWeights}),
 * or a decay by merging (WSM, arXiv:2507.17634). Steps and tokens are those of the furthest; there is no optimiser state, as none belongs to it.
 *
 * @throws {RangeError} If there is no checkpoint, two differ in a field of their configurations, or the weights do not fit.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialCheckpoint, llamaConfig, mergeCheckpoints } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { layers: 1, width: 16, feedForward: 32 });
 * const [a, b] = [initialCheckpoint(config, 1), initialCheckpoint(config, 2)];
 * const { weights } = mergeCheckpoints([a, b], { weights: [0.25, 0.75] });
 * const expected = 0.25 * a.weights.embedding![0]! + 0.75 * b.weights.embedding![0]!;
 * assert.equal(weights.embedding![0], Math.fround(expected));
 * ```
 */
export function mergeCheckpoints(checkpoints: readonly Checkpoint[], options: MergeOptions = {}): Checkpoint {
  takes("Cannot merge checkpoints", options, "method?, weights?");
  ofKind("Cannot merge checkpoints", { checkpoints }, "a list of objects with config, weights");
  const shares = sharesOf(checkpoints.length, options);
  if (options.method === "slerp") return onArc(checkpoints[0], checkpoints[1], shares[1]);
  const average = new Average();
  checkpoints.forEach((checkpoint, i) => average.add(checkpoint, shares[i]));
  return average.result();
}

/**
 * {@linkcode mergeCheckpoints} of checkpoints on disk, one in memory at a time.
 *
 * @param paths Their folders.
 * @throws {RangeError} As {@linkcode mergeCheckpoints}.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialCheckpoint, llamaConfig, mergeCheckpoints, mergeSaved, saveCheckpoint } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { layers: 1, width: 16, feedForward: 32 }), folder = await Deno.makeTempDir();
 * const soup = [1, 2].map((seed) => initialCheckpoint(config, seed));
 * const paths = soup.map((_, i) => `${folder}/${i}`);
 * for (const [i, checkpoint] of soup.entries()) await saveCheckpoint(paths[i]!, checkpoint);
 * assert.deepEqual(await mergeSaved(paths), mergeCheckpoints(soup));
 * ```
 */
export async function mergeSaved(paths: readonly string[], options: MergeOptions = {}): Promise<Checkpoint> {
  takes("Cannot merge checkpoints", options, "method?, weights?");
  ofKind("Cannot merge checkpoints", { paths }, "a list of texts");
  const shares = sharesOf(paths.length, options);
  if (options.method === "slerp") {
    return onArc(await loadCheckpoint(paths[0]), await loadCheckpoint(paths[1]), shares[1]);
  }
  const average = new Average();
  for (const [i, path] of paths.entries()) average.add(await loadCheckpoint(path), shares[i]);
  return average.result();
}

/**
 * The shares that an exponential moving average gives to checkpoints, oldest first: what
 * `average = decay * average + (1 - decay) * checkpoint` leaves of each, beginning with the first as it is.
 *
 * @param count How many checkpoints.
 * @param decay How much of the average stays at each, in [0, 1).
 * @throws {RangeError} If an argument is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { emaWeights } from "midtrain/anneal";
 *
 * assert.deepEqual([...emaWeights(3, 0.5)], [0.25, 0.25, 0.5]);
 * ```
 */
export function emaWeights(count: number, decay: number): Float64Array {
  const cannot = "Cannot form an average";
  wholeNumber(cannot, { count }, ">= 1");
  inRange(cannot, { decay }, "in [0, 1)");
  return Float64Array.from(
    { length: count },
    (_, i) => (i === 0 ? 1 : 1 - decay) * decay ** (count - 1 - i),
  );
}

function sharesOf(count: number, options: MergeOptions): number[] {
  const shares = Array.from(options.weights ?? new Array(count).fill(1 / count));
  if (count === 0) throw new RangeError("Cannot merge checkpoints as there must be one: there is none");
  if (shares.length !== count) {
    throw new RangeError(
      `Cannot merge checkpoints as there must be a weight for each of ${count}: there are ${shares.length}`,
    );
  }
  const bad = shares.findIndex((share) => !Number.isFinite(share));
  if (bad >= 0) {
    throw new RangeError(
      `Cannot merge checkpoints as weights must be finite: weight ${bad} is ${shares[bad]}`,
    );
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-6) {
    throw new RangeError(`Cannot merge checkpoints as weights must add up to 1: they add up to ${total}`);
  }
  const { method = "linear" } = options;
  oneOf("Cannot merge checkpoints", { method }, ["linear", "slerp"]);
  if (method === "slerp") {
    must("Cannot merge checkpoints", "slerp must be given two", count, count === 2);
    const within = shares.every((share) => share >= 0);
    must("Cannot merge checkpoints", "weights must be >= 0 by slerp", shares, within);
  }
  return shares;
}

/** The point on the arc between two checkpoints, tensor by tensor. */
function onArc(first: Checkpoint, second: Checkpoint, share: number): Checkpoint {
  const { config } = first;
  checkSame(second.config, config, 1);
  const weights = emptyParameters(config);
  for (const { parameter, offset, shape } of tensorSlices(config)) {
    const [a, b] = [first, second].map((of) =>
      of.weights[parameter].subarray(offset, offset + sizeOf(shape))
    );
    weights[parameter].set(slerp(a, b, share), offset);
  }
  const { step, tokens } = second.step >= first.step ? second : first;
  const maskDocuments = first.maskDocuments && second.maskDocuments;
  return describedCheckpoint({ config, weights, step, tokens, ...(maskDocuments && { maskDocuments }) });
}

/** A weighted sum of checkpoints; in float64, as many small shares would lose digits in float32. */
class Average {
  readonly #sums: Record<string, Float64Array> = {};
  #config: LlamaConfig | undefined;
  #count = 0;
  #step = 0;
  #tokens = 0;
  #maskDocuments = true;

  add({ config, weights, step, tokens, maskDocuments = false }: Checkpoint, share: number): void {
    this.#maskDocuments &&= maskDocuments;
    this.#config ??= config;
    checkSame(config, this.#config, this.#count);
    for (const [name, shape] of Object.entries(parameterShapes(config))) {
      const sum = this.#sums[name] ??= new Float64Array(sizeOf(shape));
      const values = weights[name];
      for (let i = 0; i < sum.length; i++) sum[i] += share * values[i];
    }
    this.#count++;
    if (step >= this.#step) [this.#step, this.#tokens] = [step, tokens];
  }

  result(): Checkpoint {
    const weights: Parameters = {};
    for (const [name, sum] of Object.entries(this.#sums)) weights[name] = Float32Array.from(sum);
    return describedCheckpoint({
      ...{ config: this.#config!, weights, step: this.#step, tokens: this.#tokens },
      ...(this.#maskDocuments && { maskDocuments: true }),
    });
  }
}

/** Check that a checkpoint is of the first one's model: weights of another mean something else under its configuration. */
function checkSame(config: LlamaConfig, first: LlamaConfig, count: number): void {
  if (config === first) return;
  const [found, wanted] = [computed(config), computed(first)];
  for (const [field, value] of Object.entries(wanted)) {
    if (found[field] === value) continue;
    throw new RangeError(
      `Cannot merge checkpoints as they must have one configuration: checkpoint ${count} differs from the first in ` +
        `${field}: ${`${found[field]}`.slice(0, 40)} and ${`${value}`.slice(0, 40)}`,
    );
  }
}
