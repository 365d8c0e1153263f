/**
 * Rotary position embeddings and what stretches them to longer contexts, in float64 and without a dependency.
 *
 * {@linkcode ropeFromConfig} reads a model's `config.json`; the other functions build one embedding each. All give inverse
 * frequencies, the factor on cosine and sine, and the multiplier of the softmax scale.
 *
 * Begin with {@linkcode ropeFromConfig}.
 * @module
 */
export type { HuggingFaceConfig } from "./_config_checks.ts";
export { type ConfiguredRope, ropeFromConfig, type RopeFromConfigOptions } from "./config.ts";
export {
  defaultRope,
  dynamicNtk,
  type DynamicNtkOptions,
  type ExtensionOptions,
  llama3,
  type Llama3Options,
  longRope,
  type LongRopeOptions,
  ntkAware,
  positionInterpolation,
  proportionalRope,
  type ProportionalRopeOptions,
  type Rope,
  type RopeMethod,
  type RopeOptions,
} from "./frequencies.ts";
export { ntkByParts, type NtkByPartsOptions, yarn, yarnAttentionFactor, type YarnOptions } from "./yarn.ts";
export { cosSin, type RopeLayout, rotate } from "./rotate.ts";
