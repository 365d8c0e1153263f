// deno-lint-ignore-file camelcase -- the API's names
import type { Json } from "../data/mod.ts";
import type { Completion, ToolCall } from "./chat.ts";
import { RequestError } from "./errors.ts";

/** What a server says of a chat or a completion, as far as it is read; nothing of it is certain. */
interface Answer {
  choices?: Choice[];
  usage?: { prompt_tokens?: unknown; completion_tokens?: unknown } | null;
  error?: { message?: unknown; code?: unknown } | string | null;
}

interface Choice {
  index?: unknown;
  message?:
    | {
      content?: unknown;
      refusal?: unknown;
      reasoning_content?: unknown;
      reasoning?: unknown;
      tool_calls?: unknown;
    }
    | null;
  text?: unknown;
  finish_reason?: unknown;
}

type Finish = Completion["finishReason"];

/** How servers say that an answer ended, in lower case. */
const finishes: Readonly<Record<string, Finish>> = {
  stop: "stop",
  stop_sequence: "stop",
  end_turn: "stop",
  complete: "stop",
  eos: "stop",
  eos_token: "stop",
  tool_calls: "stop",
  tool_use: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  content_filter: "filter",
  safety: "filter",
  recitation: "filter",
};

/** The most tokens that one answer is believed to have read or written. */
const MOST_TOKENS = 1e8;

/**
 * A server's answer to a chat or a completion.
 *
 * @throws {RequestError} If it is none: proxies and broken servers send pages, errors and nothing with status 200.
 */
export function readAnswer(
  answer: Json,
  { question, cached, mask = (text) => text }: {
    question: { [key: string]: Json };
    cached: boolean;
    mask?: (text: string) => string;
  },
): Completion {
  const { choices, usage, error } = (answer ?? {}) as Answer;
  // By index, as servers send them as they finish.
  const list = Array.isArray(choices) ? choices.filter((one) => typeof one === "object" && one !== null) : [];
  const choice = list.find(({ index }) => index === 0) ?? list[0];
  const text = choice && textOf(choice);
  if (text === undefined) {
    const said = typeof error === "object" && error ? error.message : error;
    const status = Number(typeof error === "object" ? error?.code : NaN);
    const known = typeof said === "string" ? said : JSON.stringify(answer);
    const fault = typeof said === "string" ? "an error" : choice ? "a choice without a text" : "no choice";
    throw new RequestError(`Cannot read the answer as it holds ${fault}: ${mask(known).slice(0, 200)}`, {
      // Some proxies pass on the status of those behind them so.
      ...(status >= 400 && status < 600 ? { status } : {}),
      code: "malformed",
    });
  }
  const limit = question.maxTokens as number;
  const counted = {
    promptTokens: tokens(usage?.prompt_tokens, 1),
    completionTokens: tokens(usage?.completion_tokens, text === "" ? 0 : 1),
  };
  const { promptTokens, completionTokens } = counted;
  const toolCalls = toolCallsOf(choice!);
  const refusal = typeof choice!.message?.refusal === "string" ? choice!.message.refusal : "";
  const { reasoning_content, reasoning = reasoning_content } = choice!.message ?? {};
  const word = choice!.finish_reason;
  let finishReason: Finish = typeof word === "string"
    ? finishes[word.toLowerCase()] ?? "incomplete"
    : "incomplete";
  const full = completionTokens !== undefined && completionTokens >= limit;
  // At the limit some servers say that the text ended by itself, or nothing; a cut text shows where it stops.
  if (
    full &&
    (finishReason === "stop" && text.length >= limit && isCut(text) ||
      finishReason === "incomplete" && word == null)
  ) {
    finishReason = "length";
  }
  const estimated = promptTokens === undefined || completionTokens === undefined;
  return {
    text,
    finishReason,
    ...(finishReason === "incomplete" ? { ended: wordOf(word) } : {}),
    ...(typeof reasoning === "string" && reasoning.trim() !== "" ? { reasoning: reasoning.trim() } : {}),
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    ...(refusal ? { refusal } : {}),
    usage: {
      promptTokens: promptTokens ?? estimate(textsOf(question)),
      completionTokens: completionTokens ?? estimate(text),
      ...(estimated ? { estimated } : {}),
    },
    cached,
  };
}

/** A choice's text, `undefined` where there is something else in its place. */
function textOf({ text, message }: Choice): string | undefined {
  if (typeof text === "string") return text;
  if (typeof message !== "object" || message === null) return undefined;
  const content = message.content ?? "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content.map((part) => typeof part === "string" ? part : part?.text ?? "");
  return parts.every((part) => typeof part === "string") ? parts.join("") : undefined;
}

/** The calls of a choice, in order; what is missing in one is empty. */
function toolCallsOf({ message }: Choice): ToolCall[] {
  const calls = message?.tool_calls;
  if (!Array.isArray(calls)) return [];
  return calls.map((call, at) => {
    const { name, arguments: given } = call?.function ?? {};
    return {
      id: typeof call?.id === "string" && call.id !== "" ? call.id : `call_${at}`,
      name: typeof name === "string" ? name : "",
      // Some servers give the object itself.
      arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}),
    };
  });
}

/** A count of tokens, `undefined` where it cannot be one. */
function tokens(value: unknown, least: number): number | undefined {
  const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return Number.isSafeInteger(count) && count as number >= least && count as number <= MOST_TOKENS
    ? count as number
    : undefined;
}

/** Tokens of a text that nobody counted: rarely does one hold less than three bytes, so that a budget ends early and not late. */
function estimate(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / 3);
}

/** The texts of a question. */
function textsOf({ messages, prompt }: { [key: string]: Json }): string {
  if (!Array.isArray(messages)) return typeof prompt === "string" ? prompt : "";
  return messages.map((message) => {
    const { content } = message as { content: string | { text?: string }[] };
    return typeof content === "string" ? content : content.map(({ text = "" }) => text).join("");
  }).join("\n");
}

/** Whether a text stops within a sentence: at a letter, a comma, an open bracket. */
function isCut(text: string): boolean {
  return /[\p{L}\p{M}\p{Ps},;:–—-]\s*$/u.test(text);
}

/** A server's word for the end of an answer, as a cause to count. */
function wordOf(word: unknown): string {
  if (word == null) return "none";
  return typeof word === "string" && /^[\w.-]{1,40}$/.test(word) ? word : "unknown";
}
