import { inRange, takes, wholeNumber } from "../../base/mod.ts";
import type { Document, Json } from "../../data/mod.ts";
import { sameLanguage } from "../_languages.ts";
import { inventedFigures } from "../_numbers.ts";
import { lostAnswer, speaksOfText, textFault } from "../_text_fault.ts";
import { newNames, wordKey, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import { computed, isYesOrNo, locate, onePartAnswers, sameAnswer } from "./_evidence.ts";
import { distantParts, type Span } from "./_parts_apart.ts";

/** Options of {@linkcode distantQuestions}. */
export interface DistantQuestionsOptions {
  /** How many questions are asked for, each over other parts. @default {2} */
  questions?: number;
  /** Over how many parts each question goes. @default {2} */
  parts?: number;
  /** The most tokens of a part, counted as four UTF-8 bytes each. @default {250} */
  maxPartTokens?: number;
  /** How far apart the parts of a question stand at least, as a share of the document. @default {0.25} */
  minDistance?: number;
  /** The most words of an answer. @default {30} */
  maxAnswerWords?: number;
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
}

/**
 * Questions that take several distant parts of a long document, with the sentences that say so: the model sees only these
 * parts, which share the rarest words, and gives question, answer and a quotation from each part.
 *
 * The new text is the whole document with question and answer at its end; `meta` holds `question`, `answer`, `evidence` (where the quotations stand,
 * in UTF-16 code units, the same in the document and in the new text) and `parts`. Rejected are quotations that the
 * document does not have, or not one from each part; answers with numbers that are neither quoted nor computed from two that are, or with names and words from nowhere; and questions
 * that one part answers, as far as words tell: it has the answer and all of the question's words that tell the parts apart. Whether a part alone suffices to a reader is
 * found by asking: see `needsAllParts`. A document without parts so far apart is `nothing to write from`.
 *
 * The embedded model of 135M parameters answers at length or says the instruction over again, and quotes nothing: none of its questions passes.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { distantQuestions, Random } from "midtrain/synthesize";
 *
 * const days = Array.from({ length: 40 }, (_, day) => `Day ${day}: wind and rain.`);
 * const text = ["Ahab sailed from Nantucket in 1841.", ...days, "Ahab died in 1843, not in Nantucket."].join("\n\n");
 * const method = distantQuestions({ questions: 1, maxPartTokens: 10 });
 * const page = { id: "1", text, source: "sea", meta: {} }, [prompt] = method.build(page, new Random(1));
 * const quotes = ["sailed from Nantucket in 1841", "Ahab died in 1843"];
 * const value = { question: "How many years after he sailed did Ahab die?", answer: "2 years", evidence: quotes };
 * const [result] = await method.read([{ prompt, text: JSON.stringify(value), value }], page);
 * assert("text" in result);
 * const [[from, to]] = result.meta!.evidence as [number, number][];
 * assert.equal(page.text.slice(from, to), quotes[0]);
 * ```
 */
export function distantQuestions(options: DistantQuestionsOptions = {}): Method {
  const cannot = "Cannot ask over distant parts";
  takes(cannot, options, "questions?, parts?, maxPartTokens?, minDistance?, maxAnswerWords?, temperature?");
  const { questions = 2, parts = 2, maxPartTokens = 250, minDistance = 0.25, maxAnswerWords = 30 } = options;
  const { temperature = 0.5 } = options;
  wholeNumber(cannot, { questions, maxPartTokens, maxAnswerWords }, ">= 1");
  wholeNumber(cannot, { parts }, ">= 2");
  inRange(cannot, { minDistance }, "in (0, 1)");
  return {
    id: "long/distant-questions@1",
    settings: { maxAnswerWords },
    kind: "extract",
    build: ({ text }, random) =>
      distantParts(text, { random, count: questions, parts, maxPartTokens, minDistance }).map((spans) => {
        const pieces = spans.map((span) => text.slice(...span));
        const shown = pieces.map((piece, at) => `Part ${at + 1}:\n${piece}`).join("\n\n");
        const prompt: DistantPrompt = {
          messages: [{ role: "user", content: `${instructionOf(parts, maxAnswerWords)}\n\n${shown}` }],
          maxTokens: 120 + 60 * parts + 4 * maxAnswerWords,
          temperature,
          schema: schemaOf(parts),
          part: pieces.join("\n\n"),
          spans,
        };
        return prompt;
      }),
    read(answers, document) {
      const seen = new Set<string>();
      return answers.map((answer, at) => readOne(answer, { at, document, seen, maxAnswerWords }));
    },
  };
}

/** A prompt that knows where its parts stand. */
interface DistantPrompt extends Prompt {
  spans: Span[];
}

interface Said {
  question: string;
  answer: string;
  evidence: string[];
}

function instructionOf(parts: number, words: number): string {
  return `Below are ${parts} parts of one long document, far apart in it. Write one question that can be answered only by somebody who has read all of them: it joins a fact of each. Do not name the parts. Give its answer in at most ${words} words, and from each part, in their order, copy the sentence that the answer needs, word for word. Answer with a JSON object with "question", "answer" and "evidence", a list of ${parts} texts.`;
}

function schemaOf(parts: number): { [key: string]: Json } {
  const text = { type: "string", minLength: 1 };
  return {
    type: "object",
    properties: {
      question: text,
      answer: text,
      evidence: { type: "array", items: text, minItems: parts, maxItems: parts },
    },
    required: ["question", "answer", "evidence"],
    additionalProperties: false,
  };
}

interface Reading {
  at: number;
  document: Document;
  seen: Set<string>;
  maxAnswerWords: number;
}

function readOne(answer: Answer, { at, document, seen, maxAnswerWords }: Reading): Accepted | Rejected {
  if (answer.fault) return lostAnswer(answer)!;
  const { question, answer: said, evidence } = answer.value as Said;
  const { spans, part = "" } = answer.prompt as DistantPrompt;
  const sample = `Question: ${question}\nAnswer: ${said}\n${
    evidence.map((quote) => `Evidence: ${quote}`).join("\n")
  }`;
  const lost = (rejected: string): Rejected => ({ rejected, sample });
  const fault = textFault(question, part) ?? textFault(said, part);
  if (fault) return lost(fault);
  if (!/[?？؟]["'”’»」)\s]*$/.test(question)) return lost("asks nothing");
  if (wordsOf(said).length === 0) return lost("empty answer");
  if (wordsOf(said).length > maxAnswerWords) return lost("answer too long");
  if (speaksOfText(question, part) || ofTheParts.test(question)) return lost("speaks of the text");
  if (!sameLanguage(question, part)) return lost("another language");
  const key = wordKey(question);
  if (seen.has(key)) return lost("question stands twice");
  const pieces = spans.map((span) => document.text.slice(...span));
  const found = evidence.map((quote) => quoted(quote, { pieces, spans }));
  if (found.includes(undefined)) return lost("evidence not in the document");
  if (new Set(found.map((one) => one!.piece)).size < pieces.length) return lost("evidence from one part");
  if (key.includes(wordKey(said))) return lost("answer in the question");
  const quotes = evidence.join("\n");
  const figures = inventedFigures(said, quotes);
  if (figures.some((figure) => !computed(figure, evidence))) return lost("answer not in the evidence");
  if (newNames(said, part).length > 0) return lost("invented names");
  if (figures.length === 0 && !isYesOrNo(said) && !grounded(said, part)) {
    return lost("answer not in the document");
  }
  if (onePartAnswers({ question, answer: said }, pieces)) return lost("one part answers it");
  seen.add(key);
  return {
    text: `${document.text}\n\nQuestion: ${question}\nAnswer: ${said}`,
    meta: { question, answer: said, evidence: found.map((one) => one!.span), parts: spans },
    answer: at,
  };
}

const ofTheParts =
  /\bparts? (?:\d|one|two|three|four|and)\b|\b(?:first|second|third|both|each) (?:part|passage|excerpt)s?\b/i;

/** Where a quotation stands, in which part. */
function quoted(
  quote: string,
  { pieces, spans }: { pieces: string[]; spans: Span[] },
): { piece: number; span: Span } | undefined {
  if (wordsOf(quote).length < 3) return undefined;
  for (const [piece, text] of pieces.entries()) {
    const within = locate(quote, text);
    if (within) return { piece, span: [spans[piece][0] + within[0], spans[piece][0] + within[1]] };
  }
  return undefined;
}

/** Whether most words of an answer are the document's. */
function grounded(answer: string, part: string): boolean {
  const known = new Set(wordsOf(part));
  const words = wordsOf(answer);
  return words.filter((word) => known.has(word)).length >= 0.6 * words.length;
}

/** Options of {@linkcode needsAllParts}. */
export interface NeedsAllPartsOptions {
  /** Sampling temperature. @default {0} */
  temperature?: number;
}

/**
 * Keep what takes all its parts: the question of `distantQuestions` is asked of each part alone and of all together. One
 * that any part alone answers is rejected as `one part answers it`, one that all together do not answer as
 * `parts do not answer it`. Documents without `question`, `answer` and `parts` in `meta` are `nothing to write from`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { needsAllParts, Random } from "midtrain/synthesize";
 *
 * const meta = { question: "How old was he?", answer: "21 years", parts: [[0, 13], [14, 27]] };
 * const page = { id: "1", text: "Born in 1842. Died in 1863.", source: "sea", meta };
 * const method = needsAllParts(), prompts = method.build(page, new Random(1));
 * const read = (...texts: string[]) => method.read(texts.map((text, at) => ({ prompt: prompts[at], text })), page);
 * assert("text" in (await read("NONE", "NONE", "21"))[0]);
 * assert.deepEqual((await read("21 years", "NONE", "21"))[0], { rejected: "one part answers it", sample: "21 years" });
 * ```
 */
export function needsAllParts(options: NeedsAllPartsOptions = {}): Method {
  takes("Cannot hold a question to its parts", options, "temperature?");
  const { temperature = 0 } = options;
  inRange("Cannot hold a question to its parts", { temperature }, ">= 0");
  return {
    id: "long/needs-all-parts@1",
    kind: "extract",
    build({ text, meta: { question, answer, parts } }) {
      if (typeof question !== "string" || typeof answer !== "string" || !Array.isArray(parts)) return [];
      const pieces = (parts as Span[]).map((span) => text.slice(...span));
      return [...pieces, pieces.join("\n\n[…]\n\n")].map((part) => ({
        messages: [{ role: "user", content: `${instruction}\n\nText:\n${part}\n\nQuestion: ${question}` }],
        maxTokens: 40 + 4 * wordsOf(answer).length,
        temperature,
        part,
      }));
    },
    read(answers, { text, meta }) {
      const right = String(meta.answer);
      const question = String(meta.question);
      const together = answers.at(-1)!;
      const fault = lostAnswer(together);
      if (fault) return [fault];
      const alone = answers.slice(0, -1).find(({ text, fault }) =>
        !fault && sameAnswer(text, right, question)
      );
      if (alone) return [{ rejected: "one part answers it", sample: alone.text }];
      if (!sameAnswer(together.text, right, question)) {
        return [{ rejected: "parts do not answer it", sample: together.text }];
      }
      return [{ text, meta, answer: answers.length - 1 }];
    },
  };
}

const instruction =
  "Answer the question from the text alone, in a few words. If the text does not say it, answer only NONE.";
