import type { ElementType } from "./_binding.ts";

/** A tensor inside a computation: opaque, made and read only by the executor that gave it. */
export type Value = number & { readonly __value: unique symbol };

/** An operator's attributes: an element type by name, a flag, or a whole number. */
export type Attributes = Record<string, ElementType | boolean | number>;

/**
 * Who carries out TensorFlow operators: at once, on the tensors themselves, or by writing them down in a graph. The same
 * computation runs on either, which is what makes the traced step testable against the eager one.
 */
export interface Executor {
  /** Apply one operator. */
  execute(operator: string, attributes: Attributes, inputs: readonly Value[], outputs: number): Value[];
  /** A tensor that never changes. */
  constant(values: Float32Array | Int32Array, shape: readonly number[]): Value;
}

/** Element type of the factors in matrix products; sums and everything else stay float32. */
export type Precision = "float32" | "bfloat16";

/**
 * The dozen and a half TensorFlow kernels that a Llama's forward and backward pass need, as functions of values.
 *
 * tfjs's own operators were weighed: they cost about five times as much a call, keep a tape, and their tensors cannot
 * hold bfloat16.
 */
export class Kernels {
  readonly #executor: Executor;
  readonly #precision: Precision;
  readonly #constants = new Map<string, Value>();

  /** Kernels on an executor. */
  constructor(executor: Executor, precision: Precision = "float32") {
    this.#executor = executor;
    this.#precision = precision;
  }

  #one(operator: string, inputs: readonly Value[], attributes: Attributes = { T: "float32" }): Value {
    return this.#executor.execute(operator, attributes, inputs, 1)[0]!;
  }

  /** A constant tensor; equal keys share one. */
  table(key: string, make: () => Float32Array | Int32Array, shape: readonly number[]): Value {
    let value = this.#constants.get(key);
    if (value === undefined) {
      value = this.#executor.constant(make(), shape);
      this.#constants.set(key, value);
    }
    return value;
  }

  /** A float32 scalar. */
  scalar(x: number): Value {
    return this.table(`f${x}`, () => Float32Array.of(x), []);
  }

  #index(i: number): Value {
    return this.table(`i${i}`, () => Int32Array.of(i), []);
  }

  #indices(list: readonly number[]): Value {
    return this.table(`v${list}`, () => Int32Array.from(list), [list.length]);
  }

  add(a: Value, b: Value): Value {
    return this.#one("AddV2", [a, b]);
  }
  subtract(a: Value, b: Value): Value {
    return this.#one("Sub", [a, b]);
  }
  multiply(a: Value, b: Value): Value {
    return this.#one("Mul", [a, b]);
  }
  divide(a: Value, b: Value): Value {
    return this.#one("RealDiv", [a, b]);
  }
  minimum(a: Value, b: Value): Value {
    return this.#one("Minimum", [a, b]);
  }
  scale(a: Value, factor: number): Value {
    return this.multiply(a, this.scalar(factor));
  }
  square(a: Value): Value {
    return this.#one("Square", [a]);
  }
  squareRoot(a: Value): Value {
    return this.#one("Sqrt", [a]);
  }
  inverseSquareRoot(a: Value): Value {
    return this.#one("Rsqrt", [a]);
  }
  sigmoid(a: Value): Value {
    return this.#one("Sigmoid", [a]);
  }
  /** Softmax over the last axis. */
  softmax(a: Value): Value {
    return this.#one("Softmax", [a]);
  }
  sum(a: Value, axes: readonly number[], keep = false): Value {
    return this.#one("Sum", [a, this.#indices(axes)], { T: "float32", Tidx: "int32", keep_dims: keep });
  }
  mean(a: Value, axes: readonly number[], keep = false): Value {
    return this.#one("Mean", [a, this.#indices(axes)], { T: "float32", Tidx: "int32", keep_dims: keep });
  }
  reshape(a: Value, shape: readonly number[], type: ElementType = "float32"): Value {
    return this.#one("Reshape", [a, this.#indices(shape)], { T: type, Tshape: "int32" });
  }
  transpose(a: Value, order: readonly number[]): Value {
    return this.#one("Transpose", [a, this.#indices(order)], { T: "float32", Tperm: "int32" });
  }
  concat(parts: readonly Value[], axis: number): Value {
    return this.#one("ConcatV2", [...parts, this.#index(axis)], {
      N: parts.length,
      T: "float32",
      Tidx: "int32",
    });
  }
  /** Pieces of the given sizes along an axis. */
  split(a: Value, sizes: readonly number[], axis: number): Value[] {
    return this.#executor.execute("SplitV", { num_split: sizes.length, T: "float32", Tlen: "int32" }, [
      a,
      this.#indices(sizes),
      this.#index(axis),
    ], sizes.length);
  }
  /** Rows of a matrix by index. */
  gather(rows: Value, indices: Value): Value {
    return this.#one("GatherV2", [rows, indices, this.#index(0)], {
      Tparams: "float32",
      Tindices: "int32",
      Taxis: "int32",
    });
  }
  /** Sum rows into `count` rows by index: the gradient of {@linkcode gather}. */
  scatterSum(rows: Value, indices: Value, count: number): Value {
    return this.#one("UnsortedSegmentSum", [rows, indices, this.#index(count)], {
      T: "float32",
      Tindices: "int32",
      Tnumsegments: "int32",
    });
  }
  /** 1 where two int32 tensors agree, else 0. */
  equal(a: Value, b: Value): Value {
    const same = this.#one("Equal", [a, b], { T: "int32" });
    return this.#cast(same, "bool", "float32");
  }
  /** Cross-entropy in nats of each row of logits `[N, V]` against labels `[N]`, and its gradient `[N, V]`. */
  crossEntropy(logits: Value, labels: Value): { losses: Value; gradient: Value } {
    const [losses, gradient] = this.#executor.execute(
      "SparseSoftmaxCrossEntropyWithLogits",
      { T: "float32", Tlabels: "int32" },
      [logits, labels],
      2,
    ) as [Value, Value];
    return { losses, gradient };
  }
  /** Matrix product. */
  matMul(a: Value, b: Value, { transposeA = false, transposeB = false } = {}): Value {
    return this.#product("MatMul", a, b, { transpose_a: transposeA, transpose_b: transposeB });
  }
  /** Matrix product over the last two axes, one for each leading index. */
  batchMatMul(a: Value, b: Value, { transposeA = false, transposeB = false } = {}): Value {
    return this.#product("BatchMatMulV2", a, b, { adj_x: transposeA, adj_y: transposeB });
  }

  #cast(a: Value, from: ElementType, to: ElementType): Value {
    return this.#one("Cast", [a], { SrcT: from, DstT: to, Truncate: false });
  }
  #product(operator: string, a: Value, b: Value, attributes: Attributes): Value {
    if (this.#precision === "float32") return this.#one(operator, [a, b], { T: "float32", ...attributes });
    const factors = [a, b].map((factor) => this.#cast(factor, "float32", "bfloat16"));
    return this.#cast(this.#one(operator, factors, { T: "bfloat16", ...attributes }), "bfloat16", "float32");
  }
}
