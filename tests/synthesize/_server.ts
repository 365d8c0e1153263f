// deno-lint-ignore-file camelcase -- the API's names
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type LanguageModel, openModel } from "../../lib/llm/mod.ts";
import type { Document, Method } from "../../lib/synthesize/mod.ts";

/** A request as the script sees it. */
export interface Asked {
  /** The last message, or the text to go on with. */
  content: string;
  /** What is asked for: `/v1/chat/completions` or `/v1/completions`. */
  path: string;
  /** Which request for this content it is, from 1. */
  attempt: number;
  /** Which request in all it is, from 1. */
  count: number;
  /** The seed. */
  seed: number;
  /** The most tokens that the answer may take. */
  limit: number;
}

/** An OpenAI-compatible server on loopback whose answers a test scripts. */
export interface Scripted extends AsyncDisposable {
  url: string;
  /** How often each content was asked for. */
  asked: Map<string, number>;
  /** How many chat requests came. */
  count(): number;
}

export function scripted(
  script: (asked: Asked) => Response | Promise<Response>,
  port = 0,
): Promise<Scripted> {
  const asked = new Map<string, number>();
  let count = 0;
  const server = createServer(async (request, response) => {
    if (request.url!.endsWith("/models")) {
      response.setHeader("content-type", "application/json");
      return response.end(JSON.stringify({ data: [{ id: "scripted" }] }));
    }
    let body = "";
    try {
      for await (const chunk of request.setEncoding("utf-8")) body += chunk;
    } catch {
      return; // The client went away.
    }
    const { messages, prompt, seed, max_tokens: limit } = JSON.parse(body);
    const content: string = messages ? messages.at(-1).content : prompt;
    const path = request.url!;
    const attempt = (asked.get(content) ?? 0) + 1;
    asked.set(content, attempt);
    const answer = await script({ content, path, attempt, count: ++count, seed, limit });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    const text = await answer.text();
    if (answer.headers.has("x-reset")) response.write(text, () => response.socket?.destroy());
    else response.end(text);
  });
  return new Promise((resolve) =>
    server.listen(port, "127.0.0.1", () =>
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        asked,
        count: () => count,
        [Symbol.asyncDispose]: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      }))
  );
}

/** A well-formed answer of 10 tokens to 5. */
export function answer(text: string, finish_reason = "stop"): Response {
  return Response.json({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 0,
    model: "scripted",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason }],
    usage: { prompt_tokens: 5, completion_tokens: 10, total_tokens: 15 },
  });
}

/** The same to a text to go on with. */
export function completion(text: string, finish_reason = "stop"): Response {
  return Response.json({
    id: "cmpl-1",
    object: "text_completion",
    created: 0,
    model: "scripted",
    choices: [{ index: 0, text, finish_reason, logprobs: null }],
    usage: { prompt_tokens: 5, completion_tokens: 10, total_tokens: 15 },
  });
}

/** A refusal in OpenAI's shape. */
export function refusal(status: number, headers: HeadersInit = {}): Response {
  return Response.json({ error: { message: `status ${status}`, type: "test", code: null } }, {
    status,
    headers,
  });
}

/** The beginning of a body, after which the server cuts the connection. */
export function reset(): Response {
  return new Response('{"id": "chatcm', {
    headers: { "content-type": "application/json", "x-reset": "yes" },
  });
}

export function open(server: Scripted): Promise<LanguageModel> {
  return openModel({ kind: "endpoint", baseURL: server.url, maxRetries: 0, cache: false });
}

export function pages(count: number): Document[] {
  return Array.from(
    { length: count },
    (_, at) => ({ id: `page-${at}`, text: `text ${at}`, source: "pages", meta: {} }),
  );
}

/** The simplest method: ask with the text, keep the answer. */
export const echo: Method = {
  id: "echo@1",
  kind: "distill",
  build: ({ text }) =>
    text === "" ? [] : [{ messages: [{ role: "user", content: text }], maxTokens: 10, temperature: 0.5 }],
  read: (answers) =>
    answers.map(({ text, fault }) =>
      fault ? { rejected: fault, sample: text } : { text, meta: { length: text.length } }
    ),
};
