import { ofKind } from "../../base/mod.ts";
import type { Document, Json } from "../../data/mod.ts";
import type { Environment, JsonObject } from "./environment.ts";

/** A call of a tool. */
export type AgentCall = {
  /** The tool. */
  name: string;
  /** What it is given. */
  arguments: JsonObject;
};

/** A way that a task forbids: a tool, or only calls of it that hold a text. */
export type ForbiddenCall = {
  /** The tool. */
  tool: string;
  /** A text in any of its arguments; capitals do not count. @default {every call} */
  holding?: string;
};

/** What an agent is to do; stands in the `meta` of a document whose text is the instruction. */
export interface AgentTask {
  /** What the user asks for. */
  instruction: string;
  /** The state it begins with. */
  state: Json;
  /** The calls of the reference program; the state that they lead to is the goal. */
  reference: readonly AgentCall[];
  /** The tools that the agent is offered. */
  tools: readonly string[];
  /** What it must not do on the way; the instruction says so. */
  forbidden: readonly ForbiddenCall[];
}

/**
 * The task that a document holds.
 *
 * @throws {TypeError} If it holds none.
 * @throws {RangeError} If it is one of another environment.
 */
export function taskOf({ id, text, meta }: Document, environment: Environment): AgentTask {
  const cannot = `Cannot play the task ${id}`;
  const { state, reference, tools, forbidden = [] } = meta;
  if (meta.environment !== environment.name) {
    throw new RangeError(
      `${cannot} as its environment must be ${environment.name}: current value is ${meta.environment}`,
    );
  }
  if (state === undefined) throw new TypeError(`${cannot} as meta.state must be given: it is not`);
  ofKind(cannot, { "meta.reference": reference }, "a list of objects with name, arguments");
  ofKind(cannot, { "meta.tools": tools }, "a list of texts");
  ofKind(cannot, { "meta.forbidden": forbidden }, "a list of objects with tool");
  const known = environment.tools.map(({ name }) => name);
  const unknown = (tools as string[]).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `${cannot} as its tools must be of ${environment.name}: current value is ${unknown}`,
    );
  }
  return {
    instruction: text,
    state,
    reference: reference as AgentCall[],
    tools: tools as string[],
    forbidden: forbidden as ForbiddenCall[],
  };
}

/** Whether a call is one that a task forbids. */
export function isForbidden({ forbidden }: AgentTask, { name, arguments: given }: AgentCall): boolean {
  const texts = Object.values(given).map((value) => String(value).toLowerCase());
  return forbidden.some(({ tool, holding }) =>
    tool === name && (holding === undefined || texts.some((text) => text.includes(holding.toLowerCase())))
  );
}
