/**
 * What to keep: heuristic rules ({@linkcode applyRules}), text raters that are trained here or read from fastText models
 * ({@linkcode trainRater}, {@linkcode readFastText}), pages of a kind recalled from seeds ({@linkcode trainRecall}), and one of
 * each cluster of near-duplicates ({@linkcode removeNearDuplicates}).
 * @module
 */
export * from "./c4.ts";
export * from "./evaluate_rater.ts";
export * from "./fasttext_model.ts";
export * from "./fineweb.ts";
export * from "./gopher_quality.ts";
export * from "./gopher_repetition.ts";
export * from "./near_duplicates.ts";
export { rate, type Rated, Rater, type RaterWeights } from "./rater.ts";
export * from "./recall.ts";
export * from "./rule.ts";
export * from "./split.ts";
export * from "./train_rater.ts";
