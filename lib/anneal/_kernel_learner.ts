import { type Binding, ELEMENT } from "./_binding.ts";
import type { Batch } from "./batches.ts";
import { compile, type Compiled, type KernelEngine } from "./compile.ts";
import type { Value } from "./kernels.ts";
import type { Learner, LearnerOptions, LearnerState, StepResult } from "./learner.ts";
import { forward, lossAndGradients } from "./model.ts";
import { adamW, type ParameterState } from "./optimizer.ts";
import { type Parameters, parameterShapes, sizeOf } from "./parameters.ts";
import type { Placeholder } from "./trace.ts";

/** Numbers of the state's tensors on the device. */
interface Resident {
  weights: number[];
  /** First, then second moments; none before the first update of a model that came without. */
  moments: number[];
  updates: number;
}

/** A learner on raw TensorFlow kernels. A step makes a whole new state, so the old one is there to go back to. */
export class KernelLearner implements Learner {
  readonly engine: KernelEngine;
  readonly #binding: Binding;
  readonly #options: LearnerOptions;
  readonly #shapes: [string, number[]][];
  readonly #step: Compiled;
  readonly #losses: Compiled;
  readonly #logits: Compiled;
  #state: Resident;
  #held: Resident | undefined;

  constructor(binding: Binding, state: LearnerState, options: LearnerOptions, engine: KernelEngine) {
    this.engine = engine;
    this.#binding = binding;
    this.#options = options;
    this.#shapes = Object.entries(parameterShapes(options.config));
    const functions = lazily(binding, options, this.#shapes, engine);
    [this.#step, this.#losses, this.#logits] = [functions.step, functions.losses, functions.logits];
    const { weights, optimizer } = state;
    const place = (values: Parameters) =>
      this.#shapes.map(([name, shape]) => binding.createTensor(shape, ELEMENT.float32, values[name]!));
    this.#state = {
      weights: place(weights),
      moments: optimizer ? [...place(optimizer.first), ...place(optimizer.second)] : [],
      updates: optimizer?.updates ?? 0,
    };
  }

  step(batch: Batch, learningRate: number): Promise<StepResult> {
    const { betas: [beta1, beta2] } = this.#options.optimizer, t = this.#state.updates + 1;
    if (this.#state.moments.length === 0) this.#state.moments = [...this.#zeros(), ...this.#zeros()];
    const inputs = [
      ...this.#place(batch),
      ...[learningRate, 1 - beta1 ** t, 1 - beta2 ** t].map((x) =>
        this.#binding.createTensor([], ELEMENT.float32, Float32Array.of(x))
      ),
    ];
    const [lossId, normId, ...next] = this.#step([
      ...this.#state.weights,
      ...this.#state.moments,
      ...inputs,
    ]) as [number, number, ...number[]];
    const loss = this.#take(lossId)[0]!, gradientNorm = this.#take(normId)[0]!;
    this.#free(inputs);
    const updated = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (updated) {
      if (this.#state !== this.#held) this.#release(this.#state);
      const count = this.#shapes.length;
      this.#state = { weights: next.slice(0, count), moments: next.slice(count), updates: t };
    } else this.#free(next);
    return Promise.resolve({ loss, gradientNorm, updated });
  }

  tokenLosses(batch: Batch): Promise<Float32Array> {
    return this.#measure(this.#losses, this.#place(batch));
  }

  logits(batch: Omit<Batch, "targets">): Promise<Float32Array> {
    return this.#measure(this.#logits, this.#place(batch));
  }

  hold(): void {
    if (this.#held && this.#held !== this.#state) this.#release(this.#held);
    this.#held = this.#state;
  }

  restore(): void {
    if (!this.#held || this.#held === this.#state) return;
    this.#release(this.#state);
    this.#state = this.#held;
  }

  read(): Promise<LearnerState> {
    const { weights, moments, updates } = this.#state, count = this.#shapes.length;
    const named = (ids: readonly number[]): Parameters =>
      Object.fromEntries(
        this.#shapes.map(([name], i) => [name, this.#binding.tensorDataSync(ids[i]!) as Float32Array]),
      );
    return Promise.resolve({
      weights: named(weights),
      ...(moments.length && {
        optimizer: { updates, first: named(moments.slice(0, count)), second: named(moments.slice(count)) },
      }),
    });
  }

  [Symbol.dispose](): void {
    if (this.#held && this.#held !== this.#state) this.#release(this.#held);
    this.#release(this.#state);
    this.#state = { weights: [], moments: [], updates: 0 };
    this.#held = undefined;
  }

  #measure(run: Compiled, inputs: number[]): Promise<Float32Array> {
    const [result] = run([...this.#state.weights, ...inputs]);
    this.#free(inputs);
    return Promise.resolve(this.#take(result!));
  }

  #place({ tokens, targets, segments }: Omit<Batch, "targets"> & { targets?: Int32Array }): number[] {
    const { batch, context } = this.#options, flat = [batch * context];
    const place = (values: Int32Array, shape: number[]) =>
      this.#binding.createTensor(shape, ELEMENT.int32, values);
    const ids = [place(tokens, flat)];
    if (targets) ids.push(place(targets, flat));
    if (segments) ids.push(place(segments, [batch, context]));
    return ids;
  }

  #zeros(): number[] {
    return this.#shapes.map(([, shape]) =>
      this.#binding.createTensor(shape, ELEMENT.float32, new Float32Array(sizeOf(shape)))
    );
  }

  #release({ weights, moments }: Resident): void {
    this.#free([...weights, ...moments]);
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

/** The three computations of a learner, each compiled at its first call. */
function lazily(
  binding: Binding,
  options: LearnerOptions,
  shapes: [string, number[]][],
  engine: KernelEngine,
): Record<"step" | "losses" | "logits", Compiled> {
  const { config, batch, context, maskDocuments, optimizer, precision } = options, N = batch * context;
  const shape = { batch, context }, names = shapes.map(([name]) => name), count = names.length;
  const weights: Placeholder[] = shapes.map(([, shape]) => ({ shape, type: "float32" }));
  const ids: Placeholder = { shape: [N], type: "int32" },
    scalar: Placeholder = { shape: [], type: "float32" };
  const segments: Placeholder[] = maskDocuments ? [{ shape: [batch, context], type: "int32" }] : [];
  const named = <T>(values: readonly T[]) => Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  const modelInputs = (parameters: readonly Value[], tokens: Value, segments?: Value) => ({
    parameters: named(parameters),
    tokens,
    ...(segments !== undefined && { segments }),
  });
  const frequencies = config.rope && [...config.rope.inverseFrequencies, config.rope.attentionFactor ?? 1];
  const model = JSON.stringify([{ ...config, rope: frequencies }, shape, maskDocuments]);
  const once = (make: () => Compiled): Compiled => {
    let run: Compiled | undefined;
    return (inputs) => (run ??= make())(inputs);
  };
  return {
    step: once(() =>
      compile(binding, {
        // JSON has no Infinity: a clip of Infinity is spelled out.
        key: `step ${model} ${JSON.stringify({ ...optimizer, clip: `${optimizer.clip}` })}`,
        placeholders: [...weights, ...weights, ...weights, ids, ids, ...segments, scalar, scalar, scalar],
        precision,
        body: (k, inputs) => {
          const parameters = inputs.slice(0, count), rest = inputs.slice(3 * count);
          const [tokens, targets] = rest.splice(0, 2) as [Value, Value];
          const [segment] = rest.splice(0, segments.length);
          const [learningRate, firstCorrection, secondCorrection] = rest as [Value, Value, Value];
          const { loss, gradients } = lossAndGradients(
            k,
            config,
            { ...modelInputs(parameters, tokens, segment), targets },
            shape,
          );
          const state = named<ParameterState>(
            parameters.map((weight, i) => ({
              weight,
              first: inputs[count + i]!,
              second: inputs[2 * count + i]!,
            })),
          );
          const ranks = Object.fromEntries(shapes.map(([name, shape]) => [name, shape.length]));
          const next = adamW(
            k,
            state,
            gradients,
            ranks,
            { learningRate, firstCorrection, secondCorrection },
            optimizer,
          );
          const group = (key: keyof ParameterState) => names.map((name) => next.state[name]![key]);
          return [loss, next.norm, ...group("weight"), ...group("first"), ...group("second")];
        },
      }, engine)
    ),
    losses: once(() =>
      compile(binding, {
        key: `losses ${model}`,
        placeholders: [...weights, ids, ids, ...segments],
        precision,
        body: (k, inputs) => {
          const [tokens, targets, segment] = inputs.slice(count) as [Value, Value, Value?];
          const { logits } = forward(k, config, modelInputs(inputs.slice(0, count), tokens, segment), shape);
          return [k.crossEntropy(logits, targets).losses];
        },
      }, engine)
    ),
    logits: once(() =>
      compile(binding, {
        key: `logits ${model}`,
        placeholders: [...weights, ids, ...segments],
        precision,
        body: (k, inputs) => {
          const [tokens, segment] = inputs.slice(count) as [Value, Value?];
          return [forward(k, config, modelInputs(inputs.slice(0, count), tokens, segment), shape).logits];
        },
      }, engine)
    ),
  };
}
