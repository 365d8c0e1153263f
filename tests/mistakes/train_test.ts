import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const { cosine }: Loose = await import("midtrain/schedule");
const {
  averagedCheckpoint,
  branchDecay,
  byteTokenizer,
  chatDocuments,
  continueRun,
  countParameters,
  evaluateLoss,
  extendContext,
  extendInStages,
  fillInMiddle,
  initialCheckpoint,
  llamaConfig,
  loadCheckpoint,
  loadGguf,
  loadTokenizer,
  mergeCheckpoints,
  mergeSaved,
  openShards,
  packDocuments,
  recordTeacher,
  saveCheckpoint,
  saveGguf,
  scorerOf,
  train,
}: Loose = await import("midtrain/anneal");
const {
  benchmarks,
  compareClean,
  compareEvaluations,
  compareRuns,
  depthScores,
  evaluate,
  fillForm,
  humanEvalNl,
  formatSensitivity,
  leakItems,
  narrativeQa,
  qmsumIn,
  quality,
  ruler,
  rulerQa,
  runAllPythonSandboxed,
  runPythonSandboxed,
  runAllSql,
  runSandboxed,
  scoreChoices,
  scrolls,
  scrollsScore,
}: Loose = await import("midtrain/evaluate");
const { readNarrativeQa, readPassageQuestions, readQuality, readScrolls }: Loose = await import(
  "midtrain/sets"
);

const later = Promise.resolve({});
const model = { name: "own", chat: () => Promise.reject(new Error("no mistake asks it")) };
const scorer = { loglikelihood: () => Promise.reject(new Error("no mistake asks it")) };
const server = { nextTokens: () => Promise.reject(new Error("no mistake asks it")) };
const byBytes = { tokenizer: byteTokenizer(), folder: "teacher", context: 8 };
const small = initialCheckpoint(llamaConfig("1M"), 1);

const run = { from: small, sources: [], schedule: () => 1e-3, steps: 4 };

const held = { name: "held", tokens: new Uint16Array(9) };
const branches = { stable: [small], peak: 1e-3, budgets: [100], sources: [], heldOut: [held] };

const mistakes: Mistake[] = [
  [
    () => runAllPythonSandboxed("print(1)"),
    "Cannot run Python programs as programs must be a list: current value is a text: give the values, not a path or a name",
  ],
  [
    () => runAllPythonSandboxed([{ code: "print(1)" }]),
    "Cannot run Python programs as group must be given: it is not",
  ],
  [
    () => evaluate(scorer, "arc-easy"),
    'Cannot evaluate as benchmark must be one itself: current value is its name, benchmarks["arc-easy"] gives it',
  ],
  [
    () => evaluate(benchmarks["arc-easy"], scorer),
    "Cannot evaluate as benchmark must be an object with name, items, forms: it lacks name, items, forms and has loglikelihood",
  ],
  [
    () => evaluate(scorer, benchmarks["arc-easy"], { num_fewshot: 5 }),
    "Cannot evaluate as the option num_fewshot is called shots now",
  ],
  [
    () => evaluate(scorer, benchmarks["arc-easy"], { form: "mc" }),
    "Cannot evaluate as form must be one of olmes-rc, olmes-mc, lm-eval: current value is mc",
  ],
  [
    () => evaluate(scorer, benchmarks["arc-easy"], { limit: 0.1 }),
    "Cannot evaluate as limit must be a whole number >= 1: current value is 0.1",
  ],
  [
    () => evaluate(scorer, benchmarks["arc-easy"], { samples: 0 }),
    "Cannot evaluate as samples must be a whole number >= 1: current value is 0",
  ],
  [
    () => evaluate(small, benchmarks["arc-easy"]),
    "Cannot evaluate as arc-easy needs a model with loglikelihood: this one has weights, scorerOf(checkpoint, tokenizer) makes it one",
  ],
  [
    () => compareEvaluations({}, {}),
    "Cannot compare evaluations as before must be a list of objects with benchmark, items: current value is an object",
  ],
  [
    () => fillForm({ prefix: "<PRE>", suffix: "<SUF>", mid: "<MID>" }),
    "Cannot ask for what fills a gap as there is no option mid: known are prefix, suffix, middle, stop",
  ],
  [
    () => fillForm("<PRE>"),
    "Cannot ask for what fills a gap as its options must be an object with prefix, suffix, middle: current value is a text",
  ],
  [
    () => humanEvalNl("qwen"),
    "Cannot have functions written back as writer must be an object with complete: current value is a text: give the object itself",
  ],
  [
    () => humanEvalNl(scorer),
    "Cannot have functions written back as writer must be an object with complete: it lacks complete and has loglikelihood",
  ],
  [
    () => scoreChoices(model, [{ id: "a", context: "b", choices: ["c"], gold: 0 }]),
    "Cannot score choices as model must be an object with loglikelihood: it lacks loglikelihood and has name, chat",
  ],
  [
    () => scoreChoices(scorer, { id: "a", context: "b", choices: ["c", "d"], gold: 0 }),
    "Cannot score choices as items must be a list of objects with id, context, choices, gold: current value is an object with id, context, choices, gold: one alone goes in [ ]",
  ],
  [
    () => scoreChoices(scorer, [{ question: "b", choices: ["c", "d"], answer: 0 }]),
    "Cannot score choices as items[0] must be an object with id, context, choices, gold: it lacks id, context, gold and has question, choices, answer",
  ],
  [
    () => scoreChoices(scorer, [{ id: "a", context: "b", choices: ["c", "d"], gold: "A" }]),
    'Cannot score choices as an item needs 2 choices or more, none empty, and gold among them: a has ["c","d"] and gold A',
  ],
  [() => scoreChoices(scorer, []), "Cannot score choices as there must be at least one item"],
  [
    () => scoreChoices([{ id: "a", context: "b", choices: ["c"], gold: 0 }], scorer),
    "Cannot score choices as model must be an object with loglikelihood: current value is a list",
  ],
  [
    () => scoreChoices("smollm2", []),
    "Cannot score choices as model must be an object with loglikelihood: current value is a text: give the object itself",
  ],
  [
    () => compareRuns({ domain: "web", before: [1, 2], after: [1, 2] }),
    "Cannot compare runs as pairs must be a list of objects with domain, before, after: current value is an object with domain, before, after: one alone goes in [ ]",
  ],
  [
    () => compareRuns([{ domain: "web", before: 1.2, after: 1.1 }]),
    "Cannot compare runs as before of web must be a list of numbers: current value is 1.2",
  ],
  [
    () => compareRuns([1.2, 1.3], [1.1, 1.2]),
    "Cannot compare runs as its options must be an object: current value is a list",
  ],
  [
    () => compareRuns([{ domain: "web", before: [1, 2], after: [1] }]),
    "Cannot compare runs as before, after and weights must have one entry for each of at least 2 items: web has 2, 1 and 2",
  ],
  [
    () => compareRuns([{ domain: "web", before: [1, 2], after: [1, 1] }], { confidence: 95 }),
    "Cannot compare runs as confidence must be in (0, 1): current value is 95",
  ],
  [
    () => runPythonSandboxed("1", { engine: "docker" }),
    "Cannot run a Python program as engine must be one of pyodide, bwrap: current value is docker",
  ],
  [
    () => runAllSql([{ database: "shop.sqlite", statements: ["SELECT 1"] }]),
    "Cannot run SQL as database must be an object with schema, tables: current value is a text: give the object itself",
  ],
  [() => runSandboxed(() => 1), "Cannot run a program as code must be a text: current value is a function"],
  [
    () => runSandboxed("1", { timeout: 5 }),
    "Cannot run a program as there is no option timeout: did you mean timeoutSeconds?",
  ],
  [() => runSandboxed(["1", "2"]), "Cannot run a program as code must be a text: current value is a list"],
  [
    () => runSandboxed("1", { timeoutSeconds: "5" }),
    'Cannot run a program as timeoutSeconds must be positive and less than 2147483: current value is the text "5"',
  ],
  [
    () => llamaConfig({ width: 64 }),
    "Cannot make a model as preset must be one of 1M, 10M, 60M, 135M, 360M, 1B: current value is an object",
  ],
  [
    () => llamaConfig("1M", { n_layers: 4 }),
    "Cannot make a model as there is no option n_layers: did you mean layers?",
  ],
  [
    () => llamaConfig("1M", { num_hidden_layers: 4 }),
    "Cannot make a model as there is no option num_hidden_layers: did you mean layers?",
  ],
  [
    () => llamaConfig("1M", { hidden_size: 64 }),
    "Cannot make a model as there is no option hidden_size: did you mean width?",
  ],
  [
    () => llamaConfig("1M", { layers: "4" }),
    'Cannot make a model as layers must be a whole number >= 1: current value is the text "4"',
  ],
  [
    () => llamaConfig("1M", { vocab_size: 256 }),
    "Cannot make a model as there is no option vocab_size: did you mean vocabularySize?",
  ],
  [
    () => llamaConfig("1M", { context: 512n }),
    "Cannot make a model as context must be a whole number >= 1: current value is 512n, a bigint: Number(it) is a number",
  ],
  [
    () => llamaConfig("1M", { head_dim: 64 }),
    "Cannot make a model as there is no option head_dim: did you mean headWidth?",
  ],
  [
    () => llamaConfig("1M", { headWidth: 15 }),
    "Cannot make a model as rotaryWidth must be even: current value is 15",
  ],
  [
    () => llamaConfig("1M", { norm: { type: "layer" } }),
    "Cannot make a model as there is no option type: known are kind, place, weight, bias",
  ],
  [
    () => llamaConfig("1M", { norm: { place: "pre" } }),
    "Cannot make a model as norm.place must be one of before, after, both: current value is pre",
  ],
  [
    () => llamaConfig("1M", { activation: "swish" }),
    "Cannot make a model as activation must be one of silu, gelu, gelu-tanh, relu: current value is swish",
  ],
  [
    () => llamaConfig("1M", { slidingWindow: 128 }),
    "Cannot make a model as its options must be an object with tokens: current value is 128",
  ],
  [
    () => llamaConfig("1M", { slidingWindow: { tokens: 128, layers: [true] } }),
    "Cannot make a model as slidingWindow.layers must be a list of true or false for each of 5 layers: current value is a list of 1",
  ],
  [() => llamaConfig("1M", 4), "Cannot make a model as its options must be an object: current value is 4"],
  [
    () => countParameters("1M"),
    "Cannot count parameters as config must be an object with width, layers, heads, vocabularySize: current value is a text: give the object itself",
  ],
  [
    () => initialCheckpoint("1M", 1),
    "Cannot make a checkpoint as config must be an object with width, layers, heads, vocabularySize: current value is a text: give the object itself",
  ],
  [
    () => initialCheckpoint(llamaConfig("1M")),
    "Cannot seed a generator as seed must be a number or a text: current value is undefined",
  ],
  [
    () => packDocuments([page]),
    "Cannot pack documents as tokenizer must be an object with encode: current value is undefined",
  ],
  [
    () => packDocuments(["A text."], byteTokenizer()),
    "Cannot pack documents as documents[0] must be an object with id, text: current value is a text: give the object itself",
  ],
  [
    () => packDocuments([page], byteTokenizer),
    "Cannot pack documents as tokenizer must be an object with encode: current value is the function byteTokenizer",
  ],
  [
    () => packDocuments([page], "gpt2"),
    "Cannot pack documents as tokenizer must be an object with encode: current value is a text: give the object itself",
  ],
  [
    () => packDocuments([page], later),
    "Cannot pack documents as tokenizer must be an object with encode: current value is a promise: await it",
  ],
  [
    () => packDocuments(page, byteTokenizer()),
    "Cannot pack documents as documents must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => packDocuments(here("pages.jsonl"), byteTokenizer()),
    "Cannot pack documents as documents must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [() => packDocuments([], byteTokenizer()), "Cannot pack a source as it must hold a document: it is empty"],
  [
    () => packDocuments([page], byteTokenizer(), { max_tokens: 10 }),
    "Cannot pack documents as there is no option max_tokens: did you mean maxTokens?",
  ],
  [
    () => packDocuments([page], byteTokenizer(), "web"),
    "Cannot pack documents as its options must be an object: current value is a text",
  ],
  [
    () => loadTokenizer("gpt2"),
    "Cannot load a tokenizer as gpt2 must be a folder that holds tokenizer.json: it is not there",
  ],
  [
    () => loadTokenizer(here("own")),
    "Cannot load a tokenizer as FOLDER/own must be a folder that holds tokenizer.json: it is empty",
  ],
  [
    () => loadTokenizer(later),
    "Cannot load a tokenizer as path must be a text: current value is a promise: await it",
  ],
  [
    () => loadCheckpoint("HuggingFaceTB/SmolLM2-135M"),
    "Cannot load a checkpoint as HuggingFaceTB/SmolLM2-135M must be a folder that holds config.json: it is not there",
  ],
  [
    () => loadCheckpoint(here("own")),
    "Cannot load a checkpoint as FOLDER/own must be a folder that holds config.json: it is empty",
  ],
  [
    () => loadCheckpoint(here("pages.jsonl")),
    "Cannot load a checkpoint as FOLDER/pages.jsonl must be a folder that holds config.json: it is a file",
  ],
  [
    () => loadCheckpoint([here("own")]),
    "Cannot load a checkpoint as path must be a text: current value is a list",
  ],
  [() => loadGguf(here("own")), "Cannot read FOLDER/own as it is a folder: give one of its files"],
  [
    () => loadGguf(here("pages.jsonl")),
    "Cannot read FOLDER/pages.jsonl as it must be a GGUF file: not a valid gguf file: not starting with GGUF magic number",
  ],
  [
    () => saveGguf(here("own.gguf"), small, {}),
    "Cannot write a GGUF file as like must be given: it is not",
  ],
  [
    () => saveGguf(here("own.gguf"), small, { like: here("a.gguf"), precision: "Q4_0" }),
    "Cannot write a GGUF file as precision must be one of Q8_0, F16, F32: current value is Q4_0",
  ],
  [
    () => saveGguf(here("own.gguf"), small, { like: here("none.gguf") }),
    "Cannot read FOLDER/none.gguf as there is no such file",
  ],
  [
    () => saveCheckpoint(small, here("saved")),
    "Cannot write a checkpoint as path must be a text: current value is an object",
  ],
  [
    () => saveCheckpoint(here("own"), small),
    "Cannot write a checkpoint to FOLDER/own as the folder must be new: it exists",
  ],
  [
    () => train(),
    "Cannot train as its options must be an object with sources, schedule, steps: current value is undefined",
  ],
  [
    () => train(llamaConfig("1M")),
    "Cannot train as there is no option vocabularySize: known are sources, schedule, steps, config, from, weights, maxEpochs, batch, microBatch, recompute, context, maskDocuments, crossDocumentTargets, seed, engine, backend, precision, peakFlops, evaluate, signal, onStep, onEvaluation, onProgress, folder, checkpointEverySteps, onCheckpoint, betas, epsilon, weightDecay, clip, zLoss, undecayed, muon, ema, optimizerState, skipOutliers, distillation",
  ],
  [() => train({ config: llamaConfig("1M") }), "Cannot train as sources must be given: it is not"],
  [
    () => train({ config: "1M", sources: [], schedule: cosine, steps: 10, batch: 2, seed: 1 }),
    "Cannot make a checkpoint as config must be an object with width, layers, heads, vocabularySize: current value is a text: give the object itself",
  ],
  [() => continueRun(small, { steps: 10 }), "Cannot continue a run as sources must be given: it is not"],
  [
    () => continueRun({ steps: 10 }),
    "Cannot continue a run as its options must be an object with sources, schedule, steps: current value is undefined",
  ],
  [
    () => mergeCheckpoints([here("own")]),
    "Cannot merge checkpoints as checkpoints[0] must be an object with config, weights: current value is a text: give the object itself",
  ],
  [
    () => mergeCheckpoints(small),
    "Cannot merge checkpoints as checkpoints must be a list of objects with config, weights: current value is an object with config, weights, step, tokens: one alone goes in [ ]",
  ],
  [
    () => mergeCheckpoints(small, small),
    "Cannot merge checkpoints as there is no option config: known are method, weights",
  ],
  [() => mergeCheckpoints([]), "Cannot merge checkpoints as there must be one: there is none"],
  [
    () => mergeCheckpoints([small, small], [0.5, 0.5]),
    "Cannot merge checkpoints as its options must be an object: current value is a list",
  ],
  [
    () => mergeCheckpoints([small, small], { weights: [50, 50] }),
    "Cannot merge checkpoints as weights must add up to 1: they add up to 100",
  ],
  [
    () => mergeCheckpoints([small, small], { weights: { a: 1 } }),
    "Cannot merge checkpoints as there must be a weight for each of 2: there are 0",
  ],
  [
    () => mergeSaved(here("own")),
    "Cannot merge checkpoints as paths must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => mergeSaved([here("nowhere")]),
    "Cannot load a checkpoint as FOLDER/nowhere must be a folder that holds config.json: it is not there",
  ],
  [
    () => extendContext(small, 4096),
    "Cannot extend the context as its options must be an object with context: current value is 4096",
  ],
  [
    () => extendContext(small, { context: "4096" }),
    'Cannot extend the context as context must be a whole number above the model\'s 256: current value is the text "4096"',
  ],
  [
    () => extendContext(small, { context: 4096, method: "ntk" }),
    "Cannot extend the context as method must be one of none, adjusted-base, position-interpolation, ntk-aware, ntk-by-parts, yarn, llama3: current value is ntk",
  ],
  [
    () => extendContext(small, { factor: 4 }),
    "Cannot extend the context as there is no option factor: known are context, method, base",
  ],
  [
    () =>
      extendInStages({
        from: small,
        stages: [{ context: 512 }],
        sources: [],
        schedule: () => 1e-5,
        heldOut: held,
      }),
    "Cannot extend the context in stages as stages[0] must be an object with context, steps: it lacks steps and has context",
  ],
  [
    () => extendInStages({ from: small, stages: 4, sources: [], schedule: () => 1e-5, heldOut: held }),
    "Cannot extend the context in stages as stages must be a list of objects with context, steps: current value is 4",
  ],
  [
    () => evaluateLoss(small, [page]),
    "Cannot measure loss as source must be an object with tokens: current value is a list",
  ],
  [
    () => evaluateLoss(small, here("pages.jsonl")),
    "Cannot measure loss as source must be an object with tokens: current value is a text: give the object itself",
  ],
  [
    () => evaluateLoss(small, later),
    "Cannot measure loss as source must be an object with tokens: current value is a promise: await it",
  ],
  [
    () => scorerOf(small),
    "Cannot score a checkpoint as tokenizer must be an object with encode: current value is undefined",
  ],
  [
    () => scorerOf(here("own"), byteTokenizer()),
    "Cannot score a checkpoint as checkpoint must be an object with config, weights: current value is a text: give the object itself",
  ],
  [
    () => scorerOf(later, byteTokenizer()),
    "Cannot score a checkpoint as checkpoint must be an object with config, weights: current value is a promise: await it",
  ],
  [
    () => ruler({ task: "niah", tokenizer: byteTokenizer(), contexts: [4096] }),
    "Cannot generate a long text as task must be one of niah-single, niah-single-noise, niah-single-uuid, niah-multikey, niah-multikey-needles, niah-multikey-uuids, niah-multivalue, niah-multiquery, vt, cwe, fwe: current value is niah",
  ],
  [
    () => ruler({ task: "vt", tokenizer: "bytes", contexts: [4096] }),
    "Cannot generate a long text as tokenizer must be an object with name, encode: current value is a text: give the object itself",
  ],
  [
    () => ruler({ task: "vt", tokenizer: byteTokenizer(), contexts: 4096 }),
    "Cannot generate a long text as contexts must be a list of numbers: current value is 4096",
  ],
  [
    () => ruler({ task: "vt", tokenizer: byteTokenizer(), contexts: [4096], depths: [0.5] }),
    "Cannot generate a long text as depths must be left out for vt, which has no single place: current value is 0.5",
  ],
  [
    () => ruler({ task: "niah-single", tokenizer: byteTokenizer(), contexts: [4096], depths: [50] }),
    "Cannot generate a long text as every depth must be in [0, 1]: current value is 50",
  ],
  [
    () => depthScores([1]),
    "Cannot tell scores by depth as evaluation must be an object with benchmark, items, scores: current value is a list",
  ],
  [
    () => leakItems("gsm8k"),
    "Cannot say what must not leak as benchmark must be an object with name, items, leak: current value is a text: give the object itself",
  ],
  [
    () => compareClean({ benchmark: "x", items: [], scores: [] }, "x/1"),
    'Cannot compare clean and flagged items as flaggedIds must be a list or set of ids: current value is "x/1"',
  ],
  [
    () => formatSensitivity({}, "arc-easy"),
    "Cannot measure format sensitivity as benchmark must be an object with name, items, forms: current value is a text: give the object itself",
  ],
  [
    () => rulerQa({ path: "x" }, { tokenizer: byteTokenizer(), contexts: [4096] }),
    "Cannot ask RULER's questions as path must be a text: current value is an object",
  ],
  [
    () => rulerQa("dev", { contexts: [4096] }),
    "Cannot ask RULER's questions as tokenizer must be given: it is not",
  ],
  [
    () => readPassageQuestions([page]),
    "Cannot read questions about passages as path must be a text: current value is a list",
  ],
  [() => quality({ path: "x" }), "Cannot ask QuALITY as path must be a text: current value is an object"],
  [
    () => quality("dev", { context: 4096 }),
    "Cannot ask QuALITY as tokenizer must be given where context is: current value is undefined",
  ],
  [
    () => qmsumIn({ context: 4096, tokenizer: byteTokenizer(), leaveOut: "left" }),
    "Cannot ask QMSum as leaveOut must be one of middle, end: current value is left",
  ],
  [
    () => narrativeQa("folder", { split: "validation", text: "summaries" }),
    "Cannot ask NarrativeQA as split must be one of train, valid, test: current value is validation",
  ],
  [
    () => scrolls("validation.jsonl"),
    "Cannot ask SCROLLS as its options must be an object with task: current value is undefined",
  ],
  [
    () => scrolls("validation.jsonl", { task: "govreport" }),
    "Cannot ask SCROLLS as task must be one of gov_report, summ_screen_fd, qmsum, qasper, narrative_qa, quality, contract_nli: current value is govreport",
  ],
  [() => scrollsScore({ scores: [] }), "Cannot tell SCROLLS's score as scores must not be empty"],
  [
    () => readQuality([page]).next(),
    "Cannot read QuALITY as path must be a text: current value is a list",
  ],
  [
    () => readNarrativeQa(here("own"), { split: "test", text: "summaries" }).next(),
    "Cannot read NarrativeQA as FOLDER/own/qaps.csv is missing: it is published at github.com/google-deepmind/narrativeqa",
  ],
  [
    () => readScrolls("validation.jsonl", { task: "musique" }).next(),
    "Cannot read SCROLLS as task must be one of gov_report, summ_screen_fd, qmsum, qasper, narrative_qa, quality, contract_nli: current value is musique",
  ],
  [
    () => packDocuments([page], byteTokenizer(), { lossOn: "responses" }),
    `Cannot pack document ${page.id} as meta.responses must be parts [start, end] of its ${page.text.length} characters, in order and none in another: current value is undefined`,
  ],
  [
    () => packDocuments([page], byteTokenizer(), { packing: "best-fit" }),
    "Cannot pack documents as there is no option packing: known are name, maxTokens, lossOn, bestFit",
  ],
  [
    () => packDocuments([page], byteTokenizer(), { bestFit: true }),
    "Cannot pack documents as bestFit must be a whole number >= 2: current value is true",
  ],
  [
    () => chatDocuments([page], { template: "chat-ml" }).next(),
    "Cannot write chats as template must be one of chatml, llama3: current value is chat-ml",
  ],
  [
    () => chatDocuments([{ ...page, meta: { messages: "Hi" } }], { template: "chatml" }).next(),
    `Cannot write the chat of document ${page.id} as meta.messages must be a list of objects: current value is a text: give the values, not a path or a name`,
  ],
  [
    () =>
      fillInMiddle([page], { tokenizer: byteTokenizer(), prefix: "<PRE>", suffix: "<SUF>", middle: "<MID>" })
        .next(),
    "Cannot make gaps to fill as prefix must be one token of bytes: current value is <PRE>, which is 5",
  ],
  [
    () => fillInMiddle([page], { tokenizer: byteTokenizer(), prefix: "<PRE>", suffix: "<SUF>" }).next(),
    "Cannot make gaps to fill as middle must be given: it is not",
  ],
  [
    () => averagedCheckpoint(small),
    "Cannot take a checkpoint's average as its run must have kept one by the option ema: there is none",
  ],
  [
    () => train({ ...run, muon: true }),
    "Cannot train by Muon as its options must be an object: current value is true",
  ],
  [
    () => train({ ...run, muon: { lr: 0.02 } }),
    "Cannot train by Muon as there is no option lr: known are momentum, scale, rateFactor",
  ],
  [
    () => train({ ...run, muon: { scale: "moonlight" } }),
    "Cannot train by Muon as scale must be one of match-rms-adamw, original: current value is moonlight",
  ],
  [
    () => train({ ...run, undecayed: ["norms"] }),
    "Cannot train as undecayed[0] must be one of embedding, output, vectors: current value is norms",
  ],
  [() => train({ ...run, ema: 1 }), "Cannot train as ema must be in (0, 1): current value is 1"],
  [
    () => train({ ...run, skipOutliers: { window: 1 } }),
    "Cannot skip outliers as window must be a whole number >= 4: current value is 1",
  ],
  [
    () => train({ ...run, optimizerState: "reset" }),
    "Cannot train as optimizerState must be one of kept, fresh: current value is reset",
  ],
  [
    () =>
      branchDecay({
        stable: [small],
        peak: 1e-3,
        budgets: [4],
        sources: [],
        schedule: () => 1e-3,
        heldOut: [],
      }),
    "Cannot branch decays as there is no option schedule: known are stable, peak, budgets, sources, heldOut, decayFraction, shape, floor, windows, mergeWindows, folder, weights, maxEpochs, batch, microBatch, recompute, context, maskDocuments, crossDocumentTargets, seed, engine, backend, precision, peakFlops, signal, onStep, onProgress, checkpointEverySteps, betas, epsilon, weightDecay, clip, zLoss, undecayed, muon, ema, optimizerState, skipOutliers, distillation",
  ],
  [
    () => branchDecay({ ...branches, budgets: 400 }),
    "Cannot branch decays as budgets must be a list of numbers: current value is 400",
  ],
  [
    () => branchDecay({ ...branches, stable: [{ ...small, step: 90 }] }),
    "Cannot branch decays as a stable checkpoint must lie at or before step 80, where the decay to 100 begins: the first is of step 90",
  ],
  [
    () => branchDecay({ ...branches, mergeWindows: [10] }),
    "Cannot branch decays as a merge needs 2 stable checkpoints or more behind step 90 and up to 100: current value is none",
  ],
  [
    () => mergeCheckpoints([small, small], { t: 0.5 }),
    "Cannot merge checkpoints as there is no option t: known are method, weights",
  ],
  [
    () => mergeCheckpoints([small, small, small], { method: "slerp" }),
    "Cannot merge checkpoints as slerp must be given two: current value is 3",
  ],
  [
    () => mergeCheckpoints([small, small], { method: "ties" }),
    "Cannot merge checkpoints as method must be one of linear, slerp: current value is ties",
  ],
  [
    () => openShards("tokens", { bestFit: true }),
    "Cannot read shards as bestFit must be a whole number >= 2: current value is true",
  ],
  [
    () => recordTeacher(held, { teacher: small, folder: "teacher", k: 8 }),
    "Cannot record a teacher as there is no option k: known are teacher, folder, tokenizer, topK, temperature, context, maskDocuments, engine, backend, signal, onProgress",
  ],
  [
    () => recordTeacher(held, { teacher: server, folder: "teacher", context: 8 }),
    "Cannot record a teacher as tokenizer must be an object with encode: current value is undefined",
  ],
  [
    () => recordTeacher(held, { teacher: server, tokenizer: byteTokenizer(), folder: "teacher" }),
    "Cannot record a teacher as context must be a whole number >= 1: current value is undefined",
  ],
  [
    () => recordTeacher(held, { teacher: server, ...byBytes, temperature: 2 }),
    "Cannot record a teacher as temperature must be 1 with a language model, which gives no logits: current value is 2",
  ],
  [
    () => recordTeacher(held, { teacher: "SmolLM2", folder: "teacher" }),
    "Cannot record a teacher as teacher must be an object with config, weights: current value is a text: give the object itself",
  ],
  [
    () => recordTeacher({ ...held, vocabularySize: 50257 }, { teacher: small, folder: "teacher" }),
    `Cannot record a teacher as the teacher's vocabulary must hold the 50257 ids of source held: current value is ${small.config.vocabularySize}`,
  ],
  [
    () => train({ ...run, sources: [held], distillation: 0.5 }),
    "Cannot train as distillation needs a source that a teacher was recorded of: current value is none",
  ],
  [
    () => train({ ...run, sources: [{ ...held, teacher: { vocabularySize: 50257 } }] }),
    `Cannot train as the teacher of source held must have at most the model's vocabulary of ${small.config.vocabularySize}: current value is 50257`,
  ],
];

answered(mistakes);
