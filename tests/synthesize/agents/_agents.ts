import type { AgentCall, ChatModel, Document, Message } from "../../../lib/synthesize/mod.ts";
import { taskOf } from "../../../lib/synthesize/agents/task.ts";
import { referenceTurns } from "../../../lib/synthesize/agents/demonstrate.ts";
import { office } from "../../../lib/synthesize/mod.ts";

/** What a scripted agent says and calls in a turn. */
export interface Said {
  text?: string;
  calls?: { name: string; arguments: string }[];
}

/** A model that tools are offered to, whose turns a test scripts by the conversation so far. */
export function agent(script: (messages: readonly Message[]) => Said): ChatModel {
  return {
    name: "scripted",
    chat({ messages }) {
      const { text = "", calls = [] } = script(messages);
      return Promise.resolve({
        text,
        ...(calls.length > 0 ? { toolCalls: calls.map((call, at) => ({ id: `x${at}`, ...call })) } : {}),
        finishReason: "stop" as const,
        usage: { promptTokens: 20, completionTokens: 5 },
        cached: false,
      });
    },
  };
}

/** How many turns the agent has had. */
export function turnsIn(messages: readonly Message[]): number {
  return messages.filter(({ role }) => role === "assistant").length;
}

/** An agent that plays calls one a turn, and then says that it is done. */
export function playing(calls: readonly AgentCall[], closing = "All of it is done."): ChatModel {
  return agent((messages) => {
    const next = calls[turnsIn(messages)];
    return next
      ? { calls: [{ name: next.name, arguments: JSON.stringify(next.arguments) }] }
      : { text: closing };
  });
}

/** An agent that knows every task's reference program. */
export function knowing(tasks: readonly Document[]): ChatModel {
  return agent((messages) => {
    const task = tasks.find(({ text }) => text === messages[1].content)!;
    const { text, calls } = referenceTurns(taskOf(task, office))[turnsIn(messages)];
    return { text, calls: [...calls] };
  });
}

/** Tasks that their instructions tell apart, as a model is told no more. */
export function different(tasks: readonly Document[]): Document[] {
  return [...new Map(tasks.map((task) => [task.text, task])).values()];
}
