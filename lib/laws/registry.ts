import type { LossCurve } from "../base/mod.ts";
import { chinchillaLaw } from "./chinchilla.ts";
import { cmrDomainLaw, cmrGeneralLaw } from "./cmr.ts";
import { cooldownGainLaw } from "./cooldown_gain.ts";
import { cptDynamicsLaw, cptReplayLaw, cptSizeLaw } from "./cpt_dynamics.ts";
import { dCptLaw } from "./d_cpt.ts";
import { functionalLaw } from "./functional.ts";
import type { Law } from "./law.ts";
import { lldlLaw } from "./lldl.ts";
import { melLaw } from "./mel.ts";
import { momentumLaw } from "./momentum.ts";
import { multiPowerLaw, noGammaLaw, stepPowerLaw } from "./multi_power.ts";
import { onePowerLaw } from "./one_power.ts";
import { repetitionLaw } from "./repetition.ts";
import { stepLawBatchTokens, stepLawLearningRate } from "./step_law.ts";

/**
 * The laws of loss curves under any schedule, from the fewest parameters to the most.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { curveLaws } from "midtrain/laws";
 *
 * assert.equal(curveLaws[0]!.name, "one-power");
 * ```
 */
export const curveLaws: readonly Law<LossCurve>[] = [
  onePowerLaw,
  lldlLaw,
  momentumLaw,
  melLaw,
  noGammaLaw,
  stepPowerLaw,
  multiPowerLaw,
  functionalLaw,
];

// Each law takes its own data, so that the list of all has no common type for them.
// deno-lint-ignore no-explicit-any
const all: readonly Law<any>[] = [
  ...curveLaws,
  cptDynamicsLaw,
  cptSizeLaw,
  cptReplayLaw,
  chinchillaLaw,
  repetitionLaw,
  dCptLaw,
  cmrDomainLaw,
  cmrGeneralLaw,
  cooldownGainLaw,
  stepLawLearningRate,
  stepLawBatchTokens,
];

/** One of this kit's laws by name: a function cannot be sent to a worker, a name can. */
// deno-lint-ignore no-explicit-any
export function lawByName(name: string): Law<any> | undefined {
  return all.find((law) => law.name === name);
}
