import type { Document } from "../data/mod.ts";

/** What a rater says of a document. */
export interface Rating {
  /** The score, in the rater's own unit; NaN where there is none at all. */
  score: number;
  /** Whether the rater could tell; where not, the score is what any such text gets, or NaN. */
  known: boolean;
  /** Why it could not tell, as a countable phrase. */
  cause?: string;
}

/** The shape of every rater: rules of fastText, heads on embeddings, language models, ensembles of others. */
export interface DocumentRater {
  /** Names it, and its ratings on the disk. */
  readonly name: string;
  /** Rate some documents; ratings come in their order. */
  rateDocuments(
    documents: readonly Document[],
    options?: { signal?: AbortSignal | undefined },
  ): readonly Rating[] | Promise<readonly Rating[]>;
}

/** A rating beside its document, so that a threshold moves without the rater running again. */
export interface Rated extends Rating {
  /** The document, untouched. */
  document: Document;
}
