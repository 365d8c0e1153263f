// deno-lint-ignore-file camelcase -- the API's names
import { ofKind } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";
import type { Message, ToolSchema } from "./chat.ts";

/**
 * A message as OpenAI's API has it, and as trainers take it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openAiMessage } from "midtrain/llm";
 *
 * const toolCalls = [{ id: "1", name: "add", arguments: "{}" }];
 * assert.deepEqual(openAiMessage({ role: "assistant", content: "", toolCalls }).tool_calls, [
 *   { id: "1", type: "function", function: { name: "add", arguments: "{}" } },
 * ]);
 * ```
 */
export function openAiMessage(message: Message): { [key: string]: Json } {
  ofKind("Cannot write a message", { message }, "an object with role, content");
  const { role, content, images = [], toolCalls = [], toolCallId } = message;
  const tool_calls = toolCalls.map(({ id, name, arguments: given }) => ({
    id,
    type: "function",
    function: { name, arguments: given },
  }));
  return {
    role,
    content: images.length === 0 ? content : [
      { type: "text", text: content },
      ...images.map((url) => ({ type: "image_url", image_url: { url } })),
    ],
    ...(tool_calls.length > 0 ? { tool_calls } : {}),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

/**
 * A tool as OpenAI's API has it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openAiTool } from "midtrain/llm";
 *
 * const tool = { name: "now", description: "The time", parameters: { type: "object", properties: {} } };
 * assert.deepEqual(openAiTool(tool), { type: "function", function: tool });
 * ```
 */
export function openAiTool(tool: ToolSchema): { [key: string]: Json } {
  ofKind("Cannot write a tool", { tool }, "an object with name, description, parameters");
  const { name, description, parameters } = tool;
  return { type: "function", function: { name, description, parameters } };
}

/**
 * A message of texts and calls out of OpenAI's form; the inverse of {@linkcode openAiMessage} but for images.
 *
 * @throws {TypeError} If it is none.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readOpenAiMessage } from "midtrain/llm";
 *
 * const read = readOpenAiMessage({ role: "tool", content: "4", tool_call_id: "1" });
 * assert.deepEqual(read, { role: "tool", content: "4", toolCallId: "1" });
 * ```
 */
export function readOpenAiMessage(message: { [key: string]: Json }): Message {
  const cannot = "Cannot read a message";
  ofKind(cannot, { message }, "an object with role");
  const { role, tool_call_id } = message;
  const content = message.content ?? "";
  const calls = message.tool_calls ?? [];
  ofKind(cannot, { role, content }, "a text");
  ofKind(cannot, { tool_calls: calls }, "a list of objects with function");
  const toolCalls = (calls as { id?: Json; function: { [key: string]: Json } }[]).map(
    ({ id, function: called }) => {
      ofKind(cannot, { function: called }, "an object with name, arguments");
      const { name, arguments: given } = called;
      return {
        id: typeof id === "string" ? id : "",
        name: String(name),
        arguments: typeof given === "string" ? given : JSON.stringify(given),
      };
    },
  );
  return {
    role: role as Message["role"],
    content: content as string,
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    ...(typeof tool_call_id === "string" ? { toolCallId: tool_call_id } : {}),
  };
}
