import { described } from "../base/mod.ts";
import { recipeDescription } from "./describe_recipe.ts";
import type { Recipe } from "./recipe.ts";

/** A recipe that says itself how it is shown. */
export function describedRecipe(recipe: Recipe): Recipe {
  return described(recipe, (whole) => recipeDescription(whole));
}
