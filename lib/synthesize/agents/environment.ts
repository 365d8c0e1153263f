import { distinct, ofKind } from "../../base/mod.ts";
import type { Json } from "../../data/mod.ts";

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** What a tool did. */
export interface ToolResult<State> {
  /** What the caller reads. */
  observation: Json;
  /** The state afterwards. @default {as it was} */
  state?: State;
}

/** A function that an agent may call; simulated, so that nothing outside its state changes. */
export interface Tool<State extends Json = Json> {
  /** Its name. */
  name: string;
  /** What it does, for the agent. */
  description: string;
  /** The JSON schema of its arguments, an object's. */
  parameters: JsonObject;
  /**
   * Run it. Same state and arguments, same result: no clock, no randomness, nothing outside. What it is given is its own to
   * change. A {@linkcode ToolRefusal} that it throws is what the agent reads, and changes nothing.
   */
  run(state: State, given: JsonObject): ToolResult<State> | Promise<ToolResult<State>>;
}

/** A tool's no, with the reason that the agent reads. */
export class ToolRefusal extends Error {
  /** Always `ToolRefusal`. */
  override name = "ToolRefusal";
}

/** A small world that agents work in: tools over a state that is plain JSON. */
export interface Environment<State extends Json = Json> {
  /** Its name, with a version that changes with what its tools do: journals go by it. */
  name: string;
  /** Its tools. */
  tools: readonly Tool<State>[];
  /** What of a state counts when two are compared: without order that means nothing, and numbers that only name things. */
  canonical(state: State): Json;
}

/**
 * Several environments as one: its state has a member for each, by the name it is given here. A state may leave some out:
 * their tools refuse.
 *
 * @throws {RangeError} If two tools have the same name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { calculator, calendar, joinEnvironments } from "midtrain/synthesize";
 *
 * const desk = joinEnvironments("desk@1", { calculator, calendar });
 * assert.deepEqual(desk.tools.map(({ name }) => name).slice(0, 2), ["calculate", "list_events"]);
 * ```
 */
export function joinEnvironments(
  name: string,
  // deno-lint-ignore no-explicit-any -- each has a state of its own
  parts: Readonly<Record<string, Environment<any>>>,
): Environment<JsonObject> {
  const cannot = "Cannot join environments";
  ofKind(cannot, { name }, "a text");
  ofKind(cannot, { parts }, "an object");
  const named = Object.entries(parts).map(([key, part]) => [`parts.${key}`, part]);
  ofKind(cannot, Object.fromEntries(named), "an object with name, tools, canonical");
  const tools = Object.entries(parts).flatMap(([key, { tools }]) =>
    tools.map((tool: Tool): Tool<JsonObject> => ({
      ...tool,
      async run(state, given) {
        if (!Object.hasOwn(state, key)) throw new ToolRefusal(`${tool.name} is not available here`);
        const { observation, state: after } = await tool.run(state[key], given);
        return after === undefined ? { observation } : { observation, state: { ...state, [key]: after } };
      },
    }))
  );
  distinct(cannot, { "the tools' names": tools.map(({ name }) => name) });
  const canonical = (state: JsonObject) =>
    Object.fromEntries(
      Object.entries(state).map((
        [key, part],
      ) => [key, Object.hasOwn(parts, key) ? parts[key].canonical(part) : part]),
    );
  return { name, tools, canonical };
}

/** A value as JSON with the members of objects in one order, so that equal values are equal texts. */
export function orderedJson(value: Json): string {
  return JSON.stringify(
    value,
    (_, one) =>
      typeof one === "object" && one !== null && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => a < b ? -1 : 1))
        : one,
  );
}

/** A schema of an object whose members are all needed, but for those that a question mark ends. */
export function objectSchema(members: Record<string, JsonObject>): JsonObject {
  const named = Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ""), schema]);
  return {
    type: "object",
    properties: Object.fromEntries(named),
    required: Object.keys(members).filter((name) => !name.endsWith("?")),
    additionalProperties: false,
  };
}

/** A schema of a text. */
export function textSchema(description: string): JsonObject {
  return { type: "string", description };
}
