import { answered, here, type Loose, type Mistake } from "./_mistakes.ts";

const { bbh, readBbhPrompt, readMath }: Loose = await import("midtrain/sets");

const {
  benchmarks,
  boxedAnswer,
  disagreements,
  dropScores,
  exactMatch,
  hendrycksEquivalent,
  mathBenchmark,
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
  [
    () => readBbhPrompt("snark"),
    "Cannot read a prompt of bbh as task must be one of boolean_expressions, causal_judgement, date_understanding, disambiguation_qa, dyck_languages, formal_fallacies, geometric_shapes, hyperbaton, logical_deduction_five_objects, logical_deduction_seven_objects, logical_deduction_three_objects, movie_recommendation, multistep_arithmetic_two, navigate, object_counting, penguins_in_a_table, reasoning_about_colored_objects, ruin_names, salient_translation_error_detection, snarks, sports_understanding, temporal_sequences, tracking_shuffled_objects_five_objects, tracking_shuffled_objects_seven_objects, tracking_shuffled_objects_three_objects, web_of_lies, word_sorting: current value is snark",
  ],
  [
    () => bbh.read({ task: "snark" }),
    "Cannot read bbh as task must be one of boolean_expressions, causal_judgement, date_understanding, disambiguation_qa, dyck_languages, formal_fallacies, geometric_shapes, hyperbaton, logical_deduction_five_objects, logical_deduction_seven_objects, logical_deduction_three_objects, movie_recommendation, multistep_arithmetic_two, navigate, object_counting, penguins_in_a_table, reasoning_about_colored_objects, ruin_names, salient_translation_error_detection, snarks, sports_understanding, temporal_sequences, tracking_shuffled_objects_five_objects, tracking_shuffled_objects_seven_objects, tracking_shuffled_objects_three_objects, web_of_lies, word_sorting: current value is snark",
  ],
  [() => bbh.read("snarks"), "Cannot read bbh as its options must be an object: current value is a text"],
  [
    () => readMath(here("pages.jsonl")),
    "Cannot read MATH as record 1 of FOLDER/pages.jsonl must have problem and solution: it has id, text, source",
  ],
  [() => readMath([]), "Cannot read MATH as path must be a text: current value is a list"],
  [
    () => mathBenchmark({ path: "test.jsonl" }),
    "Cannot form MATH as there is no option path: known are file, examples",
  ],
  [
    () => mathBenchmark("test.jsonl"),
    "Cannot form MATH as its options must be an object: current value is a text",
  ],
];

answered(mistakes);
