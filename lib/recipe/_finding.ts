/**
 * How much a finding matters.
 *
 * - `fault`: a run by these facts is not what it is said to be
 * - `warning`: it may be meant, and a reader must decide
 * - `note`: unusual, and meant
 */
export type FindingLevel = "fault" | "warning" | "note";

/** What a recipe is checked for, by rule. */
export type Rule =
  | "weights-sum"
  | "equal-weights"
  | "steps-times-batch"
  | "seam"
  | "end-above-start"
  | "horizon"
  | "same-seed"
  | "epochs"
  | "warmup-units"
  | "rope-ratio"
  | "no-short-data"
  | "chat-tokens"
  | "evaluation-in-mix"
  | "optimizer-unstated"
  | "weights-from"
  | "conflict";

/** One thing found in a recipe. */
export interface Finding {
  /** How much it matters. */
  level: FindingLevel;
  /** Which rule found it. */
  rule: Rule;
  /** The stage. */
  stage: string;
  /** What it is, with its numbers, in a sentence. */
  what: string;
  /** Where the facts stand. */
  locus: string;
}
