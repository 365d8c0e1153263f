import { answered, type Loose, type Mistake, page } from "./_mistakes.ts";

const {
  emptyPromptInstructions,
  flashcards,
  personaQuestions,
  personas,
  readingComprehension,
  synthesize,
  taskFromHowTo,
}: Loose = await import("midtrain/synthesize");

const model = { name: "own", chat: () => Promise.reject(new Error("no mistake asks it")) };
const completing = { ...model, kind: "endpoint", complete: model.chat };

const mistakes: Mistake[] = [
  [
    () => readingComprehension("span"),
    "Cannot ask for reading comprehension as its options must be an object: current value is a text",
  ],
  [
    () => readingComprehension({ kinds: "span" }),
    "Cannot ask for reading comprehension as kinds must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => readingComprehension({ kinds: ["cloze"] }),
    "Cannot ask for reading comprehension as kind must be one of span, yes-no, choice, explanation: current value is cloze",
  ],
  [
    () => readingComprehension({ kinds: ["span", "span"] }),
    'Cannot ask for reading comprehension as kinds must differ: "span" stands twice',
  ],
  [
    () => readingComprehension({ kinds: [] }),
    "Cannot ask for reading comprehension as the number of kinds must be a whole number >= 1: current value is 0",
  ],
  [
    () => flashcards({ cards: 5 }),
    "Cannot write flashcards as there is no option cards: known are maxCards, maxPartTokens, minWords, maxBackWords, temperature",
  ],
  [
    () => flashcards([page]),
    "Cannot write flashcards as its options must be an object: current value is a list",
  ],
  [
    () => flashcards({ maxCards: 0 }),
    "Cannot write flashcards as maxCards must be a whole number >= 1: current value is 0",
  ],
  [
    () => synthesize([page], flashcards, { model }),
    "Cannot synthesize as method must be an object with id, build, read: current value is the function flashcards",
  ],
  [
    () => taskFromHowTo({ steps: 5 }),
    "Cannot make tasks of how-to pages as there is no option steps: known are maxPartTokens, minWords, minSteps, maxSteps, temperature",
  ],
  [
    () => taskFromHowTo({ minSteps: 1 }),
    "Cannot make tasks of how-to pages as minSteps must be a whole number >= 2: current value is 1",
  ],
  [
    () => taskFromHowTo({ minSteps: 8, maxSteps: 5 }),
    "Cannot make tasks of how-to pages as maxSteps must be a whole number >= 8: current value is 5",
  ],
  [
    () => personas(10),
    "Cannot put personas together as its options must be an object with count: current value is 10",
  ],
  [
    () => personas({ count: 1e6 }),
    "Cannot put personas together as count must be at most 6480, as there are no more: current value is 1000000",
  ],
  [
    () => personaQuestions({ personas: "a nurse" }),
    "Cannot let personas ask as personas must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => personaQuestions({ personas: [{ persona: "a nurse" }] }),
    "Cannot let personas ask as personas[0] must be a text: current value is an object",
  ],
  [
    () => personaQuestions({ personas: ["a nurse"] }),
    "Cannot let personas ask as the number of personas must be a whole number >= 3: current value is 1",
  ],
  [
    () => emptyPromptInstructions({ count: 5 }),
    "Cannot sample instructions as model must be given: it is not",
  ],
  [
    () => emptyPromptInstructions({ model, count: 5 }),
    "Cannot sample instructions as model must be an object with name, chat, complete: it lacks complete and has name, chat",
  ],
  [
    () => emptyPromptInstructions({ model: completing, count: 5 }),
    "Cannot sample instructions from own as its chat template is not known: give template, one of chatml, llama3 or { user, end }",
  ],
  [
    () => emptyPromptInstructions({ model: completing, count: 5, template: "qwen" }),
    "Cannot sample instructions as template must be one of chatml, llama3: current value is qwen",
  ],
  [
    () => emptyPromptInstructions({ model: completing, count: 5, template: "chatml", words: 100 }),
    "Cannot sample instructions as words must be a list of numbers: current value is 100",
  ],
  [
    () => emptyPromptInstructions({ model: completing, template: "chatml" }),
    "Cannot sample instructions as count must be given: it is not",
  ],
  [
    () => emptyPromptInstructions({ model: completing, count: 5, template: "chatml", system: "You teach." }),
    "Cannot sample instructions as there is no option system: did you mean systems?",
  ],
];

answered(mistakes);
