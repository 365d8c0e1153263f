/**
 * What to keep: heuristic rules, trained raters, near-duplicates.
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
