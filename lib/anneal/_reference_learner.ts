import type * as Tf from "@tensorflow/tfjs";
import { type Batch, partOfBatch, type TeacherRows } from "./batches.ts";
import type { Accepts, Learner, LearnerOptions, LearnerState, LogitsOptions, StepResult } from "./learner.ts";
import { type Parameters, parameterShapes } from "./parameters.ts";
import { Reference, type ReferenceTeacher } from "./reference.ts";

type Tensors = Record<string, Tf.Tensor>;

function mapTensors(tensors: Tensors, map: (tensor: Tf.Tensor, name: string) => Tf.Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]));
}

/** State on a tfjs backend. */
interface Resident {
  weights: Tensors;
  first: Tensors;
  second: Tensors;
  /** The weights' moving average; empty where none is kept. */
  average: Tensors;
  updates: number;
}

/** A learner in plain tfjs operators, on any of tfjs's backends. */
export class ReferenceLearner implements Learner {
  readonly engine = "reference";
  readonly #tf: typeof Tf;
  readonly #model: Reference;
  readonly #options: LearnerOptions;
  #state: Resident;
  #held: Resident | undefined;

  constructor(tf: typeof Tf, state: LearnerState, options: LearnerOptions) {
    this.#tf = tf;
    this.#options = options;
    this.#model = new Reference(tf, options.config);
    const shapes = parameterShapes(options.config);
    const place = (values: Parameters): Tensors =>
      Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [name, tf.tensor(values[name], shape)]),
      );
    const zeros = (): Tensors =>
      Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tf.zeros(shape)]));
    this.#state = {
      weights: place(state.weights),
      first: state.optimizer ? place(state.optimizer.first) : zeros(),
      second: state.optimizer ? place(state.optimizer.second) : zeros(),
      average: options.optimizer.ema === undefined ? {} : place(state.average ?? state.weights),
      updates: state.optimizer?.updates ?? 0,
    };
  }

  async step(batch: Batch, learningRate: number, accepts: Accepts = () => true): Promise<StepResult> {
    const updates = this.#state.updates + 1;
    const size = this.#options.batch * this.#options.context;
    const passes = batch.tokens.length / size;
    const tf = this.#tf;
    const { optimizer } = this.#options;
    const { loss, norm, weights, first, second, average } = tf.tidy(() => {
      let loss: Tf.Tensor = tf.scalar(0);
      let sums: Tensors | undefined;
      for (let pass = 0; pass < passes; pass++) {
        const part = partOfBatch(batch, pass * size, size);
        const { tokens, targets, segments, weights } = this.#place(part);
        const teacher = part.teacher && this.#placeTeacher(part.teacher);
        const found = this.#model.lossAndGradients(
          this.#state.weights,
          tokens,
          targets!,
          this.#options,
          segments,
          optimizer.zLoss,
          weights,
          teacher,
        );
        loss = tf.add(loss, tf.div(found.loss, passes));
        sums = mapTensors(found.gradients, (gradient, name) => {
          const share = tf.div(gradient, passes);
          return sums ? tf.add(sums[name], share) : share;
        });
      }
      const next = this.#model.update(this.#state, sums!, learningRate, updates, optimizer);
      const { ema = 0 } = optimizer;
      const average = mapTensors(
        this.#state.average,
        (mean, name) => tf.add(tf.mul(mean, ema), tf.mul(next.weights[name], 1 - ema)),
      );
      return { loss, ...next, average };
    });
    const result = { loss: (await loss.data())[0], gradientNorm: (await norm.data())[0] };
    this.#tf.dispose([loss, norm]);
    const finite = Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm);
    const updated = finite && accepts(result);
    if (updated) {
      if (this.#state !== this.#held) this.#free(this.#state);
      this.#state = { weights, first, second, average, updates };
    } else this.#tf.dispose([weights, first, second, average]);
    return { ...result, updated };
  }

  tokenLosses(batch: Batch): Promise<Float32Array> {
    return this.#measure(() => {
      const { tokens, targets, segments } = this.#place(batch);
      return this.#model.tokenLosses(this.#state.weights, tokens, targets!, this.#options, segments);
    });
  }

  logits(batch: Omit<Batch, "targets">, asked: LogitsOptions = {}): Promise<Float32Array> {
    return this.#measure(() => {
      const { tokens, segments } = this.#place(batch);
      const rows = asked.rows && this.#tf.tensor1d(asked.rows, "int32");
      return this.#model.logits(
        this.#state.weights,
        tokens,
        asked.shape ?? this.#options,
        segments,
        rows,
      );
    });
  }

  hold(): void {
    if (this.#held && this.#held !== this.#state) this.#free(this.#held);
    this.#held = this.#state;
  }

  restore(): void {
    if (!this.#held || this.#held === this.#state) return;
    this.#free(this.#state);
    this.#state = this.#held;
  }

  async read(): Promise<LearnerState> {
    const group = async (tensors: Tensors): Promise<Parameters> => {
      const values: Parameters = {};
      for (const [name, tensor] of Object.entries(tensors)) {
        values[name] = await tensor.data() as Float32Array;
      }
      return values;
    };
    const { weights, first, second, average, updates } = this.#state;
    const optimizer = { updates, first: await group(first), second: await group(second) };
    const averaged = this.#options.optimizer.ema === undefined ? {} : { average: await group(average) };
    return { weights: await group(weights), optimizer, ...averaged };
  }

  [Symbol.dispose](): void {
    if (this.#held && this.#held !== this.#state) this.#free(this.#held);
    this.#free(this.#state);
    this.#held = undefined;
  }

  async #measure(make: () => Tf.Tensor): Promise<Float32Array> {
    const tensor = this.#tf.tidy(make);
    const values = await tensor.data();
    tensor.dispose();
    return values as Float32Array;
  }

  #place({ tokens, targets, segments, weights }: Omit<Batch, "targets"> & { targets?: Int32Array }): {
    tokens: Tf.Tensor;
    targets?: Tf.Tensor;
    segments?: Tf.Tensor;
    weights?: Tf.Tensor;
  } {
    const place = (values: Int32Array) => this.#tf.tensor1d(values, "int32");
    return {
      tokens: place(tokens),
      ...(targets && { targets: place(targets) }),
      ...(segments && { segments: place(segments) }),
      ...(weights && { weights: this.#tf.tensor1d(weights) }),
    };
  }

  #placeTeacher({ ids, probabilities, share }: TeacherRows): ReferenceTeacher {
    const { topK, temperature } = this.#options.teacher!;
    const shape: [number, number] = [share.length, topK];
    return {
      ids: this.#tf.tensor2d(Int32Array.from(ids), shape, "int32"),
      probabilities: this.#tf.tensor2d(probabilities, shape),
      share: this.#tf.tensor1d(share),
      temperature,
    };
  }

  #free({ weights, first, second, average }: Resident): void {
    this.#tf.dispose([weights, first, second, average]);
  }
}
