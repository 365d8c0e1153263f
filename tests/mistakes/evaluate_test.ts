import { answered, type Loose, type Mistake } from "./_mistakes.ts";

const {
  checkBenchmark,
  compareRuns,
  evaluate,
  evaluationPage,
  formatSensitivity,
  gradeChoices,
  ruler,
  scoreChoices,
}: Loose = await import("midtrain/evaluate");

const ask = ({ question }: Loose) => ({ prompt: question, stop: ["\n"], maxTokens: 4, gold: " 3" });
const form = { source: "this test", shots: 0, draw: "first", ask };
const exact = {
  source: "this test",
  version: 1,
  grade: (_: Loose, text: string) => ({ score: Number(text === " 3"), extracted: text }),
};
const sums: Loose = {
  ...{ name: "sums", title: "Sums", source: "this test", version: 1, forms: { plain: form, also: form } },
  ...{ items: () => [{ id: "a", question: "1 + 2 =" }], rules: { exact } },
  leak: ({ question }: Loose) => ({ question, answer: "3" }),
};
const model = { name: "three", complete: () => Promise.resolve({ text: " 3", finishReason: "stop" }) };
const choices = [{ context: "", continuation: " a" }, { context: "", continuation: " b" }];
const ratings = [{ logLikelihood: -1, tokens: 1 }, { logLikelihood: -2, tokens: 1 }];
const tokenizer = { name: "later", encode: () => Promise.resolve([1]) };

const mistakes: Mistake[] = [
  [
    () => evaluate(Promise.resolve(model), sums),
    "Cannot evaluate as model must be an object: current value is a promise: await it",
  ],
  [
    () => evaluate("gpt-4o", sums),
    "Cannot evaluate as model must be an object: current value is a text: give the object itself",
  ],
  [
    () => evaluate({ complete: () => " 3" }, sums),
    "Cannot grade answers as what the model completes must be an object with text: current value is a text: give the object itself",
  ],
  [
    () => evaluate({ ...model, loglikelihood: (pairs: Loose[]) => pairs.map(() => -1) }, sums),
    "Cannot rate answers as what the model rates[0] must be an object with logLikelihood, tokens: current value is -1",
  ],
  [
    () => evaluate(model, { ...sums, rules: { exact: { ...exact, grade: () => 1 } } }),
    "Cannot grade by the rule exact as grade must be an object with score: current value is 1",
  ],
  [
    () => evaluate(model, { ...sums, rules: { exact: { ...exact, grade: () => ({ score: 100 }) } } }),
    "Cannot grade by the rule exact as the score of a must be in [0, 1]: current value is 100",
  ],
  [
    () => evaluate(model, { ...sums, rules: {} }),
    "Cannot evaluate as sums must have rules, as a text answers it: current value is none",
  ],
  [
    () => evaluate(model, { ...sums, items: sums.items() }),
    "Cannot ask sums (plain) as items must be a function: current value is a list",
  ],
  [
    () => evaluate(model, { ...sums, items: () => Promise.resolve(sums.items()) }),
    "Cannot ask sums (plain) as items() must be a list or another iterable: current value is a promise: await it",
  ],
  [
    () => evaluate(model, { ...sums, items: () => [{ question: "1 + 2 =" }] }),
    "Cannot ask sums (plain) as the id of item 0 must be a text: current value is undefined",
  ],
  [
    () => evaluate(model, { ...sums, forms: { plain: { ...form, ask: () => "1 + 2 =" } } }),
    "Cannot ask sums (plain) as what is asked of a must be an object: current value is a text: give the object itself",
  ],
  [
    () => evaluate(model, { ...sums, forms: {} }),
    "Cannot evaluate as sums must have a form: current value is 0",
  ],
  [
    () => evaluate(model, sums, { samples: 3, temperature: 0 }),
    "Cannot evaluate as temperature must be > 0 where there are several samples: current value is 0",
  ],
  [
    () => evaluate(model, sums, { lossOnly: "yes" }),
    "Cannot evaluate as lossOnly must be one of true, false: current value is yes",
  ],
  [
    () => checkBenchmark(sums, { limit: NaN }),
    "Cannot check a benchmark as limit must be a whole number >= 1: current value is NaN",
  ],
  [
    () => checkBenchmark(sums, { subset: "last" }),
    "Cannot check a benchmark as subset must be one of sample, first: current value is last",
  ],
  [
    () => formatSensitivity(model, sums, { rule: "bits per byte" }),
    "Cannot measure format sensitivity as rule must be one that every form is scored by, exact: current value is bits per byte",
  ],
  [
    async () => evaluationPage(sums, await evaluate(model, sums), { before: [] }),
    "Cannot write a page of an evaluation as before must be an object with benchmark, items: current value is a list",
  ],
  [
    () => gradeChoices({ choices, gold: "0" }, ratings),
    'Cannot grade choices as gold must be a whole number in [0, 1]: current value is the text "0"',
  ],
  [
    () => gradeChoices({ choices: [" a", " b"], gold: 0 }, ratings),
    "Cannot grade choices as choices[0] must be an object with context, continuation: current value is a text: give the object itself",
  ],
  [
    () => gradeChoices({ choices, gold: 0 }, [ratings[0], { logLikelihood: NaN, tokens: 1 }]),
    "Cannot grade choices as every logLikelihood must be <= 0: current value is NaN",
  ],
  [
    () => scoreChoices({ loglikelihood: () => [] }, [{ id: "a", context: "", choices: "ab", gold: 0 }]),
    "Cannot score choices as choices of a must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => compareRuns([{ domain: "web", before: ["1", "2"], after: [2, 3] }]),
    "Cannot compare runs as before of web[0] must be a number: current value is a text",
  ],
  [
    () => ruler({ task: "vt", tokenizer, contexts: [] }),
    "Cannot generate a long text as there must be a context: current value is 0",
  ],
  [
    () => ruler({ task: "niah-single", tokenizer, contexts: [500], samples: 1 }).items().next(),
    "Cannot count tokens as the tokenizer's encode must give a list of them: current value is a promise: await it",
  ],
];

answered(mistakes);
