/** Above this cosine two tensors are taken for parallel, and between them is a straight line; as mergekit has it. */
const PARALLEL = 0.9995;

/**
 * The point between two tensors on the arc that their directions span (Shoemake 1985), lengths going along: 0 is the first, 1
 * the second. Computed in float64.
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    squareA += a[i] * a[i];
    squareB += b[i] * b[i];
  }
  const lengths = Math.sqrt(squareA * squareB);
  const cosine = lengths > 0 ? Math.max(-1, Math.min(1, dot / lengths)) : 0;
  const angle = Math.acos(cosine);
  const straight = Math.abs(cosine) > PARALLEL;
  const shareA = straight ? 1 - t : Math.sin((1 - t) * angle) / Math.sin(angle);
  const shareB = straight ? t : Math.sin(t * angle) / Math.sin(angle);
  return a.map((value, i) => shareA * value + shareB * b[i]);
}
