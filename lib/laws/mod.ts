/**
 * Scaling and annealing laws as data, fitted honestly.
 * @module
 */
export * from "./compare.ts";
export * from "./curve.ts";
export * from "./fit.ts";
export * from "./law.ts";
export * from "./lldl.ts";
export * from "./mel.ts";
export * from "./momentum.ts";
export * from "./multi_power.ts";
export * from "./one_power.ts";
export * from "./predict_curve.ts";
