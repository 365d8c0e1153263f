/**
 * What a model has learnt and what it has lost: bits per byte, multiple choice, paired comparison of two runs, and a
 * sandbox for programs that a model wrote.
 * @module
 */
export type { IntervalOptions } from "../base/mod.ts";
export * from "./bits_per_byte.ts";
export * from "./compare_runs.ts";
export * from "./sandbox.ts";
export * from "./score_choices.ts";
