import { must, ofKind, sha256, takes, wholeNumber } from "../base/mod.ts";
import type { LlamaConfig, PackedSource } from "../anneal/mod.ts";
import { codeOf, type RunStep, type StepInputs, stepOf } from "./_run_steps.ts";
import type { Recipe } from "./recipe.ts";
import type { RecipePlan, RunRecipeOptions } from "./recipe_run.ts";
import { scaleRecipe } from "./scale_recipe.ts";
import type { ScaledStage } from "./scaled_recipe.ts";

/** A kind of text, in tokens. */
export interface PackedText {
  /** The pool's name. */
  name: string;
  /** Its kind. */
  kind: string;
  /** What is trained on. */
  train: PackedSource;
  /** What is measured on. */
  heldOut: PackedSource;
}

/** All that a run needs. */
export interface Prepared {
  plan: RecipePlan;
  texts: PackedText[];
  model: LlamaConfig;
  seeds: number;
  windows: number;
}

const SMALL = { layers: 2, width: 64, heads: 2, feedForward: 160 };

/** The recipe at the small size, its text in tokens, and its steps with their state. */
export async function prepareRun(
  cannot: string,
  recipe: Recipe,
  options: RunRecipeOptions,
): Promise<Prepared> {
  takes(
    cannot,
    options,
    "texts, folder, budgetTokens, model?, seeds?, windows?, context?, maxContext?, maxEpochs?",
  );
  ofKind(cannot, { recipe }, "an object with name, stages");
  const { texts, folder, model = SMALL, seeds = 1, windows = 96, ...scale } = options;
  ofKind(cannot, { texts }, "a list of objects with name, kind, train, heldOut");
  ofKind(cannot, { folder }, "a text");
  must(cannot, "there must be text", texts.length, texts.length > 0);
  wholeNumber(cannot, { seeds }, ">= 1");
  wholeNumber(cannot, { windows }, ">= 2");
  ofKind(cannot, { model }, "an object with layers, width, heads, feedForward");
  const { byteTokenizer, countParameters, llamaConfig, packDocuments } = await import("../anneal/mod.ts");
  const tokenizer = byteTokenizer();
  const packed = await Promise.all(texts.map(async ({ name, kind, train, heldOut }): Promise<PackedText> => ({
    name,
    kind,
    train: await packDocuments(train, tokenizer, { name }),
    heldOut: await packDocuments(heldOut, tokenizer, { name }),
  })));
  const { context = 64 } = scale;
  const config = llamaConfig("1M", { ...model, keyValueHeads: model.heads, vocabularySize: 257, context });
  const pools = packed.map(({ name, train }, i) => ({
    name,
    kind: texts[i].kind,
    uniqueTokens: train.tokens.length,
  }));
  const scaled = scaleRecipe(recipe, { ...scale, pools, parameters: countParameters(config) });
  const hashes = Object.fromEntries(packed.map(({ name, train }) => [name, hashOf(train)]));
  const shape = { ...model, context, vocabularySize: 257 };
  const inputsOf = (stage: ScaledStage, seed: string, code: string, after?: string): StepInputs => {
    const { epochs: _, ...numbers } = stage;
    return {
      stage: numbers,
      model: shape,
      pools: Object.fromEntries(Object.keys(stage.mixture).map((name) => [name, hashes[name]])),
      seed,
      ...after !== undefined && { after },
      code,
    };
  };
  const code = await codeOf();
  const [first, ...later] = scaled.stages;
  const steps: RunStep[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const base = await stepOf(
      folder,
      { stage: first.name, arm: "both", seed: `${seed}`, steps: first.steps },
      inputsOf(first, `${seed}`, code),
    );
    steps.push(base);
    for (const arm of ["recipe", "control"] as const) {
      let after = base.folder;
      for (const stage of later) {
        const own = arm === "recipe" ? stage : { ...stage, mixture: first.mixture };
        const runs: RunStep[] = [];
        for (let run = 1; run <= stage.runs; run++) {
          const name = stage.runs === 1 ? `${seed}` : `${seed}.${run}`;
          runs.push(
            await stepOf(
              folder,
              { stage: stage.name, arm, seed: name, steps: stage.steps },
              inputsOf(own, name, code, after),
            ),
          );
        }
        steps.push(...runs);
        after = runs.map((one) => one.folder).join("+");
      }
    }
  }
  return { plan: { scaled, steps }, texts: packed, model: config, seeds, windows };
}

function hashOf({ tokens }: PackedSource): string {
  return sha256(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength));
}
