/** What kind of text a source of a mixture is. */
export type SourceKind =
  | "web"
  | "multilingual"
  | "knowledge"
  | "code"
  | "math"
  | "qa"
  | "instruction"
  | "thinking"
  | "synthetic"
  | "long"
  | "replay";

/** The kinds of sources. */
export const sourceKinds: readonly SourceKind[] = [
  "web",
  "multilingual",
  "knowledge",
  "code",
  "math",
  "qa",
  "instruction",
  "thinking",
  "synthetic",
  "long",
  "replay",
];

/** A mixture as a paper or a release gives it. */
export interface PublishedMixture {
  /** Its short name, the key of {@linkcode publishedMixtures}. */
  name: string;
  /** The model or study. */
  model: string;
  /** The stage of training it was used in. */
  stage: "pre-training" | "mid-training" | "long-context" | "continual" | "probe";
  /** Tokens of the stage, where it is published. */
  budgetTokens?: number;
  /** Percent by source, as printed: rows need not sum to exactly 100. */
  percent: Readonly<Record<string, number>>;
  /** What kind of text each source is, in the mixtures of recipes. @default {not told} */
  kinds?: Readonly<Record<string, SourceKind>>;
  /** Where the numbers stand. */
  source: string;
  /** How they were read: at their source, or in someone else's text about it. @default {"verified"} */
  status?: "verified" | "second-hand";
}
