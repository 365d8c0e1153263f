/**
 * Published mid-training, one model a file: facts with their status and place, as {@linkcode recipeNamed} gives them to
 * `describeRecipe`, `checkRecipe` and the other functions of `midtrain/recipe`.
 *
 * Begin with {@linkcode recipes}, {@linkcode recipeNamed}.
 * @module
 */
import { nearest, ofKind } from "../lib/base/mod.ts";
import type { Recipe } from "../lib/recipe/mod.ts";
import olmo2B13 from "./olmo2_13b.ts";
import olmo2B1 from "./olmo2_1b.ts";
import olmo2B32 from "./olmo2_32b.ts";
import olmo2B7 from "./olmo2_7b.ts";
import smollm3B3 from "./smollm3_3b.ts";

export type { Recipe } from "../lib/recipe/mod.ts";

/** The recipes, those first that are most asked for and best documented. */
export const recipes: readonly Recipe[] = [
  smollm3B3,
  olmo2B1,
  olmo2B7,
  olmo2B13,
  olmo2B32,
];

/**
 * A published recipe by its name.
 *
 * @throws {RangeError} If there is none of that name; the message says the nearest.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * assert.equal(recipeNamed("olmo2-1b").model.name, "OLMo 2 1B");
 * assert.throws(() => recipeNamed("olmo2_1b"), { message: 'Cannot find a recipe named "olmo2_1b": did you mean olmo2-1b?' });
 * ```
 */
export function recipeNamed(name: string): Recipe {
  ofKind("Cannot find a recipe", { name }, "a text");
  const found = recipes.find((one) => one.name === name);
  if (found) return found;
  const names = recipes.map((one) => one.name);
  const meant = nearest(name, names);
  throw new RangeError(
    `Cannot find a recipe named "${name}": ${
      meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`
    }`,
  );
}
