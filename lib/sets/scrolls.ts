import { ofKind, oneOf, takes } from "../base/mod.ts";
import { readJsonl } from "../data/mod.ts";

/** The tasks of {@linkcode readScrolls}, by the publisher's names. */
export const scrollsTasks = [
  ...["gov_report", "summ_screen_fd", "qmsum", "qasper", "narrative_qa", "quality", "contract_nli"],
] as const satisfies readonly ScrollsTask[];

/** A task of SCROLLS. */
export type ScrollsTask =
  | "gov_report"
  | "summ_screen_fd"
  | "qmsum"
  | "qasper"
  | "narrative_qa"
  | "quality"
  | "contract_nli";

/** One item of SCROLLS. */
export interface ScrollsItem {
  /** `scrolls/` with the task and the publisher's id. */
  id: string;
  /** The task. */
  task: ScrollsTask;
  /** The long text. */
  text: string;
  /** What is asked, with its choices; `""` where the text is to be summed up. */
  question: string;
  /** The right answers; several where several readers gave theirs. */
  answers: string[];
}

/** Tasks that say nothing in front of the text. */
const SUMMARIES: readonly ScrollsTask[] = ["gov_report", "summ_screen_fd"];

/**
 * A split of one of SCROLLS' tasks (arXiv 2201.03533) out of its publisher's file, `TASK/validation.jsonl` of the archives at
 * huggingface.co/datasets/tau/scrolls. What is asked stands there before the text; lines of one id are one item with several answers.
 *
 * @throws {SyntaxError} If a line is not of that form; the answers of the test split are not published.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readScrolls } from "midtrain/sets";
 *
 * const path = await Deno.makeTempFile();
 * const line = { id: "1", pid: "1_0", input: "Who sails?\n\nAhab sails.", output: "Ahab" };
 * await Deno.writeTextFile(path, `${JSON.stringify(line)}\n${JSON.stringify({ ...line, pid: "1_1", output: "the captain" })}\n`);
 * const [{ question, text, answers }] = await Array.fromAsync(readScrolls(path, { task: "narrative_qa" }));
 * assert.deepEqual([question, text, answers], ["Who sails?", "Ahab sails.", ["Ahab", "the captain"]]);
 * ```
 */
export async function* readScrolls(
  path: string,
  options: { task: ScrollsTask },
): AsyncGenerator<ScrollsItem> {
  const cannot = "Cannot read SCROLLS";
  ofKind(cannot, { path }, "a text");
  takes(cannot, options, "task");
  const { task } = options;
  oneOf(cannot, { task }, scrollsTasks);
  const items = new Map<string, ScrollsItem>();
  let line = 0;
  for await (const record of readJsonl(path)) {
    line++;
    const { id, input, output } = (record ?? {}) as Record<string, unknown>;
    if (typeof id !== "string" || typeof input !== "string" || typeof output !== "string") {
      throw new SyntaxError(
        `${cannot} as line ${line} of ${path} must have id, input and output as texts: it has ${
          Object.keys(record ?? {}).join(", ") || "nothing"
        }`,
      );
    }
    const known = items.get(id);
    if (known) {
      known.answers.push(output.trim());
      continue;
    }
    const { question, text } = SUMMARIES.includes(task)
      ? { question: "", text: input }
      : partsOf(task, input);
    if (text === "") {
      throw new SyntaxError(
        `${cannot} as line ${line} of ${path} must ask in front of the text, an empty line between: ${
          JSON.stringify(input.slice(0, 40))
        }`,
      );
    }
    items.set(id, {
      id: `scrolls/${task}/${id}`,
      task,
      text: text.trim(),
      question,
      answers: [output.trim()],
    });
  }
  yield* items.values();
}

/** What stands before the first empty line; of QuALITY before the first one behind the choice (D). */
function partsOf(task: ScrollsTask, input: string): { question: string; text: string } {
  const end = input.indexOf("\n\n", task === "quality" ? Math.max(0, input.indexOf("(D)")) : 0);
  return end < 0
    ? { question: "", text: "" }
    : { question: input.slice(0, end).trim(), text: input.slice(end) };
}
