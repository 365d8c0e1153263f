import { inRange, must, type Random, takes, wholeNumber } from "../../base/mod.ts";
import type { Document } from "../../data/mod.ts";
import { inPython } from "../_execute.ts";
import { labelled } from "../_labels.ts";
import { sameLanguage } from "../_languages.ts";
import { logicalLines, untabbed } from "../_python.ts";
import { lostAnswer } from "../_text_fault.ts";
import { copiedShare, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import { splitTests } from "./_broken.ts";
import { codeIn } from "./_code_in.ts";
import { judgeTests, type TestsCheck } from "./_judge_tests.ts";

/** Options of {@linkcode exerciseFromCode}. */
export interface ExerciseFromCodeOptions {
  /** How many lines of the code inspire an exercise, from and to. @default {[1, 15]} */
  lines?: [number, number];
  /** How often solution and tests that do not agree are given back to be mended. @default {1} */
  mends?: number;
  /** The largest share of the exercise's words in runs of eight copied from those lines. @default {0.3} */
  maxCopied?: number;
  /** The most tokens of a solution; tests get half of it. @default {800} */
  maxTokens?: number;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * An exercise in Python that a few lines of real code inspire, with a solution and tests that hold: OSS-Instruct (Magicoder,
 * arXiv:2312.02120: 1 to 15 consecutive lines of a file, a problem and its solution), in rounds. The model writes the
 * exercise and a solution; then it writes tests from the exercise and the names to call, without seeing the solution; where both
 * do not agree it sees what failed and mends either. Lines are drawn by the run's seed and the document.
 *
 * Accepted is what runs: the tests pass on the solution in the sandbox, and fail on forms of it that are broken (see
 * `verifyTests`). Its text has the exercise, the solution and the tests; `meta` holds `problem`, `answer` (the solution), `tests`,
 * `broken`, `caught` and `mended`, and as `parts` where the lines stand.
 *
 * Rejected are answers that are cut, refuse, echo the instruction or copy the lines (`copied`), have no exercise or no function
 * (`malformed`), another language, no tests, and all that `verifyTests` finds; what takes packages is `unknown`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, exerciseFromCode, synthesize } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "by hand",
 *   chat: ({ messages }) => {
 *     const tests = messages[0].content.startsWith("Write tests");
 *     const text = tests
 *       ? "~~~python\nassert krill(2) == 8\nassert krill(0) == 0\n~~~"
 *       : "Exercise: A whale eats four tonnes of krill a day. Write krill(days), the tonnes that it eats in so many days.\n\n~~~python\ndef krill(days):\n    return 4 * days\n~~~";
 *     const usage = { promptTokens: 100, completionTokens: 40 };
 *     return Promise.resolve({ text, finishReason: "stop", usage, cached: false });
 *   },
 * };
 * const file = { id: "1", text: "def fuel(hours):\n    return 12.5 * hours\n", source: "code", meta: {} };
 * const [made] = await Array.fromAsync(synthesize([file], exerciseFromCode(), { model }));
 * assert.deepEqual([made.meta.broken, made.meta.caught, made.meta.mended], [2, 2, 0]);
 * ```
 */
export function exerciseFromCode(options: ExerciseFromCodeOptions = {}): Method {
  const cannot = "Cannot make exercises";
  takes(cannot, options, "lines?, mends?, maxCopied?, maxTokens?, temperature?");
  const { lines = [1, 15], mends = 1, maxCopied = 0.3, maxTokens = 800, temperature = 0.7 } = options;
  const ascending = lines.length === 2 && lines[0] >= 1 && lines[0] <= lines[1] &&
    lines.every(Number.isSafeInteger);
  must(cannot, "lines must be two whole numbers >= 1, ascending", lines, ascending);
  wholeNumber(cannot, { mends }, ">= 0");
  wholeNumber(cannot, { maxTokens }, ">= 1");
  inRange(cannot, { maxCopied }, "in [0, 1]");
  // The check of the last answer is read twice: to ask on, and to judge.
  const checks = new WeakMap<Answer, Promise<TestsCheck>>();
  const checkOf = (answers: Answer[]) => {
    const last = answers.at(-1)!;
    const known = checks.get(last) ?? inPython((run) => judgeTests(run, draftOf(answers)));
    checks.set(last, known);
    return known;
  };
  const ask = (step: string, content: string, tokens: number, rest: Partial<Prompt>): Prompt => ({
    messages: [{ role: "user", content }],
    maxTokens: tokens,
    temperature,
    step,
    ...rest,
  });
  return {
    id: "code/exercise@1",
    settings: { maxCopied, mends },
    kind: "evolve",
    rounds: 2 + mends,
    build(document, random) {
      const snippet = drawn(document, lines, random);
      if (snippet === undefined) return [];
      const { part } = snippet;
      return [ask("write", `${writing}\n\n\`\`\`\n${part}\n\`\`\``, maxTokens + 200, snippet)];
    },
    async next(answers) {
      if (faultOf(answers, maxCopied)) return [];
      const { problem, solution, tests } = draftOf(answers);
      const { part, span } = answers[0].prompt;
      const kept = { part: `${part}\n${problem}\n${solution}`, ...(span ? { span } : {}) };
      if (answers.length === 1) {
        const content = `${testing}\n\nExercise:\n${problem}\n\nTo be tested:\n${headsOf(solution)}`;
        return [ask("test", content, Math.ceil(maxTokens / 2), kept)];
      }
      if (answers.length >= 2 + mends) return [];
      const { verdict } = await checkOf(answers);
      if (!/^(?:code|tests) fail/.test(verdict) && verdict !== "vacuous tests") return [];
      const content =
        `${mending}\n\nExercise:\n${problem}\n\nSolution:\n\`\`\`python\n${solution}\n\`\`\`\n\nTests:\n\`\`\`python\n${tests}\n\`\`\`\n\nWhat is wrong: ${
          complaints[verdict === "vacuous tests" ? verdict : verdict.startsWith("code") ? "code" : "tests"]
        }`;
      return [ask("mend", content, Math.ceil(1.5 * maxTokens), kept)];
    },
    async read(answers): Promise<(Accepted | Rejected)[]> {
      const fault = faultOf(answers, maxCopied);
      if (fault) return [fault];
      const { problem, solution, tests } = draftOf(answers);
      const { verdict, broken, caught } = await checkOf(answers);
      const text =
        `Exercise: ${problem}\n\n\`\`\`python\n${solution}\n\`\`\`\n\nTests:\n\n\`\`\`python\n${tests}\n\`\`\``;
      if (verdict !== "good") return [{ rejected: verdict, sample: text }];
      const { span } = answers[0].prompt;
      const meta = { problem, answer: solution, tests, broken, caught, mended: answers.length - 2 };
      return [{ text, meta: { ...meta, ...(span ? { parts: [span] } : {}) } }];
    },
  };
}

const writing =
  'Let the lines of code below give you an idea for an exercise in Python. The exercise must stand alone: it does not mention these lines, and says what is given, what is wanted and which function to write. Begin it with "Exercise:". Then write a solution in one fenced block begun with "```python": one or more functions that take what is given and return what is wanted, with the standard library alone, without reading input or printing.';
const testing =
  'Write tests for the exercise below: five to eight assertions in Python that call what is to be tested with small values and compare what it returns with values that you work out by hand, among them a limiting case. Write one fenced block begun with "```python", and do not write the solution again.';
const mending =
  'The solution and the tests below do not agree with each other, or the tests do not test anything. Find out which is wrong by what the exercise says, and mend it. Write two fenced blocks begun with "```python": the whole solution, then all tests.';
const complaints = {
  "vacuous tests": "the tests pass even where the solution is broken",
  "code": "the solution does not run",
  "tests": "the tests do not pass on the solution",
};

/** Lines of a document, with their place; none where nothing is written in it. */
function drawn(
  { text }: Document,
  [fewest, most]: readonly [number, number],
  random: Random,
): { part: string; span: [number, number] } | undefined {
  if (text.trim() === "") return undefined;
  const rows = [...text.matchAll(/[^\n]*\n?/g)].filter(([row]) => row !== "");
  const count = Math.min(rows.length, fewest + random.int(most - fewest + 1));
  // Lines of which none says anything give no idea.
  const starts = Array.from({ length: rows.length - count + 1 }, (_, at) => at).filter((at) =>
    rows.slice(at, at + count).some(([row]) => /\p{L}/u.test(row))
  );
  if (starts.length === 0) return undefined;
  const first = starts[random.int(starts.length)];
  const from = rows[first].index;
  const to = rows[first + count - 1].index + rows[first + count - 1][0].length;
  return { part: text.slice(from, to).trimEnd(), span: [from, to] };
}

interface Draft {
  problem: string;
  solution: string;
  tests: string;
}

/** What the answers so far come to: those that mend replace what they mend. */
function draftOf(answers: readonly Answer[]): Draft {
  const [written, ...rest] = answers;
  const [exercise = ""] = labelled(written.text, "Exercise");
  // The exercise ends where the code begins, or with the label that the code has.
  const problem = exercise.split(/^[ \t]*(?:```|~~~)/m)[0].trim()
    .replace(/\n[ \t]*(?:[^\n]{0,40}:|\p{L}[\p{L}\d ]{0,24})$/u, "").trim();
  const draft = { problem, solution: codeIn(written).join("\n\n"), tests: "" };
  for (const answer of rest) {
    const blocks = codeIn(answer);
    if (answer.prompt.step === "mend") draft.solution = blocks[0] ?? "";
    draft.tests = (answer.prompt.step === "mend" ? blocks.slice(1) : blocks).join("\n\n");
  }
  // A solution's own assertions are no part of it: it is held to the tests.
  return { ...draft, solution: splitTests(draft.solution)?.program.trim() || draft.solution };
}

/** Why the answers so far can come to nothing, if so. */
function faultOf(answers: readonly Answer[], maxCopied: number): Rejected | undefined {
  for (const answer of answers) {
    const lost = lostAnswer(answer);
    if (lost) return lost;
  }
  const { problem, solution, tests } = draftOf(answers);
  const last = answers.at(-1)!;
  const lost = (rejected: string) => ({ rejected, sample: last.text });
  if (answers.some(({ text }) => copiedShare(text, [writing, testing, mending].join("\n")) > 0)) {
    return lost("prompt echo");
  }
  if (wordsOf(problem).length < 8 || !/^[ \t]*(?:async )?def /m.test(solution)) return lost("malformed");
  if (!sameLanguage(problem, writing)) return lost("another language");
  if (copiedShare(`${problem}\n${solution}`, answers[0].prompt.part!) > maxCopied) return lost("copied");
  return answers.length > 1 && tests === "" ? lost("no tests") : undefined;
}

/** The heads of a solution's functions and classes, without what they do. */
function headsOf(solution: string): string {
  const code = untabbed(solution);
  const lines = logicalLines(code);
  if (typeof lines === "string") return "";
  return lines.flatMap(({ tokens }) => {
    const [first, second] = tokens;
    const head = first.text === "async" ? second?.text : first.text;
    if (head !== "def" && head !== "class") return [];
    const colon = tokens.find(({ text, depth }) => text === ":" && depth === 0);
    const start = code.lastIndexOf("\n", first.at) + 1;
    return [code.slice(start, (colon?.at ?? code.length) + 1)];
  }).join("\n");
}
