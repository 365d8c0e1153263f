import { sha256 } from "../base/mod.ts";
import { type Binding, ELEMENT, type RawAttribute } from "./_binding.ts";
import { type Attributes, type Executor, Kernels, type Precision, type Value } from "./kernels.ts";
import { type GraphFunction, type Placeholder, type Trace, trace, type TraceOptions } from "./trace.ts";

/**
 * How a computation on kernels is carried out.
 *
 * - `native`: one TensorFlow function, interpreted, with the kit's own operators for products, attention and the output
 *   layer with its loss; on a CPU only
 * - `traced`: one TensorFlow function, interpreted
 * - `fused`: one TensorFlow function, whose parts without matrix products are compiled by XLA
 * - `xla`: one TensorFlow function, compiled by XLA (seconds of compiling, then loops of its own)
 * - `eager`: operator by operator, with hand-written gradients as the others
 */
export type KernelEngine = "native" | "traced" | "fused" | "xla" | "eager";

/** What makes an engine the engine it is: all that this house knows of one stands here. */
interface EngineTraits {
  /** How a computation becomes one TensorFlow function; without it operators are carried out one by one. */
  graph?: (binding: Binding) => TraceOptions;
  /** Whether XLA compiles the whole function. */
  mustCompile?: boolean;
  /** The engine of computations without a matrix product. @default itself */
  withoutProducts?: KernelEngine;
  /** Where it may be the fastest. */
  contends: readonly ("cpu" | "gpu")[];
}

/** The engines, in the order in which they are timed. */
const ENGINES: Record<KernelEngine, EngineTraits> = {
  native: { graph: () => ({ own: true }), contends: ["cpu"] },
  traced: { graph: () => ({}), contends: ["cpu", "gpu"] },
  fused: {
    graph: (binding) => ({ define: (part) => defineFunction(binding, part) }),
    // The whole of it is one part.
    withoutProducts: "xla",
    contends: ["cpu"],
  },
  xla: {
    graph: () => ({ barrier: "XlaOptimizationBarrier" }),
    mustCompile: true,
    contends: ["cpu", "gpu"],
  },
  eager: { contends: [] },
};

/** The names of the engines: all, or those that may be the fastest on a device. */
export function kernelEngines(device?: "cpu" | "gpu"): KernelEngine[] {
  const names = Object.keys(ENGINES) as KernelEngine[];
  return device ? names.filter((name) => ENGINES[name].contends.includes(device)) : names;
}

/** Whether a name is an engine's whose computations are graphs: only a graph frees what a block left before it computes the block again. */
export function isGraph(name: string): boolean {
  return Object.hasOwn(ENGINES, name) && ENGINES[name as KernelEngine].graph !== undefined;
}

/** A computation ready to be called: takes and gives numbers of tensors; the caller owns both. */
export type Compiled = (inputs: readonly number[]) => number[];

/** A computation on kernels, named by everything it depends on beside its inputs. */
export interface Computation {
  /** Equal keys promise equal computations: they are compiled once a process. */
  key: string;
  /** Shapes and types of the inputs. */
  placeholders: readonly Placeholder[];
  /** Type of the factors in matrix products. */
  precision: Precision;
  /** Whether there are matrix products. @default {true} */
  products?: boolean;
  /** The computation. */
  body: (k: Kernels, inputs: Value[]) => readonly Value[];
}

const compiled = new Map<string, Compiled>();

/** Make a computation callable on an engine; the same key gives the same function again. */
export function compile(binding: Binding, computation: Computation, asked: KernelEngine): Compiled {
  const engine = computation.products === false ? ENGINES[asked].withoutProducts ?? asked : asked;
  const key = `${engine} ${computation.precision} ${computation.key}`;
  let run = compiled.get(key);
  if (!run) {
    const { graph, mustCompile = false } = ENGINES[engine];
    run = graph
      ? asFunction(binding, computation, {
        name: `midtrain_${engine}_${compiled.size}`,
        options: graph(binding),
        mustCompile,
      })
      : interpret(binding, computation);
    compiled.set(key, run);
  }
  return run;
}

function asFunction(
  binding: Binding,
  { placeholders, precision, body }: Computation,
  { name, options, mustCompile }: { name: string; options: TraceOptions; mustCompile: boolean },
): Compiled {
  const { graph, inputs, outputs } = trace(
    placeholders,
    (executor, values) => body(new Kernels(executor, precision), values),
    options,
  );
  binding.addGraphFunction(name, graph, inputs.join(","), outputs.join(","));
  const attributes: RawAttribute[] = mustCompile
    ? [{ name: "_XlaMustCompile", type: binding.TF_ATTR_BOOL, value: true }]
    : [];
  return (ids) => binding.executeOp(name, attributes, ids, outputs.length).map(({ id }) => id);
}

const definitions = new Map<string, Uint8Array>();

/** A part as a function. It is named by what it computes, so that all graphs share what XLA compiles of it. */
function defineFunction(binding: Binding, { graph, inputs, outputs }: Trace): GraphFunction {
  const name = `midtrain_part_${sha256(`${sha256(graph)} ${outputs}`).slice(0, 16)}`;
  let definition = definitions.get(name);
  if (!definition) {
    definition = binding.addGraphFunction(name, graph, inputs.join(","), outputs.join(","));
    definitions.set(name, definition);
  }
  return { name, definition };
}

function interpret(binding: Binding, { precision, body }: Computation): Compiled {
  let made: number[] = [];
  const executor: Executor = {
    execute(operator, attributes, inputs, outputs) {
      const ids = binding.executeOp(operator, rawAttributes(binding, attributes), inputs, outputs)
        .map(({ id }) => id);
      made.push(...ids);
      return ids as Value[];
    },
    constant: (values, shape) =>
      binding.createTensor(
        shape,
        ELEMENT[values instanceof Float32Array ? "float32" : "int32"],
        values,
      ) as Value,
  };
  const kernels = new Kernels(executor, precision);
  return (ids) => {
    made = [];
    let outputs: readonly number[] = [];
    try {
      outputs = body(kernels, [...ids] as Value[]) as readonly number[];
    } finally {
      const kept = new Set(outputs);
      for (const id of made) if (!kept.has(id)) binding.deleteTensor(id);
    }
    return [...outputs];
  };
}

function rawAttributes(binding: Binding, attributes: Attributes): RawAttribute[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === "boolean") return { name, type: binding.TF_ATTR_BOOL, value };
    if (typeof value === "number") return { name, type: binding.TF_ATTR_INT, value };
    if (typeof value === "string") return { name, type: binding.TF_ATTR_TYPE, value: ELEMENT[value] };
    throw new TypeError(
      `Cannot carry out an operator at once as the binding takes no lists: ${name} is ${value}`,
    );
  });
}
