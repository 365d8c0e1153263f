import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const {
  Random,
  aggregateTexts,
  composeRelated,
  distantQuestions,
  distill,
  describeImage,
  diversity,
  drawMethod,
  extractPairs,
  guidedRewrite,
  imageReferences,
  judge,
  judgeTranslations,
  keyValueTexts,
  lineageOf,
  mathGenie,
  megadocs,
  metaReasoning,
  metaReasoningTexts,
  mindConversations,
  needsAllParts,
  preview,
  recallTexts,
  rephrase,
  solve,
  synthesize,
  theoremProblems,
  thinkAloud,
  tokensBySource,
  translate,
  translateBack,
  verifySolution,
  voteSolutions,
  wordProblems,
}: Loose = await import("midtrain/synthesize");
const { gsm8k }: Loose = await import("midtrain/sets");
const { openModel, serve }: Loose = await import("midtrain/llm");

const model = { name: "own", chat: () => Promise.reject(new Error("no mistake asks it")) };
const tokenizer = { name: "bytes", encode: (text: string) => new TextEncoder().encode(text) };
const openLater = () => Promise.resolve(model);

const messages = [{ role: "user", content: "Hello" }];
const unreached = await openModel({
  ...{ baseURL: "http://localhost:1/v1", model: "own", checkModel: false, cache: false },
});

const mistakes: Mistake[] = [
  [
    () => openModel("gpt-4o"),
    "Cannot open a model as its options must be an object: current value is a text",
  ],
  [
    () => openModel({ baseUrl: "http://localhost:1/v1", model: "own" }),
    "Cannot open a model as there is no option baseUrl: did you mean baseURL?",
  ],
  [
    () => openModel({ base_url: "http://localhost:1/v1" }),
    "Cannot open a model as there is no option base_url: did you mean baseURL?",
  ],
  [
    () => openModel({ baseURL: "localhost:8000", model: "own" }),
    "Cannot use an endpoint as its address must be a URL of http or https: current value is localhost:8000",
  ],
  [
    () => openModel({ kind: "endpoint", modelPath: "own.gguf" }),
    "Cannot open a model at an endpoint with modelPath, which only the embedded one has: leave it out",
  ],
  [
    () => openModel({ baseURL: "http://localhost:1/v1", sequences: 16 }),
    "Cannot open a model at an endpoint with sequences, which only the embedded one has: leave it out",
  ],
  [
    () => openModel({ model: "gpt-4o" }),
    "Cannot open a model by model, which only an endpoint has: give baseURL, or apiKey with model",
  ],
  [
    () => openModel({ kind: "embedded", apiKey: "secret" }),
    "Cannot open a model by apiKey, which only an endpoint has: give baseURL, or apiKey with model",
  ],
  [
    () => openModel({ modelPath: 7 }),
    "Cannot open a model as modelPath must be a text: current value is 7",
  ],
  [
    () => openModel({ kind: "openai" }),
    "Cannot open a model as kind must be one of endpoint, embedded: current value is openai",
  ],
  [
    () => openModel({ temperature: 0.7 }),
    "Cannot open a model as there is no option temperature: known are kind, baseURL, apiKey, model, embeddingModel, checkModel, cache, maxRetries, timeoutSeconds, modelPath, context, threads, sequences, onProgress, onNotice",
  ],
  [
    () => openModel({ timeout: 60 }),
    "Cannot open a model as there is no option timeout: did you mean timeoutSeconds?",
  ],
  [
    () => openModel({ timeoutSeconds: "60" }),
    'Cannot open a model as timeoutSeconds must be finite and positive: current value is the text "60"',
  ],
  [
    () => unreached.chat("Hello"),
    "Cannot answer a conversation as its options must be an object with messages: current value is a text",
  ],
  [
    () => unreached.chat({ messages, max_tokens: 5 }),
    "Cannot answer a conversation as there is no option max_tokens: did you mean maxTokens?",
  ],
  [
    () => unreached.chat({ messages: "Hello" }),
    "Cannot answer a conversation as messages must be a list of objects with role: current value is a text: give the values, not a path or a name",
  ],
  [
    () => unreached.complete("Once"),
    "Cannot continue a text as its options must be an object with prompt: current value is a text",
  ],
  [
    () => unreached.complete({ prompt: "Once", stops: ["."] }),
    "Cannot continue a text as there is no option stops: did you mean stop?",
  ],
  [
    () => unreached.embed("Once"),
    "Cannot embed as texts must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => unreached.loglikelihood([["Once", " upon"]]),
    "Cannot rate continuations as pairs[0] must be an object with context, continuation: current value is a list",
  ],
  [() => serve(8080), "Cannot serve as its options must be an object: current value is 8080"],
  [
    () => serve({ port: "8080" }),
    'Cannot serve as port must be a whole number in [0, 65535]: current value is the text "8080"',
  ],
  [
    () => serve({ model: "own" }),
    "Cannot serve as there is no option model: known are port, hostname, modelPath, context, threads, sequences, queueLimit, onProgress",
  ],
  [
    () => synthesize([page], rephrase, { model }),
    "Cannot synthesize as method must be an object with id, build, read: current value is the function rephrase",
  ],
  [
    () => synthesize([page], "rephrase", { model }),
    "Cannot synthesize as method must be an object with id, build, read: current value is a text: give the object itself",
  ],
  [
    () => synthesize([page], [rephrase("plain")], { model }),
    "Cannot synthesize as method must be an object with id, build, read: current value is a list of such: give one",
  ],
  [
    () => synthesize([page], rephrase("plain"), model),
    "Cannot synthesize as there is no option name: known are model, budget, price, retries, workers, patienceSeconds, reasoningTokens, extraTokens, body, keepReasoning, seed, onDrop, onProgress, signal, accept, folder, retry, dropBrokenLines, total",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model: "gpt-4o" }),
    "Cannot synthesize as model must be an object with name, chat: current value is a text: give the object itself",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model: openLater() }),
    "Cannot synthesize as model must be an object with name, chat: current value is a promise: await it",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model: {} }),
    "Cannot synthesize as model must be an object with name, chat: it lacks name, chat and has nothing",
  ],
  [
    () => synthesize(rephrase("plain"), [page], { model }),
    "Cannot synthesize as documents must be a list or another iterable: current value is an object with id, settings, kind, build, read",
  ],
  [
    () => synthesize(page, rephrase("plain"), { model }),
    "Cannot synthesize as documents must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => synthesize(here("pages.jsonl"), rephrase("plain"), { model }),
    "Cannot synthesize as documents must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => synthesize(Promise.resolve([page]), rephrase("plain"), { model }),
    "Cannot synthesize as documents must be a list or another iterable: current value is a promise: await it",
  ],
  [
    () => synthesize([page], { id: "own", build: () => [] }, { model }),
    "Cannot synthesize as method must be an object with id, build, read: it lacks read and has id, build",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, accept: 0.5 }),
    "Cannot synthesize as accept must be a whole number >= 1: current value is 0.5",
  ],
  [
    () => synthesize([page], { id: "own", build: () => [], read: () => [], next: () => [] }, { model }),
    "Cannot synthesize as the method's rounds must be a whole number >= 2: current value is 1",
  ],
  [
    () => synthesize([page], { id: "own", build: () => ["Rewrite."], read: () => [] }, { model }),
    "Cannot synthesize by own as prompts[0] must be an object with messages, maxTokens: current value is a text: give the object itself",
  ],
  [
    () => synthesize([page], { id: "own", build: () => "Rewrite.", read: () => [] }, { model }),
    "Cannot synthesize by own as prompts must be a list of objects with messages, maxTokens: current value is a text: give the values, not a path or a name",
  ],
  [
    () =>
      synthesize([page], {
        id: "own",
        build: () => [{ messages: "Rewrite.", maxTokens: 9, temperature: 0 }],
        read: () => [],
      }, { model }),
    "Cannot synthesize by own as messages must be a list of objects with role, content: current value is a text: give the values, not a path or a name",
  ],
  [
    () => synthesize([page], { id: "own", build: "Rewrite: {text}", read: () => "text" }, { model }),
    "Cannot synthesize as build must be a function: current value is a text: give the function itself",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, concurrency: 4 }),
    "Cannot synthesize as the option concurrency is called workers now",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, max_workers: 4 }),
    "Cannot synthesize as there is no option max_workers: did you mean workers?",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, temperature: 0.7 }),
    "Cannot synthesize as there is no option temperature: known are model, budget, price, retries, workers, patienceSeconds, reasoningTokens, extraTokens, body, keepReasoning, seed, onDrop, onProgress, signal, accept, folder, retry, dropBrokenLines, total",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, workers: "4" }),
    'Cannot synthesize as workers must be a whole number >= 1: current value is the text "4"',
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, budget: 1e6 }),
    "Cannot synthesize within budget as its options must be an object: current value is 1000000",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, budget: { maxTokens: 1e6 } }),
    "Cannot synthesize within budget as there is no option maxTokens: did you mean tokens?",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, price: 0.5 }),
    "Cannot synthesize at price as its options must be an object with prompt, completion: current value is 0.5",
  ],
  [
    () => synthesize([page], rephrase("plain"), { model, folder: ["out"] }),
    "Cannot synthesize as folder must be a text: current value is a list",
  ],
  [
    () => rephrase("wikipedia"),
    "Cannot rephrase as style must be one of plain, encyclopaedic, scholarly, question-answer: current value is wikipedia",
  ],
  [
    () => rephrase({ style: "plain" }),
    "Cannot rephrase as style must be one of plain, encyclopaedic, scholarly, question-answer: current value is an object",
  ],
  [
    () => rephrase(page),
    "Cannot rephrase as style must be one of plain, encyclopaedic, scholarly, question-answer: current value is an object",
  ],
  [
    () => rephrase("plain", { maxTokens: 100 }),
    "Cannot rephrase as there is no option maxTokens: did you mean maxPartTokens?",
  ],
  [
    () => rephrase("plain", { minWords: "5" }),
    'Cannot rephrase as minWords must be >= 0: current value is the text "5"',
  ],
  [() => rephrase("plain", 0.7), "Cannot rephrase as its options must be an object: current value is 0.7"],
  [
    () => distill("qa"),
    "Cannot distill as format must be one of short-reasoning, long-reasoning, multiple-choice, dialogue, textbook, faq, table, tutorial, code-exercise: current value is qa",
  ],
  [
    () => distill("textbook", { audience: "kids" }),
    "Cannot distill as audience must be one of children, beginners, students, experts: current value is kids",
  ],
  [
    () => extractPairs({ max_pairs: 3 }),
    "Cannot extract pairs as there is no option max_pairs: did you mean maxPairs?",
  ],
  [
    () => extractPairs([page]),
    "Cannot extract pairs as its options must be an object: current value is a list",
  ],
  [
    () => extractPairs({ maxPairs: 0.5 }),
    "Cannot extract pairs as maxPairs must be a whole number >= 1: current value is 0.5",
  ],
  [
    () => solve({ samples: 1.5 }),
    "Cannot solve as samples must be a whole number >= 1: current value is 1.5",
  ],
  [() => solve({ n: 8 }), "Cannot solve as there is no option n: known are samples, agreement, temperature"],
  [() => solve({ agreement: 60 }), "Cannot solve as agreement must be in [0, 1): current value is 60"],
  [() => solve("What is 1 + 1?"), "Cannot solve as its options must be an object: current value is a text"],
  [
    () => mathGenie([page]),
    "Cannot evolve solutions as its options must be an object with model: current value is undefined",
  ],
  [
    () => mathGenie([page], { model, rounds: "2" }),
    'Cannot evolve solutions as rounds must be a whole number >= 1: current value is the text "2"',
  ],
  [
    () => mathGenie(gsm8k, { model }),
    "Cannot evolve solutions as seeds must be a list or another iterable: current value is an object with name, title, licence, origin, files, file, paths, available and others",
  ],
  [
    () => translate({ language: "German" }),
    "Cannot translate as language must be a text: current value is an object",
  ],
  [
    () => translate("de", { model }),
    "Cannot translate as there is no option model: known are maxPartTokens, isTarget, rater, terms, markdown, temperature",
  ],
  [
    () => drawMethod(rephrase("plain")),
    "Cannot draw a method as methods must be a list of objects with id, build, read: current value is an object with id, settings, kind, build, read: one alone goes in [ ]",
  ],
  [
    () => preview([page], rephrase("plain")),
    "Cannot preview as its options must be an object with model: current value is undefined",
  ],
  [
    () => preview(page, rephrase("plain"), { model }),
    "Cannot preview as documents must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => judge([page], { model, criteria: "quality" }),
    "Cannot judge as criteria must be a list of objects with name, points: current value is a text: give the values, not a path or a name",
  ],
  [
    () => judge("A text.", { model }),
    "Cannot judge as documents must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => lineageOf(page.id),
    "Cannot trace a document as document must be an object with id, text: current value is a text: give the object itself",
  ],
  [
    () => diversity([page.text]),
    "Cannot measure diversity as documents[0] must be an object with id, text: current value is a text: give the object itself",
  ],
  [
    () => verifySolution(page),
    "Cannot verify a solution as solution must be a text: current value is an object",
  ],
  [
    () => new Random(),
    "Cannot seed a generator as seed must be a number or a text: current value is undefined",
  ],
  [
    () => new Random({ seed: 1 }),
    "Cannot seed a generator as seed must be a number or a text: current value is an object",
  ],
  [
    () => recallTexts([page], { task: "needle", tokenizer, tokens: 900, count: 1 }),
    "Cannot hide facts in texts as task must be one of one, all, trail, greater: current value is needle",
  ],
  [
    () => recallTexts([page], { task: "one", tokens: 900, count: 1 }),
    "Cannot hide facts in texts as tokenizer must be given: it is not",
  ],
  [
    () => keyValueTexts({ tokenizer: "gpt2", tokens: 900, count: 1 }),
    "Cannot write lists as tokenizer must be an object with name, encode: current value is a text: give the object itself",
  ],
  [
    () => aggregateTexts([page], { kinds: ["counts"] }),
    "Cannot ask of whole texts as every kind must be one of count, paragraphs, first, last, order, most frequent: current value is counts",
  ],
  [
    () => composeRelated([page], { tokenizer, tokens: 8192.5 }),
    "Cannot compose related documents as tokens must be a whole number >= 1: current value is 8192.5",
  ],
  [
    () => composeRelated([page], { tokenizer, tokens: 900, tolerance: 10 }),
    "Cannot compose related documents as tolerance must be in [0, 1): current value is 10",
  ],
  [
    () => distantQuestions({ distance: 0.5 }),
    "Cannot ask over distant parts as there is no option distance: did you mean minDistance?",
  ],
  [
    () => needsAllParts({ parts: 2 }),
    "Cannot hold a question to its parts as there is no option parts: known are temperature",
  ],
  [
    () => rephrase("plain", { whole: true }),
    "Cannot rephrase as there is no option whole: known are maxPartTokens, join, count, minWords, lengthRatio, maxCopied, maxNewNames, markdown, temperature",
  ],
  [
    () => rephrase("plain", { count: 4, temperature: 0 }),
    "Cannot rephrase as temperature must be > 0 where count is 4: current value is 0",
  ],
  [
    () => rephrase("plain", { join: "yes" }),
    "Cannot rephrase as join must be true or false: current value is yes",
  ],
  [
    () => megadocs([page]),
    "Cannot stitch texts as every text must have a lineage with parents: a has none",
  ],
  [
    () => megadocs([page], { tokens: 8192 }),
    "Cannot stitch texts with tokens as there is no tokenizer: give tokenizer too",
  ],
  [
    () => thinkAloud({ maxTokens: 500 }),
    "Cannot think aloud as there is no option maxTokens: did you mean maxPartTokens?",
  ],
  [
    () => guidedRewrite({ lengthRatio: [2, 1] }),
    "Cannot rewrite a page as lengthRatio must be two numbers >= 0, ascending: current value is 2,1",
  ],
  [
    () => wordProblems({ samples: 1.5 }),
    "Cannot write word problems as samples must be a whole number >= 0: current value is 1.5",
  ],
  [
    () => translate("Zulu", { terms: { whale: "" } }),
    "Cannot translate as the term whale must be given as a text, or as texts: current value is ",
  ],
  [
    () => translate("Zulu", { terms: ["whale"] }),
    'Cannot translate as terms must be an object such as { whale: "nyangumi" }',
  ],
  [
    () => translate("Zulu", { rater: "zu" }),
    "Cannot translate as rater must be an object with name, rateDocuments: current value is a text: give the object itself",
  ],
  [
    () => translateBack({ terms: { whale: [] } }),
    "Cannot translate back as the term whale must be given as a text, or as texts: current value is ",
  ],
  [
    () => judgeTranslations([page], { model, criteria: [] }),
    "Cannot judge translations as there is no option criteria: known are model, budget, price, retries, workers, patienceSeconds, reasoningTokens, extraTokens, body, keepReasoning, seed, onDrop, onProgress, signal, temperature, folder, retry, dropBrokenLines",
  ],
  [
    () => describeImage({ grounded: "text" }),
    "Cannot describe an image as grounded must be true or false: current value is text",
  ],
  [
    () => imageReferences([page], { directory: "figures" }),
    "Cannot refer to images as there is no option directory: known are folder, fetch, onDrop",
  ],
  [
    () => metaReasoning("verify"),
    "Cannot reason about solutions as its options must be an object: current value is a text",
  ],
  [
    () => metaReasoning({ tasks: ["find error"] }),
    "Cannot reason about solutions as task must be one of find-error, verify, continue, backtrack: current value is find error",
  ],
  [
    () => metaReasoning({ tasks: [] }),
    "Cannot reason about solutions as the number of tasks must be a whole number >= 1: current value is 0",
  ],
  [
    () => metaReasoningTexts(page),
    "Cannot reason about solutions as documents must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => metaReasoningTexts([page], { error: ["number"] }),
    "Cannot reason about solutions as there is no option error: did you mean errors?",
  ],
  [
    () => voteSolutions({ form: "sympy" }),
    "Cannot vote on solutions as form must be one of arithmetic, symbolic, python: current value is sympy",
  ],
  [
    () => voteSolutions({ votes: 8 }),
    "Cannot vote on solutions as there is no option votes: known are form, samples, agreement, keep, maxTokens, rounds, temperature",
  ],
  [
    () => voteSolutions({ agreement: 60 }),
    "Cannot vote on solutions as agreement must be in [0, 1): current value is 60",
  ],
  [
    () => voteSolutions({ temperature: 0 }),
    "Cannot vote on solutions as temperature must be > 0 where samples vote: current value is 0",
  ],
  [
    () => mindConversations({ style: "debate" }),
    "Cannot write conversations as there is no option style: did you mean styles?",
  ],
  [
    () => mindConversations({ styles: "debate" }),
    "Cannot write conversations as styles must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => mindConversations({ styles: ["quarrel"] }),
    "Cannot write conversations as style must be one of two-students, teacher-student, two-professors, debate, problem-solving, layman-expert, interview: current value is quarrel",
  ],
  [
    () => mindConversations({ count: 8 }),
    "Cannot write conversations as count must be at most 7, the number of styles: current value is 8",
  ],
  [
    () => theoremProblems({ theorems: 3 }),
    "Cannot write problems from theorems as there is no option theorems: known are statements, minWords, form, samples, agreement, maxCopied, maxTokens, temperature",
  ],
  [
    () => theoremProblems({ form: "latex" }),
    "Cannot write problems from theorems as form must be one of arithmetic, symbolic, python: current value is latex",
  ],
  [
    () => tokensBySource([page], (text: string) => Promise.resolve(text.length)),
    "Cannot count tokens as what countTokens gives for a text of web must be finite and >= 0: current value is a promise: await it",
  ],
  [
    () => aggregateTexts([{ ...page, text: null }]),
    "Cannot ask of whole texts as the text of documents[0] must be a text: current value is null",
  ],
  [
    () => composeRelated([page], { tokenizer, tokens: 100, embed: () => 1 }),
    "Cannot compose related documents as what embed gives must be a list of lists: current value is 1",
  ],
];

answered(mistakes);
