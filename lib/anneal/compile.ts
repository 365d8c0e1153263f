import { sha256 } from "../base/mod.ts";
import { type Binding, ELEMENT, type RawAttribute } from "./_binding.ts";
import { type Attributes, type Executor, Kernels, type Precision, type Value } from "./kernels.ts";
import { type GraphFunction, type Placeholder, type Trace, trace } from "./trace.ts";

/**
 * How a computation on kernels is carried out.
 *
 * - `xla`: one TensorFlow function, compiled by XLA (seconds of compiling, then loops of its own)
 * - `fused`: one TensorFlow function, whose parts without matrix products are compiled by XLA
 * - `traced`: one TensorFlow function, interpreted
 * - `eager`: operator by operator
 */
export type KernelEngine = "xla" | "fused" | "traced" | "eager";

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
  /** The computation. */
  body: (k: Kernels, inputs: Value[]) => readonly Value[];
}

const compiled = new Map<string, Compiled>();

/** Make a computation callable on an engine; the same key gives the same function again. */
export function compile(binding: Binding, computation: Computation, engine: KernelEngine): Compiled {
  const key = `${engine} ${computation.precision} ${computation.key}`;
  let run = compiled.get(key);
  if (!run) {
    run = engine === "eager"
      ? interpret(binding, computation)
      : asFunction(binding, computation, engine, compiled.size);
    compiled.set(key, run);
  }
  return run;
}

function asFunction(
  binding: Binding,
  computation: Computation,
  engine: Exclude<KernelEngine, "eager">,
  number: number,
): Compiled {
  const { placeholders, precision, body } = computation;
  const { graph, inputs, outputs } = trace(
    placeholders,
    (executor, values) => body(new Kernels(executor, precision), values),
    engine === "xla"
      ? { barrier: "XlaOptimizationBarrier" }
      : engine === "fused"
      ? { define: (part) => defineFunction(binding, part) }
      : {},
  );
  const name = `midtrain_${engine}_${number}`;
  binding.addGraphFunction(name, graph, inputs.join(","), outputs.join(","));
  const attributes: RawAttribute[] = engine === "xla"
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
    const outputs = body(kernels, [...ids] as Value[]) as readonly number[];
    const kept = new Set(outputs);
    for (const id of made) if (!kept.has(id)) binding.deleteTensor(id);
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
