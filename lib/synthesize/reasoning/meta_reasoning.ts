import { distinct, each, inRange, ofKind, oneOf, Random, takes, wholeNumber } from "../../base/mod.ts";
import type { Document, Documents, OnDrop } from "../../data/mod.ts";
import { madeDocument } from "../_made.ts";
import { lostAnswer } from "../_text_fault.ts";
import { wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import {
  faultOf,
  formOf,
  metaOf,
  type MetaQuestion,
  type MetaReasoningTask,
  questionsOn,
  textOf,
  trueReply,
} from "./_meta_tasks.ts";
import type { PlantedError } from "./_plant.ts";
import { workedOf } from "./_worked.ts";

/** What is asked of each solution by {@linkcode metaReasoning} and {@linkcode metaReasoningTexts}. */
export interface MetaReasoningAsked {
  /** The tasks, each asked of every solution. @default {all four} */
  tasks?: readonly MetaReasoningTask[];
  /** The errors that are planted. @default {all three} */
  errors?: readonly PlantedError[];
}

/** Options of {@linkcode metaReasoning}. */
export interface MetaReasoningOptions extends MetaReasoningAsked {
  /** The most tokens of a reply, beside six for each word of the solution. @default {300} */
  maxTokens?: number;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * Reasoning about reasoning: a model finds the error of a solution, says whether a solution is right, goes on with a beginning,
 * goes back where the beginning is wrong (such kinds of tasks stand in Olmo 3's mid-training mix as meta-reasoning,
 * arXiv:2512.13961). Errors are planted by program and their consequences computed to the answer, so that what is true is known, and a
 * reply is checked, not believed.
 *
 * Reads worked problems whose arithmetic holds: `Question: …`, one step a line, `Answer: …`, as `arithmeticProblems`, `wordProblems` and
 * `gsm8kDocument` give them, or `meta.problem`, `meta.solution` and `meta.answer`. A document without at least two such steps, or where no error can be
 * followed to another answer, is `nothing to write from`.
 *
 * - `find-error`: the reply names the step, and gives the value that it should have.
 * - `verify`: asked of the right solution and of the wrong one; verdict and right answer must be true of both, or neither is kept (`the other form misjudged`).
 * - `continue` and `backtrack` ask in the same words to go on, so that the wording gives nothing away. The steps must hold, start from the
 *   problem's numbers and end in the right answer; whoever goes back must go to the step that is wrong, and nobody else may.
 *
 * An accepted text is `Question: …` and `Answer: …`; `meta` holds `task`, `question`, `answer` (the reply), `problem`, `result` (the right answer), and where an error was planted
 * `error` and `step`, counted from 1. `metaReasoningTexts` gives the same without a model.
 *
 * Of what the embedded model of 135M parameters writes at the small setting of notebook 16, nothing is kept.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { metaReasoning, Random } from "midtrain/synthesize";
 *
 * const text = "Question: Ada has 13 eggs, buys 25 and sells 9. How many has she?\n13 + 25 = 38\n38 - 9 = 29\nAnswer: 29";
 * const page = { id: "1", text, source: "sums", meta: {} };
 * const method = metaReasoning({ tasks: ["continue"] }), [prompt] = method.build(page, new Random(1));
 * const read = (text: string) => method.read([{ prompt, text }], page);
 * assert("text" in (await read("38 - 9 = 29\nAnswer: 29"))[0]);
 * assert.deepEqual(await read("38 - 8 = 30\nAnswer: 30"), [
 *   { rejected: "another answer", sample: "38 - 8 = 30\nAnswer: 30" },
 * ]);
 * ```
 */
export function metaReasoning(options: MetaReasoningOptions = {}): Method {
  const cannot = "Cannot reason about solutions";
  takes(cannot, options, "tasks?, errors?, maxTokens?, temperature?");
  const { maxTokens = 300, temperature = 0.7 } = options;
  const asked = checked(cannot, options);
  wholeNumber(cannot, { maxTokens }, ">= 1");
  inRange(cannot, { temperature }, ">= 0");
  return {
    id: "reasoning/meta@1",
    kind: "evolve",
    build: (document, random) =>
      questionsOf(document, asked, random).map((meta): MetaPrompt => ({
        messages: [{ role: "user", content: `${meta.question}\n\n${formOf(meta.task)}` }],
        maxTokens: maxTokens + 6 * wordsOf(meta.worked.steps.join(" ")).length,
        temperature,
        part: meta.question,
        meta,
      })),
    read(answers) {
      const read = answers.map(readReply);
      return read.map((result, at) => {
        const { task, planted } = metaOfPrompt(answers[at]);
        if ("rejected" in result || task !== "verify") return result;
        const other = read[planted ? at - 1 : at + 1];
        return "rejected" in other
          ? { rejected: "the other form misjudged", sample: answers[at].text }
          : result;
      });
    },
  };
}

/** A prompt that knows what is true. */
interface MetaPrompt extends Prompt {
  meta: MetaQuestion;
}

function metaOfPrompt({ prompt }: Answer): MetaQuestion {
  return (prompt as MetaPrompt).meta;
}

function readReply(answer: Answer, at: number): Accepted | Rejected {
  const lost = lostAnswer(answer);
  if (lost) return lost;
  const meta = metaOfPrompt(answer);
  const { text } = answer;
  const rejected = faultOf(meta, text);
  return rejected === undefined
    ? { text: textOf(meta, text), meta: metaOf(meta, text), answer: at }
    : { rejected, sample: text };
}

/** Options of {@linkcode metaReasoningTexts}. */
export interface MetaReasoningTextsOptions extends MetaReasoningAsked {
  /** Called with every document that gives nothing. */
  onDrop?: OnDrop;
  /** Names errors and lengths. @default {1} */
  seed?: number | string;
}

/**
 * The tasks of `metaReasoning` with their true replies, by program: no model is asked. The replies say what is wrong and what is right, in few
 * words and always the same ones; they show the task, and no thought.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { arithmeticProblems, metaReasoningTexts } from "midtrain/synthesize";
 *
 * const problems = arithmeticProblems({ count: 20 });
 * const texts = await Array.fromAsync(metaReasoningTexts(problems, { tasks: ["find-error"] }));
 * for (const { meta } of texts) assert(`${meta.answer}`.endsWith(`\nWrong step: ${meta.step}`));
 * ```
 */
export async function* metaReasoningTexts(
  documents: Documents,
  options: MetaReasoningTextsOptions = {},
): AsyncGenerator<Document> {
  const cannot = "Cannot reason about solutions";
  takes(cannot, options, "tasks?, errors?, onDrop?, seed?");
  const { onDrop, seed = 1 } = options;
  const asked = checked(cannot, options);
  for await (const document of each(cannot, { documents }, "an object with id, text, meta")) {
    const questions = questionsOf(document, asked, new Random(`${seed}/${document.id}`));
    const { id, source, text } = document;
    if (questions.length === 0) {
      const excerpt = text.slice(0, 200);
      onDrop?.({ id, source, stage: "reasoning/meta", reason: "nothing to write from", excerpt });
    }
    for (const [at, question] of questions.entries()) {
      const reply = trueReply(question);
      yield madeDocument({
        by: `reasoning/meta-${question.task}@1`,
        position: `${seed}/${id}/${at}/${question.planted?.error ?? "right"}`,
        text: textOf(question, reply),
        parents: [id],
        settings: {},
        meta: { parentSource: source, ...metaOf(question, reply) },
        seed,
      });
    }
  }
}

type Asked = Required<MetaReasoningAsked>;

const allTasks: readonly MetaReasoningTask[] = ["find-error", "verify", "continue", "backtrack"];
const allErrors: readonly PlantedError[] = ["calculation", "operation", "number"];

function checked(cannot: string, { tasks = allTasks, errors = allErrors }: MetaReasoningAsked): Asked {
  ofKind(cannot, { tasks, errors }, "a list of texts");
  wholeNumber(cannot, { "the number of tasks": tasks.length, "the number of errors": errors.length }, ">= 1");
  for (const task of tasks) oneOf(cannot, { task }, allTasks);
  for (const error of errors) oneOf(cannot, { error }, allErrors);
  distinct(cannot, { tasks, errors });
  return { tasks, errors };
}

function questionsOf(document: Document, { tasks, errors }: Asked, random: Random): MetaQuestion[] {
  const worked = workedOf(document);
  return worked === undefined
    ? []
    : tasks.flatMap((task) => questionsOn(task, worked, { errors, random: random.fork(task) }));
}
