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
  TF_ATTR_TYPE: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_INT: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
}

/** The native binding under tfjs on the `node-gpu` backend. */
export function bindingOf(tf: typeof Tf): Binding {
  return (tf.backend() as unknown as { binding: Binding }).binding;
}
