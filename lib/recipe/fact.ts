import { must, ofKind } from "../base/mod.ts";

/**
 * What is known of a fact.
 *
 * - `verified`: read at its source, which `locus` names
 * - `derived`: computed from verified ones
 * - `conflict`: sources differ; the value is the likelier, `alternatives` the others
 * - `second-hand`: read in someone else's text about the source
 * - `memory`: not read anywhere that can be named; never printed as a fact, never used by a run
 * - `not-reported`: the publishers do not say it
 * - `yours`: changed by the reader
 */
export type Status =
  | "verified"
  | "derived"
  | "conflict"
  | "second-hand"
  | "memory"
  | "not-reported"
  | "yours";

/** The statuses in the order in which they are counted. */
export const statuses: readonly Status[] = [
  "verified",
  "derived",
  "conflict",
  "second-hand",
  "memory",
  "not-reported",
  "yours",
];

/** A value with what is known of it. */
export interface Fact<Value> {
  /** The value; absent where it is not reported. */
  value?: Value;
  /** What is known of it. */
  status: Status;
  /** Where it stands: a repository's file and key, a paper's table, an issue. */
  locus?: string;
  /** What other sources say. */
  alternatives?: readonly { value: Value; locus: string }[];
  /** What a reader must know besides. */
  note?: string;
}

/**
 * A fact that was read at its source.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { verified } from "midtrain/recipe";
 *
 * assert.deepEqual(verified(4096, "config.yaml"), { value: 4096, status: "verified", locus: "config.yaml" });
 * ```
 */
export function verified<Value>(value: Value, locus: string, note?: string): Fact<Value> {
  return stated("verified", value, locus, note);
}

/**
 * A fact that was computed from verified ones.
 *
 * @param locus How it was computed, and from what.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { derived } from "midtrain/recipe";
 *
 * assert.equal(derived(512 * 4096, "512 sequences of 4096 tokens").status, "derived");
 * ```
 */
export function derived<Value>(value: Value, locus: string, note?: string): Fact<Value> {
  return stated("derived", value, locus, note);
}

/**
 * A fact on which its sources differ.
 *
 * @param value The likelier one, which is used.
 * @param alternatives The others, each with its place.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { conflict } from "midtrain/recipe";
 *
 * const theta = conflict(2e6, "long_context.yaml", [{ value: 1.5e6, locus: "release notes" }]);
 * assert.equal(theta.alternatives?.[0].value, 1.5e6);
 * ```
 */
export function conflict<Value>(
  value: Value,
  locus: string,
  alternatives: readonly { value: Value; locus: string }[],
  note?: string,
): Fact<Value> {
  ofKind("Cannot state a fact", { alternatives }, "a list of objects with value, locus");
  return { ...stated("conflict", value, locus, note), alternatives };
}

/**
 * A fact that was read in someone else's text about its source.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { secondHand } from "midtrain/recipe";
 *
 * assert.equal(secondHand(0.2, "a review").status, "second-hand");
 * ```
 */
export function secondHand<Value>(value: Value, locus: string, note?: string): Fact<Value> {
  return stated("second-hand", value, locus, note);
}

/**
 * What someone remembers: it may stand in a recipe as a hint of what to look up, and is used by nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memory } from "midtrain/recipe";
 *
 * assert.equal(memory(8e10).status, "memory");
 * ```
 */
export function memory<Value>(value: Value, note?: string): Fact<Value> {
  needsValue(value);
  return { value, status: "memory", ...note !== undefined && { note } };
}

/**
 * A fact that the publishers do not say.
 *
 * @param note Where it was sought.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { notReported } from "midtrain/recipe";
 *
 * assert.deepEqual(notReported(), { status: "not-reported" });
 * ```
 */
export function notReported(note?: string): { status: "not-reported"; note?: string } {
  return { status: "not-reported", ...note !== undefined && { note } };
}

/** A fact's value where it may be relied on: not what is remembered, not what is missing. */
export function valueOf<Value>(fact: Fact<Value> | undefined): Value | undefined {
  return fact === undefined || fact.status === "memory" ? undefined : fact.value;
}

function stated<Value>(status: Status, value: Value, locus: string, note: string | undefined): Fact<Value> {
  needsValue(value);
  ofKind("Cannot state a fact", { locus }, "a text");
  return { value, status, locus, ...note !== undefined && { note } };
}

function needsValue(value: unknown): void {
  must(
    "Cannot state a fact",
    "it must have a value, or be notReported()",
    value,
    value !== undefined && value !== null && !Number.isNaN(value),
  );
}
