import type { Random } from "../../base/mod.ts";
import type { Json } from "../../data/mod.ts";
import { stripMarks } from "../_markdown.ts";
import { numbersFromNowhere } from "../_problem.ts";
import { copiedShare, numbersOf, sameWords, wordsOf } from "../checks.ts";
import { type Equation, verifySolution } from "../verify_solution.ts";
import { type Planted, type PlantedError, plantError } from "./_plant.ts";
import type { Worked } from "./_worked.ts";

/** What is asked of a worked solution. */
export type MetaReasoningTask =
  /** Which step is wrong, of a solution with a planted error. */
  | "find-error"
  /** Whether a solution is right, of the right one and of one with a planted error. */
  | "verify"
  /** Go on with a beginning that is right. */
  | "continue"
  /** Go on with a beginning that has an error in it: go back to it, and mend. The question is that of `continue`. */
  | "backtrack";

/** One question on a solution, with what a program knows of it. */
export interface MetaQuestion {
  task: MetaReasoningTask;
  /** What is asked, with problem and solution. */
  question: string;
  /** The steps that are shown. */
  shown: string[];
  worked: Worked;
  /** The error among them; none where all are right. */
  planted?: Planted;
}

/** The questions of a task on a solution; none where no error can be planted that it needs. */
export function questionsOn(
  task: MetaReasoningTask,
  worked: Worked,
  { errors, random }: { errors: readonly PlantedError[]; random: Random },
): MetaQuestion[] {
  const { problem, steps, answer } = worked;
  const planted = task === "continue" ? undefined : plantError(worked, errors, random.fork("error"));
  if (steps.length < 2 || task !== "continue" && !planted) return [];
  const ask = (shown: string[], result: number | undefined, planted?: Planted): MetaQuestion => {
    const said = shown.map((step, at) => `Step ${at + 1}: ${step}`);
    const lines = result === undefined ? said : [...said, `Result: ${result}`];
    const head = result === undefined ? "Solution so far" : "Solution";
    const question = `${questions[task]}\n\nProblem: ${problem}\n\n${head}:\n${lines.join("\n")}`;
    return { task, question, shown, worked, ...(planted ? { planted } : {}) };
  };
  switch (task) {
    case "find-error":
      return [ask(planted!.steps, planted!.answer, planted)];
    case "verify":
      return [ask(steps, answer), ask(planted!.steps, planted!.answer, planted)];
    case "continue":
      return [ask(steps.slice(0, 1 + random.fork("length").int(steps.length - 1)), undefined)];
    case "backtrack": {
      const length = Math.min(planted!.steps.length, planted!.at + 1 + random.fork("length").int(2));
      return [ask(planted!.steps.slice(0, length), undefined, planted)];
    }
  }
}

const goOn =
  "Go on with the solution below to its answer. Should one of its steps be wrong, go back to that step and mend it.";
const questions: Record<MetaReasoningTask, string> = {
  "find-error":
    "The solution of the problem below has one wrong step, and what follows is computed from it. Find the step that is wrong.",
  verify: "Check the solution of the problem below, step by step. Is it right?",
  continue: goOn,
  backtrack: goOn,
};

/** What a model is told of the form of its reply, beside the question. */
export function formOf(task: MetaReasoningTask): string {
  return forms[task];
}

const stepsForm =
  'Write one step a line, each with its calculation as an equation such as "12 * 3 = 36". If a step above is wrong, begin with a line "Back to step:" and its number, say what is wrong, and write that step and all after it anew; if none is, write only the steps that follow. Close with a line begun with "Answer:" and the number alone.';
const forms: Record<MetaReasoningTask, string> = {
  "find-error":
    'Say in a sentence or two what is wrong in that step, and what it should be, with the right calculation as an equation such as "12 * 3 = 36". Close with a line begun with "Wrong step:" and the number of the step alone.',
  verify:
    'Go through the steps, and say of each why it is right or wrong. Then write a line begun with "Verdict:" and one word, right or wrong, and close with a line begun with "Answer:" and the right answer as a number alone.',
  continue: stepsForm,
  backtrack: stepsForm,
};

/** Why a reply is not the true one, if it is not. */
export function faultOf(asked: MetaQuestion, text: string): string | undefined {
  const reply = stripMarks(text).trim();
  if (copiedShare(reply, forms[asked.task]) > 0) return "prompt echo";
  return judges[asked.task](asked, reply);
}

type JudgeReply = (asked: MetaQuestion, reply: string) => string | undefined;

const judges: Record<MetaReasoningTask, JudgeReply> = {
  "find-error"(asked, reply) {
    const step = lastNumber(reply, wrongStep);
    const { at, value } = asked.planted!;
    if (step === undefined) return "malformed";
    if (step !== at + 1) return "another step";
    if (newlyWrong(asked, reply).length > 0) return "wrong arithmetic";
    if (!numbersOf(reply).map(Number).includes(value)) return "right value missing";
    return wordsOf(reply.replace(wrongStep, "")).length < 5 ? "no explanation" : undefined;
  },
  verify(asked, reply) {
    const verdicts = [...reply.matchAll(/^\W*verdict\W*[:：]\W*(right|wrong)\b/gim)];
    const { final } = verifySolution(reply);
    if (verdicts.length !== 1 || final === undefined) return "malformed";
    if (verdicts[0][1].toLowerCase() !== (asked.planted ? "wrong" : "right")) return "another verdict";
    if (!equal(final, asked.worked.answer)) return "another answer";
    if (newlyWrong(asked, reply).length > 0) return "wrong arithmetic";
    return wordsOf(reply).length < 10 ? "no explanation" : undefined;
  },
  continue(asked, reply) {
    if (lastNumber(reply, backToStep) !== undefined) return "went back without need";
    if (asked.shown.some((step) => reply.split("\n").some((line) => sameWords(unnumbered(line), step)))) {
      return "steps repeated";
    }
    return faultOfSteps(asked, reply);
  },
  backtrack(asked, reply) {
    const step = lastNumber(reply, backToStep);
    if (step === undefined) return "did not go back";
    return step === asked.planted!.at + 1 ? faultOfSteps(asked, reply) : "another step";
  },
};

const wrongStep = /^\W*wrong step\W*[:：]\W*(?:step\s*)?(\d+)\W*$/gim;
const backToStep = /^\W*back to step\W*[:：]?\W*(\d+)\b/gim;

function lastNumber(reply: string, form: RegExp): number | undefined {
  const found = [...reply.matchAll(form)].at(-1);
  return found && Number(found[1]);
}

function unnumbered(line: string): string {
  return line.replace(/^\W*step\s*\d+\W*/i, "");
}

/** Why steps that close a solution do not, if so: by the rules of `verifySolution`, the shown error left out. */
function faultOfSteps(asked: MetaQuestion, reply: string): string | undefined {
  const { problem, answer } = asked.worked;
  const { equations, final } = verifySolution(reply);
  if (final === undefined) return "no answer";
  if (newlyWrong(asked, reply).length > 0) return "wrong arithmetic";
  if (!equal(final, answer)) return "another answer";
  const own = equations.filter((one) => !isShown(asked, one));
  // Of a right beginning the last calculation may be there already.
  const counted = asked.planted ? own : [...own, ...shownEquations(asked)];
  if (!counted.some(({ value, stated }) => equal(value, final) || equal(stated, final))) {
    return "answer not computed";
  }
  const known = [problem, ...asked.shown, ...startsOf(asked.worked)].join("\n");
  return numbersFromNowhere(own, known) ? "numbers from nowhere" : undefined;
}

/** The numbers that the right solution starts from, some of which may be common knowledge: the days that one works in a week. */
function startsOf({ steps }: Worked): string[] {
  const { equations } = verifySolution(steps.join("\n"));
  const results = new Set(equations.map(({ stated }) => stated));
  return equations.flatMap(({ expression }) => numbersOf(expression)).filter((one) =>
    !results.has(Number(one))
  );
}

function equal(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Equations of a reply that do not hold, but for the one that it quotes from the solution. */
function newlyWrong(asked: MetaQuestion, reply: string): Equation[] {
  return verifySolution(reply).wrong.filter((one) => !isShown(asked, one));
}

function shownEquations({ shown }: MetaQuestion): Equation[] {
  return verifySolution(shown.join("\n")).equations;
}

function isShown(asked: MetaQuestion, { expression, stated }: Equation): boolean {
  return shownEquations(asked).some((one) => one.expression === expression && one.stated === stated);
}

/** The reply that is true by program: it says what is so, and how it is found only as far as the steps do. */
export function trueReply(asked: MetaQuestion): string {
  const { task, shown, planted, worked: { steps, answer } } = asked;
  const quoted = (step: string) => `"${step.replace(/\.$/, "")}"`;
  const fault = planted &&
    `Step ${planted.at + 1} says ${quoted(planted.steps[planted.at])}. ${said[planted.error]} ${
      quoted(planted.right)
    }.`;
  const rest = (from: number) => [...steps.slice(from), `Answer: ${answer}`];
  switch (task) {
    case "find-error":
      return `${fault}\nWrong step: ${planted!.at + 1}`;
    case "verify": {
      const before = steps.slice(0, planted?.at ?? steps.length).map((step, at) =>
        `Step ${at + 1} is right: ${step}`
      );
      const verdict = `Verdict: ${planted ? "wrong" : "right"}`;
      const mended = planted ? ["From there on it goes:", ...steps.slice(planted.at)] : [];
      return [...before, ...(fault ? [fault] : []), ...mended, verdict, `Answer: ${answer}`].join("\n");
    }
    case "continue":
      return rest(shown.length).join("\n");
    case "backtrack":
      return [`Back to step: ${planted!.at + 1}`, fault, ...rest(planted!.at)].join("\n");
  }
}

const said: Record<PlantedError, string> = {
  calculation: "It calculates wrongly: it must be",
  operation: "It takes the wrong operation: it must be",
  number: "It takes a wrong number of the problem: it must be",
};

/** The text to train on: the question, and the reply. */
export function textOf({ question }: MetaQuestion, reply: string): string {
  return `Question: ${question}\nAnswer: ${reply}`;
}

/** What is kept of it. */
export function metaOf(
  { task, question, planted, worked }: MetaQuestion,
  reply: string,
): Record<string, Json> {
  const { problem, answer } = worked;
  const error = planted && { error: planted.error, step: planted.at + 1 };
  return { task, question, answer: reply, problem, result: answer, ...error };
}
