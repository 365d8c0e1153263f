import type { Json } from "../../data/mod.ts";
import type { Message } from "../../llm/mod.ts";
import type { Accepted, Rejected } from "../method.ts";
import { offeredTools, outcomeOf, type Played, sameState } from "./_play.ts";
import type { Environment } from "./environment.ts";
import type { AgentTask } from "./task.ts";

/** Who speaks, in a text without a chat template. */
const labels: Record<Message["role"], string> = {
  system: "System",
  user: "User",
  assistant: "Assistant",
  tool: "Tool",
};

/**
 * A conversation as a text that is kept, or why it is not: what counts is the state that it leads to, compared with the state
 * to which the reference program leads, and nothing that the agent says.
 */
export async function judged(
  environment: Environment,
  task: AgentTask,
  played: Played,
): Promise<Accepted | Rejected> {
  const { messages, calls, refused, state, over, rejected } = played;
  if (rejected) return rejected;
  const sample = calls.map(({ name, arguments: given }) => `${name}(${JSON.stringify(given)})`).join("\n");
  if (!over) return { rejected: "too many steps", sample };
  const goal = await outcomeOf(environment, task, task.reference);
  if (!sameState(environment, state, goal.state)) {
    const untouched = sameState(environment, state, task.state);
    return untouched
      ? { rejected: "answer without state", sample: messages.at(-1)!.content }
      : { rejected: "wrong final state", sample };
  }
  return await trajectory(environment, task, messages, { steps: calls.length, refused });
}

/** The text of a conversation with the parts that the agent wrote, and the conversation itself as trainers take it. */
async function trajectory(
  environment: Environment,
  task: AgentTask,
  messages: readonly Message[],
  counts: { steps: number; refused: number },
): Promise<Accepted> {
  const { hermesMessages, openAiMessage, openAiTool } = await import("../../llm/mod.ts");
  const tools = offeredTools(environment, task);
  const responses: [number, number][] = [];
  let text = "";
  for (const { role, content } of hermesMessages(messages, { tools })) {
    text += `${text === "" ? "" : "\n\n"}${labels[role]}: `;
    const start = text.length;
    text += content;
    if (role === "assistant") responses.push([start, text.length]);
  }
  const meta: Record<string, Json> = {
    environment: environment.name,
    messages: messages.map(openAiMessage),
    tools: tools.map(openAiTool),
    responses,
    ...counts,
  };
  return { text, meta };
}
