import { oneOf, takes } from "../base/mod.ts";
import checksums from "./bbh.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** A question of BIG-Bench Hard. */
export interface BbhQuestion {
  /** Its task and its place there. */
  id: string;
  /** One of `bbhTasks`. */
  task: string;
  /** What is asked, choices included. */
  question: string;
  /** The answer, for example `(A)`, `True` or `] ]`. */
  answer: string;
}

/** What stands in front of a task's questions. */
export interface BbhPrompt {
  /** What the task is, in a sentence. */
  description: string;
  /** Three worked questions; `working` closes with "So the answer is" and the answer. */
  examples: (BbhQuestion & { working: string })[];
}

/** The 27 tasks of {@linkcode bbh}, by name. */
export const bbhTasks: readonly string[] = Object.keys(checksums).flatMap((path) =>
  path.startsWith("bbh/") ? [path.slice("bbh/".length, -".json".length)] : []
);

/** BIG-Bench Hard (arXiv 2210.09261): 6,511 questions of 27 tasks on which models lagged behind people. */
export const bbh: PublicSet<BbhQuestion, { task?: string } | void> = publicSet({
  name: "bbh",
  title: "BIG-Bench Hard: 6,511 questions of 27 tasks, with three worked examples each",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "suzgunmirac/BIG-Bench-Hard",
    commit: "9ee07bd481feebf959a6b59d61ea57bdcf30964d",
    folder: "",
  },
  files: checksums,
  async *read(set, options) {
    takes("Cannot read bbh", options ?? {}, "task?");
    const { task } = options ?? {};
    if (task !== undefined) oneOf("Cannot read bbh", { task }, bbhTasks);
    for (const name of task === undefined ? bbhTasks : [task]) {
      const { examples } = JSON.parse(await Deno.readTextFile(await set.file(`bbh/${name}.json`))) as {
        examples: { input: string; target: string }[];
      };
      for (const [i, { input, target }] of examples.entries()) {
        yield { id: `bbh/${name}/${i}`, task: name, question: input, answer: target };
      }
    }
  },
});

/**
 * The description and the worked examples of a task of {@linkcode bbh}.
 *
 * @throws {RangeError} If there is no such task.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bbh, readBbhPrompt } from "midtrain/sets";
 *
 * if (await bbh.available()) {
 *   const { description, examples } = await readBbhPrompt("object_counting");
 *   assert.match(description, /^Questions that involve enumerating objects/);
 *   assert.deepEqual(examples.map(({ answer }) => answer), ["6", "11", "8"]);
 * }
 * ```
 */
export async function readBbhPrompt(task: string): Promise<BbhPrompt> {
  oneOf("Cannot read a prompt of bbh", { task }, bbhTasks);
  const text = await Deno.readTextFile(await bbh.file(`cot-prompts/${task}.txt`));
  const [description, ...worked] = text.slice(text.indexOf("-----\n") + "-----\n".length).trim()
    .split(/\n\n(?=Q: )/);
  const examples = worked.map((example, i) => {
    const [, question, working, answer] =
      /^Q: ([^]*?)\nA: Let's think step by step\.\s([^]* answer is ([^\n]*?)\.)$/.exec(example)!;
    return { id: `bbh/${task}/example/${i}`, task, question, working, answer };
  });
  return { description, examples };
}
