/**
 * Final states that are planted beside those to which the tasks for agents lead: wrong ones must be rejected, all of them,
 * and right ones that were reached another way kept, all of them.
 * @module
 */
import { Random } from "../../base/mod.ts";
import { agentTasks, agentTemplates, type JsonObject, office } from "../../synthesize/mod.ts";
import { outcomeOf, play } from "../../synthesize/agents/_play.ts";
import { judged } from "../../synthesize/agents/_trajectory.ts";
import { type AgentTask, isForbidden, taskOf } from "../../synthesize/agents/task.ts";
import { part } from "./_part.ts";
import { detours, type PlantedCalls, rightStates, strayCalls, wrongStates } from "./_planted_states.ts";
import { claim, type VerifyRow } from "./_row.ts";

/** A state or a way that was planted, and what became of it. */
export interface Planted {
  /** The tool that it turns on. */
  tool: string;
  /** What was planted: a state, or calls that were played. */
  by: "state" | "calls";
  /** Whether it is right. */
  right: boolean;
  /** Whether the verifier kept it. */
  kept: boolean;
  /** The task and the change, to look at. */
  what: string;
}

/** Plant states and calls for so many tasks of each template, and judge them as `playTasks` judges. */
export async function plant(tasks: number): Promise<Planted[]> {
  const planted = await Promise.all(agentTemplates.map(async (template) => {
    const documents = await agentTasks({ count: tasks, seed: "planted", templates: [template] });
    return await Promise.all(documents.map(async (document, at) => {
      const random = new Random(`${template}/${at}`);
      return await plantFor(taskOf(document, office), `${template} ${at}`, random);
    }));
  }));
  return planted.flat(2);
}

async function plantFor(task: AgentTask, name: string, random: Random): Promise<Planted[]> {
  const goal = (await outcomeOf(office, task, task.reference)).state as JsonObject;
  const said = { role: "assistant" as const, content: "All of it is done." };
  const ended = { messages: [said], calls: [], refused: 0, over: true };
  const keptAt = async (state: JsonObject) => "text" in await judged(office, task, { ...ended, state });
  const byState = (states: ReturnType<typeof wrongStates>, right: boolean) =>
    states.map(async ({ tool, what, state }): Promise<Planted> => (
      { tool, by: "state", right, kept: await keptAt(state), what: `${name}: ${what}` }
    ));
  const byCalls = (ways: readonly PlantedCalls[], right: boolean) =>
    ways.filter(({ calls }) => !calls.some((call) => isForbidden(task, call))).map(
      async ({ tool, calls }): Promise<Planted> => {
        const made = calls.map(({ name, arguments: given }, at) => (
          { text: "", calls: [{ id: `${at}`, name, arguments: JSON.stringify(given) }] }
        ));
        const turns = [...made, { text: said.content, calls: [] }];
        const result = await judged(
          office,
          task,
          await play(office, task, turns, { maxCalls: turns.length }),
        );
        return {
          tool,
          by: "calls",
          right,
          kept: "text" in result,
          what: `${name}: ${JSON.stringify(calls)}`,
        };
      },
    );
  return await Promise.all([
    ...byState(wrongStates(goal, random), false),
    ...byState(rightStates(goal), true),
    ...byCalls(strayCalls(goal, task.reference), false),
    ...byCalls(detours(task.reference), true),
  ]);
}

/** A row a tool and kind: how many were planted, and how many of these were judged falsely. */
export function* rowsOf(planted: readonly Planted[]): Generator<VerifyRow> {
  const kinds = Map.groupBy(planted, ({ tool, by, right }) => `${right ? "right" : "wrong"} ${by}, ${tool}`);
  for (const [kind, some] of [...kinds].toSorted(([a], [b]) => a < b ? 1 : -1)) {
    const { length } = some.filter(({ right, kept }) => right !== kept);
    const ours = `${length} of ${some.length} ${some[0].right ? "rejected" : "kept"}`;
    yield claim(kind, "", { ours, allowed: "0", holds: length === 0 });
  }
}

export default part({
  help: `agents: planted wrong final states are rejected, right ones reached another way are kept
--tasks N      tasks a template; default 10`,
  flags: { tasks: { min: 1 } },
  async *verify({ tasks = 10 }, _names, say) {
    const planted = await plant(tasks);
    for (const { right, kept, what } of planted) if (right !== kept) say(`judged falsely: ${what}`);
    const [wrong, right] = [false, true].map((side) => planted.filter((one) => one.right === side).length);
    say(`${tasks * agentTemplates.length} tasks; ${wrong} wrong ends planted, and ${right} right ones`);
    yield* rowsOf(planted);
  },
});
