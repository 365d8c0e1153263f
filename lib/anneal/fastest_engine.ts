import { ofKind, Random, takes } from "../base/mod.ts";
import { backend, type BackendName } from "./backend.ts";
import { kernelEngines } from "./compile.ts";
import type { LlamaConfig } from "./config.ts";
import type { Precision } from "./kernels.ts";
import type { Engine, Learner } from "./learner.ts";
import { openLearner } from "./open_learner.ts";
import { checkOptimizer } from "./optimizer.ts";
import { initialParameters } from "./parameters.ts";

/** Options of {@linkcode fastestEngine}: those of the run that it is chosen for. */
export interface FastestEngineOptions {
  /** Sequences that are passed through at a time. @default {8} */
  batch?: number | undefined;
  /** Tokens in a sequence. @default {config.context} */
  context?: number | undefined;
  /** Type of the factors in matrix products. @default {"float32"} */
  precision?: Precision | undefined;
  /** Compute blocks once more in the backward pass. @default {false} */
  recompute?: boolean | undefined;
  /** Engines to choose from. @default those that may be the fastest on the device; without TensorFlow `["reference"]` */
  engines?: readonly Engine[] | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
}

/** What was measured. */
export interface EngineTimes {
  /** The fastest. */
  engine: Engine;
  /** Milliseconds of the fastest of the steps, by engine. */
  milliseconds: Partial<Record<Engine, number>>;
  /** Seconds until the first step was done, by engine: tracing and compiling. */
  firstStepSeconds: Partial<Record<Engine, number>>;
  /** All of it in one line, for a log. */
  toString(): string;
}

/** Steps of each engine that are timed, in turns so that a busy moment of the machine meets all. */
const STEPS = 4;

/**
 * The engine whose training step is the fastest on this machine for a model and a shape, by measurement. A run is given it as
 * `engine`: the choice is made before the run and is a part of it, so that it resumes to the same numbers.
 *
 * @param config The model.
 * @throws {RangeError} If there is no engine to choose from, or the backend cannot run one.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fastestEngine, llamaConfig } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { layers: 1, width: 8, heads: 2, keyValueHeads: 1, feedForward: 8 });
 * const { engine, milliseconds } = await fastestEngine(config, { batch: 1, context: 4, backend: "cpu" });
 * assert.equal(engine, "reference");
 * assert(milliseconds.reference! > 0);
 * ```
 */
export async function fastestEngine(
  config: LlamaConfig,
  options: FastestEngineOptions = {},
): Promise<EngineTimes> {
  takes("Cannot choose an engine", options, "batch?, context?, precision?, recompute?, engines?, backend?");
  ofKind("Cannot choose an engine", { config }, "an object with width, layers, heads, vocabularySize");
  const { batch = 8, context = config.context, precision = "float32", recompute = false } = options;
  const { name, device } = await backend({ prefer: options.backend });
  const engines: readonly Engine[] = options.engines ??
    (name === "node-gpu" ? kernelEngines(device) : ["reference"]);
  if (engines.length === 0) {
    throw new RangeError("Cannot choose an engine as engines must hold one or more: there is none");
  }
  const random = new Random("engine");
  const optimizer = checkOptimizer({});
  const ids = () => Int32Array.from({ length: batch * context }, () => random.int(config.vocabularySize));
  const drawn = { tokens: ids(), targets: ids() };
  const weights = initialParameters(config, 1);
  const timed = async (learner: Learner): Promise<number> => {
    const started = performance.now();
    await learner.step(drawn, 1e-4);
    return performance.now() - started;
  };
  const milliseconds: EngineTimes["milliseconds"] = {};
  const firstStepSeconds: EngineTimes["firstStepSeconds"] = {};
  using learners = new DisposableStack();
  const open: Learner[] = [];
  for (const engine of engines) {
    const shape = { config, batch, context, maskDocuments: false, backend: options.backend };
    const learner = learners.use(
      await openLearner({ weights }, { ...shape, optimizer, precision, recompute, engine }),
    );
    firstStepSeconds[engine] = await timed(learner) / 1000;
    // The second step still meets cold caches.
    await timed(learner);
    open.push(learner);
  }
  for (let step = 0; step < STEPS; step++) {
    for (const learner of open) {
      milliseconds[learner.engine] = Math.min(milliseconds[learner.engine] ?? Infinity, await timed(learner));
    }
  }
  const engine = engines.reduce((best, other) => milliseconds[other]! < milliseconds[best]! ? other : best);
  const each = engines.map((name) =>
    `${name} ${milliseconds[name]!.toFixed(1)} ms a step (the first after ${
      firstStepSeconds[name]!.toFixed(1)
    } s)`
  );
  const line = `The fastest engine is ${engine}: ${each.join(", ")}`;
  return { engine, milliseconds, firstStepSeconds, toString: () => line };
}
