/**
 * What a model has learnt and what it has lost: bits per byte, multiple choice, paired comparison of two runs, and a
 * sandbox for programs in JavaScript and Python that a model wrote.
 *
 * Begin with {@linkcode scoreChoices}, {@linkcode compareRuns}, {@linkcode runSandboxed}.
 * @module
 */
export { type IntervalOptions, signTest } from "../base/mod.ts";
export { bitsPerByte } from "./bits_per_byte.ts";
export {
  checkScorer,
  type ChoiceItem,
  type ChoiceScores,
  scoreChoices,
  type ScorerCheck,
  type ScoringModel,
} from "./score_choices.ts";
export { compareRuns, type PairedScores, type RunComparison } from "./compare_runs.ts";
export { runAllSandboxed, runSandboxed, type SandboxAllOptions, type SandboxOptions } from "./sandbox.ts";
export { type PythonSandboxOptions, runPythonSandboxed } from "./python.ts";
export type { SandboxResult, SandboxStatus } from "./sandbox_result.ts";
