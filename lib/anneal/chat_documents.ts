import { each, must, ofKind, oneOf, takes } from "../base/mod.ts";
import type { Document, Documents, Json } from "../data/mod.ts";
import type { ToolSchema } from "../llm/mod.ts";
import type { Span } from "./_loss_spans.ts";

/** How a message of a role is written. */
export interface ChatTurn {
  /** Stands before the message. */
  before: string;
  /** Ends it; an assistant's end is learnt. */
  end: string;
  /** Stands between it and the next. @default nothing */
  after?: string;
}

/** How a chat is written: a published form by name, or what each role's messages stand in. */
export type ChatTemplate = "chatml" | "llama3" | ((role: string) => ChatTurn);

/** Options of {@linkcode chatDocuments}. */
export interface ChatDocumentsOptions {
  /**
   * `chatml` (Qwen, SmolLM, OLMo 3's thinking models) writes `<|im_start|>role`, `llama3` writes
   * `<|start_header_id|>role<|end_header_id|>`; no system message is added to either. A model's tokenizer must have these.
   */
  template: ChatTemplate;
  /**
   * The member of `meta` that holds the messages, `[{ role, content }]` or `[{ from, value }]`; what an assistant calls
   * (`tool_calls`) and `meta.tools` are written between the marks of Hermes, see `hermesMessages` of `midtrain/llm`.
   * @default {"messages"}
   */
  messagesField?: string;
  /** The member that holds what is asked, where a document is one question with its answer. @default {"prompt"} */
  promptField?: string;
  /** The member that holds the answer. @default {"response"} */
  responseField?: string;
}

const TEMPLATES: Record<Extract<ChatTemplate, string>, (role: string) => ChatTurn> = {
  chatml: (role) => ({ before: `<|im_start|>${role}\n`, end: "<|im_end|>", after: "\n" }),
  llama3: (role) => ({
    before: `<|start_header_id|>${role}<|end_header_id|>\n\n`,
    end: "<|eot_id|>",
  }),
};

/** What ShareGPT's records call the roles. */
const ROLES: Record<string, string> = {
  human: "user",
  gpt: "assistant",
  chatgpt: "assistant",
  bot: "assistant",
};

interface Message {
  role: string;
  content: string;
}

/**
 * Chats as texts that tell their answers: each document's `meta` holds its messages, or a prompt and a response, and gets
 * `responses`, the parts that an assistant wrote, its end among them. {@linkcode packDocuments} learns these alone by
 * `lossOn: "responses"`.
 *
 * @throws {RangeError} While iterating, if a document holds no chat, or none of its messages is an assistant's.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chatDocuments } from "midtrain/anneal";
 *
 * const chat = { id: "1", text: "", source: "sums", meta: { prompt: "2+2", response: "4" } };
 * const template = (role: string) => ({ before: role === "user" ? "Q: " : "A: ", end: "\n" });
 * const [{ text, meta }] = await Array.fromAsync(chatDocuments([chat], { template }));
 * assert.deepEqual([text, meta.responses], ["Q: 2+2\nA: 4\n", [[10, 12]]]);
 * ```
 */
export async function* chatDocuments(
  documents: Documents,
  options: ChatDocumentsOptions,
): AsyncGenerator<Document, void, undefined> {
  const cannot = "Cannot write chats";
  takes(cannot, options, "template, messagesField?, promptField?, responseField?");
  const { template } = options;
  if (typeof template !== "function") oneOf(cannot, { template }, TEMPLATES);
  const turnOf = typeof template === "function" ? template : TEMPLATES[template];
  for await (const document of each(cannot, { documents }, "an object with id, meta")) {
    const messages = await messagesOf(document, options);
    const responses: Span[] = [];
    let text = "";
    for (const { role, content } of messages) {
      const { before, end, after = "" } = turnOf(role);
      ofKind(cannot, { before, end, after }, "a text");
      text += before;
      const start = text.length;
      text += content + end;
      if (role === "assistant") responses.push([start, text.length]);
      text += after;
    }
    const roles = messages.map(({ role }) => role).join(", ");
    must(
      `${cannot} of document ${document.id}`,
      "a message must be an assistant's",
      roles,
      responses.length > 0,
    );
    yield { ...document, text, meta: { ...document.meta, responses: responses.map((span) => [...span]) } };
  }
}

async function messagesOf({ id, meta }: Document, options: ChatDocumentsOptions): Promise<Message[]> {
  const { messagesField = "messages", promptField = "prompt", responseField = "response" } = options;
  const cannot = `Cannot write the chat of document ${id}`;
  const { [messagesField]: messages, [promptField]: prompt, [responseField]: response } = meta;
  if (messages === undefined && prompt !== undefined && response !== undefined) {
    ofKind(cannot, { [promptField]: prompt, [responseField]: response }, "a text");
    return [{ role: "user", content: `${prompt}` }, { role: "assistant", content: `${response}` }];
  }
  const fields = `meta must hold ${messagesField}, or ${promptField} and ${responseField}`;
  must(cannot, fields, Object.keys(meta).join(", ") || "nothing", messages !== undefined);
  ofKind(cannot, { [`meta.${messagesField}`]: messages }, "a list of objects");
  const list = messages as Record<string, Json>[];
  const plain = list.map((message, i) => {
    const role = message.role ?? message.from;
    const content = contentOf(message.content ?? message.value ?? (message.tool_calls ? "" : undefined));
    const rule = `message ${i} must hold role and content, both texts`;
    must(
      cannot,
      rule,
      JSON.stringify(message).slice(0, 80),
      typeof role === "string" && content !== undefined,
    );
    return { role: ROLES[role as string] ?? role as string, content: content! };
  });
  const { tools = [] } = meta;
  ofKind(cannot, { "meta.tools": tools }, "a list of objects");
  if ((tools as Json[]).length === 0 && !list.some(({ tool_calls: calls }) => calls)) return plain;
  ofKind(cannot, { "meta.tools": tools }, "a list of objects with function");
  const { hermesMessages, readOpenAiMessage } = await import("../llm/mod.ts");
  const read = plain.map((message, i) =>
    readOpenAiMessage({ ...message, tool_calls: list[i].tool_calls ?? [] })
  );
  const schemas = (tools as { function: Json }[]).map((tool) => tool.function) as unknown as ToolSchema[];
  return hermesMessages(read, { tools: schemas });
}

/** A content's text; it may be a list of parts, all of them texts. */
function contentOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part) => part?.text);
  return texts.every((text) => typeof text === "string") ? texts.join("") : undefined;
}
