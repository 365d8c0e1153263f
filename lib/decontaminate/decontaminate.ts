import { each, must, ofKind, takes } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { type Contamination, contaminationFinder, type RuleOptions } from "./contamination.ts";
import type { EvaluationIndex } from "./evaluation_index.ts";

/** Options of {@linkcode decontaminate}. */
export interface DecontaminateOptions extends RuleOptions {
  /**
   * What becomes of a document with an item in it.
   * - `remove`: the document goes.
   * - `cut`: the match goes with 200 characters on each side; the pieces of at least 200 characters that remain stay, as
   *   one document. It goes when none remains, or more than 10 (the procedure of GPT-3).
   *
   * @default {"remove"}
   */
  action?: "remove" | "cut";
  /** Called with each removed document. */
  onDrop?: OnDrop;
  /** Called with each call, whatever becomes of its document. */
  onContamination?: (contamination: Contamination, document: Document) => void;
}

const marginCharacters = 200;
const leastPieceCharacters = 200;
const mostPieces = 10;

/**
 * Keep evaluation items out of the documents. A document that was cut keeps its id and says so in `meta.decontaminated`,
 * the number of stretches that were cut out.
 *
 * @throws {RangeError} If an option is out of its range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex, decontaminate } from "midtrain/decontaminate";
 *
 * const index = buildIndex([{ id: "q1", question: "What is 3 + 4?", benchmark: "sums" }]);
 * const documents = ["Tell me: what is 3+4?", "Tell me: what is 3+5?"].map((text, i) => ({
 *   id: `d${i}`,
 *   text,
 *   source: "example",
 *   meta: {},
 * }));
 * const reasons: string[] = [];
 * const kept = decontaminate(documents, index, { onDrop: (drop) => reasons.push(drop.reason) });
 * assert.deepEqual(await Array.fromAsync(kept), [documents[1]]);
 * assert.deepEqual(reasons, ["has an item of sums"]);
 * ```
 */
export async function* decontaminate(
  documents: Documents,
  index: EvaluationIndex,
  options: DecontaminateOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot decontaminate", options, "action?, onDrop?, onContamination?, rule?, n?, threshold?");
  ofKind("Cannot decontaminate", { index }, "an object with items");
  const { action = "remove", onDrop, onContamination } = options;
  must(
    "Cannot decontaminate",
    'action must be "remove" or "cut"',
    action,
    action === "remove" || action === "cut",
  );
  const find = contaminationFinder(index, options);
  for await (const document of each("Cannot decontaminate", { documents }, "an object with id, text")) {
    const calls = find(document.text);
    for (const call of calls) onContamination?.(call, document);
    if (calls.length === 0) {
      yield document;
      continue;
    }
    const pieces = action === "cut" ? cutOut(document.text, calls) : undefined;
    if (pieces && pieces.kept.length > 0 && pieces.kept.length <= mostPieces) {
      yield {
        ...document,
        text: pieces.kept.join("\n"),
        meta: { ...document.meta, decontaminated: pieces.cut },
      };
      continue;
    }
    const [first] = calls;
    const also = calls.length > 1 ? ` and ${calls.length - 1} more` : "";
    onDrop?.({
      id: document.id,
      source: document.source,
      stage: "decontaminate",
      reason: `has an item of ${first.benchmark}`,
      excerpt: `${first.item}${also}, ${first.rule} ${
        first.score.toFixed(2)
      }, characters ${first.start}-${first.end}: ${first.matched.slice(0, 160)}`,
    });
  }
}

function cutOut(text: string, calls: readonly Contamination[]): { kept: string[]; cut: number } {
  const kept: string[] = [];
  // Everything before `until` is decided; a match at the very start has no piece before it.
  let cut = 0;
  let until = 0;
  const keep = (piece: string) => {
    if (piece.length >= leastPieceCharacters) kept.push(piece);
  };
  for (const { start, end } of calls) {
    if (cut === 0 || start - marginCharacters > until) {
      keep(trimToWords(text, until, Math.max(until, start - marginCharacters)));
      cut++;
    }
    until = Math.max(until, end + marginCharacters);
  }
  keep(trimToWords(text, Math.min(until, text.length), text.length));
  return { kept, cut };
}

/** The text between two places, without the halves of words at its ends. */
function trimToWords(text: string, from: number, to: number): string {
  const piece = text.slice(from, to);
  return piece.slice(from > 0 ? piece.search(/\s|$/) : 0).replace(to < text.length ? /\S*$/ : /$/, "").trim();
}
