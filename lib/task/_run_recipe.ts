// deno-lint-ignore-file no-console
import { join } from "node:path";
import { byteTokenizer, llamaConfig, packDocuments, train } from "../anneal/mod.ts";
import {
  planRecipe,
  type Recipe,
  type RecipePlan,
  runRecipe,
  type StandIn,
  standIns,
} from "../recipe/mod.ts";
import { progressLine } from "./_progress_line.ts";
import { refuse } from "./_task.ts";
import { tell } from "./_tell.ts";

/** How a recipe is run. */
export interface HowToRun {
  /** Tokens of all stages, of one run of each. */
  budgetTokens: number;
  /** Seeds. */
  seeds: number;
  /** Where its stages are kept. */
  out: string;
  /** Whether it only says what it would do. */
  dry: boolean;
  /** Whether it may take more than ten minutes. */
  yes: boolean;
}

/** Longer runs are asked about. */
const LONG = 600;

/** Run a recipe at the small size on the text that stands for its sources, or say what that would do; gives the exit code. */
export async function runSmall(
  recipe: Recipe,
  { budgetTokens, seeds, out, dry, yes }: HowToRun,
): Promise<number> {
  const texts = await standIns({ maxBytes: Math.max(100_000, Math.min(2_000_000, budgetTokens)) });
  for (const { name, kind, from } of texts) console.log(`${name} stand for ${kind}: ${from}`);
  const folder = join(out, recipe.name);
  const options = { texts, folder, budgetTokens, seeds };
  const plan = await planRecipe(recipe, options);
  console.log();
  tell(plan);
  const seconds = await secondsOf(plan, texts);
  console.log(`\nAbout ${seconds.toFixed(0)} s on this machine, in ${folder}`);
  if (dry) return 0;
  if (seconds > LONG && !yes) {
    refuse(
      `it would take about ${(seconds / 60).toFixed(0)} minutes: --yes runs it, --tokens makes it shorter`,
    );
  }
  console.log();
  const run = await runRecipe(recipe, { ...options, onProgress: progressLine() });
  tell(run);
  console.log(join(folder, "record.json"));
  return run.verdicts.some(({ holds }) => holds === "no") ? 3 : 0;
}

/** How long the steps that are not done would take, by a few steps of the first stage's shape. */
async function secondsOf({ scaled, steps }: RecipePlan, texts: readonly StandIn[]): Promise<number> {
  const todo = steps.filter(({ state }) => state === "to run");
  if (todo.length === 0) return 0;
  const [{ batch, context }] = scaled.stages;
  const { context: _, vocabularySize: __, ...shape } = todo[0].inputs.model;
  const config = llamaConfig("1M", { ...shape, keyValueHeads: shape.heads, vocabularySize: 257, context });
  const source = await packDocuments(texts[0].train, byteTokenizer(), { name: "probe" });
  const { log } = await train({ config, sources: [source], schedule: () => 0, steps: 16, batch, context });
  const speeds = log.slice(4).map(({ tokensPerSecond }) => tokensPerSecond).sort((a, b) => a - b);
  const tokens = todo.reduce(
    (sum, step) => sum + step.steps * step.inputs.stage.batch * step.inputs.stage.context,
    0,
  );
  return tokens / speeds[Math.floor(speeds.length / 2)];
}
