import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const {
  exerciseFromCode,
  issuePatchPairs,
  judgePairs,
  lintPython,
  packRepositories,
  rewriteCode,
  synthesize,
  verifyTests,
}: Loose = await import("midtrain/synthesize");

const model = { name: "own", chat: () => Promise.reject(new Error("no mistake asks it")) };
const tokenizer = { name: "own", encode: () => [] };

const mistakes: Mistake[] = [
  [
    () => exerciseFromCode([page]),
    "Cannot make exercises as its options must be an object: current value is a list",
  ],
  [
    () => exerciseFromCode({ lines: 15 }),
    "Cannot make exercises as lines must be two whole numbers >= 1, ascending: current value is 15",
  ],
  [
    () => exerciseFromCode({ lines: [15, 1] }),
    "Cannot make exercises as lines must be two whole numbers >= 1, ascending: current value is 15,1",
  ],
  [
    () => exerciseFromCode({ mend: 2 }),
    "Cannot make exercises as there is no option mend: did you mean mends?",
  ],
  [
    () => exerciseFromCode({ mends: "2" }),
    'Cannot make exercises as mends must be a whole number >= 0: current value is the text "2"',
  ],
  [
    () => synthesize([page], exerciseFromCode, { model }),
    "Cannot synthesize as method must be an object with id, build, read: current value is the function exerciseFromCode",
  ],
  [
    () => rewriteCode("style"),
    "Cannot rewrite code as its options must be an object: current value is a text",
  ],
  [
    () => rewriteCode({ passes: "style" }),
    "Cannot rewrite code as passes must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => rewriteCode({ passes: [] }),
    "Cannot rewrite code as the number of passes must be a whole number >= 1: current value is 0",
  ],
  [
    () => rewriteCode({ passes: ["format"] }),
    "Cannot rewrite code as pass must be one of style, self-contained: current value is format",
  ],
  [
    () => rewriteCode({ minScore: 70 }),
    "Cannot rewrite code as minScore must be in [0, 10]: current value is 70",
  ],
  [
    () => lintPython([page], { threshold: 7 }).next(),
    "Cannot lint Python as there is no option threshold: known are minScore, onDrop",
  ],
  [
    () => lintPython(["x = 1"]).next(),
    "Cannot lint Python as documents[0] must be an object with id, text: current value is a text: give the object itself",
  ],
  [
    () => lintPython(here("pages.jsonl")).next(),
    "Cannot lint Python as documents must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => packRepositories([page]).next(),
    "Cannot pack repositories as its options must be an object with tokenizer: current value is undefined",
  ],
  [
    () => packRepositories([page], { tokenizer }).next(),
    "Cannot pack repositories as meta.path of a must be a text: current value is undefined",
  ],
  [
    () => packRepositories([page], { tokenizer: "gpt2" }).next(),
    "Cannot pack repositories as tokenizer must be an object with encode: current value is a text: give the object itself",
  ],
  [
    () => packRepositories([page], { tokenizer, maxTokens: 8.5 }).next(),
    "Cannot pack repositories as maxTokens must be a whole number >= 1: current value is 8.5",
  ],
  [
    () => issuePatchPairs(here("own")).next(),
    "Cannot read issues and patches as its folder must hold a git repository of its own: current value is FOLDER/own",
  ],
  [
    () => issuePatchPairs("https://example.org/whales.git").next(),
    "Cannot read issues and patches as its folder must hold a git repository of its own: current value is https://example.org/whales.git",
  ],
  [
    () => issuePatchPairs([page]).next(),
    "Cannot read issues and patches as folder must be a text: current value is a list",
  ],
  [
    () => issuePatchPairs(here("own"), { branch: "main" }).next(),
    "Cannot read issues and patches as there is no option branch: known are revision, maxCommits, maxTokens, minWords, tested, onDrop",
  ],
  [
    () => issuePatchPairs(here("own"), { maxCommits: 0 }).next(),
    "Cannot read issues and patches as maxCommits must be a whole number >= 1: current value is 0",
  ],
  [
    () => issuePatchPairs(here("own"), { tested: "yes" }).next(),
    "Cannot read issues and patches as tested must be one of true, false: current value is yes",
  ],
  [
    () => verifyTests("assert f(1) == 2"),
    "Cannot verify tests as its options must be an object with solution, tests: current value is a text",
  ],
  [() => verifyTests({ solution: "def f(): pass" }), "Cannot verify tests as tests must be given: it is not"],
  [
    () => verifyTests({ solution: ["def f(): pass"], tests: "" }),
    "Cannot verify tests as solution must be a text: current value is a list",
  ],
  [
    () => judgePairs([{ a: page, b: page }], { model, besides: page }),
    "Cannot compare as there is no option besides: did you mean beside?",
  ],
];

answered(mistakes);
