/**
 * New texts from texts by a language model, in the survey's three kinds, each verified.
 *
 * A {@linkcode Method} says what to ask and how to read the answer; {@linkcode synthesize} runs it over documents, resumes
 * after a kill, keeps budgets and counts every loss by its cause; {@linkcode preview} tells what a run will cost. Stages
 * chain, as each takes documents and gives documents.
 *
 * - Distil: {@linkcode rephrase}, {@linkcode condense}, {@linkcode nemotron}, {@linkcode distill} with {@linkcode drawMethod}, {@linkcode translate} and
 *   {@linkcode translateBack}, {@linkcode describeImage}.
 * - Extract: {@linkcode extractPairs}, {@linkcode refinePair}, {@linkcode subjectPairs}.
 * - A smaller synthesiser: {@linkcode studentChats} are what it learns from; {@linkcode subjectTeacher} is a teacher without a model.
 * - Long contexts: {@linkcode distantQuestions} and {@linkcode needsAllParts}; by program {@linkcode recallTexts},
 *   {@linkcode keyValueTexts}, {@linkcode aggregateTexts}, {@linkcode composeRelated}.
 * - Whole pages: {@linkcode guidedRewrite}, {@linkcode thinkAloud}, {@linkcode wordProblems}, {@linkcode megadocs}.
 * - Knowledge: {@linkcode readingComprehension}, {@linkcode flashcards}, {@linkcode taskFromHowTo}, {@linkcode personaQuestions} by
 *   {@linkcode personas}; from no page {@linkcode emptyPromptInstructions}.
 * - Evolve: {@linkcode evolve}, {@linkcode recast} and {@linkcode solve}, {@linkcode mathGenie}, {@linkcode evolveInstruction};
 *   {@linkcode arithmeticProblems} are seeds that no model wrote.
 * - Code: {@linkcode exerciseFromCode}, {@linkcode rewriteCode} behind {@linkcode lintPython}, {@linkcode verifyTests}; without a model
 *   {@linkcode packRepositories}, {@linkcode issuePatchPairs} of a git history, and `fillInMiddle` of `midtrain/anneal`.
 * - Reasoning: {@linkcode voteSolutions}, {@linkcode metaReasoning}, {@linkcode mindConversations},
 *   {@linkcode theoremProblems}; by program {@linkcode metaReasoningTexts}.
 * - Agents: {@linkcode agentTasks}, {@linkcode playTasks} and {@linkcode demonstrate} in the {@linkcode office}, whose tools are
 *   simulated.
 * - Which method pays: {@linkcode compareMethods}.
 * - Judge and account: {@linkcode judge}, {@linkcode judgePairs}, {@linkcode judgeTranslations}, {@linkcode verifySolution}, {@linkcode diversity},
 *   {@linkcode lineageOf}, {@linkcode tokensBySource}; {@linkcode trainingRecords} writes for trainers.
 *
 * Begin with {@linkcode synthesize}, {@linkcode rephrase}, {@linkcode distill}, {@linkcode extractPairs},
 * {@linkcode solve}, {@linkcode mathGenie}.
 * @module
 */
// What a run takes and gives.
export { synthesize } from "./synthesize.ts";
export type { Budget, Price, Synthesis, SynthesisReport, SynthesizeOptions } from "./report.ts";
export { type Preview, preview, type PreviewOptions } from "./preview.ts";
export type { Accepted, Answer, Method, Prompt, Rejected, TextFault } from "./method.ts";
export type { Markdown } from "./_parts.ts";
// Distil.
export { rephrase, type RephraseOptions, type RephraseStyle } from "./rephrase.ts";
export { type Audience, distill, type DistillFormat, type DistillOptions } from "./distill.ts";
export { condense, type CondenseOptions } from "./condense.ts";
export { drawMethod, oneOf } from "./draw_method.ts";
export { nemotron, nemotronLimits, nemotronTasks } from "./nemotron.ts";
export type { NemotronLimits, NemotronOptions, NemotronTask } from "./nemotron.ts";
export { chrF, translate, translateBack } from "./translate.ts";
export type { LanguageRater, TranslateBackOptions, TranslateOptions } from "./translate.ts";
export type { Terms } from "./_terms.ts";
export { describeImage, type DescribeImageOptions, imageUrl } from "./describe_image.ts";
export { type ImageReference, imageReferences } from "./image_references.ts";
export type { ImageReferencesOptions } from "./image_references.ts";
export type { ImageType } from "./_image_bytes.ts";
// Extract.
export { extractPairs, type ExtractPairsOptions } from "./extract_pairs.ts";
export { refinePair, type RefinePairOptions } from "./refine_pair.ts";
export { subjectPairs, type SubjectPairsOptions, subjectTeacher } from "./subject_pairs.ts";
// Evolve.
export { type Change, evolve, type EvolveOptions } from "./evolve.ts";
export { recast, type RecastOptions } from "./recast.ts";
export { solve, type SolveOptions } from "./solve.ts";
export { augmentSolution, backTranslate, mathGenie } from "./math_genie.ts";
export type {
  MathGenieOptions,
  MathGenieResult,
  MathGenieStage,
  MathGenieStageOptions,
} from "./math_genie.ts";
export { evolveInstruction, type EvolveInstructionOptions, type Growth } from "./evolve_instruction.ts";
export { arithmeticProblems, type ArithmeticProblemsOptions } from "./arithmetic.ts";
// Agents: tasks in a simulated office, and trajectories that end in the right state.
export { agentTasks, type AgentTasksOptions, agentTemplates } from "./agents/agent_tasks.ts";
export { playTasks, type PlayTasksOptions } from "./agents/play_tasks.ts";
export { demonstrate, type DemonstrateOptions } from "./agents/demonstrate.ts";
export { type Environment, joinEnvironments, type JsonObject } from "./agents/environment.ts";
export { type Tool, ToolRefusal, type ToolResult } from "./agents/environment.ts";
export type { AgentCall, AgentTask, ForbiddenCall } from "./agents/task.ts";
export { office } from "./agents/office.ts";
export { fileSystem, type FileSystemState } from "./agents/file_system.ts";
export { sqlDatabase } from "./agents/database.ts";
export { calendar, type CalendarEvent, type CalendarState } from "./agents/calendar.ts";
export { pageSearch, type SearchState } from "./agents/search.ts";
export { calculator } from "./agents/calculator.ts";
export { answerSheet, type AnswerSheetState } from "./agents/answer_sheet.ts";
// Which method pays.
export { compareMethods } from "./compare_methods.ts";
export type {
  CompareMethodsOptions,
  MethodBy,
  MethodComparison,
  MethodMeasures,
  ProxyTexts,
} from "./compare_methods.ts";
// A student that learns from what a teacher wrote.
export { studentChats, type StudentChatsOptions } from "./student_chats.ts";
// Judge, verify and account.
export { defaultCriteria, judge, judgePairs } from "./judge.ts";
export type {
  Criterion,
  Judgement,
  JudgeOptions,
  JudgePairsOptions,
  Judging,
  Pair,
  PairJudgement,
  PairJudgements,
  SourceOf,
} from "./judge.ts";
export { faithCriteria, judgeTranslations } from "./judge_translations.ts";
export type {
  JudgeTranslationsOptions,
  TranslationJudgement,
  TranslationJudging,
} from "./judge_translations.ts";
export { verifyByExecution, type VerifyByExecutionOptions } from "./verify.ts";
export { finalNumber, verifySolution } from "./verify_solution.ts";
export type { Equation, SolutionCheck, VerifySolutionOptions } from "./verify_solution.ts";
export { type Diversity, diversity, type DiversityOptions } from "./diversity.ts";
export { lineageOf, type LineageOfOptions } from "./lineage.ts";
export { tokensBySource, trainingRecords } from "./training_records.ts";
export type {
  RecordShape,
  SourceTokens,
  TrainingRecord,
  TrainingRecordsOptions,
} from "./training_records.ts";
// Long contexts, in long/.
export { aggregateTexts, type AggregateTextsOptions, type Aggregation } from "./long/aggregate_texts.ts";
export { composeRelated, type ComposeRelatedOptions } from "./long/compose_related.ts";
export { distantQuestions, needsAllParts } from "./long/distant_questions.ts";
export type { DistantQuestionsOptions, NeedsAllPartsOptions } from "./long/distant_questions.ts";
export { keyValueTexts, type KeyValueTextsOptions } from "./long/key_value_texts.ts";
export { type RecallTask, recallTexts, type RecallTextsOptions } from "./long/recall_texts.ts";
// Whole pages, in pages/.
export { guidedRewrite, type GuidedRewriteOptions } from "./pages/guided_rewrite.ts";
export { megadocs, type MegadocsOptions } from "./pages/megadocs.ts";
export { thinkAloud, type ThinkAloudOptions } from "./pages/think_aloud.ts";
export { wordProblems, type WordProblemsOptions } from "./pages/word_problems.ts";
// Knowledge of pages, in knowledge/.
export {
  emptyPromptInstructions,
  type EmptyPromptInstructionsOptions,
} from "./knowledge/empty_prompt_instructions.ts";
export type { ChatTurns } from "./knowledge/_empty_turn.ts";
export { flashcards, type FlashcardsOptions } from "./knowledge/flashcards.ts";
export { personaQuestions, type PersonaQuestionsOptions } from "./knowledge/persona_questions.ts";
export { personas, type PersonasOptions } from "./knowledge/personas.ts";
export {
  readingComprehension,
  type ReadingComprehensionOptions,
  type ReadingKind,
} from "./knowledge/reading_comprehension.ts";
export { taskFromHowTo, type TaskFromHowToOptions } from "./knowledge/task_from_how_to.ts";
// Code, in code/.
export { exerciseFromCode, type ExerciseFromCodeOptions } from "./code/exercise_from_code.ts";
export { issuePatchPairs, type IssuePatchPairsOptions } from "./code/issue_patch_pairs.ts";
export { lintPython, type LintPythonOptions } from "./code/lint_python.ts";
export { packRepositories, type PackRepositoriesOptions } from "./code/pack_repositories.ts";
export { type CodePass, rewriteCode, type RewriteCodeOptions } from "./code/rewrite_code.ts";
export { type TestedSolution, verifyTests } from "./code/verify_tests.ts";
export type { TestsCheck } from "./code/_judge_tests.ts";
// Reasoning, in reasoning/.
export { metaReasoning, metaReasoningTexts } from "./reasoning/meta_reasoning.ts";
export type {
  MetaReasoningAsked,
  MetaReasoningOptions,
  MetaReasoningTextsOptions,
} from "./reasoning/meta_reasoning.ts";
export type { MetaReasoningTask } from "./reasoning/_meta_tasks.ts";
export type { PlantedError } from "./reasoning/_plant.ts";
export { mindConversations, type MindConversationsOptions } from "./reasoning/mind_conversations.ts";
export type { ConversationStyle } from "./reasoning/_conversation_styles.ts";
export { theoremProblems, type TheoremProblemsOptions } from "./reasoning/theorem_problems.ts";
export { voteSolutions, type VoteSolutionsOptions } from "./reasoning/vote_solutions.ts";
export type { SolutionForm } from "./reasoning/_solution_forms.ts";
// To write a method of one's own.
export { segments, type SegmentsOptions } from "./segments.ts";
export { cleanAnswer, isRefusal, splitReasoning } from "./answer.ts";
export { sameLanguage } from "./_languages.ts";
export { copiedShare, newNames, numbersOf, repeatedShare, wordsOf } from "./checks.ts";
export type { CopiedShareOptions, RepeatedShareOptions } from "./checks.ts";
export { Random } from "../base/mod.ts";
export type { Interval, LengthTokenizer, OnProgress, ProgressEvent } from "../base/mod.ts";
export type { Document, Documents, Drop, Json, Lineage, OnDrop } from "../data/mod.ts";
export type { ChatModel, Message, ToolCall, ToolSchema } from "../llm/mod.ts";
export type { SqlDatabase, SqlValue } from "../evaluate/mod.ts";
