import { inRange, takes, wholeNumber } from "../../base/mod.ts";
import { isTask } from "../_instruction.ts";
import { sameLanguage } from "../_languages.ts";
import { inventedFigures } from "../_numbers.ts";
import { objectOf } from "../_object_of.ts";
import { partPrompts } from "../_parts.ts";
import { lostAnswer, speaksOfText, textFault } from "../_text_fault.ts";
import { newNames, wordKey, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Rejected } from "../method.ts";
import {
  nearlySame,
  type Sentence,
  sentencesOf,
  sharesOf,
  supportedShare,
  tellingWords,
} from "./_support.ts";

/** Options of {@linkcode taskFromHowTo}. */
export interface TaskFromHowToOptions {
  /** The most tokens of a page that one prompt holds; with `Infinity` it holds the page, with all its steps. @default {Infinity} */
  maxPartTokens?: number;
  /** Pages, or parts of them, with fewer words are left out. @default {30} */
  minWords?: number;
  /** Tasks with fewer steps are rejected. @default {3} */
  minSteps?: number;
  /** The most steps asked for. @default {12} */
  maxSteps?: number;
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
}

/**
 * A task and the steps that do it, out of a page that tells how to do something: what a user would ask for, and the page's own steps in their order.
 * A kind of instruction data that is made of how-to sites; the form and the checks are ours.
 *
 * The new text is the task, and below it the numbered steps; `meta` holds `question` (the task), `answer` (the steps as they stand in the text) and `places`: where in the page
 * each step stands, in UTF-16 code units. Rejected are tasks that ask nothing, have little to do with the page, or tell a step already; and steps
 * - that are too few, stand twice, or have numbers or names that the page does not have;
 * - of which no sentence or line of the page, nor two in a row, has three fifths of the telling words (`step not in the page`);
 * - that come in the page before the step above them (`steps out of order`);
 * - that leave out more than half of the steps that the page itself numbers (`steps left out`).
 *
 * A page in which the model finds none counts as `no steps`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, taskFromHowTo } from "midtrain/synthesize";
 *
 * const text = "How to make tea\n1. Boil fresh water.\n2. Pour it on the leaves.\n3. Take the leaves out after 3 minutes.";
 * const page = { id: "1", text, source: "kitchen", meta: {} };
 * const method = taskFromHowTo({ minWords: 3 }), [prompt] = method.build(page, new Random(1));
 * const steps = ["Boil some fresh water.", "Pour the water on the leaves.", "Take out the leaves after 3 minutes."];
 * const value = { task: "How do I make tea of fresh leaves?", steps };
 * const [result] = await method.read([{ prompt, text: "", value }], page);
 * assert.equal("text" in result && result.text.split("\n")[2], "1. Boil some fresh water.");
 * const [lost] = await method.read([{ prompt, text: "", value: { ...value, steps: steps.toReversed() } }], page);
 * assert.equal("rejected" in lost && lost.rejected, "steps out of order");
 * ```
 */
export function taskFromHowTo(options: TaskFromHowToOptions = {}): Method {
  const cannot = "Cannot make tasks of how-to pages";
  takes(cannot, options, "maxPartTokens?, minWords?, minSteps?, maxSteps?, temperature?");
  const { maxPartTokens = Infinity, minWords = 30, minSteps = 3, maxSteps = 12, temperature = 0.5 } = options;
  wholeNumber(cannot, { minSteps }, ">= 2");
  wholeNumber(cannot, { maxSteps }, `>= ${minSteps}`);
  inRange(cannot, { temperature }, ">= 0");
  const text = { type: "string", minLength: 1 };
  const schema = objectOf({ task: text, steps: { type: "array", items: text, maxItems: maxSteps } });
  return {
    id: "knowledge/task-from-how-to@1",
    settings: { minSteps },
    kind: "extract",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        label: "Page",
        instruction:
          `The page below tells how to do something. Write the request that somebody would make who wants to do it and has not seen the page, without its steps, as "task". Then write the page's steps in their order as "steps", at most ${maxSteps}: each one sentence that orders, with the amounts and times that it needs, and nothing that the page does not say. If the page tells how to do nothing, leave the steps empty. Answer with a JSON object with "task" and "steps".`,
        maxTokens: (words) => 150 + 3 * words,
      }).map((prompt) => ({ ...prompt, schema })),
    read: (answers) => answers.map((answer, at) => readTask(answer, at, minSteps)),
  };
}

function readTask(answer: Answer, at: number, minSteps: number): Accepted | Rejected {
  if (answer.fault) return lostAnswer(answer)!;
  const said = answer.value as { task: string; steps: string[] };
  const { part = "", span } = answer.prompt;
  const task = said.task.trim();
  // Many number what is a list already.
  const steps = said.steps.map((step) => step.trim().replace(/^(?:step\s*)?\d{1,2}\s*[.):]\s*/i, ""));
  const listed = steps.map((step, at) => `${at + 1}. ${step}`).join("\n");
  const text = `${task}\n\n${listed}`;
  const sentences = sentencesOf(part);
  const found = taskFault(task, steps, part) ?? stepsFault(steps, part, minSteps) ??
    placesOf(steps, sentences);
  if (typeof found === "string") return { rejected: found, sample: text };
  if (leavesOut(steps, part)) return { rejected: "steps left out", sample: text };
  const places = found.map((place) => sentences[place].span.map((one) => span![0] + one));
  return { text, meta: { question: task, answer: listed, places, parts: [span!] }, answer: at };
}

function taskFault(task: string, steps: readonly string[], part: string): string | undefined {
  const fault = textFault(task, part);
  if (fault) return fault;
  if (steps.length === 0) return "no steps";
  if (wordsOf(task).length < 3) return "too short";
  if (wordsOf(task).length > 60) return "task too long";
  if (!isTask(task, part)) return "asks nothing";
  if (speaksOfText(task, part)) return "speaks of the text";
  if (!sameLanguage(task, part)) return "another language";
  if (inventedFigures(task, part).length > 0) return "invented numbers";
  if (newNames(task, part).length > 0) return "invented names";
  const words = tellingWords(task);
  const shared = supportedShare(words, tellingWords(part));
  if (words.length === 0 || shared < 0.5) return "task of something else";
  const key = wordKey(task);
  return steps.some((step) => key.includes(wordKey(step))) ? "task tells the steps" : undefined;
}

function stepsFault(steps: readonly string[], part: string, minSteps: number): string | undefined {
  if (steps.length < minSteps) return "too few steps";
  for (const [at, step] of steps.entries()) {
    const fault = textFault(step, part);
    if (fault) return fault;
    if (wordKey(step).trim() === "") return "empty steps";
    if (steps.slice(0, at).some((other) => nearlySame(other, step))) return "step stands twice";
    if (speaksOfText(step, part)) return "speaks of the text";
    if (inventedFigures(step, part).length > 0) return "invented numbers";
    if (newNames(step, part).length > 0) return "invented names";
  }
  return sameLanguage(steps.join(" "), part) ? undefined : "another language";
}

/** Where each step stands in the page, none before the one above it: of all such places those that have most of the steps' words. */
function placesOf(steps: readonly string[], sentences: readonly Sentence[]): number[] | string {
  const shares = steps.map((step) =>
    sharesOf(step, sentences).map((share) => share >= 0.6 ? share : -Infinity)
  );
  if (shares.some((own) => own.every((share) => share < 0))) return "step not in the page";
  // The best places of the steps so far, for each place that the last of them may have.
  let best = sentences.map((): { sum: number; places: number[] } => ({ sum: 0, places: [] }));
  for (const own of shares) {
    let before = { sum: -Infinity, places: [] as number[] };
    best = best.map((one, at) => {
      if (one.sum > before.sum) before = one;
      return { sum: before.sum + own[at], places: [...before.places, at] };
    });
  }
  const { sum, places } = best.reduce((a, b) => b.sum > a.sum ? b : a);
  return sum === -Infinity ? "steps out of order" : places;
}

/** Whether more than half of the steps that a page numbers have less than half of their telling words in any step. */
function leavesOut(steps: readonly string[], part: string): boolean {
  const numbered = Array.from(
    part.matchAll(/^[ \t]*(?:step\s*)?\d{1,2}[.):][ \t]*(\S.*)$/gim),
    ([, item]) => tellingWords(item),
  );
  if (numbered.length < 3) return false;
  const told = steps.flatMap(tellingWords);
  return numbered.filter((item) => supportedShare(item, told) >= 0.5).length < numbered.length / 2;
}
