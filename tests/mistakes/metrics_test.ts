import { answered, type Loose, type Mistake } from "./_mistakes.ts";

const {
  benchmarks,
  boxedAnswer,
  disagreements,
  dropScores,
  exactMatch,
  hendrycksEquivalent,
  mathEquivalent,
  minervaAnswer,
  minervaEquivalent,
  minervaNormal,
  passAtK,
  rouge,
  rougeGeometricMean,
  signalToNoise,
  squadScores,
  triviaQaScores,
}: Loose = await import("midtrain/evaluate");

const evaluation = { benchmark: "gsm8k", scores: [{ rule: "numeric" }], items: [], n: 0 };

const mistakes: Mistake[] = [
  [
    () => squadScores("Paris", "Paris"),
    "Cannot score an answer as SQuAD as answers must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => squadScores(undefined, ["Paris"]),
    "Cannot score an answer as SQuAD as prediction must be a text: current value is undefined",
  ],
  [() => triviaQaScores("Paris", []), "Cannot score an answer as TriviaQA as answers must not be empty"],
  [() => dropScores("Paris", []), "Cannot score an answer as DROP as answers must not be empty"],
  [
    () => dropScores("Paris", [[]]),
    "Cannot score an answer as DROP as answers[0] must have a span: it has none",
  ],
  [
    () => dropScores(3, ["3"]),
    "Cannot score an answer as DROP as prediction must be a text or a list of texts: current value is 3",
  ],
  [
    () => exactMatch("Paris", ["paris"], { ignorecase: true }),
    "Cannot compare an answer as there is no option ignorecase: did you mean ignoreCase?",
  ],
  [() => exactMatch("Paris", []), "Cannot compare an answer as answers must not be empty"],
  [
    () => rouge("a text", "a text"),
    "Cannot measure ROUGE as references must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [() => rouge("a text", []), "Cannot measure ROUGE as references must not be empty"],
  [
    () => rouge("a text", ["a text"], { stemmer: true }),
    "Cannot measure ROUGE as there is no option stemmer: did you mean stemmed?",
  ],
  [() => rougeGeometricMean([]), "Cannot average ROUGE as scores must not be empty"],
  [() => boxedAnswer(null), "Cannot read a boxed answer as text must be a text: current value is null"],
  [() => minervaAnswer(7), "Cannot read a final answer as text must be a text: current value is 7"],
  [() => minervaNormal(7), "Cannot normalise an answer as answer must be a text: current value is 7"],
  [() => minervaEquivalent("7", 7), "Cannot compare answers as b must be a text: current value is 7"],
  [() => mathEquivalent("7", 7), "Cannot compare answers as b must be a text: current value is 7"],
  [
    () => hendrycksEquivalent("7", "7", { reading: "minerva" }),
    "Cannot compare answers as reading must be one of official, lm-eval: current value is minerva",
  ],
  [
    () => passAtK({ samples: 10, correct: 11, k: 1 }),
    "Cannot estimate pass@k as correct must be a whole number in [0, 10]: current value is 11",
  ],
  [
    () => passAtK({ samples: 10, correct: 3, k: 20 }),
    "Cannot estimate pass@k as k must be a whole number in [1, 10]: current value is 20",
  ],
  [
    () => passAtK(10, 3, 1),
    "Cannot estimate pass@k as its options must be an object with samples, correct, k: current value is 10",
  ],
  [
    () => signalToNoise({ models: [0.5], checkpoints: [0.4, 0.5] }),
    "Cannot tell signal from noise as models must have at least 2 scores: it has 1",
  ],
  [
    () => signalToNoise({ models: [0.5, NaN], checkpoints: [0.4, 0.5] }),
    "Cannot tell signal from noise as every score of models must be finite: one is NaN",
  ],
  [
    () => disagreements(evaluation, "numeric", "strict"),
    "Cannot show where rules differ as second must be a rule that gsm8k was scored by, numeric: current value is strict",
  ],
  [
    () => disagreements(benchmarks.gsm8k, "numeric", "strict"),
    "Cannot show where rules differ as evaluation must be an object with items, scores: it lacks scores and has name, title, source, version, items, forms, rules, leak",
  ],
];

answered(mistakes);
