// deno-lint-ignore-file camelcase -- the API's names
import { inRange, must, wholeNumber } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";
import { RequestError } from "./errors.ts";
import type { ChatRequest, Completion, Sampling } from "./chat.ts";
import { type AnswerSchema, answerSchema } from "./structured.ts";

/** A JSON object. */
export type Body = { [key: string]: Json };
/** How a server calls the limit of an answer. */
export type LimitName = "max_tokens" | "max_completion_tokens";

type Finish = Completion["finishReason"];

/** What a server says of a chat or a completion, as far as it is read. */
interface Answer {
  choices?: {
    message?: { content?: string | null; refusal?: string | null };
    text?: string;
    finish_reason?: string | null;
  }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
}

/** The schema of a request, ready to send and to check. */
export async function schemaOf<T>(request: ChatRequest<T>): Promise<AnswerSchema<T> | undefined> {
  return request.schema && await answerSchema<T>(request.schema);
}

/** What is asked, independent of how servers call it. */
export function chatQuestion<T>(request: ChatRequest<T>, schema: AnswerSchema<T> | undefined): Body {
  if (request.messages.length === 0) {
    throw new RangeError("Cannot answer a conversation as it must hold at least one message");
  }
  return {
    messages: request.messages.map(({ role, content, images = [] }) => ({
      role,
      content: images.length === 0 ? content : [
        { type: "text", text: content },
        ...images.map((url) => ({ type: "image_url", image_url: { url } })),
      ],
    })),
    ...sampling(request),
    ...(schema ? { schema: schema.json } : {}),
  };
}

/** The question as a server reads it. */
export function chatBody(
  model: string,
  { maxTokens, schema, ...rest }: Body,
  { limitName, enforced, strict }: { limitName: LimitName; enforced: boolean; strict: boolean },
): Body {
  return {
    model,
    ...rest,
    [limitName]: maxTokens!,
    ...(schema && enforced
      ? { response_format: { type: "json_schema", json_schema: { name: "answer", strict, schema } } }
      : {}),
  };
}

/** The inverse of {@linkcode chatBody}. */
export function questionOf(
  { model: _, max_tokens, max_completion_tokens, response_format, ...rest }: Body,
): Body {
  const schema = (response_format as { json_schema?: { schema?: Json } } | undefined)?.json_schema?.schema;
  return { ...rest, maxTokens: (max_tokens ?? max_completion_tokens)!, ...(schema ? { schema } : {}) };
}

/** A server's answer to a chat. */
export function readChat<T>(
  answer: Json,
  { cached, schema }: { cached: boolean; schema: AnswerSchema<T> | undefined },
): Completion<T> {
  const completion = read(answer, cached);
  if (!schema) return completion as Completion<T>;
  const truncated = completion.finishReason === "length";
  return { ...completion, parsed: schema.parse(completion.text, { truncated }) };
}

/** The sampling part of a question, under the names that servers use; the limit's name differs and is set later. */
export function sampling({ maxTokens = 256, temperature = 0, topP, seed = 1, stop }: Sampling): Body {
  wholeNumber("Cannot sample", { maxTokens }, ">= 1");
  inRange("Cannot sample", { temperature }, "in [0, 2]");
  if (topP !== undefined) inRange("Cannot sample", { topP }, "in (0, 1]");
  must("Cannot sample", "seed must be a whole number", seed, Number.isSafeInteger(seed));
  return {
    maxTokens,
    temperature,
    seed,
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop && stop.length > 0 ? { stop } : {}),
  };
}

/** A server's answer to a chat or a completion. */
export function read(answer: Json, cached: boolean): Completion {
  const { choices, usage } = answer as Answer;
  const choice = choices?.[0];
  if (!choice) {
    throw new RequestError(
      `Cannot read the answer as it holds no choice: ${JSON.stringify(answer).slice(0, 200)}`,
    );
  }
  const reason = choice.finish_reason;
  const refusal = choice.message?.refusal;
  const finishReason: Finish = reason === "length"
    ? "length"
    : reason === "content_filter"
    ? "filter"
    : "stop";
  return {
    text: choice.text ?? choice.message?.content ?? "",
    finishReason,
    ...(refusal ? { refusal } : {}),
    usage: {
      promptTokens: usage?.prompt_tokens ?? 0,
      completionTokens: usage?.completion_tokens ?? 0,
    },
    cached,
  };
}
