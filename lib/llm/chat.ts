import type { Json } from "../data/mod.ts";
import type { Parsed, ZodSchema } from "./structured.ts";

/** One turn of a conversation. */
export interface Message {
  /** Who speaks. */
  role: "system" | "user" | "assistant" | "tool";
  /** What is said. */
  content: string;
  /** Images beside it, by their address (`https:` or `data:`); for endpoints with models that see. @default {none} */
  images?: readonly string[] | undefined;
  /** The tools that an assistant calls, beside what it says. @default {none} */
  toolCalls?: readonly ToolCall[] | undefined;
  /** With the role `tool`: the call that this is the result of. */
  toolCallId?: string | undefined;
}

/** A function that a model may call. */
export interface ToolSchema {
  /** Its name. */
  name: string;
  /** What it does. */
  description: string;
  /** The JSON schema of its arguments, an object's. */
  parameters: { [key: string]: Json };
}

/** A call as the model wrote it; nothing of it is certain. */
export interface ToolCall {
  /** Names it among the calls of its conversation. */
  id: string;
  /** The tool; empty where the call names none. */
  name: string;
  /** The arguments, which should be a JSON object. */
  arguments: string;
}

/** How an answer is sampled. */
export interface Sampling {
  /** At most this many tokens are written. @default {256} */
  maxTokens?: number | undefined;
  /** 0 takes the most probable token each time. @default {0} */
  temperature?: number | undefined;
  /** Sample from the smallest set of tokens with this much probability. @default {1} */
  topP?: number | undefined;
  /** Names the random stream: ask for several answers with several seeds. @default {1} */
  seed?: number | undefined;
  /** Texts that end the answer. @default {[]} */
  stop?: string[] | undefined;
  /** Gives the request up. */
  signal?: AbortSignal | undefined;
  /** How often it is sent again after a failure that may pass. @default {the model's own} */
  maxRetries?: number | undefined;
  /** Called before each time that it is sent; what this throws ends the request. */
  onSend?: (() => void) | undefined;
}

/** A conversation to answer. */
export interface ChatRequest<T = unknown> extends Sampling {
  /** The conversation so far. */
  messages: readonly Message[];
  /** What the answer must be: a zod schema or a JSON schema of an object. Give integers both bounds: small models like large numbers. */
  schema?: ZodSchema<T> | { [key: string]: Json } | undefined;
  /** What the model may call; its calls come back as `toolCalls`. @default {none} */
  tools?: readonly ToolSchema[] | undefined;
  /** Fields beside those that the kit sends, such as `reasoning_effort` or `chat_template_kwargs`; part of what the cache goes by. @default {none} */
  body?: { [key: string]: Json } | undefined;
}

/** A text to continue, without a chat template. */
export interface CompletionRequest extends Sampling {
  /** The text. */
  prompt: string;
}

/** An answer. */
export interface Completion<T = unknown> {
  /** The text as the model wrote it. */
  text: string;
  /**
   * - `stop`: it ended by itself or at a stop text
   * - `length`: it was cut at `maxTokens` or the context's end
   * - `filter`: withheld
   * - `incomplete`: the server ended it for another reason, or names none; the cache keeps no such answer
   */
  finishReason: "stop" | "length" | "filter" | "incomplete";
  /** With `incomplete`: the server's own word, `none` where it has none. */
  ended?: string;
  /** What the model thought before it, where the endpoint gives that beside the text (`reasoning_content` or `reasoning`). */
  reasoning?: string;
  /** The tools that it calls. */
  toolCalls?: readonly ToolCall[];
  /** What the endpoint says when it declines to answer. */
  refusal?: string;
  /** Tokens read and written; `estimated`, at three bytes a token, where the endpoint does not count them. */
  usage: { promptTokens: number; completionTokens: number; estimated?: true };
  /** Parameters that the endpoint refuses, and this answer was made without. */
  dropped?: readonly string[];
  /** Whether it came out of the cache, at no cost. */
  cached: boolean;
  /** With a schema: the value, or why there is none. */
  parsed?: Parsed<T>;
}

/** What can be asked: a `LanguageModel`, a batch's model, or an object by hand. */
export interface ChatModel {
  /** The model's name as its server gives it. */
  readonly name: string;
  /** Answer a conversation. */
  chat<T = unknown>(request: ChatRequest<T>): Promise<Completion<T>>;
}
