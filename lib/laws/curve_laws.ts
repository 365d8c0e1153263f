import type { LossCurve } from "../base/mod.ts";
import { functionalLaw } from "./functional.ts";
import type { Law } from "./law.ts";
import { lldlLaw } from "./lldl.ts";
import { melLaw } from "./mel.ts";
import { momentumLaw } from "./momentum.ts";
import { multiPowerLaw, noGammaLaw, stepPowerLaw } from "./multi_power.ts";
import { onePowerLaw } from "./one_power.ts";
import { relaxationLaw } from "./relaxation.ts";

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
  relaxationLaw,
];
