import polars from "nodejs-polars";
import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const { readDocuments }: Loose = await import("midtrain/data");
const { gsm8k, mmlu, readFineweb2Language }: Loose = await import("midtrain/sets");
const {
  applyRules,
  c4,
  bradleyTerry,
  drawPairs,
  identifyLanguage,
  importanceRater,
  joinLabels,
  languageRater,
  languageRules,
  modelRater,
  personalData,
  rankEnsemble,
  sampleByDomain,
  sampleByScore,
  stackRaters,
  takeSample,
  rateByAll,
  spearman,
  thresholdTable,
  trainEmbeddingRater,
  weightedKappa,
  fineweb,
  gate,
  gopherQuality,
  nearDuplicateClusters,
  rate,
  readFastText,
  removeExactDuplicates,
  removeNearDuplicates,
  removeRepeatedLines,
  removeRepeatedPassages,
  removeSemanticDuplicates,
  semanticDuplicates,
  splitById,
  trainRater,
}: Loose = await import("midtrain/select");
const {
  buildIndex,
  contaminationPage,
  decontaminate,
  findContamination,
  findRephrased,
  judgeContamination,
  measureCalls,
  measureDetection,
}: Loose = await import(
  "midtrain/decontaminate"
);

const later = Promise.resolve({});
const frame = polars.DataFrame({ text: ["One.", "Two."] });

const mistakes: Mistake[] = [
  [
    () => gate([page], gopherQuality(), { threshold: 0.5 }),
    "Cannot keep documents by a rater as rater must be an object with name, rateDocuments: it lacks rateDocuments and has name, judge",
  ],
  [
    () => gate([page], { name: "a", rateDocuments: () => [] }, { threshold: "0.5" }),
    'Cannot keep documents by a rater as threshold must be a finite number: current value is the text "0.5"',
  ],
  [
    () => gate([page], { name: "a", rateDocuments: () => [] }, { minScore: 0.5 }),
    "Cannot keep documents by a rater as there is no option minScore: known are threshold, onDrop, folder, batch, signal",
  ],
  [
    () => applyRules([page], gopherQuality()),
    "Cannot apply rules as rules must be a list of objects with name, judge: current value is an object with name, judge: one alone goes in [ ]",
  ],
  [
    () => applyRules([page], gopherQuality),
    "Cannot apply rules as rules must be a list of objects with name, judge: current value is the function gopherQuality",
  ],
  [
    () => applyRules([page], [gopherQuality]),
    "Cannot apply rules as rules[0] must be an object with name, judge: current value is the function gopherQuality",
  ],
  [
    () => applyRules([page], ["gopherQuality"]),
    "Cannot apply rules as rules[0] must be an object with name, judge: current value is a text: give the object itself",
  ],
  [
    () => applyRules(gopherQuality(), [page]),
    "Cannot apply rules as rules[0] must be an object with name, judge: it lacks name, judge and has id, text, source, meta",
  ],
  [
    () => applyRules(Promise.resolve([page]), [gopherQuality()]),
    "Cannot apply rules as documents must be a list or another iterable: current value is a promise: await it",
  ],
  [
    () => applyRules(page, [gopherQuality()]),
    "Cannot apply rules as documents must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => applyRules([[page]], [gopherQuality()]),
    "Cannot apply rules as documents[0] must be an object with id, text: current value is a list of such: give one",
  ],
  [
    () => applyRules([{ id: "a", content: "b" }], [gopherQuality()]),
    "Cannot apply rules as documents[0] must be an object with id, text: it lacks text and has id, content",
  ],
  [
    () => applyRules(here("pages.jsonl"), [gopherQuality()]),
    "Cannot apply rules as documents must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => applyRules(frame, [gopherQuality()]),
    "Cannot apply rules as documents must be a list or another iterable: current value is a table of Polars: its toRecords() is a list",
  ],
  [
    () => gopherQuality({ min_words: 50 }),
    "Cannot build the rule gopher-quality as there is no option min_words: did you mean minWords?",
  ],
  [
    () => gopherQuality({ words: 50 }),
    "Cannot build the rule gopher-quality as there is no option words: known are minWords, maxWords, minMeanWordUnits, maxMeanWordUnits, maxSymbolsPerToken, maxBulletLineFraction, maxEllipsisLineFraction, minAlphabeticFraction, minStopWords, stopWords, language",
  ],
  [
    () => gopherQuality("en"),
    "Cannot build the rule gopher-quality as its options must be an object: current value is a text",
  ],
  [
    () => c4({ badWords: "damn" }),
    "Cannot build the rule c4 as there is no option badWords: known are minSentences, minLineWords, maxWordUnits, terminalPunctuation",
  ],
  [
    () => fineweb({ maxShortLines: 67 }),
    "Cannot build the rule fineweb as there is no option maxShortLines: known are minPunctuatedLineFraction, maxShortLineFraction, shortLineUnits, maxDuplicateUnitFraction, maxLineBreaksPerToken, language",
  ],
  [
    () => removeNearDuplicates([page], { bands: 9000 }),
    "Cannot find near-duplicates as bands must be a whole number in [1, 1000]: current value is 9000",
  ],
  [
    () => removeNearDuplicates([page], { threshold: 80 }),
    "Cannot find near-duplicates as threshold must be in (0, 1]: current value is 80",
  ],
  [
    () => removeNearDuplicates([page], 0.8),
    "Cannot find near-duplicates as its options must be an object: current value is 0.8",
  ],
  [
    () => removeNearDuplicates([page], { jaccard: 0.8 }),
    "Cannot find near-duplicates as there is no option jaccard: did you mean threshold?",
  ],
  [
    () => removeNearDuplicates([page], { num_perm: 128 }),
    "Cannot find near-duplicates as there is no option num_perm: known are onDrop, threshold, shingleWords, bands, rows, digits, score, link, against, workers, folder, onProgress",
  ],
  [
    () => removeNearDuplicates(here("pages.jsonl")),
    "Cannot find near-duplicates as documents must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => removeNearDuplicates([page], { score: "length" }),
    "Cannot find near-duplicates as score must be a function: current value is a text: give the function itself",
  ],
  [
    () => removeNearDuplicates([page], { link: "complete" }),
    "Cannot find near-duplicates as link must be one of chain, kept: current value is complete",
  ],
  [
    () => removeNearDuplicates([page], { against: here("pages.jsonl") }),
    "Cannot find near-duplicates as against must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => removeNearDuplicates([page], { against: [{ text: "One page." }] }),
    "Cannot find near-duplicates as against[0] must be an object with id, text: it lacks id and has text",
  ],
  [
    () => removeNearDuplicates([page], { workers: 0 }),
    "Cannot find near-duplicates as workers must be a whole number >= 1: current value is 0",
  ],
  [
    () => removeExactDuplicates([page], { by: "hash" }),
    "Cannot remove exact duplicates as by must be one of text, words, id: current value is hash",
  ],
  [
    () => removeExactDuplicates(page),
    "Cannot remove exact duplicates as documents must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => removeRepeatedLines([page], { copies: 1 }),
    "Cannot remove repeated lines as copies must be a whole number >= 2: current value is 1",
  ],
  [
    () => removeRepeatedLines([page], { unit: "sentence" }),
    "Cannot remove repeated lines as unit must be one of line, paragraph: current value is sentence",
  ],
  [
    () => removeRepeatedPassages([page], { tokens: 50 }),
    "Cannot remove repeated passages as there is no option tokens: known are words, keep, action, digits, onDrop, onReport",
  ],
  [
    () => removeRepeatedPassages([page], { words: 1 }),
    "Cannot remove repeated passages as words must be a whole number >= 2: current value is 1",
  ],
  [
    () => semanticDuplicates(new Float32Array(7), { dimensions: 3 }),
    "Cannot find semantic duplicates as the numbers of vectors must be a multiple of dimensions 3: current value is 7",
  ],
  [
    () => semanticDuplicates(new Float32Array(6), { dimensions: 3 }),
    "Cannot find semantic duplicates as the length of vector 0 must be finite and > 0: current value is 0",
  ],
  [
    () => semanticDuplicates([[1, 2], [2, 1]], { dimensions: 2 }),
    "Cannot find semantic duplicates as vectors[0] must be a number: current value is a list",
  ],
  [
    () => removeSemanticDuplicates([page], { threshold: 0.9 }),
    "Cannot find semantic duplicates as embedder must be an object with embed: it lacks embed and has threshold",
  ],
  [
    () => nearDuplicateClusters(["a text", "a text"]),
    "Cannot find near-duplicates as documents[0] must be an object with id, text: current value is a text: give the object itself",
  ],
  [
    () => nearDuplicateClusters(readDocuments),
    "Cannot find near-duplicates as documents must be a list or another iterable: current value is the function readDocuments",
  ],
  [
    () => trainRater([{ text: "a", label: 1 }], { positive: 1 }),
    "Cannot train a rater as an example must have a text and a label: example 0 has string and number",
  ],
  [
    () => trainRater([["a", "good"]], { positive: "good" }),
    "Cannot train a rater as each example must be an object with text, label: current value is a list",
  ],
  [
    () => trainRater([{ text: "a", label: "good" }], "good"),
    "Cannot train a rater as its options must be an object with positive: current value is a text",
  ],
  [
    () => trainRater([], { positive: "good" }),
    "Cannot train a rater as the examples must have two labels or more and positive be one of them: labels are none, positive is good",
  ],
  [
    () => rate([page], "fineweb-edu"),
    "Cannot rate documents as rater must be an object with name, rateDocuments: current value is a text: give the object itself",
  ],
  [
    () => rate([page], later),
    "Cannot rate documents as rater must be an object with name, rateDocuments: current value is a promise: await it",
  ],
  [
    () => readFastText(here("nowhere.bin")),
    "Cannot read the fastText model as its options must be an object with positive: current value is undefined",
  ],
  [() => splitById([page], 0.1), "Cannot split items as its options must be an object: current value is 0.1"],
  [
    () => splitById([page], { share: 10 }),
    "Cannot split items as there is no option share: known are heldOutFraction, seed",
  ],
  [
    () => buildIndex("gsm8k"),
    "Cannot index evaluation items as items must be a list or another iterable that is no stream: current value is a text: give the values, not a path or a name",
  ],
  [
    () => buildIndex(gsm8k),
    "Cannot index evaluation items as items must be a list or another iterable that is no stream: current value is an object with name, title, licence, origin, files, file, paths, available and others",
  ],
  [
    () => buildIndex(["Who?"]),
    "Cannot index evaluation items as items[0] must be an object with id, question, benchmark: current value is a text: give the object itself",
  ],
  [
    () => buildIndex({ id: "a", question: "Who?", benchmark: "own" }),
    "Cannot index evaluation items as items must be a list or another iterable that is no stream: current value is an object with id, question, benchmark: one alone goes in [ ]",
  ],
  [
    () => buildIndex([{ id: "a", question: "Who?", benchmark: "own" }], { n: 1.5 }),
    "Cannot index evaluation items as there is no option n: known are digits, numbers",
  ],
  [
    () => buildIndex([{ id: "a", question: "Who?", benchmark: "own" }], { ngram: 13 }),
    "Cannot index evaluation items as there is no option ngram: known are digits, numbers",
  ],
  [
    () => buildIndex(mmlu.read({ split: "test" })),
    "Cannot index evaluation items as items must be a list or another iterable that is no stream: current value is a stream: await Array.fromAsync(it) is a list",
  ],
  [
    () => buildIndex(readDocuments(here("pages.jsonl"))),
    "Cannot index evaluation items as items must be a list or another iterable that is no stream: current value is a stream: await Array.fromAsync(it) is a list",
  ],
  [
    () => buildIndex([{ id: "a", prompt: "Who?", benchmark: "own" }]),
    "Cannot index evaluation items as items[0] must be an object with id, question, benchmark: it lacks question and has id, prompt, benchmark",
  ],
  [
    () => decontaminate([page], [{ id: "a", question: "Who?", benchmark: "own" }]),
    "Cannot decontaminate as index must be an object with items: current value is a list",
  ],
  [
    () => decontaminate([page], "gsm8k"),
    "Cannot decontaminate as index must be an object with items: current value is a text: give the object itself",
  ],
  [
    () => decontaminate(buildIndex([]), [page]),
    "Cannot decontaminate as index must be an object with items: current value is a list",
  ],
  [
    () => decontaminate(here("pages.jsonl"), buildIndex([])),
    "Cannot decontaminate as documents must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => decontaminate([page], buildIndex([]), { threshold: 80 }),
    "Cannot find contamination as threshold must be in [0, 1]: current value is 80",
  ],
  [
    () => decontaminate([page], later),
    "Cannot decontaminate as index must be an object with items: current value is a promise: await it",
  ],
  [
    () => findContamination(page, buildIndex([])),
    "Cannot find contamination as text must be a text: current value is an object",
  ],
  [
    () => findContamination([page], buildIndex([])),
    "Cannot find contamination as text must be a text: current value is a list",
  ],
  [
    () => contaminationPage([{ item: "q1", matched: "Who?" }], buildIndex([])),
    "Cannot write a page of contamination as found[0] must be an object with call, document: it lacks call, document and has item, matched",
  ],
  [
    () => contaminationPage([], [{ id: "q1", question: "Who?", benchmark: "own" }]),
    "Cannot write a page of contamination as index must be an object with items: current value is a list",
  ],
  [
    () => findRephrased([page], buildIndex([]), { model: "all-MiniLM-L6-v2" }),
    "Cannot find rephrased items as model must be an object with embed: current value is a text: give the object itself",
  ],
  [
    () => findRephrased([page], buildIndex([]), { model: { embed: () => [] }, threshold: 80 }),
    "Cannot find rephrased items as threshold must be in [-1, 1]: current value is 80",
  ],
  [
    () => judgeContamination([{ document: "d", item: "q1" }], buildIndex([]), { model: {} }),
    "Cannot judge contamination as calls[0] must be an object with document, item, start, end, matched: it lacks start, end, matched and has document, item",
  ],
  [
    () => buildIndex([], { numbers: "words" }),
    "Cannot index evaluation items as numbers must be one of keep, digits: current value is words",
  ],
  [
    () => measureCalls(["q1"], { documents: [], planted: [] }, buildIndex([])),
    "Cannot measure detection as calls[0] must be an object with document, item: current value is a text: give the object itself",
  ],
  [
    () => measureDetection([page], buildIndex([])),
    "Cannot measure detection as planting must be an object with documents, planted: current value is a list",
  ],
  [
    () => rateByAll([page], { name: "a", rateDocuments: () => [] }),
    "Cannot rate documents as raters must be a list of objects with name, rateDocuments: current value is an object with name, rateDocuments: one alone goes in [ ]",
  ],
  [
    () => joinLabels([page], [{ id: "a", label: 3 }]),
    "Cannot join labels as each label must be an object with id, score: it lacks score and has id, label",
  ],
  [
    () => joinLabels([page], [{ id: "a", score: "3" }]),
    'Cannot join labels as the score of a must be finite and >= -1e300: current value is the text "3"',
  ],
  [
    () => modelRater("gpt-4.1"),
    "Cannot rate by a model as model must be an object with name, chat: current value is a text: give the object itself",
  ],
  [
    () => modelRater({ name: "a", chat: () => {} }, { rubric: "education" }),
    "Cannot rate by a model as rubric must be an object with name, subject, points: current value is a text: give the object itself",
  ],
  [
    () => trainEmbeddingRater([{ document: page, score: 1 }]),
    "Cannot train a rater on embeddings as its options must be an object with embedder: current value is undefined",
  ],
  [
    () =>
      trainEmbeddingRater([{ document: { ...page, id: "p1" }, score: NaN }], {
        embedder: { embed: () => [] },
      }),
    "Cannot train a rater on embeddings as the score of p1 must be finite and >= -1e300: current value is NaN",
  ],
  [
    () => trainEmbeddingRater([{ document: page, score: 1 }], { embedder: { embed: () => [] } }),
    "Cannot train a rater on embeddings as the known labels must be four or more: current value is 1",
  ],
  [
    () => spearman([1, 2, 3, 4], [1, 1, 1, 1]),
    "Cannot correlate ranks as both lists must have values that differ: current value is 1",
  ],
  [
    () => spearman([1, 2, 3], [1, 2]),
    "Cannot correlate ranks as the lists must be equally long: current value is 3 and 2",
  ],
  [
    () => weightedKappa([0.5, 1], [1, 1]),
    "Cannot form the weighted kappa as levels must be whole numbers: current value is 0.5",
  ],
  [
    () => thresholdTable([{ score: 1, label: true }]),
    "Cannot calibrate thresholds as items[0] must be an object with score, positive: it lacks positive and has score, label",
  ],
  [
    () => bradleyTerry({ judgements: [] }),
    "Cannot fit strengths as comparisons must be a list: give the judgements of what judgePairs gives",
  ],
  [
    () => bradleyTerry([{ a: page, b: page, winner: "a" }]),
    "Cannot fit strengths as comparisons[0].a must be a text: current value is an object",
  ],
  [
    () => bradleyTerry([{ a: "x", b: "y", winner: "x" }]),
    "Cannot fit strengths as comparisons[0].winner must be one of a, b, tie: current value is x",
  ],
  [
    () => drawPairs([page]),
    "Cannot draw pairs as there must be two documents or more: current value is 1",
  ],
  [
    () => rankEnsemble([{ name: "a", rateDocuments: () => [] }], [{ document: page, score: 1 }]),
    "Cannot join raters as sample[0] must be an object with ratings: it lacks ratings and has document, score",
  ],
  [
    () => rankEnsemble([{ name: "a", rateDocuments: () => [] }], []),
    "Cannot join raters as a must know 20 documents of the sample: current value is 0",
  ],
  [
    () => stackRaters([{ name: "a", rateDocuments: () => [] }], [{ ratings: {}, score: 1 }]),
    "Cannot stack raters as labelled[0] must be an object with ratings, label: it lacks label and has ratings, score",
  ],
  [
    () => sampleByScore([{ id: "a", score: 1, tokens: 0.5 }], { budgetTokens: 10 }),
    "Cannot draw documents as the tokens of a must be a whole number >= 1: current value is 0.5",
  ],
  [
    () => sampleByScore([{ id: "a", score: NaN, tokens: 5 }], { budgetTokens: 10 }),
    "Cannot draw documents as the score of a must be finite and >= -1e300: current value is NaN",
  ],
  [
    () => sampleByScore([{ id: "a", score: 1, tokens: 5 }], { budget: 10 }),
    "Cannot draw documents as there is no option budget: did you mean budgetTokens?",
  ],
  [
    () => sampleByDomain([{ id: "a", domain: "wiki", tokens: 5 }], { budgetTokens: { web: 10 } }),
    "Cannot draw documents as a domain must be one of web: current value is wiki",
  ],
  [
    () => sampleByDomain([{ id: "a", domain: "web", tokens: 5 }], { budgetTokens: 10 }),
    "Cannot draw documents as budgetTokens must be an object: current value is 10",
  ],
  [
    () => takeSample([page], new Map([["a", 1]])),
    "Cannot take the drawn documents as sample must be an object with copies: it lacks copies and has nothing",
  ],
  [
    () => importanceRater([page], [{ ...page, text: "" }]),
    "Cannot weigh documents by importance as raw must hold words: current value is 0",
  ],
  [
    () => personalData({ email: "<EMAIL>" }),
    "Cannot build the rule personal-data as there is no option email: known are placeholders, maxSpans",
  ],
  [
    () => personalData({ maxSpans: -1 }),
    "Cannot build the rule personal-data as maxSpans must be a whole number >= 0: current value is -1",
  ],
  [
    () => languageRater("German"),
    "Cannot rate by language as language must be a code of two letters, such as de: current value is German",
  ],
  [
    () => identifyLanguage(page),
    "Cannot identify a language as text must be a text: current value is an object",
  ],
  [
    () => languageRules("deu_Latn"),
    "Cannot build the rules of a language as thresholds must be an object with language, maxDuplicateLineFraction, maxTopGramFraction, maxDuplicateGramFraction, minPunctuatedLineFraction, maxLineBreaksPerToken, minMeanWordUnits, maxMeanWordUnits, minAlphabeticFraction, stopWords: current value is a text: give the object itself",
  ],
  [
    () => readFineweb2Language(here("pages.jsonl")),
    "Cannot read the thresholds of FOLDER/pages.jsonl: it is no YAML",
  ],
];

answered(mistakes);
