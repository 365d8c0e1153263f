import { type Binding, ELEMENT } from "./_binding.ts";

let made = 0;

/**
 * A float32 tensor on the device that is updated in place. What was read from it before an update keeps its values: the
 * update then takes new memory by itself.
 */
export class Variable {
  /** The number of its handle, an input of functions. */
  readonly handle: number;
  readonly #binding: Binding;
  readonly #dtype;

  /** A variable that holds the tensor `value`, which stays the caller's. */
  constructor(binding: Binding, shape: readonly number[], value: number) {
    this.#binding = binding;
    this.#dtype = { name: "dtype", type: binding.TF_ATTR_TYPE, value: ELEMENT.float32 };
    this.handle = binding.executeOp(
      "VarHandleOp",
      [
        this.#dtype,
        { name: "shape", type: binding.TF_ATTR_SHAPE, value: shape },
        { name: "shared_name", type: binding.TF_ATTR_STRING, value: `midtrain_${made++}` },
        { name: "container", type: binding.TF_ATTR_STRING, value: "" },
      ],
      [],
      1,
    )[0].id;
    this.assign(value);
  }

  /** The present value as a tensor of the caller's; no copy. */
  read(): number {
    return this.#binding.executeOp("ReadVariableOp", [this.#dtype], [this.handle], 1)[0].id;
  }

  /** Hold the tensor `value`, which stays the caller's; no copy. */
  assign(value: number): void {
    this.#binding.executeOp("AssignVariableOp", [this.#dtype], [this.handle, value], 0);
  }

  /** Free its memory. */
  [Symbol.dispose](): void {
    const attribute = { name: "ignore_lookup_error", type: this.#binding.TF_ATTR_BOOL, value: true };
    this.#binding.executeOp("DestroyResourceOp", [attribute], [this.handle], 0);
    this.#binding.deleteTensor(this.handle);
  }
}
