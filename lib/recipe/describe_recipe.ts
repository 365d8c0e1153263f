import { described, type Description, ofKind } from "../base/mod.ts";
import { factsOf, valueWords, weightSum } from "./_facts.ts";
import { type Status, statuses } from "./fact.ts";
import type { Recipe } from "./recipe.ts";

/** One fact as a row of a table. */
export interface FactRow {
  /** The stage, or "model". */
  stage: string;
  /** Its path, by which it can be changed. */
  path: string;
  /** What it is. */
  fact: string;
  /** Its value in words; what is only remembered is struck out. */
  value: string;
  /** What is known of it. */
  status: Status;
  /** Where it stands. */
  locus: string;
}

/** A recipe as a table of facts. */
export interface RecipeDescription {
  /** The recipe. */
  name: string;
  /** How many facts there are of each status. */
  counts: Record<Status, number>;
  /** The counts in words, those of status 0 left out. */
  summary: string;
  /** One row a fact. */
  rows: FactRow[];
}

/**
 * A recipe as a table: each fact with its value, what is known of it, and where it stands; above it, how many are verified,
 * derived, in conflict and missing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describeRecipe } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const { rows, summary } = describeRecipe(recipeNamed("olmo2-1b"));
 * assert.match(summary, /^\d+ verified, \d+ derived/);
 * assert.equal(rows.find(({ path }) => path === "mid.tokens")?.value, "50B");
 * ```
 */
export function describeRecipe(recipe: Recipe): RecipeDescription {
  ofKind("Cannot describe a recipe", { recipe }, "an object with name, stages");
  const placed = factsOf(recipe);
  const counts = Object.fromEntries(
    statuses.map((status) => [status, placed.filter(({ fact }) => fact.status === status).length]),
  ) as Record<Status, number>;
  const rows = placed.map((one): FactRow => {
    const { fact: { status, locus = "", alternatives = [], note } } = one;
    const value = valueWords(one);
    const others = alternatives.map((other) =>
      `${valueWords({ ...one, fact: { ...one.fact, value: other.value } })} by ${other.locus}`
    );
    return {
      stage: one.stage,
      path: one.path,
      fact: one.what,
      value: status === "memory" ? `${struck(value)} unverified` : [value, ...others].join("; or "),
      status,
      locus: [locus, note ?? ""].filter((text) => text !== "").join(": "),
    };
  });
  return described(
    { name: recipe.name, counts, summary: countsInWords(counts), rows },
    (whole) => tell(recipe, whole),
  );
}

/** What a recipe says of itself. */
export function recipeDescription(recipe: Recipe): Description {
  return tell(recipe, describeRecipe(recipe));
}

function tell(
  { name, model, objectives, note, stages }: Recipe,
  { summary, rows }: RecipeDescription,
): Description {
  const sums = stages.filter(({ mixture }) => mixture.length > 0).map((stage) => ({
    stage,
    sum: weightSum(stage),
  }))
    .filter(({ sum }) => Math.abs(sum - 1) > 5e-8);
  return [
    `${name}, ${model.name}: ${summary}`,
    `It aims at ${objectives.join(", ")}`,
    ...note === undefined ? [] : [note],
    ...sums.map(({ stage, sum }) =>
      `The weights of ${stage.name} sum to ${Number(sum.toPrecision(8))}; they are normalized`
    ),
    {
      rows: rows.map(({ stage, fact, value, status, locus }) => ({ stage, fact, value, status, locus })),
    },
  ];
}

/** Counts by status in words. */
export function countsInWords(counts: Readonly<Record<Status, number>>): string {
  const words: Record<Status, string> = {
    "verified": "verified",
    "derived": "derived",
    "conflict": counts.conflict === 1 ? "conflict" : "conflicts",
    "second-hand": "second-hand",
    "memory": "from memory",
    "not-reported": "not reported",
    "yours": "yours",
  };
  return statuses.filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${words[status]}`)
    .join(", ");
}

/** A text with a line through it, wherever it is printed. */
function struck(text: string): string {
  return [...text].map((letter) => `${letter}\u0336`).join("");
}
