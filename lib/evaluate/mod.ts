/**
 * What a model has learnt and what it has lost: benchmarks, bits per byte, multiple choice, paired comparison of two runs, and a
 * sandbox for programs in JavaScript and Python that a model wrote.
 *
 * Begin with {@linkcode evaluate}, {@linkcode benchmarks}, {@linkcode compareRuns}, {@linkcode runSandboxed}.
 * @module
 */
export { type Interval, type IntervalOptions, signTest } from "../base/mod.ts";
export { bitsPerByte } from "./bits_per_byte.ts";
export {
  checkScorer,
  type ChoiceItem,
  type ChoiceScores,
  scoreChoices,
  type ScorerCheck,
  type ScoringModel,
} from "./score_choices.ts";
export {
  type Asked,
  type Benchmark,
  type ChoicesAsked,
  type ChoiceScore,
  type Form,
  type Grade,
  type Rule,
  type TextAsked,
} from "./benchmark.ts";
export { benchmarks } from "./benchmarks.ts";
export { mathBenchmark, type MathBenchmarkOptions } from "./benchmarks/math.ts";
export { agentBenchOs, type ShellTask } from "./benchmarks/agent_bench_os.ts";
export { humanEvalNl } from "./benchmarks/human_eval_nl.ts";
export { fillForm, type FillSentinels } from "./benchmarks/infilling.ts";
export type { Asker, Written } from "./_answers.ts";
export { type BenchmarkCheck, checkBenchmark, type CheckBenchmarkOptions } from "./check_benchmark.ts";
export { evaluate, type EvaluatedModel, type EvaluateOptions } from "./evaluate.ts";
export type { EvaluatedItem, Evaluation, Score } from "./evaluation.ts";
export { evaluationPage, type EvaluationPageOptions } from "./evaluation_page.ts";
export { type ChoiceGrades, type ChoiceRating, gradeChoices } from "./grade_choices.ts";
export {
  type AnswerScores,
  dropScores,
  exactMatch,
  type ExactMatchOptions,
  squadScores,
  type SquadScoresOptions,
  triviaQaScores,
} from "./answer_scores.ts";
export { rouge, rougeGeometricMean, type RougeOptions, type RougeScore, type RougeScores } from "./rouge.ts";
export { boxedAnswer, hendrycksEquivalent, type HendrycksOptions } from "./math_answer.ts";
export { minervaAnswer, minervaEquivalent, minervaNormal } from "./minerva.ts";
export { mathEquivalent } from "./math_equivalent.ts";
export { passAtK, type PassAtKOptions } from "./pass_at_k.ts";
export { type SignalToNoise, signalToNoise, type SignalToNoiseOptions } from "./signal_to_noise.ts";
export { type Disagreement, disagreements } from "./disagreements.ts";
export { PythonRandom } from "./python_random.ts";
export {
  compareEvaluations,
  type CompareEvaluationsOptions,
  type EvaluationChange,
} from "./compare_evaluations.ts";
export {
  type CleanComparison,
  compareClean,
  type CompareCleanOptions,
  type LeakItem,
  leakItems,
} from "./compare_clean.ts";
export {
  type FormatCell,
  type FormatSensitivity,
  formatSensitivity,
  type FormatSensitivityOptions,
} from "./format_sensitivity.ts";
export { quality } from "./benchmarks/quality.ts";
export {
  narrativeQa,
  type NarrativeQaBenchmarkOptions,
  qmsumIn,
  scrolls,
  type ScrollsOptions,
  scrollsScore,
} from "./benchmarks/long_answers.ts";
export type { LongTextOptions } from "./benchmarks/_long_text.ts";
export { ruler, type RulerItem, type RulerOptions } from "./benchmarks/ruler.ts";
export { rulerQa, type RulerQaOptions } from "./benchmarks/ruler_qa.ts";
export type { RulerTask } from "./benchmarks/_ruler_tasks.ts";
export type { LengthTokenizer } from "../base/mod.ts";
export { type DepthScore, depthScores } from "./depth_scores.ts";
export { compareRuns, type PairedScores, type RunComparison } from "./compare_runs.ts";
export { runAllSandboxed, runSandboxed, type SandboxAllOptions, type SandboxOptions } from "./sandbox.ts";
export {
  type PythonProgram,
  type PythonSandboxOptions,
  runAllPythonSandboxed,
  runPythonSandboxed,
} from "./python.ts";
export { PythonGroup, type PythonGroupOptions } from "./python_group.ts";
export type { PythonEngine } from "./_bwrap.ts";
export type { SandboxResult, SandboxStatus } from "./sandbox_result.ts";
export {
  runAllSql,
  type RunAllSqlOptions,
  type SqlDatabase,
  type SqlJob,
  type SqlOutcome,
  type SqlResult,
  type SqlValue,
} from "./sql.ts";
