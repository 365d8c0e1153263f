// deno-lint-ignore-file camelcase -- the API's names
import { Buffer } from "node:buffer";
import type { z } from "zod";
import type { Embedder } from "./embedder.ts";
import type { EmbeddedModel, Generated, GenerateOptions } from "./embedded.ts";
import { ApiError, refuse } from "./_errors.ts";
import { hermesAnswer, hermesMessages } from "./hermes.ts";
import { chatLogprobs, completionLogprobs } from "./_logprobs.ts";
import { requests } from "./_requests.ts";

/** What the routes answer with. */
export interface Models {
  /** The language model. */
  model: EmbeddedModel;
  /** The embedding model, loaded at its first use. */
  embedder: () => Promise<Embedder>;
  /** The embedding model's name. */
  embedderName: string;
}

/** Answers one request; its body is read already. */
export type Route = (models: Models, body: unknown, signal: AbortSignal) => Response | Promise<Response>;

/** Texts longer than this are not tokenized: the work would hold up everybody else for seconds. */
const LONGEST_TEXT = 4_000_000;

/** The methods of one path. */
interface Methods {
  GET?: Route;
  POST?: Route;
}

/** Every path with its methods. */
export const routes: Record<string, Methods> = {
  "/health": { GET: () => Response.json({ status: "ok" }) },
  "/v1/models": { GET: listModels },
  "/v1/chat/completions": { POST: chat },
  "/v1/completions": { POST: complete },
  "/v1/embeddings": { POST: embed },
  "/tokenize": { POST: tokenize },
  "/detokenize": { POST: detokenize },
  "/tokenizer_info": { GET: tokenizerInfo },
  "/loglikelihood": { POST: loglikelihood },
};

/** The methods of a path, if there is such a path; a model's own is `/v1/models/NAME`. */
export function routeOf(path: string): Methods | undefined {
  if (Object.hasOwn(routes, path)) return routes[path];
  const [, name] = /^\/v1\/models\/(.+)$/.exec(path) ?? [];
  return name === undefined ? undefined : { GET: (models) => describeModel(models, name) };
}

function entries({ model, embedderName }: Models) {
  const entry = (id: string, length?: number) => ({
    id,
    object: "model",
    created: 0,
    owned_by: "midtrain",
    max_model_len: length,
  });
  return [entry(model.name, model.context), entry(embedderName)];
}

function listModels(models: Models): Response {
  return Response.json({ object: "list", data: entries(models) });
}

function describeModel(models: Models, name: string): Response {
  const known = entries(models);
  const asked = known.find(({ id }) => id === name || encodeURIComponent(id) === name);
  if (!asked) checkModel(name, ...known.map(({ id }) => id));
  return Response.json(asked);
}

async function chat({ model }: Models, body: unknown, signal: AbortSignal): Promise<Response> {
  const request = requests.chat.parse(body);
  checkModel(request.model, model.name);
  const tools = request.tool_choice === "none" ? [] : request.tools ?? [];
  if (request.stream && tools.length > 0) {
    throw new ApiError(400, "Cannot stream tool calls: ask without stream", { param: "stream" });
  }
  const prompt = model.chatTokens(hermesMessages(request.messages, { tools }));
  if (request.stream && request.logprobs) {
    throw new ApiError(400, "Cannot stream log-probabilities: ask for one or the other", {
      param: "logprobs",
    });
  }
  const format = request.response_format;
  const options: GenerateOptions = {
    ...sampling(request, request.max_completion_tokens ?? request.max_tokens ?? model.context),
    ...(format?.type === "json_object" ? { format: "json" } : {}),
    ...(format?.type === "json_schema"
      ? { format: { schema: format.json_schema.schema, strict: format.json_schema.strict ?? true } }
      : {}),
  };
  const head = {
    id: `chatcmpl-${crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: model.name,
  };
  const drafts = { model, prompts: [prompt], n: request.n ?? 1, options, seed: request.seed };
  if (request.stream) {
    return await stream(drafts, signal, request.stream_options?.include_usage ?? false, {
      object: "chat.completion.chunk",
      ...head,
    }, (index, part) => ({
      index,
      delta: part.first ? { role: "assistant", content: part.text } : part.text ? { content: part.text } : {},
      logprobs: null,
      finish_reason: part.finishReason ?? null,
    }));
  }
  const drawn = await draw(drafts, signal);
  const choices = [];
  for (const [index, { tokens, text, finishReason }] of drawn.entries()) {
    const content = request.logprobs
      ? chatLogprobs(
        model,
        tokens,
        await model.score([...prompt, ...tokens], {
          from: prompt.length,
          alternatives: request.top_logprobs ?? 0,
          signal,
        }),
      )
      : undefined;
    const said = tools.length > 0 ? hermesAnswer(text) : { text, toolCalls: [] };
    const tool_calls = said.toolCalls.map(({ id, name, arguments: given }) => ({
      id,
      type: "function",
      function: { name, arguments: given },
    }));
    const called = tool_calls.length > 0;
    choices.push({
      index,
      message: {
        role: "assistant",
        content: called && said.text === "" ? null : said.text,
        refusal: null,
        ...(called ? { tool_calls } : {}),
      },
      logprobs: content ? { content, refusal: null } : null,
      finish_reason: called && finishReason === "stop" ? "tool_calls" : finishReason,
    });
  }
  return Response.json({ object: "chat.completion", ...head, choices, usage: usage([prompt], drawn) });
}

async function complete({ model }: Models, body: unknown, signal: AbortSignal): Promise<Response> {
  const request = requests.completions.parse(body);
  checkModel(request.model, model.name);
  const { n, echo, logprobs } = {
    n: request.n ?? 1,
    echo: request.echo ?? false,
    logprobs: request.logprobs ?? null,
  };
  const prompts = promptsOf(request.prompt).map((prompt) => {
    const tokens = typeof prompt === "string" ? encode(model, prompt) : checkTokens(model, prompt);
    return tokens.length > 0 ? tokens : [model.firstToken];
  });
  const options = sampling(request, request.max_tokens ?? 16);
  if (options.maxTokens === 0 && !echo) {
    throw new ApiError(400, "Cannot write 0 tokens unless echo is true", { param: "max_tokens" });
  }
  const head = {
    id: `cmpl-${crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: model.name,
  };
  const drafts = { model, prompts, n, options, seed: request.seed };
  if (request.stream) {
    if (echo || logprobs !== null) {
      throw new ApiError(400, "Cannot stream with echo or logprobs: ask without stream", { param: "stream" });
    }
    return await stream(
      drafts,
      signal,
      request.stream_options?.include_usage ?? false,
      {
        object: "text_completion",
        ...head,
      },
      (index, part) => ({ index, text: part.text, logprobs: null, finish_reason: part.finishReason ?? null }),
    );
  }
  const drawn = await draw(drafts, signal);
  const choices = [];
  for (const [index, { tokens, text, finishReason }] of drawn.entries()) {
    const prompt = prompts[Math.floor(index / n)];
    const all = [...prompt, ...tokens];
    const from = echo ? 0 : prompt.length;
    const scores = logprobs === null
      ? null
      : await model.score(all, { from: Math.max(1, from), alternatives: logprobs, signal });
    choices.push({
      index,
      text: (echo ? model.detokenize(prompt, true) : "") + text,
      logprobs: scores && completionLogprobs(
        model,
        all.slice(from),
        echo ? [null, ...scores] : scores,
        request.return_tokens_as_token_ids ?? false,
      ),
      finish_reason: finishReason,
    });
  }
  return Response.json({ object: "text_completion", ...head, choices, usage: usage(prompts, drawn) });
}

async function embed(
  { model, embedder, embedderName }: Models,
  body: unknown,
  signal: AbortSignal,
): Promise<Response> {
  const request = requests.embeddings.parse(body);
  checkModel(request.model, embedderName, model.name);
  const texts = typeof request.input === "string" ? [request.input] : request.input;
  const { vectors, tokens } = await (await embedder()).embed(texts, { signal });
  const data = vectors.map((vector, index) => ({
    object: "embedding",
    index,
    embedding: request.encoding_format === "base64"
      ? Buffer.from(vector.buffer).toString("base64")
      : [...vector],
  }));
  return Response.json({
    object: "list",
    data,
    model: embedderName,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

function tokenize({ model }: Models, body: unknown): Response {
  const request = requests.tokenize.parse(body);
  if ("prompt" in request && request.prompt.length > LONGEST_TEXT) {
    throw new ApiError(
      400,
      `Cannot tokenize a text of more than ${LONGEST_TEXT} characters: it has ${request.prompt.length}`,
      {
        param: "prompt",
      },
    );
  }
  const tokens = "prompt" in request
    ? model.tokenize(request.prompt, true)
    : model.chatTokens(request.messages);
  return Response.json({ count: tokens.length, max_model_len: model.context, tokens });
}

function detokenize({ model }: Models, body: unknown): Response {
  const { tokens } = requests.detokenize.parse(body);
  return Response.json({ prompt: model.detokenize(checkTokens(model, tokens), true) });
}

function tokenizerInfo({ model }: Models): Response {
  const { bos, eos, chatTemplate, vocabularySize } = model.tokenizer;
  return Response.json({
    tokenizer_class: "GGUF",
    bos_token: bos,
    eos_token: eos,
    pad_token: null,
    chat_template: chatTemplate,
    vocab_size: vocabularySize,
    model_max_length: model.context,
  });
}

/** Ours: log-likelihoods of continuations, whose shared contexts are read once. */
async function loglikelihood({ model }: Models, body: unknown, signal: AbortSignal): Promise<Response> {
  const { pairs } = requests.loglikelihood.parse(body);
  return Response.json({ results: await model.loglikelihood(pairs, { signal }) });
}

/** Answers to draw: `n` for each prompt. */
interface Drafts {
  model: EmbeddedModel;
  prompts: number[][];
  n: number;
  options: GenerateOptions;
  seed: number | null | undefined;
}

/** A piece of a streamed answer. */
interface Part {
  text: string;
  first?: boolean;
  finishReason?: Generated["finishReason"];
}

/** Draw all answers, in order. */
async function draw(
  { model, prompts, n, options, seed }: Drafts,
  signal: AbortSignal,
  onPart?: (index: number, part: Part) => void,
): Promise<Generated[]> {
  const start = seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  const drawn: Generated[] = [];
  for (let index = 0; index < prompts.length * n; index++) {
    onPart?.(index, { text: "", first: true });
    const answer = await model.generate(prompts[Math.floor(index / n)], {
      ...options,
      seed: Number(BigInt.asUintN(32, BigInt(Math.trunc(start)) + BigInt(index % n))),
      signal,
      onText: onPart && ((text) => onPart(index, { text })),
    });
    onPart?.(index, { text: "", finishReason: answer.finishReason });
    drawn.push(answer);
  }
  return drawn;
}

/** Answer with server-sent events. What fails before the first token is an ordinary refusal. */
async function stream(
  drafts: Drafts,
  signal: AbortSignal,
  includeUsage: boolean,
  head: Record<string, unknown>,
  choice: (index: number, part: Part) => unknown,
): Promise<Response> {
  const encoder = new TextEncoder();
  const left = new AbortController();
  const begun = Promise.withResolvers<void>();
  const usageSoFar = includeUsage ? { usage: null } : {};
  const events = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (data: unknown) => {
        if (!left.signal.aborted) controller.enqueue(encoder.encode(`data: ${JSON.stringify(data)}\n\n`));
      };
      try {
        const drawn = await draw(drafts, AbortSignal.any([signal, left.signal]), (index, part) => {
          send({ ...head, choices: [choice(index, part)], ...usageSoFar });
          if (!part.first) begun.resolve();
        });
        if (includeUsage) send({ ...head, choices: [], usage: usage(drafts.prompts, drawn) });
        if (!left.signal.aborted) controller.enqueue(encoder.encode("data: [DONE]\n\n"));
      } catch (error) {
        begun.reject(error);
        if (!left.signal.aborted && !signal.aborted) send(await refuse(error).json());
      }
      if (!left.signal.aborted) controller.close();
    },
    cancel() {
      left.abort(new DOMException("The client left", "AbortError"));
    },
  });
  await begun.promise;
  return new Response(events, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  });
}

function sampling(
  request: Pick<z.infer<typeof requests.completions>, "temperature" | "top_p" | "stop">,
  maxTokens: number,
): GenerateOptions {
  return {
    maxTokens,
    temperature: request.temperature ?? 1,
    topP: request.top_p ?? 1,
    stop: [request.stop ?? []].flat(),
  };
}

function checkModel(asked: string | undefined, ...names: string[]): void {
  if (asked === undefined || names.includes(asked)) return;
  throw new ApiError(
    404,
    `Cannot use the model ${JSON.stringify(asked)} here: this server has ${names.join(" and ")}`,
    {
      param: "model",
      code: "model_not_found",
    },
  );
}

function promptsOf(prompt: z.infer<typeof requests.completions>["prompt"]): (string | number[])[] {
  if (typeof prompt === "string") return [prompt];
  return typeof prompt[0] === "number" ? [prompt as number[]] : prompt as string[] | number[][];
}

/** Tokenize a prompt, unless it is so long that it cannot fit whatever its tokens are. */
function encode(model: EmbeddedModel, prompt: string): number[] {
  model.checkLength(Math.ceil(prompt.length / model.longestToken), 0);
  return model.tokenize(prompt, true);
}

function checkTokens(model: EmbeddedModel, tokens: number[]): number[] {
  const { vocabularySize } = model.tokenizer;
  const wrong = tokens.find((token) => token >= vocabularySize);
  if (wrong === undefined) return tokens;
  throw new ApiError(
    400,
    `Cannot read a token as it must be below ${vocabularySize}: current value is ${wrong}`,
    {
      param: "prompt",
    },
  );
}

function usage(prompts: number[][], drawn: Generated[]) {
  const prompt_tokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  const completion_tokens = drawn.reduce((sum, answer) => sum + answer.tokens.length, 0);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
