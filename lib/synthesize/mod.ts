/**
 * New texts from texts by a language model, in the survey's three kinds, each verified.
 *
 * A {@linkcode Recipe} says what to ask and how to read the answer; {@linkcode synthesize} runs it over documents, resumes
 * after a kill, keeps budgets and counts every loss by its cause; {@linkcode preview} tells what a run will cost. Stages
 * chain, as each takes documents and gives documents.
 *
 * - Distil: {@linkcode rephrase}, {@linkcode nemotron}, {@linkcode distill} with {@linkcode oneOf}, {@linkcode translate} and
 *   {@linkcode translateBack}, {@linkcode describeImage}.
 * - Extract: {@linkcode extractPairs}, {@linkcode refinePair}.
 * - Evolve: {@linkcode evolve} and {@linkcode solve}, {@linkcode mathGenie}, {@linkcode evolveInstruction};
 *   {@linkcode arithmeticProblems} are seeds that no model wrote.
 * - Judge and account: {@linkcode judge}, {@linkcode judgePairs}, {@linkcode verifySolution}, {@linkcode diversity},
 *   {@linkcode lineageOf}, {@linkcode tokensBySource}; {@linkcode trainingRecords} writes for trainers.
 * @module
 */
export type { Interval, OnProgress, ProgressEvent } from "../base/mod.ts";
export { Random } from "../base/mod.ts";
export type { Document, Drop, Json, Lineage, OnDrop } from "../data/mod.ts";
export * from "./answer.ts";
export * from "./arithmetic.ts";
export * from "./checks.ts";
export * from "./describe_image.ts";
export * from "./distill.ts";
export * from "./diversity.ts";
export * from "./evolve.ts";
export * from "./evolve_instruction.ts";
export * from "./extract_pairs.ts";
export * from "./judge.ts";
export * from "./lineage.ts";
export * from "./math_genie.ts";
export * from "./model.ts";
export * from "./nemotron.ts";
export * from "./preview.ts";
export * from "./recipe.ts";
export * from "./refine_pair.ts";
export * from "./rephrase.ts";
export * from "./segments.ts";
export * from "./solve.ts";
export * from "./synthesize.ts";
export * from "./training_records.ts";
export * from "./translate.ts";
export * from "./verify.ts";
export * from "./verify_solution.ts";
