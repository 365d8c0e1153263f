import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const {
  changeFacts,
  checkRecipe,
  describeRecipe,
  diffRecipe,
  exportMegatronBlend,
  exportNanotron,
  exportOlmoCore,
  importMegatronBlend,
  importNanotron,
  importOlmoCore,
  mixtureTable,
  notReported,
  planRecipe,
  probeSources,
  publishedSources,
  recipe,
  runRecipe,
  scaleRecipe,
  stage,
  standIns,
  verified,
}: Loose = await import("midtrain/recipe");
const { probeVerdicts, recipeFigure }: Loose = await import("midtrain/figure");
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
    "Cannot take a published mixture as name must be one of dolmino-50B, dolmino-100B, dolmino-300B, olmo3-dolma3, olmo3-dolmino-100B, olmo3-longmino, llama3-annealing-probe, smollm3-stage1, smollm3-stage2, smollm3-decay, smollm3-32k, smollm3-64k: current value is pile",
  ],
  [
    () => mixtureTable(["verified", "table 2"], "web"),
    "Cannot form a mixture as rows must be an object: current value is a text: give the object itself",
  ],
  [
    () => changeFacts(olmo, { "mid.tokns": 5 }),
    "Cannot change a recipe as there is no fact mid.tokns that a number changes: did you mean mid.tokens?",
  ],
  [
    () => changeFacts(olmo, { "mid.tokens": "2B" }),
    "Cannot change a recipe as mid.tokens must be a number >= 0: current value is 2B",
  ],
  [
    () => diffRecipe(olmo, "olmo2-7b"),
    "Cannot compare recipes as second must be an object with name, stages: current value is a text: give the object itself",
  ],
  [
    () => exportNanotron(olmo, { stages: ["anneal"] }),
    "Cannot export a configuration for nanotron as olmo2-1b has no stage anneal: it has pre, mid",
  ],
  [
    () => importNanotron("config.yaml", { locus: "here" }),
    "Cannot import a configuration of nanotron as the file must be an object with data_stages, model, optimizer, parallelism, tokens: current value is a text: give the object itself",
  ],
  [
    () => importOlmoCore("mix.yaml", { locus: "here" }),
    "Cannot import a file of OLMo-core as it must be a script or a YAML of sources: it is neither",
  ],
  [
    () => importMegatronBlend("0.3 web"),
    "Cannot import a blend of Megatron as its options must be an object with locus: current value is undefined",
  ],
  [
    () => recipeFigure(olmo),
    "Cannot draw a recipe as stages must be a list of objects with name: current value is an object with criteria, name, model, objectives, stages, sources: one alone goes in [ ]",
  ],
  [
    () => scaleRecipe(olmo, { budgetTokens: 0, pools: [{ name: "web", kind: "web", uniqueTokens: 1e6 }] }),
    "Cannot scale a recipe as budgetTokens must be a whole number >= 10000: current value is 0",
  ],
  [
    () => scaleRecipe(olmo, { budgetTokens: 1e6, pools: [] }),
    "Cannot scale a recipe as there must be a pool: current value is 0",
  ],
  [
    () =>
      scaleRecipe(olmo, { budgetTokens: 1e6, pools: [{ name: "web", kind: "pages", uniqueTokens: 1e6 }] }),
    "Cannot scale a recipe as the kind of web must be one of web, multilingual, knowledge, code, math, qa, instruction, thinking, synthetic, long, replay: current value is pages",
  ],
  [
    () => scaleRecipe(olmo, { budgetTokens: 1e6, pools: [{ name: "web", kind: "web", uniqueTokens: 1000 }] }),
    "Cannot scale the mixture of pre as its pools must give 833536 tokens within 4 epochs: current value is 4000",
  ],
  [
    () => planRecipe(olmo, { texts: [], folder: here("run"), budgetTokens: 1e6 }),
    "Cannot run a recipe as there must be text: current value is 0",
  ],
  [
    () => runRecipe(olmo, { folder: here("run"), budgetTokens: 1e6 }),
    "Cannot run a recipe as texts must be given: it is not",
  ],
  [
    () => runRecipe(olmo, { texts: [page], folder: here("run"), budgetTokens: 1e6 }),
    "Cannot run a recipe as texts[0] must be an object with name, kind, train, heldOut: it lacks name, kind, train, heldOut and has id, text, source, meta",
  ],
  [
    () => standIns({ maxBytes: 10 }),
    "Cannot find text for a recipe as maxBytes must be a whole number >= 1000: current value is 10",
  ],
  [
    () => probeSources({ steps: 5 }, { folder: here("probe") }),
    "Cannot probe sources as criteria must be given: it is not",
  ],
  [
    () => probeSources({ steps: 5 }, { folder: here("probe"), criteria: { gain: 0.02 } }),
    "Cannot probe sources as forgetting must be given: it is not",
  ],
  [
    () => probeSources({ steps: 5 }, { folder: here("probe"), criteria: { gain: 0.02, forgetting: 0.03 } }),
    "Cannot probe sources as comparison must be an object with from, candidates, general, steps, schedule, domain, retained: it lacks from, candidates, general, schedule, domain, retained and has steps",
  ],
  [
    () => probeVerdicts([{ source: "web" }], { gain: 0, forgetting: 0 }),
    "Cannot draw verdicts as data[0] must be an object with source, gain, forgetting, verdict: it lacks gain, forgetting, verdict and has source",
  ],
  [
    () => verified(NaN, "table 2"),
    "Cannot state a fact as it must have a value, or be notReported(): current value is NaN",
  ],
  [
    () => scaleRecipe(olmo, { budgetTokens: 1e6, pools: [{ name: "web", kind: "web", uniqueTokens: NaN }] }),
    "Cannot scale a recipe as uniqueTokens of web must be finite and positive: current value is NaN",
  ],
  [
    () => scaleRecipe(olmo, { budgetTokens: 1e18, pools: [{ name: "web", kind: "web", uniqueTokens: 1e6 }] }),
    "Cannot scale a recipe as budgetTokens must be a whole number >= 10000, at most 2^53 - 1 in size: current value is 1000000000000000000",
  ],
  [
    () => exportMegatronBlend([{ source: "web", kind: "web", share: notReported() }]),
    "Cannot export a blend for Megatron as every share must be known: that of web is not-reported",
  ],
  [
    () => exportOlmoCore([{ source: "web", kind: "web", share: notReported() }]),
    "Cannot export a mixture for OLMo-core as every share must be known: that of web is not-reported",
  ],
  [
    () => importMegatronBlend("", { locus: "here" }),
    "Cannot import a blend of Megatron as weights and paths must come in pairs: there are 0 words",
  ],
  [
    () => importMegatronBlend('{"datasets":[{"name":"web","weight":null}]}', { locus: "here" }),
    "Cannot import a blend of Megatron as every weight must be a number >= 0: that of web is NaN",
  ],
  [
    () => importOlmoCore("sources: []", { locus: "here" }),
    "Cannot import a file of OLMo-core as there must be a source: current value is 0",
  ],
];

answered(mistakes);
