/**
 * Learning rates and batch sizes over steps, as pure functions without a dependency.
 *
 * A schedule is a function from the step to the rate. Steps count from 0; a decay of `steps` steps has its floor at step
 * `steps`, so the last step taken is one short of it. The survey (2510.23081) counts its linear and cosine rows from the
 * start of the decay and gives its exponential row no floor: {@linkcode surveyDecay} follows it, everything else counts
 * from the start of the run.
 *
 * Begin with {@linkcode wsd}, {@linkcode cosine}, {@linkcode sampleSchedule}.
 * @module
 */
export {
  type DecayOptions,
  sampleSchedule,
  type Schedule,
  type WarmupConvention,
  type WarmupOptions,
} from "./schedule.ts";

// Warm-up, stable, decay.
export { wsd, type WsdOptions, wsdSimplified, type WsdSimplifiedOptions } from "./wsd.ts";
export { type DecayShape, decayShape, decayShapes } from "./shape.ts";

// One fall, or none.
export {
  constant,
  cosine,
  exponential,
  exponentialRate,
  halfCosine,
  inverseSquareRoot,
  linear,
  power,
  powerOfTokens,
  type PowerOfTokensOptions,
  type PowerOptions,
  surveyDecay,
} from "./decay.ts";

// Several stages.
export {
  cosineWithLinearTail,
  type CosineWithLinearTailOptions,
  cyclicCosine,
  eightOneOne,
  multiStep,
  type MultiStepOptions,
  twoStage,
} from "./stages.ts";
export { oneCycle, type OneCycleOptions } from "./one_cycle.ts";

// Schedules out of others, of rates, and of JSON.
export { fromRates, scaled, sequence } from "./compose.ts";
export { scheduleBuilders, scheduleFromJson, scheduleKinds, type ScheduleSpec } from "./json.ts";

// Batch sizes.
export {
  type BatchAdvice,
  batchForTokens,
  batchRamp,
  type BatchRampOptions,
  batchStages,
  deepSeekBatch,
  miniCpmBatchTokens,
  porianBatch,
  rescaleForBatch,
  stepLawBatch,
} from "./batch.ts";
