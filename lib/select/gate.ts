import { must, notNumber, ofKind, takes } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import type { DocumentRater } from "./document_rater.ts";
import { rate, type RateOptions } from "./rate.ts";

/** Options of {@linkcode gate}. */
export interface GateOptions extends RateOptions {
  /** The least score of a document that stays, in the rater's unit. */
  threshold: number;
  /** Called with each document that goes: its score is too low, or why the rater could not tell. */
  onDrop?: OnDrop;
}

/**
 * Keep the documents that a rater gives at least a score, each with it in `meta.scores` under the rater's name; what the rater
 * does not know goes.
 *
 * @throws {RangeError} If `threshold` is not finite, or as {@linkcode rate}.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gate, trainRater } from "midtrain/select";
 *
 * const examples = [{ text: "the whale swam in the sea", label: "good" }, { text: "cheap pills", label: "bad" }];
 * const rater = trainRater(examples, { positive: "good", epochs: 100 });
 * const documents = ["a whale in the sea", "pills"].map((text) => ({ id: text, text, source: "x", meta: {} }));
 * const reasons: string[] = [];
 * const onDrop = ({ reason }: { reason: string }) => reasons.push(reason);
 * const [kept] = await Array.fromAsync(gate(documents, rater, { threshold: 0.5, onDrop }));
 * assert.equal(kept.text, "a whale in the sea");
 * assert.deepEqual(reasons, ["score below 0.5"]);
 * ```
 */
export async function* gate(
  documents: Documents,
  rater: DocumentRater,
  options: GateOptions,
): AsyncGenerator<Document> {
  const cannot = "Cannot keep documents by a rater";
  takes(cannot, options, "threshold, onDrop?, folder?, batch?, signal?");
  ofKind(cannot, { rater }, "an object with name, rateDocuments");
  const { threshold, onDrop, ...how } = options;
  must(cannot, "threshold must be a finite number", notNumber(threshold), Number.isFinite(threshold));
  for await (const { document, score, known, cause } of rate(documents, rater, how)) {
    const { id, source, text, meta } = document;
    if (known && score >= threshold) {
      const before = typeof meta.scores === "object" && !Array.isArray(meta.scores) ? meta.scores : {};
      yield { ...document, meta: { ...meta, scores: { ...before, [rater.name]: score } } };
      continue;
    }
    const reason = known ? `score below ${threshold}` : cause ?? "not known to the rater";
    onDrop?.({ id, source, stage: `select/${rater.name}`, reason, excerpt: text.slice(0, 200) });
  }
}
