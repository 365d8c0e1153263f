import { ELEMENT, type ElementType } from "./_binding.ts";
import { ProtobufWriter } from "./_protobuf.ts";
import type { Attributes, Barrier, Executor, Value } from "./kernels.ts";

/** Shape and element type of a function's input. */
export interface Placeholder {
  /** Sizes of the axes; without them any shape is taken. */
  shape?: readonly number[];
  /** Type of the elements. */
  type: ElementType;
}

/** A computation written down as a TensorFlow graph. */
export interface Trace {
  /** A serialised GraphDef. */
  graph: Uint8Array;
  /** Names of the input nodes, in order. */
  inputs: string[];
  /** Names of the outputs (`node:index`), in order. */
  outputs: string[];
  /** How many nodes the graph has. */
  nodes: number;
}

/** Values of all traces so far: each has its own, so that one of another trace is noticed. */
let values = 0;

/** A function that graphs may call: its name, and its serialised FunctionDef. */
export interface GraphFunction {
  name: string;
  definition: Uint8Array;
}

/** Options of {@linkcode trace}. */
export interface TraceOptions {
  /** What keeps equal computations apart in it. @default {"IdentityN"} */
  barrier?: Barrier;
  /** Make a function of a part that is to be compiled by XLA. @default {none: parts are written down like all else} */
  define?: (part: Trace) => GraphFunction;
  /** Whether this kit's own operators are used; parts that are compiled hold none. @default {false} */
  own?: boolean;
}

/**
 * Write a computation down as one TensorFlow graph instead of carrying it out. Nothing runs and no tensor is made: values
 * are the names of nodes (fields of `graph.proto`, `node_def.proto`, `attr_value.proto`, `tensor.proto`).
 *
 * @param placeholders The inputs' shapes.
 * @param body The computation, given an executor and the inputs.
 */
export function trace(
  placeholders: readonly Placeholder[],
  body: (executor: Executor, inputs: Value[]) => readonly Value[],
  { barrier = "IdentityN", define, own = false }: TraceOptions = {},
): Trace {
  const graph = new ProtobufWriter();
  const names = new Map<Value, string>();
  const library = new Map<string, Uint8Array>();
  const named = (name: string): Value => {
    names.set(values as Value, name);
    return values++ as Value;
  };
  const nameOf = (value: Value): string => {
    const name = names.get(value);
    if (name === undefined) {
      throw new TypeError("Cannot trace a computation as it uses a value of another one");
    }
    return name;
  };
  const node = (
    operator: string,
    inputs: readonly Value[],
    attributes: [string, ProtobufWriter][],
    outputs: number,
  ) => {
    const name = `n${names.size}`;
    const definition = new ProtobufWriter().bytes(1, name).bytes(2, operator);
    for (const input of inputs) definition.bytes(3, nameOf(input));
    for (const [key, value] of attributes) {
      definition.bytes(5, new ProtobufWriter().bytes(1, key).bytes(2, value));
    }
    graph.bytes(1, definition);
    // A control edge: it orders operators and carries nothing.
    if (outputs === 0) return [named(`^${name}`)];
    return Array.from({ length: outputs }, (_, i) => named(`${name}:${i}`));
  };
  let nodes = 0;
  const executor: Executor = {
    barrier,
    own,
    ...(define && {
      fuse(inputs, part) {
        const written = trace(inputs.map(() => ({ type: "float32" })), part, {
          barrier: "XlaOptimizationBarrier",
        });
        const { name, definition } = define(written);
        library.set(name, definition);
        nodes++;
        return node(name, inputs, [["_XlaMustCompile", attribute(true)]], written.outputs.length);
      },
    }),
    execute(operator, attributes, inputs, outputs) {
      nodes++;
      return node(
        operator,
        inputs,
        Object.entries(attributes).map(([key, value]) => [key, attribute(value)]),
        outputs,
      );
    },
    constant(values, shape) {
      nodes++;
      const type = ELEMENT[values instanceof Float32Array ? "float32" : "int32"];
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const tensor = new ProtobufWriter().integer(1, type).bytes(2, shapeMessage(shape)).bytes(4, bytes);
      return node("Const", [], [
        ["dtype", new ProtobufWriter().integer(6, type)],
        ["value", new ProtobufWriter().bytes(8, tensor)],
      ], 1)[0];
    },
  };
  const inputs = placeholders.map(({ shape, type }) =>
    node("Placeholder", [], [
      ["dtype", attribute(type)],
      ...(shape
        ? [["shape", new ProtobufWriter().bytes(7, shapeMessage(shape))] as [string, ProtobufWriter]]
        : []),
    ], 1)[0]
  );
  const outputs = body(executor, [...inputs]);
  const functions = new ProtobufWriter();
  for (const definition of library.values()) functions.bytes(1, definition);
  graph.bytes(2, functions);
  // The oldest producer version whose graphs today's operators accept without upgrades.
  graph.bytes(4, new ProtobufWriter().integer(1, 1500));
  return { graph: graph.finish(), inputs: inputs.map(nameOf), outputs: outputs.map(nameOf), nodes };
}

function attribute(value: Attributes[string]): ProtobufWriter {
  if (typeof value === "boolean") return new ProtobufWriter().integer(5, value ? 1 : 0);
  if (typeof value === "number") return new ProtobufWriter().integer(3, value);
  if (typeof value !== "string") {
    const list = new ProtobufWriter();
    for (const type of value) list.integer(6, ELEMENT[type]);
    return new ProtobufWriter().bytes(1, list);
  }
  return new ProtobufWriter().integer(6, ELEMENT[value]);
}

function shapeMessage(shape: readonly number[]): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const size of shape) message.bytes(2, new ProtobufWriter().integer(1, size));
  return message;
}
