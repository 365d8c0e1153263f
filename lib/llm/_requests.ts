// deno-lint-ignore-file camelcase -- the API's names
import { z } from "zod";
import type { Json } from "../data/mod.ts";

/** At most this many texts in one request. */
const MOST_TEXTS = 2048;

const seed = z.number().int().min(-(2 ** 63)).max(2 ** 63).nullish();
const stop = z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish();
const tokens = z.array(z.number().int().min(0));

/** What would change the answer, and this server does not do: refused rather than ignored, unless it is empty or zero. */
function unsupported(what: string) {
  return z.unknown().optional().refine(
    (value) => !value || (typeof value === "object" && Object.keys(value).length === 0),
    { error: `${what} is not supported by the embedded model` },
  );
}

const common = {
  model: z.string().optional(),
  max_tokens: z.number().int().min(0).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  n: z.number().int().min(1).max(64).nullish(),
  seed,
  stop,
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  presence_penalty: unsupported("A presence penalty"),
  frequency_penalty: unsupported("A frequency penalty"),
  logit_bias: unsupported("A logit bias"),
};

const text = z.string();
const parts = z.array(
  z.object({ type: z.literal("text", { error: "The embedded model reads text only" }), text }),
).transform((list) => list.map((part) => part.text).join(""));

const toolCalls = z.array(
  z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })
    .transform(({ id, function: { name, arguments: given } }) => ({ id, name, arguments: given })),
);

/** Messages of a conversation; content parts are joined. */
const messages = z.array(
  z.object({
    role: z.enum(["system", "developer", "user", "assistant", "tool"]).transform((role) =>
      role === "developer" ? "system" : role
    ),
    content: z.union([text, parts, z.null().transform(() => "")], {
      error: "Content must be a text or a list of text parts: the embedded model reads text only",
    }),
    tool_calls: toolCalls.nullish(),
    tool_call_id: z.string().nullish(),
  }).transform(({ role, content, tool_calls, tool_call_id }) => ({
    role,
    content,
    ...(tool_calls ? { toolCalls: tool_calls } : {}),
    ...(tool_call_id ? { toolCallId: tool_call_id } : {}),
  })),
).min(1);

const tools = z.array(
  z.object({
    type: z.literal("function"),
    function: z.object({
      name: z.string().min(1),
      description: z.string().default(""),
      // It came out of JSON.
      parameters: z.custom<{ [key: string]: Json }>().default({ type: "object", properties: {} }),
    }),
  }).transform((tool) => tool.function),
).nullish();

const responseFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    // It came out of JSON; looking at each value again would take seconds.
    json_schema: z.object({ schema: z.custom<Json>(), strict: z.boolean().nullish() }),
  }),
]).nullish();

/** The bodies of the requests, as far as they are used. */
export const requests = {
  chat: z.object({
    ...common,
    messages,
    max_completion_tokens: z.number().int().min(0).nullish(),
    response_format: responseFormat,
    logprobs: z.boolean().nullish(),
    top_logprobs: z.number().int().min(0).max(20).nullish(),
    tools,
    tool_choice: z.enum(["auto", "none"], { error: "A tool_choice is auto or none with the embedded model" })
      .nullish(),
  }),
  completions: z.object({
    ...common,
    prompt: z.union([z.string(), z.array(z.string()).min(1), tokens.min(1), z.array(tokens.min(1)).min(1)], {
      error: "A prompt is a text, a list of texts, a list of token numbers, or a list of such lists",
    }),
    echo: z.boolean().nullish(),
    logprobs: z.number().int().min(0).max(20).nullish(),
    return_tokens_as_token_ids: z.boolean().nullish(),
    suffix: unsupported("A suffix"),
    best_of: z.literal(1, { error: "A best_of above 1 is not supported by the embedded model" }).nullish(),
  }),
  embeddings: z.object({
    model: z.string().optional(),
    input: z.union([z.string(), z.array(z.string()).min(1).max(MOST_TEXTS)], {
      error: `The input is a text or a list of 1 to ${MOST_TEXTS} texts`,
    }),
    encoding_format: z.enum(["float", "base64"]).nullish(),
    dimensions: z.literal(384, { error: "The embedding model has 384 dimensions" }).nullish(),
  }),
  tokenize: z.union([
    z.object({ prompt: z.string(), add_special_tokens: z.boolean().nullish() }),
    z.object({ messages }),
  ], { error: "Give a prompt or messages" }),
  detokenize: z.object({ tokens }),
  loglikelihood: z.object({
    pairs: z.array(z.object({ context: z.string(), continuation: z.string().min(1) })).min(1).max(MOST_TEXTS),
  }),
};
