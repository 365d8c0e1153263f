import { described, ofKind } from "../base/mod.ts";
import { factsOf, type PlacedFact, valueWords } from "./_facts.ts";
import { type Status, valueOf } from "./fact.ts";
import type { Recipe } from "./recipe.ts";

/** A fact in which two recipes differ. */
export interface FactDifference {
  /** Its path; stages are matched by name. */
  path: string;
  /** Its value in the first, in words; empty where it has none. */
  first: string;
  /** Its value in the second. */
  second: string;
  /** What is known of it in both. */
  status: [Status | "absent", Status | "absent"];
  /** The second over the first, where both are numbers. */
  ratio?: number;
}

/**
 * In which facts two recipes differ: a model beside a larger one, or a published recipe beside one's own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diffRecipe } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const differences = diffRecipe(recipeNamed("olmo2-7b"), recipeNamed("olmo2-13b"));
 * assert.equal(differences.find(({ path }) => path === "mid.batchTokens")?.ratio, 2);
 * assert.deepEqual(diffRecipe(recipeNamed("olmo2-7b"), recipeNamed("olmo2-7b")), []);
 * ```
 */
export function diffRecipe(first: Recipe, second: Recipe): FactDifference[] {
  ofKind("Cannot compare recipes", { first, second }, "an object with name, stages");
  const own = new Map(factsOf(first).map((one) => [one.path, one]));
  const other = new Map(factsOf(second).map((one) => [one.path, one]));
  const differences = [...new Set([...own.keys(), ...other.keys()])].flatMap((path): FactDifference[] => {
    const [a, b] = [own.get(path), other.get(path)];
    const [x, y] = [valueOf(a?.fact), valueOf(b?.fact)];
    if (JSON.stringify(x) === JSON.stringify(y)) return [];
    return [{
      path,
      first: wordsOf(a),
      second: wordsOf(b),
      status: [a?.fact.status ?? "absent", b?.fact.status ?? "absent"],
      ...typeof x === "number" && typeof y === "number" && x !== 0 && { ratio: y / x },
    }];
  });
  return described(differences, (rows) => [
    rows.length === 0
      ? `${first.name} and ${second.name} do not differ`
      : `${first.name} and ${second.name} differ in ${rows.length} ${rows.length === 1 ? "fact" : "facts"}`,
    ...rows.length === 0 ? [] : [{
      rows: rows.map(({ path, first: a, second: b, ratio }) => ({
        fact: path,
        [first.name]: a,
        [second.name]: b,
        ratio: ratio === undefined ? "" : String(Number(ratio.toPrecision(4))),
      })),
    }],
  ]);
}

function wordsOf(placed: PlacedFact | undefined): string {
  return placed === undefined || valueOf(placed.fact) === undefined ? "" : valueWords(placed);
}
