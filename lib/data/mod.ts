/**
 * Documents, the files they stand in, and data sets by name.
 * @module
 */
export type { LossCurve, Series } from "../base/mod.ts";
export * from "./csv.ts";
export { type MultiPowerSize, readCurves, type ReadCurvesOptions, readMultiPowerCurves } from "./curves.ts";
export * from "./datasets.ts";
export * from "./document.ts";
export * from "./jsonl.ts";
export * from "./parquet.ts";
export * from "./points.ts";
export { type Dataset, type DatasetName, datasets, type Origin } from "./registry.ts";
