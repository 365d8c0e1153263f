import type * as Tf from "@tensorflow/tfjs";
import type { BatchShape } from "./_sizes.ts";
import { muonMatrices } from "./_muon.ts";
import { referenceMuon } from "./_reference_muon.ts";
import type { LlamaConfig } from "./config.ts";
import { tensorSlices } from "./hugging_face.ts";
import { decays, type Optimizer } from "./optimizer.ts";

type Tensor = Tf.Tensor;
type Tensors = Record<string, Tensor>;

/**
 * The model once more, as a reader would write it: plain tfjs operators, one thing after another, gradients by autodiff.
 * Tests hold the hand-written kernels against it, and it trains where there are no kernels (`webgpu`, `cpu`).
 */
export class Reference {
  readonly #tf: typeof Tf;
  readonly #config: LlamaConfig;

  /** The model of a configuration, on a tfjs. */
  constructor(tf: typeof Tf, config: LlamaConfig) {
    this.#tf = tf;
    this.#config = config;
  }

  /**
   * Logits `[B * T, V]` of tokens `[B * T]`, or of those at `rows` alone; with segments `[B * T]` attention stays inside
   * documents.
   */
  logits(
    parameters: Tensors,
    tokens: Tensor,
    shape: BatchShape,
    segments?: Tensor,
    rows?: Tensor,
  ): Tensor {
    const tf = this.#tf;
    const { layers, heads: H, keyValueHeads: K, width: D, feedForward: F } = this.#config;
    const { batch: B, context: T } = shape;
    const h = D / H;
    const mask = this.#mask(shape, segments);
    let residual = tf.gather(parameters.embedding, tokens);
    for (let layer = 0; layer < layers; layer++) {
      const weight = (name: string) => parameters[`layers.${layer}.${name}`];
      const project = (x: Tensor, matrix: Tensor) =>
        tf.matMul(x as Tf.Tensor2D, matrix as Tf.Tensor2D, false, true);
      const x = this.#norm(residual, weight("attentionNorm"));
      const [wq, wk, wv] = tf.split(weight("qkv"), [H * h, K * h, K * h], 0) as [Tensor, Tensor, Tensor];
      const byHead = (t: Tensor, count: number) =>
        tf.transpose(tf.reshape(t, [B, T, count, h]), [0, 2, 1, 3]);
      const normed = (t: Tensor, name: string) => this.#config.qkNorm ? this.#norm(t, weight(name)) : t;
      const query = this.#rotate(normed(byHead(project(x, wq), H), "queryNorm"), T);
      const key = this.#spread(this.#rotate(normed(byHead(project(x, wk), K), "keyNorm"), T));
      const value = this.#spread(byHead(project(x, wv), K));
      const scores = tf.add(tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(h)), mask);
      const mixed = tf.reshape(tf.transpose(tf.matMul(tf.softmax(scores), value), [0, 2, 1, 3]), [B * T, D]);
      residual = tf.add(residual, project(mixed, weight("attentionOutput")));

      const y = this.#norm(residual, weight("feedForwardNorm"));
      const [wGate, wUp] = tf.split(weight("gateUp"), [F, F], 0) as [Tensor, Tensor];
      const gate = project(y, wGate);
      const swish = tf.mul(gate, tf.sigmoid(gate));
      residual = tf.add(residual, project(tf.mul(swish, project(y, wUp)), weight("down")));
    }
    const last = this.#norm(residual, parameters.finalNorm);
    return tf.matMul(
      (rows ? tf.gather(last, rows as Tf.Tensor1D) : last) as Tf.Tensor2D,
      (parameters.output ?? parameters.embedding) as Tf.Tensor2D,
      false,
      true,
    );
  }

  /** Loss in nats of each token `[B * T]`. */
  tokenLosses(
    parameters: Tensors,
    tokens: Tensor,
    targets: Tensor,
    shape: BatchShape,
    segments?: Tensor,
  ): Tensor {
    return this.#losses(this.logits(parameters, tokens, shape, segments), targets).losses;
  }

  #losses(logits: Tensor, targets: Tensor): { losses: Tensor; logPartition: Tensor } {
    const tf = this.#tf;
    const labels = tf.oneHot(targets as Tf.Tensor1D, this.#config.vocabularySize);
    const logPartition = tf.logSumExp(logits, 1);
    return { losses: tf.sub(logPartition, tf.sum(tf.mul(labels, logits), 1)), logPartition };
  }

  /** Mean loss in nats per token, z-loss left out, and the gradient by every parameter, z-loss counted in. */
  lossAndGradients(
    parameters: Tensors,
    tokens: Tensor,
    targets: Tensor,
    shape: BatchShape,
    segments?: Tensor,
    zLoss = 0,
    weights?: Tensor,
  ): { loss: Tensor; gradients: Tensors } {
    const tf = this.#tf;
    const names = Object.keys(parameters);
    let loss!: Tensor;
    const objective = (...values: Tensor[]) => {
      const byName = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      const { losses, logPartition } = this.#losses(this.logits(byName, tokens, shape, segments), targets);
      const mean = (rows: Tensor) => tf.mean(weights ? tf.mul(rows, weights) : rows);
      loss = tf.keep(mean(losses));
      return tf.add(loss, tf.mul(zLoss, mean(tf.square(logPartition)))) as Tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(objective)(names.map((name) => parameters[name]));
    value.dispose();
    return { loss, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]])) };
  }

  /** One step on clipped gradients, by AdamW or where it was asked for by Muon; `updates` counts from 1. */
  update(
    state: { weights: Tensors; first: Tensors; second: Tensors },
    gradients: Tensors,
    learningRate: number,
    updates: number,
    optimizer: Optimizer,
  ): { weights: Tensors; first: Tensors; second: Tensors; norm: Tensor } {
    const tf = this.#tf;
    const { betas: [beta1, beta2], epsilon, clip, muon } = optimizer;
    const matrices = muon ? muonMatrices(tensorSlices(this.#config)) : new Map<string, number[]>();
    const norm = tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
    const shrink = tf.minimum(1, tf.div(Number.isFinite(clip) ? clip : 1e30, tf.add(norm, 1e-6)));
    const next = { weights: {} as Tensors, first: {} as Tensors, second: {} as Tensors };
    for (const [name, weight] of Object.entries(state.weights)) {
      const gradient = tf.mul(gradients[name], shrink);
      const weightDecay = decays(name, weight.shape, optimizer) ? optimizer.weightDecay : 0;
      const rows = matrices.get(name);
      if (muon && rows) {
        const pieces = [weight, state.first[name], gradient].map((whole) => tf.split(whole, rows, 0));
        const made = rows.map((_, i) => {
          const [weight, first, gradient] = pieces.map((piece) => piece[i]) as [Tensor, Tensor, Tensor];
          return referenceMuon(tf, { weight, first, gradient }, { learningRate, weightDecay }, muon);
        });
        next.weights[name] = tf.concat(made.map(({ weight }) => weight), 0);
        next.first[name] = tf.concat(made.map(({ first }) => first), 0);
        next.second[name] = tf.clone(state.second[name]);
        continue;
      }
      const m = tf.add(tf.mul(state.first[name], beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(state.second[name], beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const unbiased = tf.div(m, 1 - beta1 ** updates);
      const size = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** updates)), epsilon);
      const decayed = tf.mul(weight, 1 - learningRate * weightDecay);
      next.weights[name] = tf.sub(decayed, tf.mul(tf.div(unbiased, size), learningRate));
      next.first[name] = m;
      next.second[name] = v;
    }
    return { ...next, norm };
  }

  #norm(x: Tensor, weight: Tensor): Tensor {
    const tf = this.#tf;
    const meanSquare = tf.mean(tf.square(x), -1, true);
    return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, this.#config.normEpsilon))), weight);
  }

  /** Turn dimension i with dimension i + h/2 by position * frequency. */
  #rotate(x: Tensor, T: number): Tensor {
    const tf = this.#tf;
    const half = x.shape[3]! / 2;
    const { ropeBase, rope } = this.#config;
    const frequencies = rope
      ? Array.from(rope.inverseFrequencies)
      : Array.from({ length: half }, (_, i) => ropeBase ** (-2 * i / (2 * half)));
    const factor = rope?.attentionFactor ?? 1;
    // Angles are made in float64: a float32 product would be off by 1e-3 at position 10,000.
    const angles = Array.from({ length: T }, (_, t) => frequencies.map((f) => t * f));
    const cos = tf.mul(tf.tensor(angles.map((row) => row.map(Math.cos))), factor);
    const sin = tf.mul(tf.tensor(angles.map((row) => row.map(Math.sin))), factor);
    const [a, b] = tf.split(x, 2, 3) as [Tensor, Tensor];
    return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], 3);
  }

  /** Repeat key and value heads so that every query head has its own: `[B, K, T, h]` to `[B, H, T, h]`. */
  #spread(x: Tensor): Tensor {
    const tf = this.#tf;
    const { heads: H, keyValueHeads: K } = this.#config;
    const [B, , T, h] = x.shape as number[];
    if (H === K) return x;
    return tf.reshape(tf.tile(tf.reshape(x, [B * K, 1, T, h]), [1, H / K, 1, 1]), [B, H, T, h]);
  }

  #mask({ batch: B, context: T }: BatchShape, segments?: Tensor): Tensor {
    const tf = this.#tf;
    const positions = tf.range(0, T, 1, "int32");
    const past = tf.greaterEqual(tf.reshape(positions, [1, 1, T, 1]), tf.reshape(positions, [1, 1, 1, T]));
    const allowed = segments
      ? tf.logicalAnd(
        past,
        tf.equal(tf.reshape(segments, [B, 1, T, 1]), tf.reshape(segments, [B, 1, 1, T])),
      )
      : past;
    return tf.where(allowed, tf.scalar(0), tf.scalar(-1e9));
  }
}
