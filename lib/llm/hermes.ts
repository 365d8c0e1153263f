import { ofKind, takes } from "../base/mod.ts";
import type { Message, ToolCall, ToolSchema } from "./chat.ts";

/** Options of {@linkcode hermesMessages}. */
export interface HermesOptions {
  /** What the model may call; they stand in the first system message. @default {none} */
  tools?: readonly ToolSchema[] | undefined;
}

/**
 * A conversation with tools as texts alone, in the form of Hermes, which Qwen's chat templates have as well: the tools between
 * `<tools>` and `</tools>` in the system message, calls as JSON between `<tool_call>` and `</tool_call>`, results between
 * `<tool_response>` and `</tool_response>`. The words around the marks are ours. A conversation without tools and calls stays
 * as it is.
 *
 * No text can close a mark that it stands in: its `</` is written `<\/`, which JSON reads as the same.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hermesMessages } from "midtrain/llm";
 *
 * const calls = [{ id: "1", name: "add", arguments: '{"a": 2, "b": 2}' }];
 * const [said, result] = hermesMessages([
 *   { role: "assistant", content: "", toolCalls: calls },
 *   { role: "tool", content: "4", toolCallId: "1" },
 * ]);
 * assert.equal(said.content, '<tool_call>\n{"name": "add", "arguments": {"a":2,"b":2}}\n</tool_call>');
 * assert.equal(result.content, "<tool_response>\n4\n</tool_response>");
 * ```
 */
export function hermesMessages(messages: readonly Message[], options: HermesOptions = {}): Message[] {
  const cannot = "Cannot write a conversation with tools";
  takes(cannot, options, "tools?");
  ofKind(cannot, { messages }, "a list of objects with role, content");
  const { tools = [] } = options;
  ofKind(cannot, { tools }, "a list of objects with name, description, parameters");
  const written = messages.map(({ toolCalls = [], toolCallId: _, ...message }): Message => {
    if (message.role === "tool") {
      return { ...message, content: `<tool_response>\n${closed(message.content)}\n</tool_response>` };
    }
    const calls = toolCalls.map((call) => `<tool_call>\n${callJson(call)}\n</tool_call>`);
    return { ...message, content: [message.content, ...calls].filter((part) => part !== "").join("\n") };
  });
  if (tools.length === 0) return written;
  const listed = tools.map((tool) => closed(JSON.stringify({ type: "function", function: tool })));
  const about = `${INSTRUCTION}\n<tools>\n${listed.join("\n")}\n</tools>`;
  const [first, ...rest] = written;
  return first?.role === "system"
    ? [{ ...first, content: `${first.content}\n\n${about}` }, ...rest]
    : [{ role: "system", content: about }, ...written];
}

const INSTRUCTION =
  `You can call tools. To call one, write its name and arguments as one JSON object between these marks:
<tool_call>
{"name": "the tool's name", "arguments": {"an argument": "its value"}}
</tool_call>
Its result then comes between <tool_response> and </tool_response>. These are the tools:`;

/** What a model wrote in that form: its text without the calls, and the calls. */
export function hermesAnswer(written: string): { text: string; toolCalls: ToolCall[] } {
  const toolCalls: ToolCall[] = [];
  const text = written.replace(/<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/g, (_, call: string) => {
    toolCalls.push({ id: `call_${toolCalls.length}`, ...readCall(call.trim()) });
    return "";
  });
  return { text: toolCalls.length > 0 ? text.trim() : text, toolCalls };
}

/** A call of JSON; one that is none has no name, and its text as arguments. */
function readCall(call: string): Omit<ToolCall, "id"> {
  try {
    const { name, arguments: given } = JSON.parse(call);
    if (typeof name === "string") return { name, arguments: JSON.stringify(given ?? {}) };
  } catch {
    // It is said by the empty name.
  }
  return { name: "", arguments: call };
}

function callJson({ name, arguments: given }: ToolCall): string {
  let plain: string;
  try {
    plain = JSON.stringify(JSON.parse(given));
  } catch {
    plain = JSON.stringify(given);
  }
  return closed(`{"name": ${JSON.stringify(name)}, "arguments": ${plain}}`);
}

function closed(text: string): string {
  return text.replace(/<\/(?=tools>|tool_call>|tool_response>)/g, "<\\/");
}
