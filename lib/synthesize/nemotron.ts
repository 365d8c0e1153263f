import { bytesPerToken, oneOf, Random, takes } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { loops, lostAnswer, speaksOfText, textFault } from "./_text_fault.ts";
import { pairsIn, withLabels } from "./_labels.ts";
import { sameLanguage } from "./_languages.ts";
import { splitReasoning } from "./answer.ts";
import type { Accepted, Answer, Method, Rejected } from "./method.ts";
import { segments, spansOf } from "./segments.ts";

/** The five ways in which Nemotron-CC rewrites a page. */
export type NemotronTask =
  /** The page in the language of a reference work; for pages of low quality. */
  | "wikipedia-paraphrase"
  /** The page with questions of many kinds and their answers after it. */
  | "diverse-question-answer"
  /** The page shortened to what it says. */
  | "distill"
  /** What can be learnt from the page, as passages of a textbook. */
  | "extract-knowledge"
  /** What can be learnt from the page, as a list of sentences. */
  | "knowledge-list";

/** The limits of a task, in tokens. */
export interface NemotronLimits {
  /** Pages with fewer are left out. */
  minDocument: number;
  /** Pieces of a page with fewer are left out. */
  minSegment: number;
  /** A prompt holds at most so many, the instruction included. */
  maxInput: number;
  /** An answer may have so many. */
  maxOutput: number;
  /** Longer answers are rejected: they were probably cut. */
  maxKept: number;
  /** New texts with fewer are rejected. */
  minKept: number;
}

interface Task extends NemotronLimits {
  instruction: string;
  /** The opening by which an answer shows that it followed the instruction, in whatever words models put it. */
  opening?: RegExp;
  /** The answer without what the task does not want, or a rejection's cause. */
  read: (text: string, at: { segment: string; random: Random }) => string;
}

const TASKS: Record<NemotronTask, Task> = {
  "wikipedia-paraphrase": {
    minDocument: 5,
    minSegment: 5,
    maxInput: 512,
    maxOutput: 512,
    maxKept: 510,
    minKept: 50,
    opening:
      /^(?:(?:sure|certainly|of course|okay)[^\n]{0,30}?[,.!]\s*)?here(?:['’]s| is) (?:(?:a|an|the|my|your|one) )?(?:\w+ )?paraphras[^\n:]{0,80}(?::|\n)/i,
    instruction:
      'Write the text below anew in good, clear English, as an article of an encyclopaedia would put it. Keep everything it says. Begin with "Here is a paraphrased version:".',
    read: (text) => text,
  },
  "diverse-question-answer": {
    minDocument: 30,
    minSegment: 30,
    maxInput: 1000,
    maxOutput: 600,
    maxKept: 598,
    minKept: 100,
    instruction:
      'Read the text below and write up to eight questions about it with their answers. Mix the kinds: yes or no, open (what, who, when, where, why, how), multiple choice, comparison, reading comprehension, problem solving. The text must answer each. Begin each question with "Question:" and each answer with "Answer:".',
    read: appendPairs,
  },
  "distill": {
    minDocument: 30,
    minSegment: 10,
    maxInput: 2000,
    maxOutput: 1600,
    maxKept: 1598,
    minKept: 50,
    opening:
      /^(?:here(?:['’]s| is) )?(?:(?:a|the|my|your) )?(?:\w+ )?paraphrased (?:text|version)[^\n:]{0,60}(?::|\n)/i,
    instruction:
      'Condense the text below: keep its facts, numbers, definitions and the way it argues, leave out what is said twice or says nothing. Add nothing and explain nothing. Begin with "Paraphrased Text:".',
    read: (text) => text,
  },
  "extract-knowledge": {
    minDocument: 30,
    minSegment: 30,
    maxInput: 1400,
    maxOutput: 1400,
    maxKept: 1398,
    minKept: 50,
    instruction:
      'Write what can be learnt from the text below as passages of a textbook, each on one matter. Leave out advertising and everything personal. Begin each passage with "Passage:".',
    read: (text) => withLabels(text, ["Passage"]).replace(/^Passage: \s*/gm, "").replace(/\n{3,}/g, "\n\n"),
  },
  "knowledge-list": {
    minDocument: 30,
    minSegment: 30,
    maxInput: 1000,
    maxOutput: 600,
    maxKept: 598,
    minKept: 50,
    instruction:
      'List what can be learnt from the text below, one full sentence a line, each line begun with "- ". Take names, numbers and causes with you.',
    read: listed,
  },
};

/** Options of {@linkcode nemotron}. */
export interface NemotronOptions {
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
  /** Sample from the smallest set of tokens with this much probability. @default {0.9} */
  topP?: number;
}

/**
 * One of the five rewritings of Nemotron-CC (arXiv:2412.02595), with the limits and the post-processing of its public
 * pipeline (NeMo Curator): one new text a page, joined from the pieces that passed.
 *
 * An answer is rejected when it reaches its limit or lacks the opening it was asked for (in whatever words: "Here's the
 * paraphrased text:"), falls into a loop, speaks of the text itself or changes the language; Markdown's bold marks and quotation marks around the whole
 * are taken off. A text from the joined answers is rejected below `minKept` tokens.
 * `diverse-question-answer` shuffles the pairs, keeps between one and ten for 150 tokens of the piece, and puts them after
 * it. Tokens are counted as four UTF-8 bytes. Two things differ: the prompts are ours, and a line that is longer than a
 * prompt is cut at sentences instead of being left out.
 *
 * @throws {RangeError} If the task is none of the five.
 * @example The required opening is taken off
 * ```ts
 * import assert from "node:assert/strict";
 * import { nemotron, Random } from "midtrain/synthesize";
 *
 * const method = nemotron("wikipedia-paraphrase"), text = "the whale is a mammal, it breaths air !! ".repeat(9);
 * const page = { id: "9b", text, source: "web", meta: {} };
 * const [prompt] = method.build(page, new Random(1));
 * const said = "Whales are mammals and therefore breathe air. ".repeat(9).trim();
 * const [result] = await method.read([{ prompt, text: `Here is a paraphrased version:\n${said}` }], page);
 * assert.equal("text" in result && result.text, said);
 * ```
 */
export function nemotron(task: NemotronTask, options: NemotronOptions = {}): Method {
  takes("Cannot rewrite", options, "temperature?, topP?");
  const { temperature = 0.5, topP = 0.9 } = options;
  const { instruction, maxInput, maxOutput, minDocument, minSegment } = taskOf(task);
  return {
    id: `nemotron/${task}@1`,
    kind: "distill",
    build({ text }) {
      if (tokensOf(text) < minDocument) return [];
      const parts = segments(text, { maxTokens: maxInput - tokensOf(instruction) - 2 });
      const spans = spansOf(text, parts);
      return parts.map((part, at) => ({ part, span: spans[at] }))
        .filter(({ part }) => tokensOf(part) >= minSegment)
        .map(({ part, span }) => ({
          messages: [{ role: "user", content: `${instruction}\n\nText:\n${part}` }],
          maxTokens: maxOutput,
          temperature,
          topP,
          part,
          span,
        }));
    },
    read: (answers, document) => readPage(answers, { document, task }),
  };
}

/**
 * The limits of a task, in tokens, as its source states them.
 *
 * @throws {RangeError} If the task is none of the five.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nemotronLimits } from "midtrain/synthesize";
 *
 * assert.equal(nemotronLimits("distill").maxOutput, 1600);
 * ```
 */
export function nemotronLimits(task: NemotronTask): NemotronLimits {
  const { minDocument, minSegment, maxInput, maxOutput, maxKept, minKept } = taskOf(task);
  return { minDocument, minSegment, maxInput, maxOutput, maxKept, minKept };
}

/**
 * The tasks for a page by its quality: pages up to bucket 11 of 0 to 19 are paraphrased, better ones take the other four
 * (Nemotron-CC, arXiv:2412.02595; the threshold is its public pipeline's). A bucket is the page's twentieth among all
 * pages by the best of several raters.
 *
 * @throws {RangeError} If the bucket is not a whole number from 0 to 19.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nemotronTasks } from "midtrain/synthesize";
 *
 * assert.deepEqual(nemotronTasks(11), ["wikipedia-paraphrase"]);
 * assert.equal(nemotronTasks(12).length, 4);
 * ```
 */
export function nemotronTasks(bucket: number): NemotronTask[] {
  if (!Number.isInteger(bucket) || bucket < 0 || bucket > 19) {
    throw new RangeError(
      `Cannot route a page as its bucket must be a whole number from 0 to 19: current value is ${bucket}`,
    );
  }
  const [low, ...high] = Object.keys(TASKS) as NemotronTask[];
  return bucket <= 11 ? [low] : high;
}

function taskOf(task: NemotronTask): Task {
  oneOf("Cannot rewrite", { "the task": task }, TASKS);
  return TASKS[task];
}

function readPage(
  answers: Answer[],
  { document, task }: { document: Document; task: NemotronTask },
): (Accepted | Rejected)[] {
  const random = new Random(`${document.id}/${task}`);
  const { minKept } = TASKS[task];
  const read = answers.map((answer) => readAnswer(answer, { task, random }));
  const rejected = read.filter((one) => typeof one !== "string");
  const texts = read.filter((one) => typeof one === "string");
  if (texts.length === 0) return rejected;
  const text = texts.join("\n");
  const parts = answers.flatMap(({ prompt: { span } }, at) =>
    span && typeof read[at] === "string" ? [span] : []
  );
  const result = tokensOf(text) < minKept ? { rejected: "too short", sample: text } : {
    text,
    ...(parts.length > 0 ? { meta: { parts } } : {}),
    answer: read.findIndex((one) => typeof one === "string"),
  };
  return [result, ...rejected];
}

function readAnswer(
  answer: Answer,
  { task, random }: { task: NemotronTask; random: Random },
): string | Rejected {
  if (answer.fault) return lostAnswer(answer)!;
  const { opening, maxKept, read } = TASKS[task];
  const written = splitReasoning(answer.written ?? answer.text).text;
  const { part = "" } = answer.prompt;
  if (tokensOf(written) > maxKept) return { rejected: "truncated", sample: written };
  const plain = written.replaceAll("**", "").replace(/^#+ /, "");
  if (opening && !opening.test(plain)) return { rejected: "required opening missing", sample: written };
  const body = (opening ? plain.replace(opening, "") : plain).trim().replace(/^(["“])([^]*)["”]$/, "$2");
  const text = read(body, { segment: part, random }).trim();
  const cause = text === "" ? "malformed" : faultOf(body, { part, task });
  return cause === undefined ? text : { rejected: cause, sample: written };
}

function faultOf(text: string, { part, task }: { part: string; task: NemotronTask }): string | undefined {
  const fault = textFault(text, part);
  if (fault) return fault;
  if (!sameLanguage(text, part)) return "another language";
  if (loops(text, part)) return "loop";
  // Questions stand below their page and may speak of it.
  return task !== "diverse-question-answer" && speaksOfText(text, part) ? "speaks of the text" : undefined;
}

function appendPairs(text: string, { segment, random }: { segment: string; random: Random }): string {
  const whole = pairsIn(text.replace(/^\s*- /gm, "")).filter(({ question, answer }) =>
    question !== "" && answer !== ""
  )
    .map(({ question, answer }) => `Question: ${question}\nAnswer: ${answer.replace(/\n\s*\n/g, "\n")}`);
  if (whole.length === 0) return "";
  const most = Math.max(1, Math.floor(10 * tokensOf(segment) / 150));
  const kept = random.shuffle(whole).slice(0, 1 + random.int(most));
  return `${segment}\n\n${kept.join("\n\n")}`;
}

function listed(text: string): string {
  const bullet = /^\s*(?:[-*+•–]|\(?\d+[.)])\s+/;
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > 0 && !bullet.test(lines[0])) lines.shift();
  return lines.map((line) => line.replace(bullet, "").trim()).join("\n");
}

const encoder = new TextEncoder();

function tokensOf(text: string): number {
  return Math.ceil(encoder.encode(text).length / bytesPerToken);
}
