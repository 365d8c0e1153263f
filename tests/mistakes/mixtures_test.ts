import polars from "nodejs-polars";
import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const { regmix }: Loose = await import("midtrain/sets");
const {
  allocate,
  blend,
  dirichletDesign,
  mixture,
  naturalMixture,
  proposeFromRuns,
  proxyRuns,
  publishedMixture,
  rankStability,
  scanPools,
  uniformMixture,
}: Loose = await import("midtrain/mix");
const { onThread, runJob, sweep, threadLane }: Loose = await import("midtrain/run");

const later = Promise.resolve({});
const frame = polars.DataFrame({ text: ["One.", "Two."] });

const mistakes: Mistake[] = [
  [() => scanPools([page]), "Cannot scan pools as path must be a text: current value is a list"],
  [
    () => scanPools(here("nowhere.parquet")),
    "Cannot scan FOLDER/nowhere.parquet: there is no such file",
  ],
  [
    () => scanPools(here("own")),
    "Cannot scan FOLDER/own as it must be a file, or several by a glob such as FOLDER/own/*.parquet: it is a folder",
  ],
  [
    () => scanPools(here("pages.jsonl"), { text: "content" }),
    'Cannot scan FOLDER/pages.jsonl as it must have a column "content": it has id, text, source',
  ],
  [
    () => scanPools(here("pages.jsonl"), { source: "domain" }),
    'Cannot scan FOLDER/pages.jsonl as it must have a column "domain": it has id, text, source',
  ],
  [() => scanPools(frame), "Cannot scan pools as path must be a text: current value is a table of Polars"],
  [
    () => allocate("web", { web: 1 }, { budgetTokens: 1e9 }),
    "Cannot allocate tokens as pools must be a list of objects with name, tokens: current value is a text: give the values, not a path or a name",
  ],
  [
    () => allocate({ web: 1e9 }, { web: 1 }, { budgetTokens: 1e9 }),
    "Cannot allocate tokens as pools must be a list of objects with name, tokens: current value is an object with web",
  ],
  [
    () => allocate([{ name: "web", tokens: "1e9" }], { web: 1 }, { budgetTokens: 1e9 }),
    'Cannot use pools as tokens of web must be finite and >= 0: current value is the text "1e9"',
  ],
  [
    () => allocate([{ name: "web", tokens: 10n ** 9n }], { web: 1 }, { budgetTokens: 1e9 }),
    "Cannot use pools as tokens of web must be finite and >= 0: current value is 1000000000n, a bigint: Number(it) is a number",
  ],
  [
    () => allocate([{ source: "web", tokens: 1e9 }], { web: 1 }, { budgetTokens: 1e9 }),
    "Cannot allocate tokens as pools[0] must be an object with name, tokens: it lacks name and has source, tokens",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], [1], { budgetTokens: 1e9 }),
    "Cannot allocate tokens as weights must be an object: current value is a list",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], { code: 1 }, { budgetTokens: 1e9 }),
    "Cannot use pools as web must have uniqueTokens: it has not; make it by pool({ name, tokens })",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], { web: "1" }, { budgetTokens: 1e9 }),
    "Cannot use pools as web must have uniqueTokens: it has not; make it by pool({ name, tokens })",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], { web: 1 }, 1e9),
    "Cannot allocate tokens as its options must be an object with budgetTokens: current value is 1000000000",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], { web: 1 }, { budget: 1e9 }),
    "Cannot allocate tokens as there is no option budget: did you mean budgetTokens?",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], { web: 1 }, { budgetTokens: 10n ** 9n }),
    "Cannot allocate tokens as budgetTokens must be a whole number >= 1: current value is 1000000000n, a bigint: Number(it) is a number",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], { web: 1 }, { budgetTokens: Infinity }),
    "Cannot allocate tokens as budgetTokens must be a whole number >= 1: current value is Infinity",
  ],
  [
    () => allocate([{ name: "web", tokens: 1e9 }], { web: 1 }, { budgetTokens: 1.5 }),
    "Cannot allocate tokens as budgetTokens must be a whole number >= 1: current value is 1.5",
  ],
  [
    () => allocate([{ name: "web", tokens: 1.5 }], { web: 1 }, { budgetTokens: 1e9 }),
    "Cannot use pools as web must have uniqueTokens: it has not; make it by pool({ name, tokens })",
  ],
  [
    () => allocate(later, { web: 1 }, { budgetTokens: 1e9 }),
    "Cannot allocate tokens as pools must be a list of objects with name, tokens: current value is a promise: await it",
  ],
  [() => mixture([0.5, 0.5]), "Cannot form a mixture as weights must be an object: current value is a list"],
  [
    () => mixture({ web: "50%" }),
    'Cannot form a mixture as every weight must be finite and >= 0: the weight of "web" is 50%',
  ],
  [
    () => mixture({ web: -1 }),
    'Cannot form a mixture as every weight must be finite and >= 0: the weight of "web" is -1',
  ],
  [
    () => mixture({ web: { share: 0.5 } }),
    'Cannot form a mixture as every weight must be finite and >= 0: the weight of "web" is [object Object]',
  ],
  [() => mixture({}), "Cannot form a mixture as weights must not be empty"],
  [
    () => blend({ web: 1 }, { code: 1 }, 0.15),
    "Cannot blend mixtures as its options must be an object with share: current value is 0.15",
  ],
  [
    () => blend({ web: 1 }, { code: 1 }, { share: 15 }),
    "Cannot blend mixtures as share must be in [0, 1]: current value is 15",
  ],
  [
    () => blend({ web: 1 }, { code: 1 }, { ratio: 0.15 }),
    "Cannot blend mixtures as there is no option ratio: did you mean share?",
  ],
  [
    () => blend("web", "code", { share: 0.15 }),
    "Cannot blend mixtures as base must be an object: current value is a text: give the object itself",
  ],
  [
    () => naturalMixture({ web: 1e9 }),
    "Cannot form a natural mixture as pools must be a list of objects with name, tokens: current value is an object with web",
  ],
  [
    () => uniformMixture("web"),
    "Cannot form a mixture as names must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => uniformMixture({ web: 1 }),
    "Cannot form a mixture as names must be a list of texts: current value is an object with web: one alone goes in [ ]",
  ],
  [
    () => publishedMixture("llama"),
    'Cannot find a published mixture named "llama": names are dolmino-50B, dolmino-100B, dolmino-300B, olmo3-dolma3, olmo3-dolmino-100B, olmo3-longmino, olmo3-microanneal, llama3-annealing-probe, replay-weak-shift, replay-strong-shift, smollm3-stage1, smollm3-stage2, smollm3-decay, smollm3-32k, smollm3-64k, pile, doremi-pile',
  ],
  [
    () => publishedMixture("olmo2"),
    'Cannot find a published mixture named "olmo2": names are dolmino-50B, dolmino-100B, dolmino-300B, olmo3-dolma3, olmo3-dolmino-100B, olmo3-longmino, olmo3-microanneal, llama3-annealing-probe, replay-weak-shift, replay-strong-shift, smollm3-stage1, smollm3-stage2, smollm3-decay, smollm3-32k, smollm3-64k, pile, doremi-pile',
  ],
  [
    () => proxyRuns([{ weights: { web: 1 }, loss: 3 }]),
    "Cannot regress on proxy runs as runs[0] must be an object with mixture, losses: it lacks mixture, losses and has weights, loss",
  ],
  [
    () => proxyRuns([{ mixture: { web: 1 }, losses: 3 }]),
    "Cannot regress on proxy runs as losses of runs[0] must be an object: current value is 3",
  ],
  [
    () => proxyRuns([{ mixture: [1], losses: { web: 3 } }]),
    "Cannot regress on proxy runs as mixture of runs[0] must be an object: current value is a list",
  ],
  [
    () => proxyRuns({ web: 1 }),
    "Cannot regress on proxy runs as runs must be a list of objects with mixture, losses: current value is an object with web",
  ],
  [
    () => proxyRuns([{ mixture: { web: 60, code: 40 }, losses: { web: 3 } }]),
    "Cannot regress on proxy runs as there must be at least as many as domains: there are 1 runs for 2 domains",
  ],
  [
    () => proxyRuns(regmix.read({ runs: "1M" })),
    "Cannot regress on proxy runs as runs must be a list of objects with mixture, losses: current value is a stream: await Array.fromAsync(it) is a list",
  ],
  [
    () => proposeFromRuns([{ mixture: { web: 1 }, losses: { web: 3 } }], { prior: "natural" }),
    "Cannot form a mixture as weights must be an object: current value is a text: give the object itself",
  ],
  [
    () =>
      proposeFromRuns([{ mixture: { web: 1 }, losses: { web: 3 } }], { law: "lightgbm", prior: { web: 1 } }),
    "Cannot fit a mixing law as law must be one of exponential, linear, additive: current value is lightgbm",
  ],
  [
    () =>
      proposeFromRuns([{ mixture: { web: 1 }, losses: { web: 3 } }], { prior: { web: 1 }, target: "web" }),
    "Cannot propose a mixture as there is no option target: did you mean targets?",
  ],
  [
    () => proposeFromRuns([], { prior: { web: 1 } }),
    "Cannot regress on proxy runs as there must be at least as many as domains: there are 0 runs for 0 domains",
  ],
  [
    () => rankStability([{ model: "1B", scores: [1, 2] }]),
    "Cannot judge a ranking's stability as scales[0] must be an object with name, params, tokens, results: it lacks name, params, tokens, results and has model, scores",
  ],
  [
    () => rankStability({ "1B": [1, 2] }),
    "Cannot judge a ranking's stability as scales must be a list of objects with name, params, tokens, results: current value is an object with 1B",
  ],
  [
    () => dirichletDesign({ web: 1, code: 1 }, 10),
    "Cannot design proxy runs as its options must be an object with runs: current value is 10",
  ],
  [
    () => dirichletDesign(["web", "code"], { runs: 10 }),
    "Cannot design proxy runs as prior must be an object: current value is a list",
  ],
  [
    () => sweep({ x: [1, 2] }, { table: here("t.jsonl"), run: () => 1 }),
    "Cannot sweep as points must be a list or another iterable that is no stream: current value is an object with x: one alone goes in [ ]",
  ],
  [
    () => sweep([{ x: 1 }], () => 1),
    "Cannot sweep as its options must be an object with table, run: current value is a function",
  ],
  [
    () => sweep([{ x: 1 }], { table: here("t.jsonl"), run: "train" }),
    'Cannot sweep as run must be a function or the URL of a module: current value is "train"',
  ],
  [() => sweep([{ x: 1 }], { run: () => 1 }), "Cannot sweep as table must be given: it is not"],
  [
    () => sweep([1, 2], { table: here("t.jsonl"), run: () => ({}) }),
    "Cannot sweep as a point must be a record: current value is 1",
  ],
  [
    () => threadLane(() => 1),
    "Cannot work on a thread as module must be a text: current value is a function",
  ],
  [
    () => onThread("./work.ts"),
    "Cannot work on a thread as work must be a function: current value is a text: give the function itself",
  ],
  [
    () => runJob(() => 1, { folder: here("job") }),
    "Cannot run a job as module must be a text: current value is a function",
  ],
  [
    () => runJob("job.ts"),
    "Cannot run a job as its options must be an object with folder: current value is undefined",
  ],
];

answered(mistakes);
