import { type Document, documentId, type Json } from "../data/mod.ts";

/** A text that a program made of documents, with lineage of the shape that a model's has. */
export interface Made {
  /** What made it, with its version, for example `long/recall@1`. */
  by: string;
  /** Which of its texts this is: names it together with `by`. */
  position: string;
  text: string;
  /** Ids of the documents that it was made of. */
  parents: string[];
  /** How it was made. */
  settings: Record<string, Json>;
  meta: Record<string, Json>;
  seed?: number | string;
}

/** The document of a text that a program made. */
export function madeDocument({ by, position, text, parents, settings, meta, seed }: Made): Document {
  return {
    id: documentId(by, position),
    text,
    source: by,
    meta,
    lineage: {
      parents,
      prompt: by,
      model: "none",
      sampling: settings,
      ...(typeof seed === "number" ? { seed } : {}),
    },
  };
}
