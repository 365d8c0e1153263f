import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { each, ofKind, takes } from "../base/mod.ts";

/** What a rule says of a text. */
export interface Verdict {
  /** Whether the text passes. */
  keep: boolean;
  /** The first condition that failed, as a countable phrase; absent when the text passes. */
  reason?: string;
  /** Every number the rule measured, also of a text that fails. */
  statistics: Record<string, number>;
  /** The text with the lines the rule removes taken out; absent when it removes none. */
  text?: string;
}

/** A heuristic rule: a name and a pure function of the text. */
export interface Rule {
  /** The rule's name, for example `gopher-quality`. */
  name: string;
  /** Measure a text and judge it. */
  judge: (text: string) => Verdict;
}

/** Options of {@linkcode applyRules}. */
export interface ApplyRulesOptions {
  /** Called with each document that a rule removes, and why. */
  onDrop?: OnDrop;
}

/**
 * Keep the documents that pass every rule, in order; a rule sees the text as the one before left it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { documentId } from "midtrain/data";
 * import { applyRules, gopherQuality } from "midtrain/select";
 *
 * const short = { id: documentId("x", 0), text: "Too short", source: "x", meta: {} };
 * const reasons: string[] = [];
 * const options = { onDrop: (drop: { reason: string }) => reasons.push(drop.reason) };
 * assert.deepEqual(await Array.fromAsync(applyRules([short], [gopherQuality()], options)), []);
 * assert.deepEqual(reasons, ["fewer than 50 words"]);
 * ```
 */
export async function* applyRules(
  documents: Documents,
  rules: readonly Rule[],
  options: ApplyRulesOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot apply rules", options, "onDrop?");
  ofKind("Cannot apply rules", { rules }, "a list of objects with name, judge");
  documents: for await (
    let document of each("Cannot apply rules", { documents }, "an object with id, text")
  ) {
    for (const { name, judge } of rules) {
      const { keep, reason = "", text } = judge(document.text);
      if (!keep) {
        const { id, source } = document;
        options.onDrop?.({
          id,
          source,
          stage: `select/${name}`,
          reason,
          excerpt: document.text.slice(0, 200),
        });
        continue documents;
      }
      if (text !== undefined) document = { ...document, text };
    }
    yield document;
  }
}
