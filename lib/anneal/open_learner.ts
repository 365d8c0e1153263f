import { must, oneOf } from "../base/mod.ts";
import { bindingOf } from "./_binding.ts";
import { KernelLearner } from "./_kernel_learner.ts";
import { ReferenceLearner } from "./_reference_learner.ts";
import { backend } from "./backend.ts";
import { isGraph, kernelEngines } from "./compile.ts";
import type { Engine, Learner, LearnerOptions, LearnerState } from "./learner.ts";

/**
 * The engine that will carry out the steps. By default the device alone decides, so that a run that goes on with other batches
 * goes on to the same numbers.
 *
 * @throws {RangeError} If the backend cannot run the one that is asked for, or the engine not what is asked of it.
 */
export async function resolveEngine(
  { engine, backend: prefer, precision = "float32", recompute = false }: {
    [Name in "engine" | "backend" | "precision" | "recompute"]?: LearnerOptions[Name] | undefined;
  },
): Promise<Engine> {
  const { name, device } = await backend({ prefer });
  const cannot = "Cannot run the model";
  must(
    cannot,
    "precision must be float32 or bfloat16",
    precision,
    ["float32", "bfloat16"].includes(precision),
  );
  // On a CPU, XLA's matrix products are slower, and it compiles for seconds: see fastestEngine().
  const chosen = engine ?? (name !== "node-gpu" ? "reference" : device === "gpu" ? "xla" : "native");
  const reference = chosen === "reference";
  must(cannot, `engine must be reference on the ${name} backend`, chosen, reference || name === "node-gpu");
  oneOf(cannot, { engine: chosen }, [...kernelEngines(), "reference"]);
  must(
    cannot,
    "precision must be float32 on the engine reference",
    precision,
    !reference || precision === "float32",
  );
  must(cannot, `recompute must be false on the engine ${chosen}`, recompute, isGraph(chosen) || !recompute);
  return chosen;
}

/** Put a state on the device. */
export async function openLearner(state: LearnerState, options: LearnerOptions): Promise<Learner> {
  const engine = await resolveEngine(options);
  const { tf } = await backend({ prefer: options.backend });
  return engine === "reference"
    ? new ReferenceLearner(tf, state, options)
    : new KernelLearner(bindingOf(tf), state, options, engine);
}
