import { argumentsOf, outcomeOf, sameState } from "./_play.ts";
import type { Environment } from "./environment.ts";
import { type AgentTask, isForbidden } from "./task.ts";

/** What is wrong with a task as such, if anything: its reference must be playable, and each step that changes the state must count. */
export async function taskFault(environment: Environment, task: AgentTask): Promise<string | undefined> {
  const { reference } = task;
  for (const step of reference) {
    const tool = environment.tools.find(({ name }) => name === step.name);
    if (!tool || !task.tools.includes(step.name)) return "unknown tool";
    if (await argumentsOf(tool, JSON.stringify(step.arguments)) === undefined) return "malformed call";
    if (isForbidden(task, step)) return "forbidden way";
  }
  const goal = await outcomeOf(environment, task, reference);
  if (goal.refused) return "a tool refuses";
  if (sameState(environment, goal.state, task.state)) return "nothing changes";
  const shorter = await Promise.all(reference.map(async (_, at) => {
    const before = await outcomeOf(environment, task, reference.slice(0, at));
    const after = await outcomeOf(environment, task, reference.slice(0, at + 1));
    if (sameState(environment, before.state, after.state)) return false;
    const without = await outcomeOf(environment, task, reference.toSpliced(at, 1));
    return sameState(environment, without.state, goal.state);
  }));
  return shorter.includes(true) ? "a step that does not count" : undefined;
}
