/**
 * Published mid-training, one model a file: facts with their status and place, as {@linkcode recipeNamed} gives them to
 * `describeRecipe`, `checkRecipe` and the other functions of `midtrain/recipe`.
 *
 * Begin with {@linkcode recipes}, {@linkcode recipeNamed}.
 * @module
 */
import { nearest, ofKind } from "../lib/base/mod.ts";
import type { Recipe } from "../lib/recipe/mod.ts";
import apertus from "./apertus.ts";
import appleAfm from "./apple_afm.ts";
import deepseekV3 from "./deepseek_v3.ts";
import falcon3 from "./falcon3.ts";
import gemma3 from "./gemma3.ts";
import glm45 from "./glm_4_5.ts";
import granite3 from "./granite3.ts";
import kimiK2 from "./kimi_k2.ts";
import llama31B405 from "./llama3_1_405b.ts";
import llama3Probe from "./llama3_probe.ts";
import longcatFlash from "./longcat_flash.ts";
import marinB32 from "./marin_32b.ts";
import marinDelphi from "./marin_delphi.ts";
import minicpm from "./minicpm.ts";
import nemotron3Nano from "./nemotron3_nano.ts";
import nemotron3Super from "./nemotron3_super.ts";
import nemotron4B15 from "./nemotron4_15b.ts";
import octothinker from "./octothinker.ts";
import olmo2B13 from "./olmo2_13b.ts";
import olmo2B1 from "./olmo2_1b.ts";
import olmo2B32 from "./olmo2_32b.ts";
import olmo2B7 from "./olmo2_7b.ts";
import olmo3B32 from "./olmo3_32b.ts";
import olmo3B7 from "./olmo3_7b.ts";
import phi35 from "./phi_3_5.ts";
import phi4 from "./phi_4.ts";
import qwen25 from "./qwen2_5.ts";
import qwen3 from "./qwen3.ts";
import smollm3B3 from "./smollm3_3b.ts";
import yiLightning from "./yi_lightning.ts";

export type { Recipe } from "../lib/recipe/mod.ts";

/** The recipes, those first that are most asked for and best documented. */
export const recipes: readonly Recipe[] = [
  olmo3B7,
  smollm3B3,
  olmo2B1,
  marinDelphi,
  llama3Probe,
  octothinker,
  nemotron3Super,
  marinB32,
  deepseekV3,
  phi4,
  kimiK2,
  minicpm,
  llama31B405,
  olmo3B32,
  olmo2B7,
  olmo2B13,
  olmo2B32,
  nemotron3Nano,
  phi35,
  yiLightning,
  qwen25,
  qwen3,
  gemma3,
  glm45,
  falcon3,
  granite3,
  appleAfm,
  apertus,
  longcatFlash,
  nemotron4B15,
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
