import type { PreparedCurve } from "./_prepared_curves.ts";

/** Sums over the learning-rate changes before each measured step of one curve; one entry an observation of that curve. */
export interface DecaySums {
  /** Sum of drop * (1 - (1 + x)^-beta). */
  gain: Float64Array;
  /** Its derivative by beta. */
  byBeta: Float64Array;
  /** Its derivative by the logarithm of a common factor of x. */
  byScale: Float64Array;
  /** Its derivative by gamma, where x holds rate^-gamma. */
  byGamma: Float64Array;
}

/** Room for the sums of a curve of `count` measured steps. */
export function decaySums(count: number): DecaySums {
  const room = () => new Float64Array(count);
  return { gain: room(), byBeta: room(), byScale: room(), byGamma: room() };
}

/**
 * The double sum that multi-power, no-gamma and step-power laws share: x = scale[block] * (clock[i] - origin[block]). The one
 * hot loop of the fits: a logarithm and an exponential a pair, derivatives from the same two.
 */
export function powerDecay(
  curve: PreparedCurve,
  clock: Float64Array,
  origin: Float64Array,
  scale: Float64Array,
  beta: number,
  sums: DecaySums,
  derivatives: boolean,
): void {
  const { chosen, chosenUntil, count } = curve;
  const { drop, logRate } = curve.blocks;
  for (let i = 0; i < count; i++) {
    const now = clock[i];
    const from = chosen && i > 0 ? chosenUntil[i - 1] : 0;
    const to = chosenUntil[i];
    let gain = 0;
    let byBeta = 0;
    let byScale = 0;
    let byGamma = 0;
    if (derivatives) {
      for (let p = from; p < to; p++) {
        const b = chosen ? chosen[p] : p;
        const x = scale[b] * (now - origin[b]);
        const log = Math.log(1 + x);
        const left = Math.exp(-beta * log);
        const d = drop[b];
        const slope = d * beta * left * x / (1 + x);
        gain += d * (1 - left);
        byBeta += d * left * log;
        byScale += slope;
        byGamma -= slope * logRate[b];
      }
      sums.byBeta[i] = byBeta;
      sums.byScale[i] = byScale;
      sums.byGamma[i] = byGamma;
    } else {
      for (let p = from; p < to; p++) {
        const b = chosen ? chosen[p] : p;
        gain += drop[b] * (1 - Math.exp(-beta * Math.log(1 + scale[b] * (now - origin[b]))));
      }
    }
    sums.gain[i] = gain;
  }
}
