import { must } from "../base/mod.ts";
import type { Kernels, Value } from "./kernels.ts";
import { logitsOf, type OutputInputs } from "./output.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";

/** Added to the probability of what the teacher did not name, which is the rest of a sum near 1. */
export const REST_EPSILON = 1e-6;

/** What a teacher said of N tokens, its k likeliest of each. */
export interface TeacherInputs {
  /** Where the target and then the teacher's ids stand in logits `[N * V]`, row by row: `[N * (1 + k)]`, int32. */
  places: Value;
  /** Their probabilities `[N, k]`, at the temperature. */
  probabilities: Value;
  /** How much of each token's loss is the teacher's `[N, 1]`: 0 where there is none. */
  share: Value;
}

/** What stands for a teacher when a step is compiled. */
export interface TeacherOptions {
  /** Ids it names of each token. */
  topK: number;
  /** What logits are divided by, its own and the model's. */
  temperature: number;
}

/**
 * {@linkcode outputGradient} where a share m of each token's loss is a teacher's: (1 - m) cross entropy + m T² KL, at the
 * temperature T. The divergence (teacher from model, forward) is over its k likeliest ids and one bucket of all else. The loss
 * that is reported is the cross entropy.
 *
 * By a logit the divergence's gradient is q (P - r Q) - [named] (p - r q), with P, Q the named probabilities' sums and r the
 * ratio of both rests, over T. The gradient by all logits is made whole: `[N, V]` is held twice.
 */
export function distilledGradient(
  k: Kernels,
  config: LlamaConfig,
  { hidden, targets, weights, parameters }: OutputInputs,
  { places, probabilities: p, share }: TeacherInputs,
  { zLoss, topK, temperature }: TeacherOptions & { zLoss: number },
  N: number,
): { loss: Value; dHidden: Value; dOutput: Value; dBias: Value | undefined } {
  const { vocabularySize: V, softCaps: { logits: cap } = {} } = config;
  const { scales: { logits: factor }, biases } = partsOf(config);
  const logits = logitsOf(k, config, hidden, parameters);
  const one = k.scalar(1);
  const { q: hard, logPartition } = softmaxOf(k, logits);
  const { q: soft } = temperature === 1 ? { q: hard } : softmaxOf(k, k.scale(logits, 1 / temperature));

  const weighed = (rows: Value) => weights === undefined ? rows : k.multiply(rows, weights);
  const loss = k.mean(weighed(k.subtract(logPartition, k.pick(logits, targets, N))), [0, 1]);

  const at = k.reshape(k.gather(k.reshape(soft, [N * V]), places), [N, 1 + topK]);
  const [, named] = k.split(at, [1, topK], 1) as [Value, Value]; // q of the teacher's ids [N, k]
  const sumP = k.sum(p, [1], true);
  const sumQ = k.sum(named, [1], true);
  const rest = (sum: Value) => k.add(k.subtract(one, sum), k.scalar(REST_EPSILON));
  const ratio = k.divide(k.subtract(one, sumP), rest(sumQ));

  const count = weighed(k.table("1/N", () => new Float32Array(N).fill(1 / N), [N, 1]));
  const own = k.multiply(count, k.subtract(one, share)); // [N, 1]
  // T² times the slope of logits over T.
  const taught = k.scale(k.multiply(count, share), temperature); // [N, 1]
  const rise = zLoss > 0 ? k.add(one, k.scale(logPartition, 2 * zLoss)) : one;
  const smooth = k.add(
    // The z-loss is of the model alone, whatever the teacher's share.
    k.multiply(hard, k.add(own, k.multiply(count, k.subtract(rise, one)))),
    k.multiply(soft, k.multiply(taught, k.subtract(sumP, k.multiply(ratio, sumQ)))),
  );
  const points = k.concat([own, k.multiply(taught, k.subtract(p, k.multiply(ratio, named)))], 1); // [N, 1 + k]
  const pointed = k.scatterSum(k.reshape(points, [N * (1 + topK)]), places, N * V);
  const dLogits = k.subtract(smooth, k.reshape(pointed, [N, V]));
  // The slope of cap * tanh(x / cap).
  const dRaw = cap === undefined
    ? dLogits
    : k.multiply(dLogits, k.subtract(one, k.square(k.scale(logits, 1 / cap))));
  const scaled = (rows: Value) => factor === 1 ? rows : k.scale(rows, factor);
  return {
    loss,
    dHidden: scaled(k.matMul(dRaw, parameters.output ?? parameters.embedding)),
    dOutput: k.matMul(dRaw, scaled(hidden), { transposeA: true }),
    dBias: biases.output ? scaled(k.sum(dRaw, [0])) : undefined,
  };
}

function softmaxOf(k: Kernels, logits: Value): { q: Value; logPartition: Value } {
  const greatest = k.maximum(logits, [-1], true);
  const powers = k.exponential(k.subtract(logits, greatest));
  const sum = k.sum(powers, [-1], true);
  return { q: k.divide(powers, sum), logPartition: k.add(greatest, k.logarithm(sum)) };
}

/** Where the target and then the teacher's ids of each row stand in logits `[N * V]`. */
export function placesOf(ids: Uint32Array, targets: Int32Array, V: number): Int32Array {
  const N = targets.length;
  const topK = ids.length / N;
  must("Cannot learn from a teacher", "microBatch must leave fewer than 2^31 logits", N * V, N * V < 2 ** 31);
  const places = new Int32Array(N * (1 + topK));
  for (let n = 0; n < N; n++) {
    places[n * (1 + topK)] = n * V + targets[n];
    for (let i = 0; i < topK; i++) places[n * (1 + topK) + 1 + i] = n * V + ids[n * topK + i];
  }
  return places;
}
