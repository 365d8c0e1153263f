import { inRange, type LossCurve, must } from "../base/mod.ts";
import { A, alpha, exponent, L0 } from "./_curve_parameters.ts";
import { layOut } from "./_prepared_curves.ts";
import type { Law, Observations, Parameter } from "./law.ts";

/** A run that changes its data at one step: pre-training up to there, continued pre-training after. */
export interface TransferCurve extends LossCurve {
  /** The first step on the new data. */
  transferStep: number;
  /** Parameters, for the law with size. @default {1e6} */
  params?: number;
  /** The share of the old data in the continued mixture, for the laws with replay. @default {0} */
  replay?: number;
}

interface Prepared extends Observations {
  curves: {
    curve: TransferCurve;
    offset: number;
    /** Logarithm of the forward area of both phases. */
    logForward: Float64Array;
    /** Forward area of the continued phase. */
    continued: Float64Array;
    /** Logarithm of the parameters in millions. */
    logSize: number;
    replay: number;
  }[];
}

const scale = (name: string): Parameter => ({
  name,
  unit: "nats per token per learning rate",
  lower: 1e-9,
  upper: 1e9,
  transform: "log",
});
/** The parameters of both phases and of the shift between them. */
const phases: readonly Parameter[] = [
  L0,
  A,
  alpha,
  scale("C1"),
  scale("C2"),
  { name: "B", unit: "nats per token", lower: -50, upper: 50, transform: "identity" },
  { name: "E", unit: "per learning rate", lower: 1e-6, upper: 1e9, transform: "log" },
  { name: "beta", unit: "1", lower: 1e-3, upper: 5, transform: "log" },
  { name: "lambda", unit: "1", lower: 0, upper: 1 - 1e-6, transform: "log1m" },
];
const grid = { alpha: [0.4, 0.6], E: [10, 100, 3000], beta: [0.15, 0.4], lambda: [0.99, 0.999] };

/**
 * The dynamics of continued pre-training: the momentum law over both phases, and a shift of the data that grows with the
 * continued forward area. `B` is positive for the loss on the old data, negative for the loss on the new. The authors fix
 * lambda to 0.999. No public curves of such runs are known to this kit: its tests hold the formula, its gradient and its
 * recovery from curves of its own, not the published coefficients. Each phase's annealing area starts from rest, and the first one's stays once the phase has ended.
 *
 * @example Before the transfer it is the momentum law
 * ```ts
 * import assert from "node:assert/strict";
 * import { cptDynamicsLaw, predictLaw } from "midtrain/laws";
 *
 * const parameters = { L0: 3.057, A: 0.49, alpha: 0.497, C1: 0.299, C2: 0.298, B: 0.366, E: 28, beta: 0.189, lambda: 0.999 };
 * const curve = { name: "run", learningRates: new Float64Array(2000).fill(2e-4), transferStep: 1000 };
 * const [before] = predictLaw({ law: cptDynamicsLaw, parameters }, [{ ...curve, steps: [999], losses: [3] }]);
 * assert(Math.abs(before! - (3.057 + 0.49 * 0.2 ** -0.497)) < 1e-9);
 * ```
 */
export const cptDynamicsLaw: Law<TransferCurve> = law("cpt-dynamics", "equation 4", phases);

/**
 * The dynamics of continued pre-training across model sizes: both annealing gains scale with the size, and a power of it is
 * added. Sizes count in millions of parameters, which is what the published coefficients take.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cptSizeLaw } from "midtrain/laws";
 *
 * assert(cptSizeLaw.parameters.some(({ name }) => name === "g3"));
 * ```
 */
export const cptSizeLaw: Law<TransferCurve> = law(
  "cpt-size",
  "equation 7",
  [
    ...phases,
    exponent("g1"),
    exponent("g2"),
    { name: "F", unit: "nats per token", lower: 1e-9, upper: 1e6, transform: "log" },
    { name: "g3", unit: "1", lower: 1e-3, upper: 3, transform: "log" },
  ],
  { g1: [0.1], g2: [0.1], g3: [0.1, 0.3] },
  { g1: 0, g2: 0, F: 1e-9, g3: 1 },
);

/**
 * The dynamics of continued pre-training with replay, for the loss on the old data: `r` is the share of old data in the
 * continued mixture, and the shift fades as it nears one.
 *
 * @example All replay, no shift
 * ```ts
 * import assert from "node:assert/strict";
 * import { cptReplayLaw, predictLaw } from "midtrain/laws";
 *
 * const parameters = { L0: 3, A: 0.5, alpha: 0.5, C1: 0.3, C2: 0.3, B: 0.4, E: 28, beta: 0.2, lambda: 0.999, a1: 0, a2: 2 };
 * const curve = { name: "run", learningRates: new Float64Array(200).fill(1e-3), transferStep: 100, steps: [199], losses: [3] };
 * const [none, all] = [0, 1].map((replay) => predictLaw({ law: cptReplayLaw, parameters }, [{ ...curve, replay }])[0]!);
 * assert(none! > all!);
 * assert(Math.abs(all! - (3 + 0.5 * 0.2 ** -0.5)) < 1e-9);
 * ```
 */
export const cptReplayLaw: Law<TransferCurve> = law(
  "cpt-replay",
  "equation 8",
  [
    ...phases,
    exponent("a1"),
    { name: "a2", unit: "1", lower: 1e-3, upper: 50, transform: "log" },
  ],
  { a1: [0], a2: [1, 4] },
  { a1: 0, a2: 50 },
);

function law(
  name: string,
  equation: string,
  parameters: readonly Parameter[],
  more: Record<string, readonly number[]> = {},
  plain?: Record<string, number>,
): Law<TransferCurve> {
  const sized = name === "cpt-size";
  const replayed = name === "cpt-replay";
  return {
    name,
    formula: "L = L0 + A (S1pt + S1cpt)^-alpha - C1 S2pt" + (sized ? " N^g1" : "") + " - C2 S2cpt" +
      (sized ? " N^g2 + F N^-g3" : replayed ? " exp(a1 r)" : "") + " + B (1 - (1 + E S1cpt)^-beta)" +
      (replayed ? " (1 - exp(-a2 (1 - r)))" : ""),
    source: `Wang et al. 2025, arXiv 2505.07796, ${equation}`,
    parameters,
    linear: ["L0", "A", "C1", "C2", "B", ...(sized ? ["F"] : [])],
    grid: { ...grid, ...more },
    ...(plain ? { contains: [{ law: cptDynamicsLaw, embed: (inner) => ({ ...inner, ...plain }) }] } : {}),
    prepare: (curves): Prepared => layOut(curves, prepareTransfer),
    predict(theta, prepared, predictions, jacobian) {
      const [L0, A, alpha, C1, C2, B, E, beta, lambda, p, q, F, g3] = theta;
      const n = predictions.length;
      for (const one of (prepared as Prepared).curves) {
        const { curve: { learningRates: rates, steps, transferStep }, logSize, replay } = one;
        const gain1 = sized ? Math.exp(p * logSize) : 1;
        const gain2 = sized ? Math.exp(q * logSize) : replayed ? Math.exp(p * replay) : 1;
        const left = replayed ? Math.exp(-q * (1 - replay)) : 0;
        const strength = 1 - left;
        const size = sized ? Math.exp(-g3 * logSize) : 0;
        let area1 = 0;
        let slope1 = 0;
        let area2 = 0;
        let slope2 = 0;
        let momentum = 0;
        let momentumSlope = 0;
        let next = 0;
        for (let k = 0; next < steps.length; k++) {
          if (k === transferStep) momentum = momentumSlope = 0;
          momentumSlope = momentum + lambda * momentumSlope;
          momentum = lambda * momentum + (k === 0 ? 0 : rates[k - 1] - rates[k]);
          if (k < transferStep) {
            area1 += momentum;
            slope1 += momentumSlope;
          } else {
            area2 += momentum;
            slope2 += momentumSlope;
          }
          if (k !== steps[next]) continue;
          const i = next++;
          const at = one.offset + i;
          const power = Math.exp(-alpha * one.logForward[i]);
          const S = one.continued[i];
          const log = Math.log(1 + E * S);
          const stay = Math.exp(-beta * log);
          const moved = (1 - stay) * strength;
          predictions[at] = L0 + A * power - C1 * area1 * gain1 - C2 * area2 * gain2 + B * moved;
          if (sized) predictions[at] += F * size;
          if (!jacobian) continue;
          jacobian[at] = 1;
          jacobian[n + at] = power;
          jacobian[2 * n + at] = -A * power * one.logForward[i];
          jacobian[3 * n + at] = -area1 * gain1;
          jacobian[4 * n + at] = -area2 * gain2;
          jacobian[5 * n + at] = moved;
          jacobian[6 * n + at] = B * strength * beta * stay * S / (1 + E * S);
          jacobian[7 * n + at] = B * strength * stay * log;
          jacobian[8 * n + at] = -C1 * slope1 * gain1 - C2 * slope2 * gain2;
          if (sized) {
            jacobian[9 * n + at] = -C1 * area1 * gain1 * logSize;
            jacobian[10 * n + at] = -C2 * area2 * gain2 * logSize;
            jacobian[11 * n + at] = size;
            jacobian[12 * n + at] = -F * size * logSize;
          }
          if (replayed) {
            jacobian[9 * n + at] = -C2 * area2 * gain2 * replay;
            jacobian[10 * n + at] = B * (1 - stay) * left * (1 - replay);
          }
        }
      }
    },
  };
}

function prepareTransfer(curve: TransferCurve, offset: number): Prepared["curves"][number] {
  const { name, learningRates, steps, transferStep, params = 1e6, replay = 0 } = curve;
  const cannot = `Cannot fit curve ${name}`;
  const isStep = Number.isInteger(transferStep) && transferStep >= 0;
  must(cannot, "transferStep must be a step", transferStep, isStep);
  inRange(cannot, { params }, "finite and positive");
  inRange(cannot, { replay }, "in [0, 1]");
  const logForward = new Float64Array(steps.length);
  const continued = new Float64Array(steps.length);
  let next = 0;
  let sum = 0;
  let after = 0;
  for (let k = 0; next < steps.length; k++) {
    sum += learningRates[k];
    if (k >= transferStep) after += learningRates[k];
    if (k !== steps[next]) continue;
    logForward[next] = Math.log(sum);
    continued[next++] = after;
  }
  return { curve, offset, logForward, continued, logSize: Math.log(params / 1e6), replay };
}
