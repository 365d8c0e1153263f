import { oneOf, Random, takes, wholeNumber } from "../../base/mod.ts";
import { type Document, documentId } from "../../data/mod.ts";
import { calendarTemplates } from "./_calendar_templates.ts";
import { taskFault } from "./_check_task.ts";
import { databaseTemplates } from "./_database_templates.ts";
import type { Template } from "./_draft.ts";
import { fileTemplates } from "./_file_templates.ts";
import { searchTemplates } from "./_search_templates.ts";
import { office, officeTools } from "./office.ts";
import { taskOf } from "./task.ts";

/** Options of {@linkcode agentTasks}. */
export interface AgentTasksOptions {
  /** How many tasks. */
  count: number;
  /** Names the random stream. @default {1} */
  seed?: number | string;
  /** Which templates are drawn from, by their names. @default {all} */
  templates?: readonly string[];
}

const templates: Record<string, Template> = {
  ...fileTemplates,
  ...databaseTemplates,
  ...calendarTemplates,
  ...searchTemplates,
};

/** The names of the templates that {@linkcode agentTasks} knows. */
export const agentTemplates: readonly string[] = Object.keys(templates);

const SOURCE = "agents/template@1";

/**
 * Tasks for agents in the {@linkcode office}, from templates: what a user asks for, the state of files, tables and calendar that it
 * begins with, and a reference program of calls. Each is verified by running it: no tool refuses, the state changes, and no
 * step that changes it can be left out.
 *
 * A document's text is the instruction; `meta` holds `environment`, `template`, `state`, `reference`, `tools` and
 * `forbidden`. Task `i` is the same however many there are. No model wrote them, and their lineage says so.
 *
 * @throws {RangeError} If `count` is out of range, or a template is not known.
 * @throws {Error} If a template wrote a task that is none, which is a fault of the kit.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { agentTasks } from "midtrain/synthesize";
 *
 * const [task] = await agentTasks({ count: 1, seed: 3, templates: ["postpone-event"] });
 * assert.match(task.text, /^My meeting ".*" must be later: move it to/);
 * assert.equal((task.meta.reference as { name: string }[]).at(-1)!.name, "move_event");
 * ```
 */
export async function agentTasks(options: AgentTasksOptions): Promise<Document[]> {
  const cannot = "Cannot write tasks";
  takes(cannot, options, "count, seed?, templates?");
  const { count, seed = 1, templates: names = agentTemplates } = options;
  wholeNumber(cannot, { count }, ">= 0");
  for (const template of names) oneOf(cannot, { template }, agentTemplates);
  const random = new Random(seed);
  return await Promise.all(Array.from({ length: count }, async (_, at) => {
    const own = random.fork(at);
    const template = names[own.int(names.length)];
    const { instruction, state, reference, forbidden = [] } = templates[template](own);
    const document: Document = {
      id: documentId(SOURCE, `${seed}/${names}/${at}`),
      text: instruction,
      source: SOURCE,
      meta: {
        ...{ environment: office.name, template, state, reference },
        ...{ tools: officeTools(state), forbidden },
      },
      lineage: {
        parents: [],
        prompt: SOURCE,
        model: "none",
        sampling: {},
        ...(typeof seed === "number" ? { seed } : {}),
      },
    };
    const fault = await taskFault(office, taskOf(document, office));
    if (fault) throw new Error(`Cannot use the task ${at} of the template ${template} as it fails: ${fault}`);
    return document;
  }));
}
