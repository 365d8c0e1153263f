import { described, ofKind } from "../base/mod.ts";
import { type FactField, factsOf } from "./_facts.ts";
import type { Recipe } from "./recipe.ts";

/** A fact that a recipe lacks, and what a run uses in its place. */
export interface MissingFact {
  /** The stage, or "model". */
  stage: string;
  /** Its path. */
  path: string;
  /** What it is. */
  fact: string;
  /** Whether it is not reported, or only remembered. */
  status: "not-reported" | "memory";
  /** What a scaled run uses instead, and why. */
  instead: string;
}

const INSTEAD: Readonly<Record<FactField | "mixture" | "parameters" | "layers" | "width", string>> = {
  tokens: "a fifth of the tokens of pre-training, as in Delphi's grid; for a context stage a tenth",
  steps: "tokens over the batch",
  batchTokens: "the step law's batch at the small size",
  sequence: "the context of the stage before; for a context stage twice that",
  schedule: "held at the peak in pre-training, then linear from where the stage before ended to 0",
  warmup: "that of the schedule",
  optimizer: "AdamW with betas 0.9 and 0.95, decay 0.1, clip 1",
  optimizerKept: "it is kept, as most recipes do",
  rope: "the frequencies of the stage before; for a context stage a base grown with the context",
  packing: "documents one after another",
  hardware: "this machine",
  from: "the end of the stage before",
  merge: "no merge",
  mixture: "an even mixture of web and the recipe's objectives",
  parameters: "the small model",
  layers: "the small model",
  width: "the small model",
};

/**
 * What a recipe does not say, stage by stage, with what a run uses in its place: nothing is filled in without being told.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { missingFacts, notReported, recipe, stage } from "midtrain/recipe";
 *
 * const model = { name: "Mine", parameters: notReported() };
 * const bare = recipe({ name: "mine", model, objectives: [], stages: [stage({ name: "mid", kind: "mid" })], sources: [] });
 * assert.equal(missingFacts(bare).find(({ path }) => path === "mid.sequence")?.status, "not-reported");
 * ```
 */
export function missingFacts(recipe: Recipe): MissingFact[] {
  ofKind("Cannot say what a recipe lacks", { recipe }, "an object with name, stages");
  const missing = factsOf(recipe).flatMap(({ path, stage, what, fact: { status } }): MissingFact[] => {
    if (status !== "not-reported" && status !== "memory") return [];
    const field = path.split(".")[1] as keyof typeof INSTEAD;
    const instead = path.includes(".mixture.") ? "the source is left out" : INSTEAD[field] ?? "nothing";
    return [{ stage, path, fact: what, status, instead }];
  });
  return described(missing, (rows) => [
    rows.length === 0
      ? `${recipe.name} lacks nothing`
      : `${recipe.name} lacks ${rows.length} ${rows.length === 1 ? "fact" : "facts"}`,
    ...rows.length === 0 ? [] : [{
      rows: rows.map(({ stage, fact, status, instead }) => ({
        stage,
        fact,
        status,
        "a run uses": instead,
      })),
    }],
  ]);
}
