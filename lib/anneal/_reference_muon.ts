import type * as Tf from "@tensorflow/tfjs";
import type { Muon } from "./_muon.ts";

/** One step of Muon on one projection's matrix, in plain operators: its new weight and its new running mean of gradients. */
export function referenceMuon(
  tf: typeof Tf,
  { weight, first, gradient }: Record<"weight" | "first" | "gradient", Tf.Tensor>,
  { learningRate, weightDecay }: { learningRate: number; weightDecay: number },
  { momentum, scale, rateFactor }: Muon,
): { weight: Tf.Tensor; first: Tf.Tensor } {
  const [rows, columns] = weight.shape as [number, number];
  const rate = learningRate * rateFactor;
  const mean = tf.add(tf.mul(first, momentum), tf.mul(gradient, 1 - momentum));
  const ahead = tf.add(tf.mul(gradient, 1 - momentum), tf.mul(mean, momentum));
  let x = tf.div(ahead, tf.maximum(tf.norm(ahead), 1e-7)) as Tf.Tensor2D;
  // The polynomial a x + b (x xᵀ) x + c (x xᵀ)² x, the same for tall and wide.
  for (let i = 0; i < 5; i++) {
    const gram = tf.matMul(x, x, false, true);
    const cubic = tf.matMul(gram, x);
    const quintic = tf.matMul(gram, cubic);
    x = tf.addN([tf.mul(x, 3.4445), tf.mul(cubic, -4.775), tf.mul(quintic, 2.0315)]) as Tf.Tensor2D;
  }
  const size = scale === "original"
    ? Math.sqrt(Math.max(1, rows / columns))
    : 0.2 * Math.sqrt(Math.max(rows, columns));
  return {
    weight: tf.sub(tf.mul(weight, 1 - rate * weightDecay), tf.mul(x, rate * size)),
    first: mean,
  };
}
