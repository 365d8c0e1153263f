import type * as Tf from "@tensorflow/tfjs";
import type { BatchShape } from "./_sizes.ts";
import { REST_EPSILON } from "./_distillation.ts";
import { muonMatrices } from "./_muon.ts";
import { referenceMuon } from "./_reference_muon.ts";
import { decays, type Optimizer } from "./optimizer.ts";
import { attentionOf, type FullParts, type LlamaConfig, partsOf } from "./parts.ts";
import { frequenciesOf } from "./rotation.ts";

type Tensor = Tf.Tensor;
type Tensors = Record<string, Tensor>;

/** What a teacher said of each token. */
export interface ReferenceTeacher {
  /** Its likeliest ids `[B * T, k]`. */
  ids: Tensor;
  /** Their probabilities `[B * T, k]`. */
  probabilities: Tensor;
  /** How much of each token's loss is the teacher's `[B * T]`. */
  share: Tensor;
  /** What logits are divided by. */
  temperature: number;
}

/**
 * The model once more, as a reader would write it: plain tfjs operators, one thing after another, gradients by autodiff.
 * Tests hold the hand-written kernels against it, and it trains where there are no kernels (`webgpu`, `cpu`).
 */
export class Reference {
  readonly #tf: typeof Tf;
  readonly #config: LlamaConfig;
  readonly #parts: FullParts;

  /** The model of a configuration, on a tfjs. */
  constructor(tf: typeof Tf, config: LlamaConfig) {
    this.#tf = tf;
    this.#config = config;
    this.#parts = partsOf(config);
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
    const { layers, softCaps } = this.#config;
    const { scales, norm, parallel } = this.#parts;
    let residual: Tensor = tf.mul(tf.gather(parameters.embedding, tokens), scales.embedding);
    const places = { shape, segments };
    for (let layer = 0; layer < layers; layer++) {
      const weight = (name: string) => parameters[`layers.${layer}.${name}`];
      const before = (x: Tensor, name: string) => norm.place === "after" ? x : this.#norm(x, weight, name);
      const add = (x: Tensor, branch: Tensor, name: string) =>
        tf.add(
          x,
          tf.mul(norm.place === "before" ? branch : this.#norm(branch, weight, name), scales.residual),
        );
      const read = before(residual, "attentionNorm");
      const input = residual;
      residual = add(residual, this.#attention(read, weight, layer, places), "attentionPostNorm");
      const readOnce = parallel === true ? read : before(parallel ? input : residual, "feedForwardNorm");
      residual = add(residual, this.#feedForward(readOnce, weight), "feedForwardPostNorm");
    }
    const last = this.#norm(residual, (name) => parameters[name], "finalNorm");
    const asked = rows ? tf.gather(last, rows as Tf.Tensor1D) : last;
    const matrix = parameters.output ?? parameters.embedding;
    const logits = tf.mul(this.#linear(asked, matrix, parameters.outputBias), scales.logits);
    return this.#capped(logits, softCaps?.logits);
  }

  /** What the heads of a block find, `[B * T, D]`. */
  #attention(
    x: Tensor,
    weight: (name: string) => Tensor,
    layer: number,
    { shape, segments }: { shape: BatchShape; segments: Tensor | undefined },
  ): Tensor {
    const tf = this.#tf;
    const { heads: H, keyValueHeads: K, clipQkv, softCaps } = this.#config;
    const { headWidth: h, queryScale, qkNorm } = this.#parts;
    const { batch: B, context: T } = shape;
    const { rotary, window } = attentionOf(this.#config, layer, T);
    const product = this.#linear(x, weight("qkv"), weight("qkvBias"));
    const qkv = clipQkv === undefined ? product : tf.clipByValue(product, -clipQkv, clipQkv);
    const parts = tf.split(qkv, [H * h, K * h, K * h], 1) as [Tensor, Tensor, Tensor];
    const [query, key, value] = parts.map((rows, part) => {
      const heads = part === 0 ? H : K;
      const name = ["queryNorm", "keyNorm"][part];
      const normed = qkNorm && name !== undefined;
      const whole = normed && qkNorm === "projection" ? this.#norm(rows, weight, name) : rows;
      const byToken = tf.reshape(whole, [B, T, heads, h]);
      const own = (name: string) =>
        qkNorm === "each-head" ? tf.reshape(weight(name), [heads, h]) : weight(name);
      const perHead = normed && qkNorm !== "projection" ? this.#norm(byToken, own, name, false) : byToken;
      const byHead = tf.transpose(perHead, [0, 2, 1, 3]);
      return part === 2 || rotary === "none" ? byHead : this.#rotate(byHead, T, rotary);
    });
    const products = tf.mul(tf.matMul(query, this.#spread(key), false, true), queryScale);
    const scores = tf.add(this.#capped(products, softCaps?.attention), this.#mask(shape, window, segments));
    const found = tf.transpose(tf.matMul(tf.softmax(scores), this.#spread(value)), [0, 2, 1, 3]);
    const mixed = tf.reshape(found, [B * T, H * h]);
    return this.#linear(mixed, weight("attentionOutput"), weight("attentionOutputBias"));
  }

  #feedForward(x: Tensor, weight: (name: string) => Tensor): Tensor {
    const tf = this.#tf;
    const { feedForward: F } = this.#config;
    const { gated } = this.#parts;
    const name = gated ? "gateUp" : "up";
    const wide = this.#linear(x, weight(name), weight(`${name}Bias`));
    const [gate, up] = gated ? tf.split(wide, [F, F], 1) as [Tensor, Tensor] : [wide];
    const bent = this.#activate(gate);
    return this.#linear(up ? tf.mul(bent, up) : bent, weight("down"), weight("downBias"));
  }

  #activate(x: Tensor): Tensor {
    const tf = this.#tf;
    switch (this.#parts.activation) {
      case "silu":
        return tf.mul(x, tf.sigmoid(x));
      case "relu":
        return tf.relu(x);
      case "gelu":
        return tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
      case "gelu-tanh": {
        const cubic = tf.add(x, tf.mul(0.044715, tf.mul(x, tf.square(x))));
        return tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI)))));
      }
    }
  }

  #linear(x: Tensor, matrix: Tensor, bias: Tensor | undefined): Tensor {
    const tf = this.#tf;
    const product = tf.matMul(x as Tf.Tensor2D, matrix as Tf.Tensor2D, false, true);
    return bias ? tf.add(product, bias) : product;
  }

  #capped(x: Tensor, cap: number | undefined): Tensor {
    return cap === undefined ? x : this.#tf.mul(this.#tf.tanh(this.#tf.div(x, cap)), cap);
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
    teacher?: ReferenceTeacher,
  ): { loss: Tensor; gradients: Tensors } {
    const tf = this.#tf;
    const names = Object.keys(parameters);
    let loss!: Tensor;
    const objective = (...values: Tensor[]) => {
      const byName = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      const logits = this.logits(byName, tokens, shape, segments);
      const { losses, logPartition } = this.#losses(logits, targets);
      const mean = (rows: Tensor) => tf.mean(weights ? tf.mul(rows, weights) : rows);
      loss = tf.keep(mean(losses));
      const taught = teacher
        ? mean(tf.mul(teacher.share, tf.sub(this.#divergence(logits, teacher), losses)))
        : 0;
      return tf.add(tf.add(loss, taught), tf.mul(zLoss, mean(tf.square(logPartition)))) as Tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(objective)(names.map((name) => parameters[name]));
    value.dispose();
    return { loss, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]])) };
  }

  /** T² KL of the teacher's likeliest ids and one bucket of all else, of each token `[B * T]`, at the temperature T. */
  #divergence(logits: Tensor, { ids, probabilities: p, temperature }: ReferenceTeacher): Tensor {
    const tf = this.#tf;
    const logQ = tf.logSoftmax(tf.div(logits, temperature));
    const labels = tf.oneHot(ids as Tf.Tensor2D, this.#config.vocabularySize); // [N, k, V]
    const named = tf.sum(tf.mul(labels, tf.expandDims(logQ, 1)), 2);
    const rest = (sum: Tensor) => tf.add(tf.sub(1, sum), REST_EPSILON);
    const [restP, restQ] = [tf.sub(1, tf.sum(p, 1)), rest(tf.sum(tf.exp(named), 1))];
    const crossed = tf.add(tf.sum(tf.mul(p, named), 1), tf.mul(restP, tf.log(restQ)));
    const entropy = tf.add(
      tf.sum(tf.mul(p, tf.log(tf.maximum(p, 1e-30))), 1),
      tf.mul(restP, tf.log(rest(tf.sum(p, 1)))),
    );
    return tf.mul(tf.sub(entropy, crossed), temperature ** 2);
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
    const matrices = muon ? muonMatrices(this.#config) : new Map<string, number[]>();
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

  /** A norm over the last axis, by the name of its weights. */
  #norm(x: Tensor, weight: (name: string) => Tensor, name: string, bias = true): Tensor {
    const tf = this.#tf;
    const { kind, weight: weights, bias: biased } = this.#parts.norm;
    const centred = kind === "layer" ? tf.sub(x, tf.mean(x, -1, true)) : x;
    const meanSquare = tf.mean(tf.square(centred), -1, true);
    const unit = tf.mul(centred, tf.rsqrt(tf.add(meanSquare, this.#config.normEpsilon)));
    if (weights === "none") return unit;
    const scaled = tf.mul(unit, tf.add(weight(name), weights === "factor-less-1" ? 1 : 0));
    return bias && biased ? tf.add(scaled, weight(`${name}Bias`)) : scaled;
  }

  /** Turn dimension i with dimension i + r/2 by position * frequency, of r dimensions. */
  #rotate(x: Tensor, T: number, rotary: "global" | "local"): Tensor {
    const tf = this.#tf;
    const { headWidth, rotaryWidth } = this.#parts;
    const { frequencies, factor } = frequenciesOf(this.#config, rotary, T);
    // Angles are made in float64: a float32 product would be off by 1e-3 at position 10,000.
    const angles = Array.from({ length: T }, (_, t) => Array.from(frequencies, (f) => t * f));
    const cos = tf.mul(tf.tensor(angles.map((row) => row.map(Math.cos))), factor);
    const sin = tf.mul(tf.tensor(angles.map((row) => row.map(Math.sin))), factor);
    const half = rotaryWidth / 2;
    const rest = headWidth - rotaryWidth;
    const [a, b, ...still] = tf.split(x, rest ? [half, half, rest] : 2, 3) as [Tensor, Tensor, Tensor?];
    const turned = [tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))];
    return tf.concat([...turned, ...still as Tensor[]], 3);
  }

  /** Repeat key and value heads so that every query head has its own: `[B, K, T, h]` to `[B, H, T, h]`. */
  #spread(x: Tensor): Tensor {
    const tf = this.#tf;
    const { heads: H, keyValueHeads: K } = this.#config;
    const [B, , T, h] = x.shape as number[];
    if (H === K) return x;
    return tf.reshape(tf.tile(tf.reshape(x, [B * K, 1, T, h]), [1, H / K, 1, 1]), [B, H, T, h]);
  }

  #mask({ batch: B, context: T }: BatchShape, window = T, segments?: Tensor): Tensor {
    const tf = this.#tf;
    const positions = tf.range(0, T, 1, "int32");
    const back = tf.sub(tf.reshape(positions, [1, 1, T, 1]), tf.reshape(positions, [1, 1, 1, T]));
    const past = tf.logicalAnd(tf.greaterEqual(back, 0), tf.less(back, window));
    const allowed = segments
      ? tf.logicalAnd(
        past,
        tf.equal(tf.reshape(segments, [B, 1, T, 1]), tf.reshape(segments, [B, 1, 1, T])),
      )
      : past;
    return tf.where(allowed, tf.scalar(0), tf.scalar(-1e9));
  }
}
