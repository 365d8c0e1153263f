import type * as Tf from "@tensorflow/tfjs";

/** TensorFlow's numbers of the element types used here (`tensorflow/core/framework/types.proto`). */
export const ELEMENT = { float32: 1, int32: 3, bool: 10, bfloat16: 14, resource: 20 } as const;

/** An element type by name. */
export type ElementType = keyof typeof ELEMENT;

/** An attribute as the binding takes it. */
export interface RawAttribute {
  name: string;
  type: number;
  value: boolean | number | string | readonly number[];
}

/** The kit's own operators on this processor. */
export interface OwnOperators {
  /** `base` (SSE2), `avx2`, `avx512`, or `bfloat16` (AVX-512 with its products of bfloat16). */
  instructions: string;
  /** Whether products of bfloat16 have instructions; else factors are rounded, and multiplied as float32. */
  bfloat16: boolean;
  /** By operator, products by their shape too. */
  spent: {
    name: string;
    calls: number;
    seconds: number;
    /** Of all threads. */
    cpuSeconds: number;
    /** Operations of its matrix products. */
    flops: number;
  }[];
}

/** What this room uses of tfjs-node's native binding: tensors are numbers, operators are names. */
export interface Binding {
  createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  executeOp(
    name: string,
    attributes: RawAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): { id: number }[];
  addGraphFunction(name: string, graph: Uint8Array, inputs: string, outputs: string): Uint8Array;
  getNumOfTensors(): number;
  /** For which instructions the kit's own operators were compiled that run here, and what was spent in each so far. */
  ownOperators(): OwnOperators;
  TF_ATTR_TYPE: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_INT: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
}

/**
 * The native binding under tfjs on the `node-gpu` backend; where memory does not suffice it says so in words that name what
 * to change, and what was computed with goes on.
 */
export function bindingOf(tf: typeof Tf): Binding {
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as {
    binding: Binding;
    isUsingGpuDevice: boolean;
  };
  const executeOp: Binding["executeOp"] = (...call) => {
    try {
      return binding.executeOp(...call);
    } catch (error) {
      throw memoryError(error, isUsingGpuDevice ? "GPU" : "CPU") ?? error;
    }
  };
  // The binding's own properties are read-only.
  return Object.create(binding, { executeOp: { value: executeOp } });
}

/** What to say of TensorFlow's status `RESOURCE_EXHAUSTED`. */
function memoryError(error: unknown, device: string): RangeError | undefined {
  const [, shape, type] =
    /OOM when allocating tensor with shape(\[[\d,]*\]) and type (\w+)/.exec(`${error}`) ?? [];
  if (shape === undefined) return;
  return new RangeError(
    `Cannot compute as the memory of the ${device} must hold one more tensor ${shape} of type ${type}, and does not: ` +
      "take a smaller microBatch or context, or recompute",
    { cause: error },
  );
}
