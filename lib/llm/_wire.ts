// deno-lint-ignore-file camelcase -- the API's names
import { inRange, must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";
import { openAiMessage, openAiTool } from "./openai_form.ts";
import { readAnswer } from "./_read.ts";
import type { ChatRequest, Completion, CompletionRequest, Sampling } from "./chat.ts";
import { type AnswerSchema, answerSchema } from "./structured.ts";

/** A JSON object. */
export type Body = { [key: string]: Json };
/** How a server calls the limit of an answer. */
export type LimitName = "max_tokens" | "max_completion_tokens";

/** The schema of a request, ready to send and to check. */
export async function schemaOf<T>(request: ChatRequest<T>): Promise<AnswerSchema<T> | undefined> {
  return request?.schema && await answerSchema<T>(request.schema);
}

const SAMPLING = "maxTokens?, temperature?, topP?, seed?, stop?, signal?, maxRetries?, onSend?";

/** What is asked, independent of how servers call it. */
export function chatQuestion<T>(request: ChatRequest<T>, schema: AnswerSchema<T> | undefined): Body {
  const cannot = "Cannot answer a conversation";
  takes(cannot, request, `messages, schema?, tools?, body?, ${SAMPLING}`);
  ofKind(cannot, { messages: request.messages }, "a list of objects with role");
  if (request.messages.length === 0) {
    throw new RangeError(`${cannot} as it must hold at least one message`);
  }
  return {
    messages: request.messages.map(openAiMessage),
    ...sampling(request),
    ...(request.tools && request.tools.length > 0 ? { tools: request.tools.map(openAiTool) } : {}),
    ...(schema ? { schema: schema.json } : {}),
    ...extraFields(request.body),
  };
}

/** What is to be continued, independent of how servers call it. */
export function completionQuestion(request: CompletionRequest): Body {
  const cannot = "Cannot continue a text";
  takes(cannot, request, `prompt, ${SAMPLING}`);
  ofKind(cannot, { prompt: request.prompt }, "a text");
  return { prompt: request.prompt, ...sampling(request) };
}

/** The question as a server reads it. */
export function chatBody(
  model: string,
  { maxTokens, schema, body, ...rest }: Body,
  { limitName, enforced, strict }: { limitName: LimitName; enforced: boolean; strict: boolean },
): Body {
  return {
    model,
    ...rest,
    [limitName]: maxTokens!,
    ...(body as Body | undefined),
    ...(schema && enforced
      ? { response_format: { type: "json_schema", json_schema: { name: "answer", strict, schema } } }
      : {}),
  };
}

/** The inverse of {@linkcode chatBody}. */
export function questionOf(
  {
    model: _,
    messages,
    temperature,
    seed,
    top_p,
    stop,
    max_tokens,
    max_completion_tokens,
    response_format,
    tools,
    ...body
  }: Body,
): Body {
  const schema = (response_format as { json_schema?: { schema?: Json } } | undefined)?.json_schema?.schema;
  const known = {
    messages,
    temperature,
    seed,
    top_p,
    stop,
    maxTokens: max_tokens ?? max_completion_tokens,
    schema,
    tools,
  };
  const question = Object.entries(known).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return { ...Object.fromEntries(question), ...(Object.keys(body).length > 0 ? { body } : {}) };
}

/** Fields of a body that have options of their own, or would change what an answer is. */
const ours = [
  ...["model", "messages", "temperature", "top_p", "seed", "stop", "max_tokens", "max_completion_tokens"],
  ...["response_format", "stream", "n", "tools"],
];

/** Fields beside the kit's own, if there are any. @throws {TypeError} If one is the kit's own. */
function extraFields(body: Body | undefined): { body?: Body } {
  const own = Object.keys(body ?? {}).find((name) => ours.includes(name));
  if (own !== undefined) {
    throw new TypeError(`Cannot send the field ${own} in body as the kit writes it by itself: leave it out`);
  }
  return body && Object.keys(body).length > 0 ? { body } : {};
}

/** A server's answer to a chat. */
export function readChat<T>(
  answer: Json,
  { question, cached, schema, mask }: {
    question: Body;
    cached: boolean;
    schema: AnswerSchema<T> | undefined;
    mask?: (text: string) => string;
  },
): Completion<T> {
  const completion = readAnswer(answer, { question, cached, ...(mask ? { mask } : {}) });
  if (!schema) return completion as Completion<T>;
  const truncated = completion.finishReason === "length";
  return { ...completion, parsed: schema.parse(completion.text, { truncated }) };
}

/** The sampling part of a question, under the names that servers use; the limit's name differs and is set later. */
function sampling({ maxTokens = 256, temperature = 0, topP, seed = 1, stop }: Sampling): Body {
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
