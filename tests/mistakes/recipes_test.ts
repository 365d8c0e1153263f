import { answered, type Loose, type Mistake } from "./_mistakes.ts";

const { checkRecipe, describeRecipe, mixtureTable, publishedSources, recipe, stage, verified }: Loose =
  await import(
    "midtrain/recipe"
  );
const { recipeNamed }: Loose = await import("midtrain/recipes");
const olmo = recipeNamed("olmo2-1b");

const mistakes: Mistake[] = [
  [() => recipeNamed("olmo2_1b"), 'Cannot find a recipe named "olmo2_1b": did you mean olmo2-1b?'],
  [
    () => recipeNamed(olmo),
    "Cannot find a recipe as name must be a text: current value is an object",
  ],
  [() => verified(4096), "Cannot state a fact as locus must be a text: current value is undefined"],
  [
    () => verified(undefined, "table 2"),
    "Cannot state a fact as it must have a value, or be notReported(): current value is undefined",
  ],
  [() => stage({ name: "mid" }), "Cannot form a stage as kind must be given: it is not"],
  [
    () => stage({ name: "mid", kind: "anneal" }),
    "Cannot form a stage as kind must be one of pretrain, mid, decay, context, reasoning, probe: current value is anneal",
  ],
  [
    () => stage({ name: "mid", kind: "mid", tokens: 50e9 }),
    "Cannot form a stage mid as tokens must be an object: current value is 50000000000",
  ],
  [
    () => stage({ name: "mid", kind: "mid", token: 50e9 }),
    "Cannot form a stage as there is no option token: did you mean tokens?",
  ],
  [
    () => recipe({ name: "My model", model: {}, objectives: [], stages: [], sources: [] }),
    "Cannot form a recipe as name must be small letters, digits, dots and dashes: current value is My model",
  ],
  [
    () => recipe({ name: "mine", model: {}, objectives: ["maths"], stages: [], sources: [] }),
    "Cannot form a recipe as objective must be one of knowledge, mathematics, code, reasoning, instruction, long context, multilingual, agents: current value is maths",
  ],
  [
    () => checkRecipe("olmo2-1b"),
    "Cannot check a recipe as recipe must be an object with name, stages: current value is a text: give the object itself",
  ],
  [
    () => checkRecipe(olmo, { maxEpochs: 0 }),
    "Cannot check a recipe as maxEpochs must be > 0: current value is 0",
  ],
  [
    () => describeRecipe("olmo2-1b"),
    "Cannot describe a recipe as recipe must be an object with name, stages: current value is a text: give the object itself",
  ],
  [
    () => publishedSources("pile"),
    "Cannot take a published mixture as name must be one of dolmino-50B, dolmino-100B, dolmino-300B, olmo3-dolma3, olmo3-dolmino-100B, olmo3-longmino, smollm3-stage1, smollm3-stage2, smollm3-decay, smollm3-32k, smollm3-64k: current value is pile",
  ],
  [
    () => mixtureTable(["verified", "table 2"], "web"),
    "Cannot form a mixture as rows must be an object: current value is a text: give the object itself",
  ],
];

answered(mistakes);
