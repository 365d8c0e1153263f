// deno-lint-ignore-file no-console
/**
 * `deno task recipe [NAME]`: the published recipes, and what one of them says, lacks and gets wrong.
 * @module
 */
import { dirname } from "node:path";
import { nearest, writeAtomic } from "../base/mod.ts";
import { recipeFigure, renderPng, renderSvg } from "../figure/mod.ts";
import {
  changeFacts,
  checkRecipe,
  describeRecipe,
  diffRecipe,
  drawStages,
  exportMegatronBlend,
  exportNanotron,
  exportOlmoCore,
  missingFacts,
  objectivesTable,
  type Recipe,
} from "../recipe/mod.ts";
import { recipes } from "../../recipes/mod.ts";
import { columns } from "./_columns.ts";
import { refuse, task } from "./_task.ts";
import { tell } from "./_tell.ts";

const HELP = `Published mid-training as facts, each with its status and place.

deno task recipe                  every recipe, and how much of it is known
deno task recipe NAME [options]   one: its facts, what is wrong with it, and its figure

  --run              run it at a small size, from text to bits per byte before, after and beside a control; what is
                     done is kept and not done again; exit code 3 where one of its criteria fails
  --dry-run          only say what --run would do: what is kept and what is bent, which steps would run and why
  --tokens NUMBER    of all stages of --run, of one run of each (1500000)
  --seeds NUMBER     of --run (1)
  --out FOLDER       where --run keeps its stages (out/recipe)
  --yes              run it though it takes more than ten minutes
  --objectives       which recipe aims at which ability, as the survey's table
  --missing          what it does not say, and what a run uses instead
  --diff OTHER       in which facts another recipe differs
  --set PATH=NUMBER  change a number first, such as mid.tokens=2e9 or mid.mixture.FLAN=0.3; may stand several times
  --figure FILE      where the figure goes, .svg or .png (out/recipe/NAME.svg)
  --export FORM      print it as a file of nanotron, olmo-core or megatron instead
  --stage NAME       of which stage --export is (nanotron: may stand several times; default the last with a mixture)
  --json             print it as JSON instead
  --help             this text`;

await task({
  help: HELP,
  flags: {
    ...{ missing: "switch", json: "switch", objectives: "switch", set: "texts", stage: "texts" },
    ...{ diff: "text", figure: "text", out: "text", export: ["nanotron", "olmo-core", "megatron"] },
    ...{
      run: "switch",
      "dry-run": "switch",
      yes: "switch",
      tokens: { min: 10_000 },
      seeds: { min: 1, max: 20 },
    },
  },
  words: true,
  here: true,
  async run({ missing, json, objectives, set, stage, diff, figure, export: form, ...given }, words) {
    if (words.length > 1) refuse(`it takes one NAME: ${words.length} are given`);
    if (objectives) return tell(objectivesTable(words.length === 0 ? recipes : [named(words[0])]));
    if (words.length === 0) return list();
    const recipe = changeFacts(named(words[0]), Object.fromEntries(set.map(changeOf)));
    if (given.run || given["dry-run"]) {
      const { tokens: budgetTokens = 1_500_000, seeds = 1, out = "out/recipe", yes } = given;
      // What trains is heavy, and what prints does not need it.
      const { runSmall } = await import("./_run_recipe.ts");
      return await runSmall(recipe, { budgetTokens, seeds, out, yes, dry: !given.run });
    }
    if (json) return console.log(JSON.stringify(recipe, null, 1));
    if (form !== undefined) return console.log(written(recipe, form, stage).trimEnd());
    if (missing) return tell(missingFacts(recipe));
    if (diff !== undefined) return tell(diffRecipe(recipe, named(diff, "--diff")));
    tell(recipe);
    console.log();
    tell(checkRecipe(recipe));
    const path = figure ?? `out/recipe/${recipe.name}.svg`;
    await draw(recipe, path);
    console.log(`\n${path}`);
  },
});

function list(): void {
  const rows = recipes.map((
    one,
  ) => [one.name, one.model.name, one.objectives.join(", "), describeRecipe(one).summary]);
  console.log(columns([["name", "model", "aims at", "facts"], ...rows]));
}

function named(name: string, what = "NAME"): Recipe {
  const found = recipes.find((one) => one.name === name);
  if (found) return found;
  const names = recipes.map((one) => one.name);
  const meant = nearest(name, names);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  refuse(`${what} must be one of ${names.join(", ")}: current value is ${name}${hint}`);
}

/** A change as it is written: a path, an equals sign, a number. */
function changeOf(text: string): [string, number] {
  const at = text.lastIndexOf("=");
  const value = Number(text.slice(at + 1));
  if (at < 1 || text.slice(at + 1).trim() === "" || Number.isNaN(value)) {
    refuse(`--set must be PATH=NUMBER: current value is ${text}`);
  }
  return [text.slice(0, at), value];
}

/** A recipe in the form of another trainer. */
function written(
  recipe: Recipe,
  form: "nanotron" | "olmo-core" | "megatron",
  stages: readonly string[],
): string {
  if (form === "nanotron") return exportNanotron(recipe, { stages: stages.length > 0 ? stages : undefined });
  if (stages.length > 1) refuse(`--export ${form} takes one --stage: ${stages.length} are given`);
  const mixed = recipe.stages.filter(({ mixture }) => mixture.length > 0);
  const found = stages.length === 0 ? mixed.at(-1) : mixed.find(({ name }) => name === stages[0]);
  if (!found) {
    refuse(
      `--stage must be one with a mixture, ${
        mixed.map(({ name }) => name).join(", ") || "and there is none"
      }: current value is ${stages[0] ?? "nothing"}`,
    );
  }
  return form === "megatron" ? exportMegatronBlend(found.mixture) : exportOlmoCore(found.mixture);
}

async function draw(recipe: Recipe, path: string): Promise<void> {
  if (!/\.(svg|png)$/.test(path)) refuse(`--figure must end in .svg or .png: current value is ${path}`);
  const spec = recipeFigure(drawStages(recipe), { title: recipe.model.name });
  await Deno.mkdir(dirname(path), { recursive: true });
  if (path.endsWith(".svg")) await writeAtomic(path, await renderSvg(spec));
  else await Deno.writeFile(path, await renderPng(spec));
}
