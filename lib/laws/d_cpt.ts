import { ofKind } from "../base/mod.ts";
import { fieldOf } from "./_records.ts";
import { chinchillaLaw, prepareSizes, sizeParameters, type Sizes, type TrainedRun } from "./chinchilla.ts";
import type { Law } from "./law.ts";

/** A continued run on a mixture. */
export interface MixtureRun extends TrainedRun {
  /** The share of the mixture that the loss is measured on: of the domain for its loss, of general data for theirs. */
  share: number;
}

interface Prepared extends Sizes {
  share: Float64Array;
}

/**
 * The D-CPT law: loss after continued pre-training by size, tokens and mixture share. The same form with the general share
 * describes the general loss. `epsilon` keeps a share of zero finite; fix it where every share is large.
 *
 * @example More of the domain, less loss on it
 * ```ts
 * import assert from "node:assert/strict";
 * import { dCptLaw, predictLaw } from "midtrain/laws";
 *
 * const parameters = { E: 1.5, A: 300, B: 500, alpha: 0.3, beta: 0.3, eta: 0.1, C: 0.2, gamma: 0.5, epsilon: 0.1 };
 * const runs = [0.1, 0.5].map((share) => ({ params: 1e9, tokens: 1e10, share }));
 * const [less, more] = predictLaw({ law: dCptLaw, parameters }, runs);
 * assert(more! < less!);
 * ```
 */
export const dCptLaw: Law<MixtureRun> = {
  name: "d-cpt",
  formula: "L = E + A N^-alpha + B r^eta D^-beta + C (r + epsilon)^-gamma",
  source: "Que et al. 2024, arXiv 2406.01375, equation 6",
  parameters: [
    ...sizeParameters,
    { name: "eta", unit: "1", lower: 1e-4, upper: 5, transform: "log" },
    { name: "C", unit: "nats per token", lower: 1e-9, upper: 1e3, transform: "log" },
    { name: "gamma", unit: "1", lower: 1e-4, upper: 5, transform: "log" },
    { name: "epsilon", unit: "1", lower: 1e-6, upper: 1, transform: "log" },
  ],
  linear: ["E", "A", "B", "C"],
  carriers: { alpha: "A", beta: "B", eta: "B", gamma: "C", epsilon: "C" },
  grid: { alpha: [0.2, 0.4], beta: [0.2, 0.4], eta: [0.02, 0.2], gamma: [0.1, 0.5, 1], epsilon: [0.01, 0.1] },
  contains: [{
    law: chinchillaLaw as Law<MixtureRun>,
    embed: (inner) => ({ ...inner, eta: 1e-4, C: 1e-9, gamma: 1e-4, epsilon: 1 }),
  }],
  prepare(runs): Prepared {
    const share = fieldOf("d-cpt", runs, "share", "share");
    return { ...prepareSizes("d-cpt", runs), share };
  },
  predict([E, A, B, alpha, beta, eta, C, gamma, epsilon], prepared, predictions, jacobian) {
    const n = predictions.length;
    const { logN, logD, share } = prepared as Prepared;
    for (let i = 0; i < n; i++) {
      const size = Math.exp(-alpha * logN[i]);
      const power = Math.pow(share[i], eta);
      const data = power * Math.exp(-beta * logD[i]);
      const shift = share[i] + epsilon;
      const mixture = Math.pow(shift, -gamma);
      predictions[i] = E + A * size + B * data + C * mixture;
      if (!jacobian) continue;
      jacobian[i] = 1;
      jacobian[n + i] = size;
      jacobian[2 * n + i] = data;
      jacobian[3 * n + i] = -A * size * logN[i];
      jacobian[4 * n + i] = -B * data * logD[i];
      jacobian[5 * n + i] = share[i] > 0 ? B * data * Math.log(share[i]) : 0;
      jacobian[6 * n + i] = mixture;
      jacobian[7 * n + i] = -C * mixture * Math.log(shift);
      jacobian[8 * n + i] = -C * gamma * mixture / shift;
    }
  },
};

/**
 * The share at which a loss crosses a limit, linear between the measured shares: D-CPT's first use (the largest domain share
 * whose general loss stays within a tolerance).
 *
 * @param points Shares in ascending order with the loss there.
 * @returns The first crossing, or undefined where the loss never reaches the limit.
 * @throws {RangeError} If shares do not ascend or lie outside [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { crossingShare } from "midtrain/laws";
 *
 * assert.equal(crossingShare([{ share: 0, loss: 2 }, { share: 0.5, loss: 3 }], 2.5), 0.25);
 * ```
 */
export function crossingShare(
  points: readonly { share: number; loss: number }[],
  limit: number,
): number | undefined {
  ofKind("Cannot find a crossing", { points }, "a list of objects with share, loss");
  for (let i = 0; i < points.length; i++) {
    const { share, loss } = points[i];
    const before = points[i - 1];
    if (!(share >= 0 && share <= 1) || (before && share <= before.share)) {
      throw new RangeError(
        `Cannot find a crossing as shares must ascend within [0, 1]: number ${i} is ${share}`,
      );
    }
    if (before && (before.loss - limit) * (loss - limit) <= 0 && before.loss !== loss) {
      return before.share + (share - before.share) * (limit - before.loss) / (loss - before.loss);
    }
  }
  return undefined;
}
