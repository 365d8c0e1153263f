import { type Binding, ELEMENT } from "./_binding.ts";
import type { BatchShape } from "./_sizes.ts";
import { Variable } from "./_variable.ts";
import { type Batch, partOfBatch } from "./batches.ts";
import { compile, type Compiled, type Computation, type KernelEngine } from "./compile.ts";
import type { Value } from "./kernels.ts";
import type { Accepts, Learner, LearnerOptions, LearnerState, LogitsOptions, StepResult } from "./learner.ts";
import { forward, lossAndGradients } from "./model.ts";
import { placesOf } from "./_distillation.ts";
import { muonMatrices, muonStep } from "./_muon.ts";
import { adamW, decays, globalNorm, type ParameterState, stepScalars } from "./optimizer.ts";
import { tokenLosses } from "./output.ts";
import { computed } from "./parts.ts";
import { type Parameters, parameterShapes } from "./parameters.ts";
import type { Placeholder } from "./trace.ts";

/** A state as tensors: what was held shares memory with the variables until they change. */
interface Held {
  weights: number[];
  moments: number[];
  average: number[];
  updates: number;
}

/** A learner on raw TensorFlow kernels. The state lies in variables; a step makes gradients, then updates them in place. */
export class KernelLearner implements Learner {
  readonly engine: KernelEngine;
  readonly #binding: Binding;
  readonly #options: LearnerOptions;
  readonly #shapes: [string, number[]][];
  readonly #run: Record<Computations, Compiled>;
  #weights: Variable[];
  /** First, then second moments; none before the first update of a model that came without. */
  #moments: Variable[];
  /** The weights' moving average; none where it is not kept. */
  #average: Variable[];
  #updates: number;
  #held: Held | undefined;

  constructor(
    binding: Binding,
    { weights, optimizer, average }: LearnerState,
    options: LearnerOptions,
    engine: KernelEngine,
  ) {
    this.engine = engine;
    this.#binding = binding;
    this.#options = options;
    this.#shapes = Object.entries(parameterShapes(options.config));
    this.#run = lazily(binding, options, this.#shapes, engine);
    const place = (values: Parameters) =>
      this.#shapes.map(([name, shape]) =>
        this.#variable(shape, binding.createTensor(shape, ELEMENT.float32, values[name]))
      );
    this.#weights = place(weights);
    this.#moments = optimizer ? [...place(optimizer.first), ...place(optimizer.second)] : [];
    this.#average = options.optimizer.ema === undefined ? [] : place(average ?? weights);
    this.#updates = optimizer?.updates ?? 0;
  }

  step(batch: Batch, learningRate: number, accepts: Accepts = () => true): Promise<StepResult> {
    const size = this.#options.batch * this.#options.context;
    const passes = batch.tokens.length / size;
    const weights = this.#weights.map((variable) => variable.read());
    let loss = 0;
    let summed = 0;
    let gradients: number[] = [];
    for (let pass = 0; pass < passes; pass++) {
      const inputs = this.#place(passes === 1 ? batch : partOfBatch(batch, pass * size, size));
      const [lossId, normId, ...sums] = this.#spend(
        this.#run[pass === 0 ? "gradients" : "accumulate"],
        [...weights, ...gradients, ...inputs],
        weights.length,
      ) as [number, number, ...number[]];
      gradients = sums;
      loss += this.#take(lossId)[0] / passes;
      summed = this.#take(normId)[0];
    }
    // Nothing may share the weights' memory when they are updated, or they would be copied.
    this.#free(weights);
    const gradientNorm = summed / passes;
    const finite = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    const updated = finite && accepts({ loss, gradientNorm });
    if (updated) this.#update(gradients, { learningRate, gradientNorm, passes });
    this.#free(gradients);
    return Promise.resolve({ loss, gradientNorm, updated });
  }

  #update(gradients: number[], found: { learningRate: number; gradientNorm: number; passes: number }): void {
    if (this.#moments.length === 0) this.#moments = [...this.#zeros(), ...this.#zeros()];
    const scalars = stepScalars(this.#options.optimizer, { ...found, updates: ++this.#updates })
      .map((x) => this.#binding.createTensor([], ELEMENT.float32, Float32Array.of(x)));
    const variables = [...this.#weights, ...this.#moments].map(({ handle }) => handle);
    this.#free(this.#run.update([...variables, ...gradients, ...scalars]));
    this.#free(scalars);
    if (this.#average.length === 0) return;
    const weights = this.#weights.map((variable) => variable.read());
    this.#free(this.#run.average([...this.#average.map(({ handle }) => handle), ...weights]));
    this.#free(weights);
  }

  tokenLosses({ weights: _, teacher: __, ...batch }: Batch): Promise<Float32Array> {
    return this.#measure(this.#run.losses, this.#place(batch));
  }

  logits(batch: Omit<Batch, "targets">, { rows, shape }: LogitsOptions = {}): Promise<Float32Array> {
    const options = { ...this.#options, ...shape };
    const run = shape ? lazily(this.#binding, options, this.#shapes, this.engine) : this.#run;
    const all = () => Int32Array.from(batch.tokens, (_, i) => i);
    return this.#measure(run.logits, this.#place({ ...batch, rows: rows ?? all() }, options));
  }

  hold(): void {
    this.#drop();
    const read = (variables: readonly Variable[]) => variables.map((variable) => variable.read());
    this.#held = {
      weights: read(this.#weights),
      moments: read(this.#moments),
      average: read(this.#average),
      updates: this.#updates,
    };
  }

  restore(): void {
    if (!this.#held) return;
    const { weights, moments, average, updates } = this.#held;
    weights.forEach((id, i) => this.#weights[i].assign(id));
    average.forEach((id, i) => this.#average[i].assign(id));
    // A state held before the first update has no moments.
    this.#moments.splice(moments.length).forEach((variable) => variable[Symbol.dispose]());
    moments.forEach((id, i) => this.#moments[i].assign(id));
    this.#updates = updates;
  }

  read(): Promise<LearnerState> {
    const count = this.#shapes.length;
    const named = (variables: readonly Variable[]): Parameters =>
      Object.fromEntries(this.#shapes.map(([name], i) => [name, this.#take(variables[i].read())]));
    return Promise.resolve({
      weights: named(this.#weights),
      ...(this.#average.length && { average: named(this.#average) }),
      ...(this.#moments.length && {
        optimizer: {
          updates: this.#updates,
          first: named(this.#moments.slice(0, count)),
          second: named(this.#moments.slice(count)),
        },
      }),
    });
  }

  [Symbol.dispose](): void {
    this.#drop();
    for (const variable of [...this.#weights, ...this.#moments, ...this.#average]) variable[Symbol.dispose]();
    this.#weights = this.#moments = this.#average = [];
  }

  #drop(): void {
    if (this.#held) this.#free([...this.#held.weights, ...this.#held.moments, ...this.#held.average]);
    this.#held = undefined;
  }

  #measure(run: Compiled, inputs: number[]): Promise<Float32Array> {
    const [result] = this.#spend(run, [...this.#weights.map((variable) => variable.read()), ...inputs]);
    return Promise.resolve(this.#take(result));
  }

  /** Run a computation and free what it read, but for some at the beginning; all of it where memory did not suffice. */
  #spend(run: Compiled, inputs: number[], kept = 0): number[] {
    let done = false;
    try {
      const outputs = run(inputs);
      done = true;
      return outputs;
    } finally {
      this.#free(done ? inputs.slice(kept) : inputs);
    }
  }

  #place(
    { tokens, targets, rows, segments, weights, teacher }: Omit<Batch, "targets"> & {
      targets?: Int32Array;
      rows?: Int32Array;
    },
    { batch, context }: BatchShape = this.#options,
  ): number[] {
    const flat = [batch * context];
    const place = (values: Int32Array, shape: number[]) =>
      this.#binding.createTensor(shape, ELEMENT.int32, values);
    const ids = [place(tokens, flat)];
    if (targets) ids.push(place(targets, flat));
    if (rows) ids.push(place(rows, [rows.length]));
    if (segments) ids.push(place(segments, [batch, context]));
    const float32 = (values: Float32Array, columns: number) =>
      this.#binding.createTensor([batch * context, columns], ELEMENT.float32, values);
    if (weights) ids.push(float32(weights, 1));
    if (teacher && targets) {
      const { topK } = this.#options.teacher!;
      const places = placesOf(teacher.ids, targets, this.#options.config.vocabularySize);
      ids.push(
        place(places, [places.length]),
        float32(teacher.probabilities, topK),
        float32(teacher.share, 1),
      );
    }
    return ids;
  }

  /** A variable that holds a tensor and owns it alone. */
  #variable(shape: readonly number[], id: number): Variable {
    const variable = new Variable(this.#binding, shape, id);
    this.#binding.deleteTensor(id);
    return variable;
  }

  #zeros(): Variable[] {
    const float32 = [{ name: "T", type: this.#binding.TF_ATTR_TYPE, value: ELEMENT.float32 }];
    return this.#shapes.map(([, shape], i) => {
      const weight = this.#weights[i].read();
      const [zeros] = this.#binding.executeOp("ZerosLike", float32, [weight], 1);
      this.#binding.deleteTensor(weight);
      return this.#variable(shape, zeros.id);
    });
  }

  #take(id: number): Float32Array {
    const values = this.#binding.tensorDataSync(id) as Float32Array;
    this.#binding.deleteTensor(id);
    return values;
  }

  #free(ids: readonly number[]): void {
    for (const id of ids) this.#binding.deleteTensor(id);
  }
}

/**
 * - `gradients`: weights and a batch to the mean loss, the gradients' norm and the gradients
 * - `accumulate`: the same, gradients given before added
 * - `update`: variables, gradients and scalars to nothing, the variables changed
 * - `average`: variables of the moving average and weights to nothing, the variables changed
 * - `losses`: weights and a batch to the loss of each token
 * - `logits`: weights, a batch without targets and the places of some tokens to their logits
 */
type Computations = "gradients" | "accumulate" | "update" | "average" | "losses" | "logits";

/** The computations of a learner, each compiled at its first call. */
function lazily(
  binding: Binding,
  options: LearnerOptions,
  shapes: [string, number[]][],
  engine: KernelEngine,
): Record<Computations, Compiled> {
  const { config, batch, context, maskDocuments, weighTargets = false, optimizer, precision } = options;
  const { recompute = false } = options;
  const shape = { batch, context };
  const names = shapes.map(([name]) => name);
  const count = names.length;
  const tensors: Placeholder[] = shapes.map(([, shape]) => ({ shape, type: "float32" }));
  const variables = shapes.map((): Placeholder => ({ shape: [], type: "resource" }));
  const ids: Placeholder = { shape: [batch * context], type: "int32" };
  const scalar: Placeholder = { shape: [], type: "float32" };
  const segments: Placeholder[] = maskDocuments ? [{ shape: [batch, context], type: "int32" }] : [];
  const weights: Placeholder[] = weighTargets ? [{ shape: [batch * context, 1], type: "float32" }] : [];
  const { teacher } = options;
  const said: Placeholder[] = teacher
    ? [
      { shape: [batch * context * (1 + teacher.topK)], type: "int32" },
      { shape: [batch * context, teacher.topK], type: "float32" },
      { shape: [batch * context, 1], type: "float32" },
    ]
    : [];
  const named = <T>(values: readonly T[]) => Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  const modelInputs = (parameters: readonly Value[], tokens: Value, segments?: Value) => ({
    parameters: named(parameters),
    tokens,
    ...(segments !== undefined && { segments }),
  });
  const model = JSON.stringify([computed(config), shape, maskDocuments]);
  const { zLoss } = optimizer;
  const { muon, ema = 0 } = optimizer;
  const matrices = muon ? muonMatrices(config) : new Map<string, number[]>();
  const decaying = new Set(shapes.filter((shape) => decays(...shape, optimizer)).map(([name]) => name));
  const settings = JSON.stringify([optimizer.betas, [...decaying], muon]);
  const once = (
    key: string,
    placeholders: Placeholder[],
    body: Computation["body"],
    products = true,
  ): Compiled => {
    let run: Compiled | undefined;
    const computation = { key, placeholders, precision, products, body };
    return (inputs) => (run ??= compile(binding, computation, engine))(inputs);
  };
  const gradients = (accumulate: boolean) =>
    once(
      `gradients ${model} ${JSON.stringify([accumulate, zLoss, recompute, weighTargets, teacher])}`,
      [...tensors, ...accumulate ? tensors : [], ids, ids, ...segments, ...weights, ...said],
      (k, inputs) => {
        const parameters = inputs.slice(0, count);
        const before = accumulate ? inputs.slice(count, 2 * count) : [];
        const [tokens, targets, ...others] = inputs.slice(count + before.length) as [
          Value,
          Value,
          ...Value[],
        ];
        const segment = maskDocuments ? others.shift() : undefined;
        const weights = weighTargets ? others.shift() : undefined;
        const [places, probabilities, share] = others as [Value, Value, Value];
        const { loss, gradients } = lossAndGradients(
          k,
          config,
          {
            ...modelInputs(parameters, tokens, segment),
            ...{ targets, weights },
            teacher: teacher && { places, probabilities, share },
          },
          shape,
          { zLoss, recompute, teacher },
        );
        const sums = names.map((name, i) => accumulate ? k.add(before[i], gradients[name]) : gradients[name]);
        return [loss, globalNorm(k, sums), ...sums];
      },
    );
  return {
    gradients: gradients(false),
    accumulate: gradients(true),
    update: once(
      `update ${model} ${settings}`,
      [...variables, ...variables, ...variables, ...tensors, scalar, scalar, scalar, scalar, scalar],
      (k, inputs) => {
        const [weights, first, second, gradients] = [0, 1, 2, 3].map((i) =>
          inputs.slice(i * count, (i + 1) * count)
        );
        const state = named<ParameterState>(
          weights.map((weight, i) => ({ weight, first: first[i], second: second[i] })),
        );
        const [shrink, decay, stepSize, epsilon, learningRate] = inputs.slice(4 * count);
        for (const [i, [name, [, columns]]] of shapes.entries()) {
          const rows = matrices.get(name);
          if (!muon || !rows) continue;
          const rates = { learningRate, decay: decaying.has(name) ? decay : undefined };
          muonStep(k, { ...state[name], rows, columns }, k.multiply(gradients[i], shrink), rates, muon);
          delete state[name];
        }
        const scalars = { shrink, decay, stepSize, epsilon, learningRate };
        adamW(k, state, named(gradients), decaying, scalars, optimizer);
        return [];
      },
      matrices.size > 0,
    ),
    average: once(
      `average ${model} ${ema}`,
      [...variables, ...tensors],
      (k, inputs) => {
        for (let i = 0; i < count; i++) {
          k.assignSubtract(inputs[i], k.scale(k.subtract(k.read(inputs[i]), inputs[count + i]), 1 - ema));
        }
        return [];
      },
      false,
    ),
    losses: once(`losses ${model}`, [...tensors, ids, ids, ...segments], (k, inputs) => {
      const [tokens, targets, segment] = inputs.slice(count) as [Value, Value, Value?];
      const logits = forward(k, config, modelInputs(inputs.slice(0, count), tokens, segment), shape);
      return [tokenLosses(k, logits, targets, shape)];
    }),
    logits: once(`logits ${model}`, [...tensors, ids, { type: "int32" }, ...segments], (k, inputs) => {
      const [tokens, rows, segment] = inputs.slice(count) as [Value, Value, Value?];
      const asked = { ...modelInputs(inputs.slice(0, count), tokens, segment), rows };
      return [forward(k, config, asked, shape)];
    }),
  };
}
