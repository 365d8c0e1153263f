// deno-lint-ignore-file camelcase -- the API's names
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Json } from "../../lib/data/mod.ts";
import { openModel, type OpenModelOptions, type RequestError, serve } from "../../lib/llm/mod.ts";
import { available } from "../../lib/native/mod.ts";

const ignore = !await available("smollm2") || !await available("minilm");
const native = { ignore, sanitizeOps: false, sanitizeResources: false };
const messages = [
  { role: "system" as const, content: "You are a helpful assistant." },
  { role: "user" as const, content: "What is the capital of France?" },
];
const freshCache = async () => `${await Deno.makeTempDir()}/answers.sqlite`;

/** A request as an endpoint sees it. */
interface Seen {
  path: string;
  key: string | null;
  body: Record<string, Json>;
}

/** An endpoint on this machine whose answers the test writes. */
function endpoint(answer: (seen: Seen) => Response | Json | undefined) {
  const seen: Seen[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const one = {
      path: new URL(request.url).pathname,
      key: request.headers.get("authorization"),
      body: request.method === "POST" ? await request.json() : {},
    };
    seen.push(one);
    const given = answer(one) ??
      (one.path === "/v1/models" ? { object: "list", data: [{ id: "first" }, { id: "second" }] } : undefined);
    if (given instanceof Response) return given;
    return given === undefined ? refusal(404, "Nothing here") : Response.json(given);
  });
  const open = (options: OpenModelOptions = {}) =>
    openModel({
      kind: "endpoint",
      baseURL: `http://127.0.0.1:${server.addr.port}/v1`,
      apiKey: "k",
      cache: false,
      maxRetries: 0,
      ...options,
    });
  return { seen, open, [Symbol.asyncDispose]: () => server.shutdown() };
}

const refusal = (status: number, message: string, headers: HeadersInit = {}) =>
  Response.json({ error: { message, type: "invalid_request_error", param: null, code: null } }, {
    status,
    headers,
  });

const said = (content: string, finish_reason = "stop") => ({
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});

Deno.test({
  name:
    "openModel() runs the embedded model in a process of its own, and a rerun sends nothing (needs the weights)",
  ...native,
  async fn() {
    const cache = await freshCache();
    const Answer = z.object({ city: z.string().max(20) });
    const work = async () => {
      await using model = await openModel({ kind: "embedded", cache });
      assert.deepEqual([model.kind, model.name], ["embedded", "SmolLM2-135M-Instruct.Q4_1"]);
      const chat = await model.chat({ messages, maxTokens: 20 });
      const structured = await model.chat({ messages, schema: Answer, maxTokens: 40 });
      const completion = await model.complete({ prompt: "Once upon", maxTokens: 4, temperature: 1, seed: 3 });
      const vectors = await model.embed(["a cat", "a dog", "a cat"]);
      const rated = await model.loglikelihood([
        { context: "The capital of France is", continuation: " Paris" },
        { context: "The capital of France is", continuation: " banana" },
      ]);
      return {
        results: { chat, structured, completion, vectors, rated },
        requests: model.requests,
        hits: model.cacheHits,
      };
    };
    const first = await work();
    const again = await work();
    assert.equal(first.results.chat.text, "The capital of France is Paris.");
    assert.equal(first.results.structured.parsed!.ok, true);
    assert.equal(first.results.vectors.length, 3);
    assert.deepEqual(first.results.vectors[0], first.results.vectors[2]);
    assert(first.results.rated[0].logLikelihood > first.results.rated[1].logLikelihood + 3);
    assert.deepEqual([first.requests, first.hits], [5, 0]);
    assert.deepEqual([again.requests, again.hits], [0, 7]);
    assert.equal(again.results.chat.cached, true);
    const uncached = (
      { results: { chat, structured, completion, ...rest } }: typeof first,
    ) => [rest, ...[chat, structured, completion].map(({ cached: _, ...answer }) => answer)];
    assert.deepEqual(uncached(again), uncached(first));
  },
});

Deno.test({
  name: "openModel() shares one process, which ends with its last holder (needs the weights)",
  ...native,
  async fn() {
    const one = await openModel({ kind: "embedded", cache: false });
    const two = await openModel({ kind: "embedded", cache: false });
    assert.equal(one.baseURL, two.baseURL);
    await one.close();
    await one.close();
    assert.equal((await two.complete({ prompt: "Hi", maxTokens: 1 })).usage.completionTokens, 1);
    await assert.rejects(one.complete({ prompt: "Hi" }), /is closed: open it again/);
    await two.close();
    await assert.rejects(fetch(`${two.baseURL}/models`));
  },
});

Deno.test({
  name: "serve() closes at once although a client keeps its connection for later (needs the weights)",
  ...native,
  async fn() {
    const server = await serve({ context: 256 });
    const ask = async (path: string, body: Json) =>
      await (await fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })).json();
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const format = { type: "json_schema", json_schema: { name: "answer", schema } };
    await ask("/chat/completions", { messages, max_tokens: 20, response_format: format });
    await ask("/completions", { prompt: "ha ha ha", max_tokens: 60, temperature: 0 });
    // Without an end of its own this takes until the client's pool lets go, a minute and a half.
    const late = setTimeout(() => assert.fail("It is open still"), 30_000);
    await server.close();
    clearTimeout(late);
    await assert.rejects(fetch(`${server.url}/models`));
  },
});

Deno.test({
  name: "openModel()'s process ends with a parent that is killed (needs the weights)",
  ...native,
  async fn() {
    const url = new URL("../../lib/llm/mod.ts", import.meta.url).href;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--config",
        fileURLToPath(new URL("../../deno.json", import.meta.url)),
        `const { openModel } = await import(${JSON.stringify(url)});
         console.log((await openModel({ kind: "embedded", cache: false })).baseURL);
         setInterval(() => {}, 1000);`,
      ],
      stdout: "piped",
    }).spawn();
    let baseURL = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      baseURL += part;
      if (baseURL.includes("\n")) break;
    }
    baseURL = baseURL.trim();
    await (await fetch(`${baseURL}/models`)).body?.cancel();
    child.kill("SIGKILL");
    await child.status;
    for (let gone = false; !gone;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      gone = await fetch(`${baseURL}/models`).then((answer) => answer.body?.cancel(), () => true) === true;
    }
  },
});

Deno.test("openModel() takes the endpoint's first model and sends the field's names", async () => {
  await using server = endpoint(({ path }) =>
    path === "/v1/chat/completions" ? said("Hello", "length") : undefined
  );
  await using model = await server.open();
  assert.deepEqual([model.name, model.kind], ["first", "endpoint"]);
  const answer = await model.chat({
    messages,
    maxTokens: 7,
    temperature: 0.5,
    topP: 0.9,
    seed: 4,
    stop: ["x"],
  });
  assert.deepEqual(answer, {
    text: "Hello",
    finishReason: "length",
    usage: { promptTokens: 3, completionTokens: 2 },
    cached: false,
  });
  const { key, body } = server.seen.at(-1)!;
  assert.equal(key, "Bearer k");
  assert.deepEqual(body, {
    model: "first",
    messages,
    max_tokens: 7,
    temperature: 0.5,
    top_p: 0.9,
    seed: 4,
    stop: ["x"],
  });
});

Deno.test("openModel() names what is wrong with an endpoint before anything is spent", async () => {
  await using closed = endpoint(({ key }) =>
    key === "Bearer good" ? undefined : refusal(401, "Incorrect API key")
  );
  await assert.rejects(closed.open(), (error: RequestError) => {
    assert.match(error.message, /refuses the key: set OPENAI_API_KEY \(Incorrect API key\)/);
    return error.status === 401;
  });
  await assert.rejects(
    closed.open({ model: "third", apiKey: "good" }),
    /Cannot use the model third at .*: it has first, second/,
  );
  await assert.rejects(closed.open({ baseURL: "not an address" }), TypeError);
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(closed.open({ baseURL: `http://127.0.0.1:${port}/v1` }), (error: RequestError) => {
    assert.match(error.message, /^Cannot reach http:\/\/127\.0\.0\.1:\d+\/v1: .*refused/);
    return error.code === "unreachable" && error.status === undefined;
  });
  assert(closed.seen.every(({ path }) => path === "/v1/models"));
});

Deno.test("chat() passes on status and waiting time of a refusal, and tries again where that may help", async () => {
  let failures = 1;
  await using server = endpoint(({ path }) => {
    if (path !== "/v1/chat/completions") return undefined;
    return failures-- > 0 ? refusal(429, "Slow down", { "retry-after": "0.01" }) : said("Hello");
  });
  await using hasty = await server.open();
  await assert.rejects(
    hasty.chat({ messages }),
    (error: RequestError) => error.status === 429 && error.retryAfterSeconds === 0.01,
  );
  failures = 2;
  await using patient = await server.open({ maxRetries: 2 });
  assert.equal((await patient.chat({ messages })).text, "Hello");
});

Deno.test("chat() learns an endpoint's other name for the limit, and does without schemas where there are none", async () => {
  await using server = endpoint(({ path, body }) => {
    if (path !== "/v1/chat/completions") return undefined;
    if (body.max_tokens) return refusal(400, "Unsupported parameter: use 'max_completion_tokens' instead");
    if (body.response_format) return refusal(400, "response_format is not supported");
    return said("Here you are: ```json\n{'score': 4}\n```");
  });
  await using model = await server.open();
  await model.chat({ messages });
  const schema = z.object({ score: z.int() });
  assert.deepEqual((await model.chat({ messages, schema })).parsed, {
    ok: true,
    repaired: true,
    value: { score: 4 },
  });
  const before = server.seen.length;
  await model.chat({ messages, schema });
  assert.equal(server.seen.length, before + 1);
});

Deno.test("chat() gives a refusal, a cut and an answer that is not what was asked for as results", async () => {
  const answers = [
    { choices: [{ message: { content: null, refusal: "I cannot" }, finish_reason: "stop" }] },
    said('{"score": ', "length"),
    said('{"score": "many"}'),
    said("", "content_filter"),
    { choices: [] },
  ];
  await using server = endpoint(({ path }) => path === "/v1/chat/completions" ? answers.shift() : undefined);
  await using model = await server.open();
  const ask = () => model.chat({ messages, schema: z.object({ score: z.int() }) });
  assert.equal((await ask()).refusal, "I cannot");
  const causes = [await ask(), await ask()].map(({ parsed }) => parsed!.ok ? "ok" : parsed!.cause);
  assert.deepEqual(causes, ["truncated", "schema"]);
  assert.equal((await ask()).finishReason, "filter");
  await assert.rejects(ask(), /holds no choice/);
});

Deno.test("chat() names an argument that cannot be", async () => {
  await using server = endpoint(() => undefined);
  await using model = await server.open();
  await assert.rejects(model.chat({ messages: [] }), RangeError);
  await assert.rejects(
    model.chat({ messages, maxTokens: 0 }),
    /maxTokens must be a whole number >= 1: current value is 0/,
  );
  await assert.rejects(
    model.chat({ messages, temperature: NaN }),
    /temperature must be in \[0, 2\]: current value is NaN/,
  );
  await assert.rejects(model.chat({ messages, seed: 1.5 }), /seed must be a whole number/);
  await assert.rejects(
    model.loglikelihood([{ context: "", continuation: "x" }]),
    /needs a context that is not empty: pair 0/,
  );
  await assert.rejects(model.loglikelihood([{ context: "x", continuation: "" }]), TypeError);
});

Deno.test("loglikelihood() refuses endpoints whose log-probabilities are not the prompt's", async () => {
  const echo = (logprobs: (number | null)[], usage: Json = { prompt_tokens: 3, completion_tokens: 1 }) => ({
    choices: [{ text: "x", logprobs: { token_logprobs: logprobs, top_logprobs: logprobs.map(() => null) } }],
    usage,
  });
  const cases: [Json, RegExp][] = [
    [{ choices: [{ text: "x", logprobs: null }], usage: {} }, /holds no log-probabilities/],
    // What llama-server gives: the written token only.
    [echo([-0.5]), /there are 1 log-probabilities for 3 tokens read and 1 written/],
    [echo([null, -1, -2, -3], {}), /does not count its tokens/],
    [echo([-1, -1, -2, -3]), /log-probability of token 0 is -1/],
    [echo([null, -1, null, -3]), /log-probability of token 2 is null/],
    [echo([null, 0, 0, 0]), /all tokens of a sentence have the same log-probability/],
  ];
  for (const [answer, message] of cases) {
    await using server = endpoint(({ path }) => path === "/v1/completions" ? answer : undefined);
    await using model = await server.open();
    await assert.rejects(
      model.loglikelihood([{ context: "a", continuation: " b" }]),
      (error: RequestError) => {
        assert.match(error.message, message);
        return error.code === "no_prompt_logprobs";
      },
    );
  }
});

Deno.test("loglikelihood() refuses endpoints whose log-probabilities are no model's", async () => {
  /** A server of which a token is a word; `rate` says how probable one is after another. */
  const rater = (rate: (word: string, before: string, asked: number) => number | null) => {
    let asked = 0;
    return endpoint(({ path, body }) => {
      if (path !== "/v1/completions") return undefined;
      const words = String(body.prompt).split(/(?<=\S)(?=\s)/);
      const now = asked++;
      const logprobs = [...words.map((word, i) => i === 0 ? null : rate(word, words[i - 1], now)), -1];
      return {
        choices: [{
          text: "x",
          logprobs: { token_logprobs: logprobs, top_logprobs: logprobs.map(() => null) },
        }],
        usage: { prompt_tokens: words.length, completion_tokens: 1 },
      };
    });
  };
  // By the words alone, as a server that leaves out the context; by chance; by what else it is asked; its probabilities instead.
  const cases: [Parameters<typeof rater>[0], RegExp][] = [
    [
      (word) => -word.length,
      /a sentence has the log-likelihood -\S+, its words in disorder -\S+, which must be lower/,
    ],
    [
      (word, before, asked) => -((word.length * 7 + before.length * 3 + asked * 5) % 11),
      /differ by \S+ nats, alone and beside others/,
    ],
    [(word, before, asked) => -word.length - (asked > 0 ? before.length / 9 : 0), /differ by/],
    [(word) => 1 / word.length, /log-probability of token 1 is 0\.\d/],
    [(word) => word === " Rome." ? null : -word.length, /is null/],
    [(word) => word === " Rome." ? NaN : -word.length, /is null/],
  ];
  const ask = [{ context: "The capital", continuation: " of France" }];
  for (const [rate, message] of cases) {
    await using server = rater(rate);
    await using model = await server.open();
    await assert.rejects(model.loglikelihood(ask), (error: RequestError) => {
      assert.match(error.message, message);
      return error.code === "no_prompt_logprobs";
    });
  }
  const known = "The capital of France is Paris, and the capital of Italy is Rome.";
  await using server = rater((word, before) => known.includes(before + word) ? -word.length / 8 : -3);
  await using model = await server.open();
  const [{ logLikelihood, tokens }] = await model.loglikelihood(ask);
  assert.deepEqual([logLikelihood, tokens], [-3 / 8 - 7 / 8, 2]);
});

Deno.test({
  name: "loglikelihood() over an endpoint's echo agrees with the embedded model's own (needs the weights)",
  ...native,
  async fn() {
    await using server = await serve({ context: 256 });
    await using model = await openModel({ kind: "endpoint", baseURL: server.url, cache: await freshCache() });
    const pairs = ["Paris", "London", "made of cheese"].map((continuation) => ({
      context: "The capital of France is ",
      continuation,
    }));
    const echoed = await model.loglikelihood(pairs);
    const direct = await (await fetch(new URL("/loglikelihood", server.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ pairs }),
    })).json();
    echoed.forEach(({ logLikelihood, tokens, greedy }, i) => {
      const own = direct.results[i];
      assert.deepEqual([tokens, greedy], [own.tokens, own.greedy]);
      // Another cut into batches rounds the int8 activations differently.
      assert(Math.abs(logLikelihood - own.logLikelihood) < 0.3, `${logLikelihood} and ${own.logLikelihood}`);
    });
    const { requests } = model;
    assert.deepEqual(await model.loglikelihood(pairs), echoed);
    assert.equal(model.requests, requests);
  },
});
