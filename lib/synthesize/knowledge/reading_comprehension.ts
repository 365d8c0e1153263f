import { distinct, inRange, ofKind, oneOf, Random, takes, wholeNumber } from "../../base/mod.ts";
import type { Document, Json } from "../../data/mod.ts";
import { locate } from "../long/_evidence.ts";
import { inventedFigures } from "../_numbers.ts";
import { objectOf } from "../_object_of.ts";
import { partPrompts } from "../_parts.ts";
import { lostAnswer, textFault } from "../_text_fault.ts";
import { copiedShare, newNames, wordKey, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import { pairFault } from "./_pairs.ts";
import { supportedShare, tellingWords } from "./_support.ts";

/** What kind of answer a question of a reader has. */
export type ReadingKind =
  /** Words of the passage, as they stand. */
  | "span"
  /** Yes or no; which of them is drawn before the model is asked. */
  | "yes-no"
  /** One of four choices, whose order is drawn afterwards. */
  | "choice"
  /** One to three sentences on why or how. */
  | "explanation";

/** Options of {@linkcode readingComprehension}. */
export interface ReadingComprehensionOptions {
  /** The kinds that are asked for, one question each of every part. @default {all four} */
  kinds?: readonly ReadingKind[];
  /** The most tokens of a page that one prompt holds; with `Infinity` it holds the page. @default {400} */
  maxPartTokens?: number;
  /** Parts with fewer words are left out. @default {30} */
  minWords?: number;
  /** The most words of a span or of a choice. @default {20} */
  maxAnswerWords?: number;
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
}

/**
 * A passage followed by questions that it answers, of several kinds (reading comprehension from raw text, arXiv:2309.09530,
 * which mines the questions by patterns; here a model writes them).
 *
 * One text for each part of the page: the part, and below it the questions that passed with their answers. `meta.questions` has for each its
 * `kind`, `question`, `answer`, `evidence` (where the sentence stands that shows it, in the document's text, in UTF-16 code units) and, of a choice, its `choices` in order.
 *
 * The model must copy that sentence for every question, and it must stand in the passage (`evidence not in the passage`). What it must show depends on the kind:
 * - `span`: it has the answer, word for word.
 * - `yes-no`: for a yes it has the question's numbers, names and half of its telling words, and denies as the question does; for a no
 *   something of the question is not so there. Which of them it should be is drawn, as models like yes.
 * - `choice`: it has the right choice and no other. Choices are four different ones, none of them "all of these", and the right one is not
 *   twice as long as any other; the order is drawn.
 * - `explanation`: it has a third of the answer's telling words, and the passage half of them, every number and every name.
 *
 * An answer that stands in its question is rejected, as are questions that speak of the passage or stand twice. That a "no" is truly one, and that a wrong choice
 * is wrong, words alone do not show: see `judge`.
 *
 * The embedded model of 135M parameters states instead of asking, and quotes what the passage does not have: none of its questions passed.
 *
 * @throws {RangeError} If a kind is unknown or stands twice, or an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, readingComprehension } from "midtrain/synthesize";
 *
 * const page = { id: "1", text: "The Pequod sailed from Nantucket on Christmas Day.", source: "sea", meta: {} };
 * const method = readingComprehension({ kinds: ["span"], minWords: 3 }), [prompt] = method.build(page, new Random(1));
 * const value = { question: "Where did the Pequod sail from?", answer: "Nantucket", evidence: page.text };
 * const [result] = await method.read([{ prompt, text: JSON.stringify(value), value }], page);
 * assert("text" in result);
 * assert.equal(result.text, `${page.text}\n\nQuestion: Where did the Pequod sail from?\nAnswer: Nantucket`);
 * ```
 */
export function readingComprehension(options: ReadingComprehensionOptions = {}): Method {
  const cannot = "Cannot ask for reading comprehension";
  takes(cannot, options, "kinds?, maxPartTokens?, minWords?, maxAnswerWords?, temperature?");
  const { kinds = Object.keys(forms) as ReadingKind[], maxPartTokens = 400, minWords = 30 } = options;
  const { maxAnswerWords = 20, temperature = 0.5 } = options;
  ofKind(cannot, { kinds }, "a list of texts");
  wholeNumber(cannot, { "the number of kinds": kinds.length, maxAnswerWords }, ">= 1");
  for (const kind of kinds) oneOf(cannot, { kind }, forms);
  distinct(cannot, { kinds });
  inRange(cannot, { temperature }, ">= 0");
  return {
    id: "knowledge/reading-comprehension@1",
    settings: { maxAnswerWords },
    kind: "extract",
    build({ text }, random) {
      const byKind = kinds.map((kind) => {
        const wanted = random.pick(["yes", "no"] as const);
        const { ask, fields } = forms[kind];
        const said = ask.replace("{words}", String(maxAnswerWords)).replace("{wanted}", wanted);
        const names = Object.keys(fields).map((name) => `"${name}"`).join(", ");
        const instruction =
          `${said} In "evidence", copy the one sentence of the passage that shows it, word for word. Ask in full words, without speaking of the passage. Answer with a JSON object with "question", ${names} and "evidence".`;
        return partPrompts(text, {
          maxPartTokens,
          minWords,
          temperature,
          instruction,
          label: "Passage",
          maxTokens: () => 250 + 8 * maxAnswerWords,
        })
          .map((prompt): ReadingPrompt => ({
            ...prompt,
            schema: schemaOf(fields),
            kind,
            wanted,
          }));
      });
      return byKind[0].flatMap((_, part) => byKind.map((prompts) => prompts[part]));
    },
    read(answers, document) {
      const parts = Map.groupBy(
        answers.map((answer, at) => ({ answer, at })),
        ({ answer }) => answer.prompt.span![0],
      );
      const seen = new Set<string>();
      return [...parts.values()].flatMap((some) => readPart(some, { document, seen, maxAnswerWords }));
    },
  };
}

/** A prompt that knows what is asked for. */
interface ReadingPrompt extends Prompt {
  kind: ReadingKind;
  /** The answer that a question of yes or no should have. */
  wanted: "yes" | "no";
}

const text = { type: "string", minLength: 1 };

const forms: Record<ReadingKind, { ask: string; fields: Record<string, Json> }> = {
  "span": {
    ask:
      "Read the passage below and write one question that a few words of it answer. The answer is these words, at most {words}, as they stand in it.",
    fields: { answer: text },
  },
  "yes-no": {
    ask:
      'Read the passage below and write one question whose answer by the passage is {wanted}, and its "answer": "yes" or "no".',
    fields: { answer: { type: "string", enum: ["yes", "no"] } },
  },
  "choice": {
    ask:
      'Read the passage below and write one question with four choices: the "right" one, in words of the passage, and three "wrong" ones, which are of the same kind and length but which the passage shows to be wrong. At most {words} words each.',
    fields: { right: text, wrong: { type: "array", items: text, minItems: 3, maxItems: 3 } },
  },
  "explanation": {
    ask:
      "Read the passage below and write one question that asks why or how, and an answer of one to three sentences in your own words, all of it from the passage.",
    fields: { answer: text },
  },
};

function schemaOf(fields: Record<string, Json>): { [key: string]: Json } {
  return objectOf({ question: text, ...fields, evidence: text });
}

interface Said {
  question: string;
  answer?: string;
  right?: string;
  wrong?: string[];
  evidence: string;
}

/** A question that passed, as its text and as data. */
interface Passed {
  text: string;
  data: { [key: string]: Json };
}

interface Reading {
  document: Document;
  seen: Set<string>;
  maxAnswerWords: number;
}

function readPart(some: { answer: Answer; at: number }[], reading: Reading): (Accepted | Rejected)[] {
  const read = some.map(({ answer, at }) => ({ at, one: readOne(answer, reading) }));
  const lost = read.flatMap(({ one }) => "rejected" in one ? [one] : []);
  const passed = read.flatMap(({ one, at }) => "rejected" in one ? [] : [{ ...one, at }]);
  if (passed.length === 0) return lost;
  const { part = "", span } = some[0].answer.prompt;
  const text = [part, ...passed.map(({ text }) => text)].join("\n\n");
  const meta = { questions: passed.map(({ data }) => data), parts: [span!] };
  return [{ text, meta, answer: passed[0].at }, ...lost];
}

function readOne(answer: Answer, { document, seen, maxAnswerWords }: Reading): Passed | Rejected {
  if (answer.fault) return lostAnswer(answer)!;
  const { kind, wanted, part = "", span } = answer.prompt as ReadingPrompt;
  const said = answer.value as Said;
  const { question, evidence } = said;
  const right = (said.right ?? said.answer!).trim();
  const shown = [`Question: ${question}`, ...said.wrong ?? [], `Answer: ${right}`, `Evidence: ${evidence}`];
  const lost = (rejected: string): Rejected => ({ rejected, sample: shown.join("\n") });
  const fault = pairFault(question, right, part);
  if (fault) return lost(fault);
  const key = wordKey(question);
  if (seen.has(key)) return lost("question stands twice");
  if (key.includes(wordKey(right))) return lost("answer in the question");
  const place = wordsOf(evidence).length < 3 ? undefined : locate(evidence, part);
  if (!place) return lost("evidence not in the passage");
  const cause = {
    "span": () => spanFault(right, evidence, maxAnswerWords),
    "yes-no": () => right === wanted ? yesNoFault(question, evidence, wanted) : "other answer than asked",
    "choice": () => choiceFault({ right, wrong: said.wrong! }, evidence, maxAnswerWords),
    "explanation": () => explanationFault(right, evidence, part),
  }[kind]();
  if (cause) return lost(cause);
  const choiceCause = kind === "choice" && said.wrong!.map((one) => textFault(one, part)).find(Boolean);
  if (choiceCause) return lost(choiceCause);
  seen.add(key);
  const [from] = span!;
  const data = { kind, question, answer: right, evidence: [from + place[0], from + place[1]] };
  if (kind !== "choice") return { text: `Question: ${question}\nAnswer: ${right}`, data };
  // Models put the right one where they like it.
  const choices = new Random(`${document.id}/${question}`).shuffle([
    right,
    ...said.wrong!.map((one) => one.trim()),
  ]);
  const lines = choices.map((choice, at) => `${"ABCD"[at]}. ${choice}`).join("\n");
  const letter = "ABCD"[choices.indexOf(right)];
  return {
    text: `Question: ${question}\n${lines}\nAnswer: ${letter}. ${right}`,
    data: { ...data, choices },
  };
}

function spanFault(right: string, evidence: string, most: number): string | undefined {
  if (wordsOf(right).length > most) return "answer too long";
  return wordKey(evidence).includes(wordKey(right)) ? undefined : "answer not in the evidence";
}

const denial =
  /\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|nicht|kein\w*|nie|niemals|ne|pas|jamais|nunca|mai|нет|не)\b|n['’]t\b/iu;

function yesNoFault(question: string, evidence: string, right: "yes" | "no"): string | undefined {
  const words = tellingWords(question);
  const shared = supportedShare(words, tellingWords(evidence));
  const denies = denial.test(question) !== denial.test(evidence);
  const further = inventedFigures(question, evidence).length > 0 || newNames(question, evidence).length > 0;
  if (words.length === 0 || shared === 0) return "evidence of something else";
  if (right === "yes") return further || denies || shared < 0.5 ? "answer not in the evidence" : undefined;
  return further || denies || shared < 1 ? undefined : "answer against the evidence";
}

const ofChoices =
  /^\W*(?:(?:all|none|both|any|some)(?: of)? (?:the|these|them)\b|(?:all|none|both)\b[^]*\b(?:above|below|options|choices|[A-D] and [A-D]))/i;

function choiceFault(
  { right, wrong }: { right: string; wrong: string[] },
  evidence: string,
  most: number,
): string | undefined {
  const all = [right, ...wrong];
  const keys = all.map(wordKey);
  if (keys.some((key) => key.trim() === "")) return "empty choice";
  if (new Set(keys).size < all.length) return "equal choices";
  if (all.some((choice) => wordsOf(choice).length > most)) return "answer too long";
  if (all.some((choice) => ofChoices.test(choice))) return "choice of choices";
  const shown = wordKey(evidence);
  if (!shown.includes(keys[0])) return "answer not in the evidence";
  if (keys.slice(1).some((key) => shown.includes(key))) return "second right choice";
  const longest = Math.max(...wrong.map((choice) => choice.length));
  return right.length > 2 * longest || 2 * right.length < Math.min(...wrong.map((choice) => choice.length))
    ? "length tells the right choice"
    : undefined;
}

function explanationFault(said: string, evidence: string, part: string): string | undefined {
  const words = tellingWords(said);
  if (wordsOf(said).length < 8) return "too short";
  if (wordsOf(said).length > 100) return "answer too long";
  if (copiedShare(said, part) > 0.8) return "copied";
  if (inventedFigures(said, part).length > 0) return "invented numbers";
  if (newNames(said, part).length > 0) return "invented names";
  if (supportedShare(words, tellingWords(part)) < 0.5) return "answer not in the passage";
  return supportedShare(words, tellingWords(evidence)) < 1 / 3 ? "answer not in the evidence" : undefined;
}
