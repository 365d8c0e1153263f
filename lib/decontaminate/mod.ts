/**
 * What must not be in the training text: evaluation items. Word n-grams and their hybrid with longest common
 * subsequences find them, every call shows its evidence, and planted copies measure what the rules find and miss.
 *
 * Rephrased and translated items share too few words for these rules: embeddings find the former, and a model that is asked
 * about a call decides.
 *
 * Begin with {@linkcode buildIndex}, {@linkcode readItems}, {@linkcode decontaminate}, {@linkcode findRephrased},
 * {@linkcode measureDetection}.
 * @module
 */
export type { Interval, OnProgress, ProgressEvent, WordOptions } from "../base/mod.ts";
export type {
  Budget,
  ChatModel,
  Message,
  Price,
  SynthesisReport,
  SynthesizeOptions,
} from "../synthesize/mod.ts";
export type { Document, Documents, Drop, Json, Lineage, OnDrop } from "../data/mod.ts";
// Find the items.
export { buildIndex, type EvaluationIndex, type IndexOptions } from "./evaluation_index.ts";
export { decontaminate, type DecontaminateOptions } from "./decontaminate.ts";
export { type Contamination, findContamination, type RuleOptions } from "./contamination.ts";
export { type EvaluationItem, itemsFromDocuments, type ItemsFromDocumentsOptions } from "./items.ts";
export { type ItemFields, type ReadItems, readItems, type ReadItemsOptions } from "./read_items.ts";
export { contaminationPage, type ContaminationPageOptions, type FoundIn } from "./contamination_page.ts";
// Find them in other words.
export {
  findRephrased,
  type FindRephrasedOptions,
  type RephrasedCall,
  type TextEmbedder,
} from "./find_rephrased.ts";
export {
  type ContaminationVerdict,
  type ContaminationVerdicts,
  judgeContamination,
  type JudgeContaminationOptions,
} from "./judge_contamination.ts";
// Measure what the rules find.
export {
  plant,
  type Planted,
  type Planting,
  type PlantKind,
  plantKinds,
  type PlantOptions,
  type WrittenCopy,
} from "./plant.ts";
export {
  type CalledItem,
  type Detection,
  type FalseCall,
  type KindRecall,
  measureCalls,
  measureDetection,
} from "./measure_detection.ts";
