import { oneOf, takes } from "../base/mod.ts";
import { inPython, type RunPython } from "./_execute.ts";
import { loops, speaksOfText } from "./_text_fault.ts";
import { sameLanguage } from "./_languages.ts";
import { inventedFigures } from "./_numbers.ts";
import { checkCopies, copySettings, type Markdown, partPrompts, readParts } from "./_parts.ts";
import {
  codeExercise,
  dialogue,
  heading,
  longReasoning,
  multipleChoice,
  pythonProgram,
  questions,
  shortReasoning,
  steps,
  table,
} from "./_shapes.ts";
import { copiedShare, wordsOf } from "./checks.ts";
import { splitTests } from "./code/_broken.ts";
import { judgeTests } from "./code/_judge_tests.ts";
import type { Accepted, Method, Rejected } from "./method.ts";

/** What is written from a page. */
export type DistillFormat =
  /** A question with an answer of a few sentences that gives its reason. */
  | "short-reasoning"
  /** A hard question with an answer that reasons step by step. */
  | "long-reasoning"
  /** A question with four choices, the right letter and why. */
  | "multiple-choice"
  /** A conversation of a learner and a teacher. */
  | "dialogue"
  /** A section of a textbook. */
  | "textbook"
  /** Questions that readers often ask, with answers. */
  | "faq"
  /** A table of the page's facts, with one question that it answers. */
  | "table"
  /** How to do it, in numbered steps. */
  | "tutorial"
  /** An exercise in programming with its solution in Python. */
  | "code-exercise";

/** For whom. */
export type Audience = "children" | "beginners" | "students" | "experts";

interface Format {
  ask: string;
  /** Output words for one word of the page, at most. */
  growth: number;
  /** What is wrong with an answer's shape. */
  fault: (text: string) => string | undefined;
}

const FORMATS: Record<DistillFormat, Format> = {
  "short-reasoning": {
    ask:
      'Write one question that the text answers, and its answer in two or three sentences that give the reason. Begin the question with "Question:" and the answer with "Answer:".',
    growth: 2,
    fault: shortReasoning,
  },
  "long-reasoning": {
    ask:
      'Write one hard question that takes several facts of the text to answer. Then answer it: reason step by step, each step on a line of its own begun with "Step 1:", "Step 2:" and so on, and close with a line begun with "Conclusion:". Begin the question with "Question:" and the answer with "Answer:".',
    growth: 4,
    fault: longReasoning,
  },
  "multiple-choice": {
    ask:
      'Write one question on the text with four choices of which one is right. Begin the question with "Question:", the choices with "A.", "B.", "C.", "D.", each on a line of its own, and close with a line such as "Answer: B", then the reason in one sentence.',
    growth: 2,
    fault: multipleChoice,
  },
  "dialogue": {
    ask:
      'Write a conversation in which a learner asks about the matter of the text and a teacher explains it. Begin what they say with "Learner:" and "Teacher:". Let the learner ask at least twice.',
    growth: 3,
    fault: dialogue,
  },
  "textbook": {
    ask:
      'Write a section of a textbook on the matter of the text: a heading begun with "#", the explanation, and an example.',
    growth: 3,
    fault: heading,
  },
  "faq": {
    ask:
      'Write the questions that readers of the text would ask most often, at least three, with an answer of its own to each. Begin each question with "Question:" and each answer with "Answer:".',
    growth: 3,
    fault: (text) => questions(text, { least: 3, loose: true }),
  },
  "table": {
    ask:
      'Put the facts of the text into one Markdown table with a heading row. Below it, write one question that the table answers, begun with "Question:", and its answer, begun with "Answer:".',
    growth: 2,
    fault: table,
  },
  "tutorial": {
    ask:
      "Write a tutorial on how to do what the text is about: what is needed, then numbered steps, each with the reason for it.",
    growth: 3,
    fault: steps,
  },
  "code-exercise": {
    ask:
      'Write an exercise in programming that the matter of the text suggests: the task, begun with "Exercise:", and a solution in Python in a fenced block begun with "```python", with at least one assertion that tests it.',
    growth: 4,
    fault: codeExercise,
  },
};

const AUDIENCES: Record<Audience, string> = {
  children: "Write for children of ten years: short sentences, common words, pictures from their lives.",
  beginners: "Write for adults who know nothing of the matter: explain each term when it first comes.",
  students: "Write for students of the subject: be precise, and use its terms.",
  experts: "Write for experts: be dense and technical, and explain no basics.",
};

/** Options of {@linkcode distill}. */
export interface DistillOptions {
  /** For whom. @default {"students"} */
  audience?: Audience;
  /** The most tokens of a page that one prompt holds; longer pages are cut by `segments`, with `Infinity` none is. @default {400} */
  maxPartTokens?: number;
  /** Whether the texts of a page's parts become one text; it is lost where a part is. @default {false} */
  join?: boolean;
  /** How many texts are asked for, of each part or, joined, of the page; `meta.copy` counts them from 0, and one that says the same as another is lost. @default {1} */
  count?: number;
  /** Parts with fewer words are left out. @default {30} */
  minWords?: number;
  /** Answers with fewer words are rejected. @default {20} */
  minAnswerWords?: number;
  /** The largest share of words in runs of eight copied from the page, see `copiedShare`. @default {0.6} */
  maxCopied?: number;
  /** The largest share of runs of three words that stood before, see `repeatedShare`. @default {0.3} */
  maxRepeated?: number;
  /** What becomes of Markdown's marks (headings, bold) in an accepted text; forms are read without them. @default {"keep"} */
  markdown?: Markdown;
  /** Whether Python of `code-exercise` runs in the sandbox, with its assertions, and broken forms of it. @default {true} */
  execute?: boolean;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * A new text of a given form for a given audience, grounded in a page: the grid of Cosmopedia and FinePhrase (styles by
 * audiences), with the prompts in our words. One text for each part of the page; `meta` holds `format` and `audience`.
 *
 * Rejected are answers that are truncated, refuse, echo the instruction, change the language, are too short, copy the page,
 * fall into a loop, speak of the text itself, hold numbers that the page does not have (`faq` and `table`, which reckon nothing), or lack the form that was asked for (`malformed`), whatever Markdown marks it
 * wears: questions and steps must say something, equations hold, a choice and its reason agree, a table's rows be equally
 * long, Python parse by its tokens and indentation, and run to its end in the sandbox with its assertions (`code fails`), which must fail
 * when the program is broken (`vacuous tests`, see `verifyTests`).
 * `meta.executed` of an exercise says whether it ran: what asks for packages or input does not. Whether the text is true to the
 * page is for a judge: see `judge`.
 *
 * @throws {RangeError} If format or audience is unknown.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { distill } from "midtrain/synthesize";
 *
 * assert.equal(distill("faq", { audience: "experts" }).id, "distill/faq/experts@1");
 * ```
 */
export function distill(format: DistillFormat, options: DistillOptions = {}): Method {
  takes(
    "Cannot distill",
    options,
    "audience?, maxPartTokens?, join?, count?, minWords?, minAnswerWords?, maxCopied?, maxRepeated?, markdown?, execute?, temperature?",
  );
  const {
    audience = "students",
    maxPartTokens = 400,
    join = false,
    count = 1,
    minWords = 30,
    minAnswerWords = 20,
    maxCopied = 0.6,
    maxRepeated = 0.3,
    markdown = "keep",
    execute = true,
    temperature = 0.7,
  } = options;
  oneOf("Cannot distill", { format }, FORMATS);
  oneOf("Cannot distill", { audience }, AUDIENCES);
  const copies = { count, join };
  checkCopies("Cannot distill", copies, temperature);
  oneOf("Cannot distill", { markdown }, ["keep", "strip"]);
  const { ask, growth, fault } = FORMATS[format];
  const executes = format === "code-exercise" && execute;
  const instruction = `${ask} Take every fact from the text. Do not speak of the text itself. ${
    AUDIENCES[audience]
  }`;
  const cause = (text: string, part: string, plain: string) => {
    if (copiedShare(text, instruction) > 0) return "prompt echo";
    if (!sameLanguage(text, part)) return "another language";
    if (wordsOf(text).length < minAnswerWords) return "too short";
    if (copiedShare(text, part) > maxCopied) return "copied";
    if (loops(text, part, maxRepeated)) return "loop";
    const wrong = fault(text);
    if (wrong) return wrong;
    // Where nothing is reckoned, every number is the page's.
    if ((format === "faq" || format === "table") && inventedFigures(plain, part).length > 0) {
      return "invented numbers";
    }
    return speaksOfText(plain, part) ? "speaks of the text" : undefined;
  };
  return {
    id: `distill/${format}/${audience}@1`,
    settings: {
      minAnswerWords,
      maxCopied,
      maxRepeated,
      markdown,
      ...(executes ? { execute } : {}),
      ...copySettings(copies),
    },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        instruction,
        count,
        maxTokens: (words) => 150 + Math.ceil(1.5 * growth * words),
      }),
    read: (answers) => {
      const read = readParts(answers, { cause, markdown, meta: () => ({ format, audience }), copies });
      if (!executes || read.every((one) => "rejected" in one)) return read;
      return inPython(async (run) => {
        const judged: (Accepted | Rejected)[] = [];
        for (const one of read) judged.push("rejected" in one ? one : await executed(one, run));
        return judged;
      });
    },
  };
}

/** An exercise whose program ran to its end, with assertions that fail when it is broken, or could not be run. */
async function executed(result: Accepted, run: RunPython): Promise<Accepted | Rejected> {
  const { program, tests } = splitTests(pythonProgram(result.text)) ?? { program: "", tests: "" };
  const { verdict } = await judgeTests(run, { solution: program, tests });
  if (verdict === "good" || verdict === "unknown") {
    return { ...result, meta: { ...result.meta, executed: verdict === "good" } };
  }
  return { rejected: verdict.replace(/^tests fail/, "code fails"), sample: result.text };
}
