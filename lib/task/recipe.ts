// deno-lint-ignore-file no-console
/**
 * `deno task recipe [NAME]`: the published recipes, and what one of them says, lacks and gets wrong.
 * @module
 */
import { nearest } from "../base/mod.ts";
import { checkRecipe, describeRecipe, missingFacts } from "../recipe/mod.ts";
import { recipes } from "../../recipes/mod.ts";
import { columns } from "./_columns.ts";
import { refuse, task } from "./_task.ts";
import { tell } from "./_tell.ts";

const HELP = `Published mid-training as facts, each with its status and place.

deno task recipe                  every recipe, and how much of it is known
deno task recipe NAME [options]   one: its facts, and what is wrong with it

  --missing   what it does not say, and what a run uses instead
  --json      the recipe as JSON
  --help      this text`;

await task({
  help: HELP,
  flags: { missing: "switch", json: "switch" },
  words: true,
  here: true,
  run({ missing, json }, words) {
    if (words.length === 0) {
      console.log(columns([
        ["name", "model", "aims at", "facts"],
        ...recipes.map((one) => [
          one.name,
          one.model.name,
          one.objectives.join(", "),
          describeRecipe(one).summary,
        ]),
      ]));
      return;
    }
    if (words.length > 1) refuse(`it takes one NAME: ${words.length} are given`);
    const recipe = named(words[0]);
    if (json) return console.log(JSON.stringify(recipe, null, 1));
    if (missing) return tell(missingFacts(recipe));
    tell(recipe);
    console.log();
    tell(checkRecipe(recipe));
  },
});

function named(name: string) {
  const found = recipes.find((one) => one.name === name);
  if (found) return found;
  const names = recipes.map((one) => one.name);
  const meant = nearest(name, names);
  refuse(
    `NAME must be one of ${names.join(", ")}: current value is ${name}${
      meant === undefined ? "" : `; did you mean ${meant}?`
    }`,
  );
}
