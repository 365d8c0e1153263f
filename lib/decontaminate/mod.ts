/**
 * What must not be in the training text: evaluation items. Word n-grams and their hybrid with longest common
 * subsequences find them, every call shows its evidence, and planted copies measure what the rules find and miss.
 *
 * Rephrased and translated items share too few words for either rule; nothing here finds them.
 * @module
 */
export type { Interval, WordOptions } from "../base/mod.ts";
export type { Document, Drop, Json, Lineage, OnDrop } from "../data/mod.ts";
export * from "./contamination.ts";
export * from "./decontaminate.ts";
export * from "./evaluation_index.ts";
export type { GramTable } from "./_gram_table.ts";
export * from "./items.ts";
export * from "./measure_detection.ts";
export * from "./plant.ts";
