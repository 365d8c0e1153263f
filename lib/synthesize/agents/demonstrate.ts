import { each, ofKind, takes } from "../../base/mod.ts";
import { type Document, documentId, type Documents, type OnDrop } from "../../data/mod.ts";
import { type AgentTurn, play } from "./_play.ts";
import { judged } from "./_trajectory.ts";
import type { Environment } from "./environment.ts";
import { office } from "./office.ts";
import { type AgentTask, taskOf } from "./task.ts";

/** Options of {@linkcode demonstrate}. */
export interface DemonstrateOptions {
  /** Where the tasks are played. @default {office} */
  // deno-lint-ignore no-explicit-any -- its state is its own
  environment?: Environment<any>;
  /** Called with every trajectory that is lost. */
  onDrop?: OnDrop | undefined;
}

const SOURCE = "agents/demonstrate@1";

/**
 * Trajectories without a model: each task's reference program, played turn by turn as an agent would and judged by the same
 * rule as `playTasks`. They show the form and the right way, and no thought. Documents have the same `meta`, and lineage says
 * that no model wrote them.
 *
 * @throws {TypeError} While iterating, if a document holds no task.
 * @throws {RangeError} While iterating, if a task is one of another environment.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { agentTasks, demonstrate } from "midtrain/synthesize";
 *
 * const tasks = await agentTasks({ count: 2, seed: 1, templates: ["clear-day"] });
 * const [first] = await Array.fromAsync(demonstrate(tasks));
 * assert.match(first.text, /Assistant: <tool_call>\n\{"name": "list_events"/);
 * assert.deepEqual(first.lineage!.parents, [tasks[0].id]);
 * ```
 */
export async function* demonstrate(
  tasks: Documents,
  options: DemonstrateOptions = {},
): AsyncGenerator<Document, void, undefined> {
  const cannot = "Cannot demonstrate tasks";
  takes(cannot, options, "environment?, onDrop?");
  const { environment = office, onDrop } = options;
  ofKind(cannot, { environment }, "an object with name, tools, canonical");
  for await (const document of each(cannot, { tasks }, "an object with id, text, meta")) {
    const task = taskOf(document, environment);
    const turns = referenceTurns(task);
    const played = await play(environment, task, turns, { maxCalls: turns.length });
    const result = await judged(environment, task, played);
    const { id, source } = document;
    if ("rejected" in result) {
      onDrop?.({ id, source, stage: SOURCE, reason: result.rejected, excerpt: result.sample.slice(0, 200) });
      continue;
    }
    yield {
      id: documentId(SOURCE, id),
      text: result.text,
      source: SOURCE,
      meta: { parentSource: source, ...result.meta },
      lineage: { parents: [id], prompt: SOURCE, model: "none", sampling: {} },
    };
  }
}

/** A reference program as the turns of an agent: a call a turn, and a sentence at the end. */
export function referenceTurns({ reference }: AgentTask): AgentTurn[] {
  const turns = reference.map(({ name, arguments: given }, at): AgentTurn => ({
    text: "",
    calls: [{ id: `${at}`, name, arguments: JSON.stringify(given) }],
  }));
  const { name, arguments: given } = reference.at(-1) ?? { name: "", arguments: {} };
  const closing = name === "submit_answer"
    ? `The answer is ${given.answer}.`
    : "Everything that you asked for is done.";
  return [...turns, { text: closing, calls: [] }];
}
