import { inRange, ofKind, takes, wholeNumber } from "../../base/mod.ts";
import { inventedFigures } from "../_numbers.ts";
import { objectOf } from "../_object_of.ts";
import { partPrompts } from "../_parts.ts";
import { lostAnswer } from "../_text_fault.ts";
import { copiedShare, newNames, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import { pairFault } from "./_pairs.ts";
import { nearlySame, supportedShare, tellingWords } from "./_support.ts";
import { personas as ours } from "./personas.ts";

/** Options of {@linkcode personaQuestions}. */
export interface PersonaQuestionsOptions {
  /** Who may ask, each in words that follow "You are". @default {a thousand of `personas`} */
  personas?: readonly string[];
  /** How many of them ask about each part of a page. @default {3} */
  count?: number;
  /** The most tokens of a page that one prompt holds; with `Infinity` it holds the page. @default {400} */
  maxPartTokens?: number;
  /** Parts with fewer words are left out. @default {30} */
  minWords?: number;
  /** The most words of an answer. @default {100} */
  maxAnswerWords?: number;
  /** Sampling temperature. @default {0.8} */
  temperature?: number;
}

/**
 * What different people would ask about a page, with answers from it: the idea of Persona-Hub (arXiv:2406.20094), where who asks makes
 * the variety. There a persona alone is the seed; here each asks about a page, so that the answer can be held to it.
 *
 * Each question with its answer is a text, `Question: …` and `Answer: …`; `meta` holds `question`, `answer` and `persona`. Which personas ask about a part is drawn.
 * Rejected are
 * - questions that ask nothing, have nothing to do with the page, speak of it, are longer than 60 words, hold names that neither page nor persona has, or introduce the persona (`introduces the persona`);
 * - questions that are an earlier one of the page but for a word or two (`nearly asked already`); over pages, see `removeNearDuplicates` of `midtrain/select`;
 * - answers of whose telling words the page has less than half (`answer not in the page`), with numbers or names from nowhere, copied, too short or too long.
 *
 * The embedded model of 135M parameters asks the instruction back, or answers what the page does not say: neither passes.
 *
 * @throws {RangeError} If there are fewer personas than `count`, or an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { personaQuestions, Random } from "midtrain/synthesize";
 *
 * const page = { id: "1", text: "Whales breathe air, and under water they drown after half an hour.", source: "sea", meta: {} };
 * const method = personaQuestions({ personas: ["a diver who works alone"], count: 1, minWords: 3 });
 * const [prompt] = method.build(page, new Random(1));
 * const value = { question: "How long can I wait for a whale to come up?", answer: "Half an hour: then whales must breathe air, or they drown." };
 * const [result] = await method.read([{ prompt, text: "", value }], page);
 * assert.equal("text" in result && result.meta?.persona, "a diver who works alone");
 * ```
 */
export function personaQuestions(options: PersonaQuestionsOptions = {}): Method {
  const cannot = "Cannot let personas ask";
  takes(cannot, options, "personas?, count?, maxPartTokens?, minWords?, maxAnswerWords?, temperature?");
  const { personas = ours({ count: 1000 }), count = 3, maxPartTokens = 400, minWords = 30 } = options;
  const { maxAnswerWords = 100, temperature = 0.8 } = options;
  ofKind(cannot, { personas }, "a list of texts");
  wholeNumber(cannot, { count, maxAnswerWords }, ">= 1");
  wholeNumber(cannot, { "the number of personas": personas.length }, `>= ${count}`);
  inRange(cannot, { temperature }, ">= 0");
  const text = { type: "string", minLength: 1 };
  const schema = objectOf({ question: text, answer: text });
  return {
    id: "knowledge/persona-questions@1",
    settings: { maxAnswerWords },
    kind: "distill",
    build: ({ text }, random) =>
      partPrompts(text, { maxPartTokens, minWords, temperature, instruction: "", maxTokens: () => 0 })
        .flatMap((prompt) =>
          drawn(personas, count, random).map((persona): PersonaPrompt => ({
            ...prompt,
            messages: [{
              role: "user",
              content:
                `You are ${persona}. Write one question that you of all people would ask about the matter of the text below: of what use it is to you, what you doubt or do not understand. Do not say who you are, and do not speak of the text. Then answer it from the text alone, in one to four sentences. Answer with a JSON object with "question" and "answer".\n\nText:\n${prompt.part}`,
            }],
            maxTokens: 120 + 2 * maxAnswerWords,
            schema,
            persona,
          }))
        ),
    read(answers) {
      const asked: string[] = [];
      return answers.map((answer, at) => readOne(answer, { at, asked, maxAnswerWords }));
    },
  };
}

/** A prompt that knows who asks. */
interface PersonaPrompt extends Prompt {
  persona: string;
}

/** So many different ones; a long list is not shuffled for it. */
function drawn(personas: readonly string[], count: number, random: { int(n: number): number }): string[] {
  const places = new Set<number>();
  while (places.size < count) places.add(random.int(personas.length));
  return Array.from(places, (place) => personas[place]);
}

interface Reading {
  at: number;
  /** The page's questions so far. */
  asked: string[];
  maxAnswerWords: number;
}

function readOne(answer: Answer, { at, asked, maxAnswerWords }: Reading): Accepted | Rejected {
  if (answer.fault) return lostAnswer(answer)!;
  const { question, answer: said } = answer.value as { question: string; answer: string };
  const { persona, part = "", span } = answer.prompt as PersonaPrompt;
  const text = `Question: ${question}\nAnswer: ${said}`;
  const cause = pairFault(question, said, part) ?? questionFault(question, { persona, part, asked }) ??
    answerFault(said, { question, part, maxAnswerWords });
  if (cause) return { rejected: cause, sample: text };
  asked.push(question);
  return { text, meta: { question, answer: said, persona, parts: [span!] }, answer: at };
}

function questionFault(
  question: string,
  { persona, part, asked }: { persona: string; part: string; asked: readonly string[] },
): string | undefined {
  if (wordsOf(question).length > 60) return "question too long";
  if (introduces(question, persona)) return "introduces the persona";
  const words = tellingWords(question);
  if (words.length === 0 || supportedShare(words, tellingWords(part)) === 0) {
    return "question of something else";
  }
  if (newNames(question, `${part}\n${persona}`).length > 0) return "invented names";
  return asked.some((other) => nearlySame(other, question)) ? "nearly asked already" : undefined;
}

/** Whether a question says who asks, in the words that the model was told. */
function introduces(question: string, persona: string): boolean {
  if (copiedShare(question, persona, { n: 4 }) > 0) return true;
  const [, said] = /\b(?:as|being|i am|i['’]m) (?:an?|the) ([\p{L}-]+)/iu.exec(question) ?? [];
  return said !== undefined && wordsOf(persona).includes(said.toLowerCase());
}

function answerFault(
  said: string,
  { question, part, maxAnswerWords }: { question: string; part: string; maxAnswerWords: number },
): string | undefined {
  const length = wordsOf(said).length;
  if (length < 4) return "too short";
  if (length > maxAnswerWords) return "answer too long";
  if (copiedShare(said, part) > 0.8) return "copied";
  const known = `${part}\n${question}`;
  if (inventedFigures(said, known).length > 0) return "invented numbers";
  if (newNames(said, known).length > 0) return "invented names";
  return supportedShare(tellingWords(said), tellingWords(part)) < 0.5 ? "answer not in the page" : undefined;
}
