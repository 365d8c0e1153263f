import type { ElementType } from "./_binding.ts";

/** A tensor inside a computation: opaque, made and read only by the executor that gave it. */
export type Value = number & { readonly __value: unique symbol };

/** An operator's attributes: an element type by name or a list of them, a flag, or a whole number. */
export type Attributes = Record<string, ElementType | readonly ElementType[] | boolean | number>;

/**
 * Who carries out TensorFlow operators: at once, on the tensors themselves, or by writing them down in a graph. The same
 * computation runs on either, which is what makes the traced step testable against the eager one.
 */
export interface Executor {
  /**
   * Apply one operator. One without outputs gives what may be passed on as the last inputs of another, which then waits for
   * it: a value in a graph, none where operators are carried out at once.
   */
  execute(operator: string, attributes: Attributes, inputs: readonly Value[], outputs: number): Value[];
  /** A tensor that never changes. */
  constant(values: Float32Array | Int32Array, shape: readonly number[]): Value;
  /**
   * Carry out a part of the computation as one operator, its loops fused by XLA. Inputs and outputs are float32. None where
   * parts are carried out like all else.
   */
  fuse?(inputs: readonly Value[], part: (executor: Executor, inputs: Value[]) => readonly Value[]): Value[];
  /** The operator that keeps two equal computations from being merged into one; none where nothing is merged. */
  readonly barrier?: Barrier;
  /** Whether there are this kit's own operators, beside TensorFlow's. @default {false} */
  readonly own?: boolean;
}

/** In a graph that TensorFlow interprets, and in one that XLA compiles. */
export type Barrier = "IdentityN" | "XlaOptimizationBarrier";

/** Element type of the factors in matrix products; sums and everything else stay float32. */
export type Precision = "float32" | "bfloat16";

/**
 * The TensorFlow kernels that a decoder's forward and backward pass need, as functions of values.
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
    return this.#executor.execute(operator, attributes, inputs, 1)[0];
  }

  /**
   * A part without matrix products, as one: on a CPU each operator of its own reads its inputs from memory and writes its
   * output there, and that takes longer than what it computes. Values reach the part by `inputs` alone, all float32.
   */
  fused(inputs: readonly Value[], part: (k: Kernels, inputs: Value[]) => readonly Value[]): Value[] {
    const { fuse } = this.#executor;
    return fuse
      ? fuse(inputs, (executor, values) => part(new Kernels(executor, this.#precision), values))
      : [...part(this, [...inputs])];
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
  /** The sum of one or more. */
  total(parts: readonly Value[]): Value {
    return parts.length === 1 ? parts[0] : this.#one("AddN", parts, { N: parts.length, T: "float32" });
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
  scale(a: Value, factor: number): Value {
    return this.multiply(a, this.scalar(factor));
  }
  negative(a: Value): Value {
    return this.#one("Neg", [a]);
  }
  square(a: Value): Value {
    return this.#one("Square", [a]);
  }
  exponential(a: Value): Value {
    return this.#one("Exp", [a]);
  }
  logarithm(a: Value): Value {
    return this.#one("Log", [a]);
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
  tanh(a: Value): Value {
    return this.#one("Tanh", [a]);
  }
  /** The error function. */
  erf(a: Value): Value {
    return this.#one("Erf", [a]);
  }
  /** Negative numbers as 0. */
  rectify(a: Value): Value {
    return this.#one("Relu", [a]);
  }
  /** 1 where a number is positive, else 0 or -1. */
  sign(a: Value): Value {
    return this.#one("Sign", [a]);
  }
  /** Numbers cut off below and above. */
  clip(a: Value, size: number): Value {
    return this.#one("ClipByValue", [a, this.scalar(-size), this.scalar(size)]);
  }
  /** Softmax over the last axis. */
  softmax(a: Value): Value {
    return this.#one("Softmax", [a]);
  }
  /** Half of the sum of all squares, in one pass. */
  halfSquares(a: Value): Value {
    return this.#one("L2Loss", [a]);
  }
  sum(a: Value, axes: readonly number[], keep = false): Value {
    return this.#one("Sum", [a, this.#indices(axes)], { T: "float32", Tidx: "int32", keep_dims: keep });
  }
  mean(a: Value, axes: readonly number[], keep = false): Value {
    return this.#one("Mean", [a, this.#indices(axes)], { T: "float32", Tidx: "int32", keep_dims: keep });
  }
  /** The greatest along axes. XLA passes over NaN where TensorFlow gives it. */
  maximum(a: Value, axes: readonly number[], keep = false): Value {
    return this.#one("Max", [a, this.#indices(axes)], { T: "float32", Tidx: "int32", keep_dims: keep });
  }
  reshape(a: Value, shape: readonly number[], type: ElementType = "float32"): Value {
    return this.#one("Reshape", [a, this.#indices(shape)], { T: type, Tshape: "int32" });
  }
  transpose(a: Value, order: readonly number[]): Value {
    return this.#one("Transpose", [a, this.#indices(order)], { T: "float32", Tperm: "int32" });
  }
  /** One or more, side by side along an axis. */
  concat(parts: readonly Value[], axis: number): Value {
    if (parts.length === 1) return parts[0];
    return this.#one("ConcatV2", [...parts, this.#index(axis)], {
      N: parts.length,
      T: "float32",
      Tidx: "int32",
    });
  }
  /** Pieces of the given sizes along an axis. */
  split(a: Value, sizes: readonly number[], axis: number): Value[] {
    if (sizes.length === 1) return [a];
    return this.#executor.execute("SplitV", { num_split: sizes.length, T: "float32", Tlen: "int32" }, [
      a,
      this.#indices(sizes),
      this.#index(axis),
    ], sizes.length);
  }
  /** The part of a tensor of a size at a place. */
  slice(a: Value, begin: readonly number[], size: readonly number[], type: ElementType = "float32"): Value {
    return this.#one("Slice", [a, this.#indices(begin), this.#indices(size)], { T: type, Index: "int32" });
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
  /** 1 where two tensors agree, else 0. */
  equal(a: Value, b: Value, type: ElementType = "int32"): Value {
    const same = this.#one("Equal", [a, b], { T: type });
    return this.#cast(same, "bool", "float32");
  }
  /** One element of each row of `[N, V]` by its index `[N]`: `[N, 1]`. */
  pick(rows: Value, indices: Value, count: number): Value {
    const columns = this.reshape(indices, [count, 1], "int32");
    return this.#one("GatherV2", [rows, columns, this.#index(1)], {
      Tparams: "float32",
      Tindices: "int32",
      Taxis: "int32",
      batch_dims: 1,
    });
  }
  /**
   * A value once more, not before another one is known: what is computed from it is not merged with what was computed from
   * the first, and its memory is taken late.
   */
  after(value: Value, other: Value): Value {
    const { barrier } = this.#executor;
    if (!barrier) return value;
    return this.#executor.execute(barrier, { T: ["float32", "float32"] }, [value, other], 2)[0];
  }
  /** What a variable holds. */
  read(variable: Value): Value {
    return this.#one("ReadVariableOp", [variable], { dtype: "float32" });
  }
  /** Let a variable hold a tensor. */
  assign(variable: Value, value: Value): void {
    this.#executor.execute("AssignVariableOp", { dtype: "float32" }, [variable, value], 0);
  }
  /** Make a variable smaller by a tensor; gives what {@linkcode applyAdam} waits for. */
  assignSubtract(variable: Value, amount: Value): Value[] {
    return this.#executor.execute("AssignSubVariableOp", { dtype: "float32" }, [variable, amount], 0);
  }
  /** One update of Adam on variables, in place and in one pass; corrections of bias are the caller's. */
  applyAdam(
    { weight, first, second }: Record<"weight" | "first" | "second", Value>,
    gradient: Value,
    { learningRate, betas, epsilon }: {
      learningRate: Value;
      betas: readonly [number, number];
      epsilon: Value;
    },
    after: readonly Value[],
  ): void {
    const [beta1, beta2] = betas.map((beta) => this.scalar(beta)) as [Value, Value];
    const zero = this.scalar(0);
    this.#executor.execute(
      "ResourceApplyAdam",
      { T: "float32", use_locking: false, use_nesterov: false },
      [weight, first, second, zero, zero, learningRate, beta1, beta2, epsilon, gradient, ...after],
      0,
    );
  }
  /** Whether there are this kit's own operators: `lib/native/_operators.cc`. */
  get own(): boolean {
    return this.#executor.own ?? false;
  }
  /** One of the kit's own operators. Flags are whole numbers to it, and it is told the type of products' factors. */
  ownOperator(
    name: string,
    inputs: readonly Value[],
    sizes: Record<string, number>,
    outputs: number,
  ): Value[] {
    const low = Number(this.#precision === "bfloat16");
    return this.#executor.execute(`Midtrain${name}`, { ...sizes, low }, inputs, outputs);
  }
  /** Matrix product. */
  matMul(a: Value, b: Value, { transposeA = false, transposeB = false } = {}): Value {
    if (this.own) {
      const sizes = { transposeA: Number(transposeA), transposeB: Number(transposeB) };
      return this.ownOperator("Product", [a, b], sizes, 1)[0];
    }
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
