/**
 * Public data sets, one a file: where each lies, its licence, the SHA-256 of its files, and its items.
 *
 * `set.read()` gives the items, `set.file(path)` a file of it, `set.available()` says whether it lies on this machine. Files are
 * sought in the mirror, in the cache and on the network. No item of a benchmark may enter a training sample.
 *
 * Begin with {@linkcode sotu}, {@linkcode spamAssassin}, {@linkcode gsm8k}, {@linkcode mmlu}, {@linkcode publicSet}.
 *
 * @example The first sentence of a novel
 * ```ts
 * import assert from "node:assert/strict";
 * import { mobyDick } from "midtrain/sets";
 *
 * for await (const { text, meta } of mobyDick.read()) {
 *   assert.deepEqual(meta, { chapter: 1, title: "Loomings" });
 *   assert.match(text, /^Call me Ishmael/);
 *   break;
 * }
 * ```
 * @module
 */
export type { LossCurve, Series } from "../base/mod.ts";
export type { Document, Drop, Json, Lineage, OnDrop } from "../data/mod.ts";
export type { FindFileOptions, Origin, SetFacts } from "./facts.ts";
export { type PublicSet, publicSet, type PublicSetDefinition } from "./public_set.ts";
// Texts.
export {
  articleExtraction,
  type ArticlePage,
  newsPages,
  type NewsPagesOptions,
} from "./article_extraction.ts";
export { dolmaSamples } from "./dolma_samples.ts";
export { fineweb2, type Fineweb2Language, readFineweb2Language } from "./fineweb2.ts";
export { magicHtml, type MarkedPage } from "./magic_html.ts";
export { mobyDick } from "./moby_dick.ts";
export { sotu } from "./sotu.ts";
export { type MailGroup, spamAssassin, type SpamAssassinOptions } from "./spam_assassin.ts";
// Questions of benchmarks.
export { agentBenchDatabases, type DatabaseTask } from "./agent_bench_databases.ts";
export { agentBenchSystems, readAgentBenchSystems, type SystemTask } from "./agent_bench_systems.ts";
export { arc, type ArcQuestion } from "./arc.ts";
export { bbh, type BbhPrompt, type BbhQuestion, bbhTasks, readBbhPrompt } from "./bbh.ts";
export { cruxeval, type CruxevalProblem } from "./cruxeval.ts";
export { deconEvals, type DeconQuestion } from "./decon_evals.ts";
export { deconFixtures, readDeconQuestions } from "./decon_fixtures.ts";
export { gsm8k, gsm8kDocument, type Gsm8kProblem } from "./gsm8k.ts";
export { humanEval, type HumanEvalProblem } from "./human_eval.ts";
export { math500, type MathProblem, type MathRecord, readMath } from "./math.ts";
export { humanEvalInfilling, type InfillingOptions, type InfillingProblem } from "./human_eval_infilling.ts";
export { humanEvalPack, type HumanEvalPackOptions, type HumanEvalPackProblem } from "./human_eval_pack.ts";
export { mbpp, type MbppProblem } from "./mbpp.ts";
export { mmlu, type MmluQuestion } from "./mmlu.ts";
export { nqOpen, type OpenQuestion } from "./nq_open.ts";
export { olmes, type OlmesOptions, type OlmesRequest, olmesTasks } from "./olmes.ts";
export { quixbugs, type QuixbugsProblem } from "./quixbugs.ts";
export { type Tool, toolBench, type ToolCall, type ToolQuery } from "./tool_bench.ts";
export { type NarrativeQaOptions, readNarrativeQa, type StoryQuestion } from "./narrative_qa.ts";
export { type MeetingQuery, qmsum } from "./qmsum.ts";
export { type PassageQuestion, type PassageQuestions, readPassageQuestions } from "./passage_questions.ts";
export { type QualityQuestion, readQuality } from "./quality.ts";
export { readScrolls, type ScrollsItem, type ScrollsTask, scrollsTasks } from "./scrolls.ts";
export { triviaQa, type TriviaQuestion } from "./trivia_qa.ts";
export { winogrande, type WinograndeSentence } from "./winogrande.ts";
// Runs and curves.
export { chinchilla, type ChinchillaRun } from "./chinchilla.ts";
export { delphi, type DelphiRun } from "./delphi.ts";
export { dataRepetition, type RepetitionRun } from "./data_repetition.ts";
export { gemstones, type GemstonesPoint } from "./gemstones.ts";
export { type IsoflopSetting, type IsoflopSweep, kaplanChinchilla } from "./kaplan_chinchilla.ts";
export { lrSchedules, type ScheduleRun } from "./lr_schedules.ts";
export { multiPowerCurves, type MultiPowerSize } from "./multi_power_law.ts";
export {
  type Olmo2Microanneal,
  type PublishedTable,
  publishedTables,
  readOlmo2Microanneals,
} from "./published_tables.ts";
export { regmix, regMixPrior, type RegMixRun, type RegMixRuns, regMixSpearman } from "./regmix.ts";
