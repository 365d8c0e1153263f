/**
 * What to keep: heuristic rules ({@linkcode applyRules}); raters of one shape ({@linkcode rate}) that are trained here or read
 * from fastText models ({@linkcode trainRater}, {@linkcode trainEmbeddingRater}, {@linkcode readFastText}), that are a language
 * model ({@linkcode modelRater}), or several as one ({@linkcode rankEnsemble}); draws to a budget ({@linkcode sampleByDomain});
 * pages of a kind recalled from seeds ({@linkcode trainRecall}); and one of what repeats itself: exactly
 * ({@linkcode removeExactDuplicates}), nearly ({@linkcode removeNearDuplicates}), in lines ({@linkcode removeRepeatedLines}), in
 * passages ({@linkcode removeRepeatedPassages}), in meaning ({@linkcode removeSemanticDuplicates}).
 *
 * Begin with {@linkcode applyRules}, {@linkcode rate}, {@linkcode trainEmbeddingRater}, {@linkcode removeNearDuplicates}.
 * @module
 */
// Rules.
export { applyRules, type ApplyRulesOptions, type Rule, type Verdict } from "./rule.ts";
export { gopherQuality, type GopherQualityOptions } from "./gopher_quality.ts";
export { gopherRepetition, type GopherRepetitionOptions } from "./gopher_repetition.ts";
export { c4, type C4Options } from "./c4.ts";
export { fineweb, type FinewebOptions } from "./fineweb.ts";
export { languageRules, type LanguageThresholds } from "./language_rules.ts";
export { personalData, type PersonalDataOptions } from "./personal_data.ts";
// Duplicates, exact and in parts.
export { removeExactDuplicates, type RemoveExactDuplicatesOptions } from "./exact_duplicates.ts";
export { removeRepeatedLines, type RemoveRepeatedLinesOptions } from "./repeated_lines.ts";
export { removeRepeatedPassages, type RemoveRepeatedPassagesOptions } from "./repeated_passages.ts";
export type { RepeatExample, RepeatOptions, RepeatReport } from "./_repeats.ts";
// Near-duplicates.
export {
  type NearDuplicate,
  type NearDuplicateCluster,
  nearDuplicateClusters,
  type NearDuplicateOptions,
  type NearDuplicates,
  removeNearDuplicates,
  type RemoveNearDuplicatesOptions,
} from "./near_duplicates.ts";
export { nearDuplicateKeys, type NearDuplicateKeysOptions } from "./near_duplicate_keys.ts";
// Duplicates in meaning.
export {
  removeSemanticDuplicates,
  type RemoveSemanticDuplicatesOptions,
  type SemanticDuplicates,
  semanticDuplicates,
  type SemanticDuplicatesOptions,
  type SemanticGroup,
  type SemanticOptions,
} from "./semantic_duplicates.ts";
// Raters.
export { type Example, trainRater, type TrainRaterOptions } from "./train_rater.ts";
export type { DocumentRater, Rated, Rating } from "./document_rater.ts";
export {
  joinLabels,
  rate,
  rateByAll,
  type RateByAllOptions,
  type RatedByAll,
  type RateOptions,
} from "./rate.ts";
export { gate, type GateOptions } from "./gate.ts";
export { Rater, type RaterWeights } from "./rater.ts";
export {
  EmbeddingRater,
  type EmbeddingRaterWeights,
  type TextEmbedder,
  trainEmbeddingRater,
  type TrainEmbeddingRaterOptions,
} from "./embedding_rater.ts";
export { educationRubric, modelRater, type ModelRaterOptions, type Rubric } from "./model_rater.ts";
export { identifyLanguage, type Language, languageRater } from "./language.ts";
// Raters from votes, and several as one.
export { bradleyTerry, type BradleyTerryOptions, type Comparison, type Strength } from "./bradley_terry.ts";
export { drawPairs, type DrawPairsOptions } from "./draw_pairs.ts";
export {
  type Ensemble,
  rankEnsemble,
  type RankEnsembleOptions,
  type Stacked,
  stackRaters,
  type StackRatersOptions,
} from "./ensemble.ts";
export { type ImportanceRater, importanceRater, type ImportanceRaterOptions } from "./importance_rater.ts";
// Drawing by scores and domains.
export {
  type DomainItem,
  type Sample,
  sampleByDomain,
  type SampleByDomainOptions,
  sampleByScore,
  type SampleByScoreOptions,
  type SampledDomain,
  type ScoredItem,
  takeSample,
} from "./sample.ts";
// How good raters are.
export { evaluateRater, type EvaluateRaterOptions, type RaterEvaluation } from "./evaluate_rater.ts";
export {
  spearman,
  type ThresholdRow,
  thresholdTable,
  type ThresholdTableOptions,
  weightedKappa,
} from "./agreement.ts";
export { splitById, type SplitOptions } from "./split.ts";
export { type Recall, type RecallDomain, type RecallOptions, trainRecall } from "./recall.ts";
export { readFastText, type ReadFastTextOptions, writeFastText } from "./fasttext_model.ts";
