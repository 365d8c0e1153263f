import { nearest, ofKind } from "../base/mod.ts";
import { recipe } from "./define_recipe.ts";
import { factsOf } from "./_facts.ts";
import type { Fact } from "./fact.ts";
import type { MixtureSource, Recipe, Stage } from "./recipe.ts";

/** Facts of a stage that a number may change. */
const NUMBERS = ["tokens", "steps", "batchTokens", "sequence"] as const;

/**
 * A recipe with some of its numbers changed: tokens, steps, batch, sequence, a source's share or its unique tokens. What was
 * changed has the status `yours`.
 *
 * @param changes Numbers by path: `mid.tokens`, `mid.mixture.FLAN`; a path without its stage is that of the only one it fits.
 * @throws {RangeError} If there is no such fact; the message says the nearest.
 * @throws {TypeError} If a value is no number that is finite and at least 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { changeFacts } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const mine = changeFacts(recipeNamed("olmo2-1b"), { "mid.tokens": 2e9, "mixture.FLAN": 0.3 });
 * assert.deepEqual([mine.stages[1].tokens.value, mine.stages[1].tokens.status], [2e9, "yours"]);
 * ```
 */
export function changeFacts(recipeGiven: Recipe, changes: Readonly<Record<string, number>>): Recipe {
  const cannot = "Cannot change a recipe";
  ofKind(cannot, { recipe: recipeGiven, changes }, "an object");
  let { stages } = recipeGiven;
  const paths = changeable(recipeGiven);
  for (const [given, value] of Object.entries(changes)) {
    const found = paths.includes(given)
      ? [given]
      : paths.filter((path) => path.slice(path.indexOf(".") + 1) === given);
    if (found.length > 1) {
      throw new RangeError(`${cannot} as ${given} must name one fact: it may be ${found.join(" or ")}`);
    }
    if (found.length === 0) {
      const meant = nearest(given, paths);
      throw new RangeError(
        `${cannot} as there is no fact ${given} that a number changes: ${
          meant === undefined ? `there are ${paths.join(", ")}` : `did you mean ${meant}?`
        }`,
      );
    }
    if (typeof value !== "number" || !(value >= 0 && value < Infinity)) {
      throw new TypeError(`${cannot} as ${given} must be a number >= 0: current value is ${value}`);
    }
    stages = stages.map((stage) => changed(stage, found[0], value));
  }
  return recipe({ ...recipeGiven, stages });
}

function changeable(given: Recipe): string[] {
  return factsOf(given).map(({ path }) => path).filter((path) => {
    const [stage, field] = path.split(".");
    return stage !== "model" &&
      (NUMBERS.includes(field as typeof NUMBERS[number]) || path.includes(".mixture."));
  });
}

function changed(stage: Stage, path: string, value: number): Stage {
  const yours = (was: Fact<unknown>): Fact<number> => ({
    value,
    status: "yours",
    locus: was.locus === undefined ? "yours" : `yours; published by ${was.locus}`,
  });
  const prefix = `${stage.name}.mixture.`;
  for (const field of NUMBERS) {
    if (path === `${stage.name}.${field}`) {
      return { ...stage, [field]: yours(stage[field] ?? { status: "not-reported" }) };
    }
  }
  if (!path.startsWith(prefix)) return stage;
  const mixture = stage.mixture.map((row): MixtureSource => {
    if (path === prefix + row.source) return { ...row, share: yours(row.share) };
    return path === `${prefix}${row.source}.pool` ? { ...row, pool: yours(row.pool!) } : row;
  });
  return { ...stage, mixture };
}
