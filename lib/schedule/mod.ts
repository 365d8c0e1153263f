/**
 * Learning rates and batch sizes over steps, as pure functions without a dependency.
 *
 * A schedule is a function from the step to the rate. Steps count from 0; a decay of `steps` steps has its floor at step
 * `steps`, so the last step taken is one short of it. The survey (2510.23081) counts its linear and cosine rows from the
 * start of the decay and gives its exponential row no floor: {@linkcode surveyDecay} follows it, everything else counts
 * from the start of the run.
 *
 * @module
 */
export * from "./batch.ts";
export * from "./compose.ts";
export * from "./decay.ts";
export * from "./json.ts";
export * from "./schedule.ts";
export * from "./shape.ts";
export * from "./stages.ts";
export * from "./wsd.ts";
