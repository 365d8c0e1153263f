import { answered, here, type Loose, type Mistake } from "./_mistakes.ts";

const {
  checkPlan,
  differences,
  faultOf,
  folderStore,
  forecastPlan,
  mergePlan,
  openStore,
  planStatus,
  readPlan,
  retryPlan,
  runPlan,
  stageFolder,
  submitToRay,
  submitToSlurm,
  whyShard,
}: Loose = await import("midtrain/run");
const { nearDuplicateKeys }: Loose = await import("midtrain/select");

const pages = { kind: "./pages.ts", from: ["*.warc"] };

const mistakes: Mistake[] = [
  [
    () => stageFolder({ inputs: [], parameters: {}, code: "rules@1" }),
    "Cannot name a stage's folder as name must be a text: current value is an object",
  ],
  [
    () => stageFolder("good", { inputs: [], parameters: {}, version: "1" }),
    "Cannot name a stage's folder as there is no option version: known are inputs, parameters, code",
  ],
  [
    () => differences(undefined, {}),
    "Cannot compare as before must be an object: current value is undefined",
  ],
  [
    () => readPlan(here("plan.json")),
    "Cannot read the plan FOLDER/plan.json as there is no such file",
  ],
  [
    () => readPlan(here("pages.jsonl")),
    "Cannot read the plan FOLDER/pages.jsonl as it must be JSON: Unexpected non-whitespace character after JSON at position 40 (line 2 column 1)",
  ],
  [
    () => checkPlan({ name: "web", stages: [pages] }),
    "Cannot check the plan as stages must be an object: current value is a list",
  ],
  [
    () => checkPlan({ name: "web", stages: {} }),
    "Cannot check the plan as stages must be at least one: current value is 0",
  ],
  [
    () => checkPlan({ name: "web", stages: { pages: { ...pages, parameter: {} } } }),
    "Cannot check the plan at pages as there is no option parameter: did you mean parameters?",
  ],
  [
    () => checkPlan({ name: "web", stages: { pages: { ...pages, kind: "warc" } } }),
    "Cannot check the plan at pages as kind must be a module such as ./mine.ts: current value is warc",
  ],
  [
    () =>
      checkPlan({ name: "web", stages: { pages: { ...pages, kind: "rule" } } }, {
        kinds: { rules: "file:///rules.ts" },
      }),
    "Cannot check the plan at pages as kind must be one of rules, or a module such as ./mine.ts: current value is rule; did you mean rules?",
  ],
  [
    () => checkPlan({ name: "web", stages: { pages: { ...pages, shards: 0 } } }),
    "Cannot check the plan as shards of pages must be a whole number in [1, 100000]: current value is 0",
  ],
  [
    () => checkPlan({ name: "web", stages: { pages: { ...pages, from: "*.warc" } } }),
    "Cannot check the plan as pages must read a stage above it or a list of files: current value is *.warc",
  ],
  [
    () => runPlan({ name: "web", stages: { pages } }, "out/run"),
    "Cannot run a plan as its options must be an object with folder: current value is a text",
  ],
  [
    () => runPlan({ name: "web", stages: { pages } }, { folder: here("run"), workers: 0 }),
    "Cannot run a plan as workers must be a whole number >= 1: current value is 0",
  ],
  [
    () =>
      forecastPlan({
        name: "web",
        stages: { pages: { ...pages, kind: "data:text/javascript,export default 1" } },
      }, { folder: here("run") }),
    "Cannot lay out web at pages as the default export of data:text/javascript,export default 1 must have a name, a version and work: it has not",
  ],
  [
    () => openStore(),
    "Cannot open a store as address must be a text: current value is undefined",
  ],
  [
    () => folderStore(["out/run"]),
    "Cannot open a store as address must be a text: current value is a list",
  ],
  [
    () => faultOf(),
    "Cannot tell whose fault an error is as error must be what was thrown: current value is undefined",
  ],
  [
    () => openStore("s3://bucket"),
    "Cannot open an object store as address must be s3://BUCKET/PREFIX: current value is s3://bucket",
  ],
  [
    () =>
      submitToSlurm({ name: "web", stages: { pages } }, { folder: here("run"), partition: "short queue" }),
    "Cannot submit to Slurm as partition must be one word: current value is short queue",
  ],
  [
    () => submitToSlurm({ name: "web", stages: { pages } }, { folder: here("run"), time: "4h" }),
    "Cannot submit to Slurm as time must be such as 04:00:00 or 1-12: current value is 4h",
  ],
  [
    () =>
      submitToRay({ name: "web", stages: { pages } }, { folder: here("run"), adress: "http://head:8265" }),
    "Cannot submit to Ray as there is no option adress: did you mean address?",
  ],
  [
    () => planStatus(here("run")),
    "Cannot tell how a plan stands as FOLDER/run holds no plan: it has no plan.json",
  ],
  [
    () => whyShard(here("run"), { stage: "pages" }),
    "Cannot tell of a shard as shard must be given: it is not",
  ],
  [
    () => retryPlan(here("run")),
    "Cannot retry a plan as FOLDER/run holds no plan: it has no plan.json",
  ],
  [
    () => mergePlan({ name: "web" }),
    "Cannot merge a plan as folder must be a text: current value is an object",
  ],
  [
    () => nearDuplicateKeys({ band: 3 }),
    "Cannot make keys of near-duplicates as there is no option band: did you mean bands?",
  ],
];

answered(mistakes);
