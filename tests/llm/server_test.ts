// deno-lint-ignore-file camelcase -- the API's names
import assert from "node:assert/strict";
import OpenAI from "openai";
import { z } from "zod";
import { zodResponseFormat } from "openai/helpers/zod";
import { serve } from "../../lib/llm/mod.ts";
import { available } from "../../lib/native/mod.ts";

const ignore = !await available("smollm2") || !await available("minilm");
// Native code keeps its own threads and handles for the life of the process.
const native = { ignore, sanitizeOps: false, sanitizeResources: false };

const headers = { "content-type": "application/json" };

const user = (content: string) => [
  { role: "system" as const, content: "You are a helpful assistant." },
  { role: "user" as const, content },
];

Deno.test({
  name: "serve() answers the official openai client (needs the weights)",
  ...native,
  async fn(t) {
    await using server = await serve({ context: 512 });
    const openai = new OpenAI({ baseURL: server.url, apiKey: "none", maxRetries: 0 });
    const { model } = server;
    const root = server.url.replace("/v1", "");
    const post = (path: string, body: unknown) =>
      fetch(root + path, {
        method: "POST",
        headers,
        body: typeof body === "string" ? body : JSON.stringify(body),
      });

    await t.step("models: both names", async () => {
      const ids = (await openai.models.list()).data.map(({ id }) => id);
      assert.deepEqual(ids, [model, "all-MiniLM-L6-v2"]);
    });

    await t.step("health, and each model by its name", async () => {
      assert.deepEqual(await (await fetch(`${root}/health`)).json(), { status: "ok" });
      const { data } = await (await fetch(`${root}/v1/models`)).json();
      for (const { id } of data) {
        assert.equal((await (await fetch(`${root}/v1/models/${encodeURIComponent(id)}`)).json()).id, id);
      }
      const unknown = await fetch(`${root}/v1/models/gpt-9`);
      assert.deepEqual([unknown.status, (await unknown.json()).error.code], [404, "model_not_found"]);
    });

    await t.step("chat: text, usage, finish reason, log-probabilities", async () => {
      const answer = await openai.chat.completions.create({
        model,
        messages: user("What is the capital of France?"),
        temperature: 0,
        max_completion_tokens: 30,
        logprobs: true,
        top_logprobs: 2,
      });
      const [choice] = answer.choices;
      assert.equal(choice.message.content, "The capital of France is Paris.");
      assert.equal(choice.finish_reason, "stop");
      assert.equal(answer.usage!.total_tokens, answer.usage!.prompt_tokens + answer.usage!.completion_tokens);
      const listed = choice.logprobs!.content!;
      assert.equal(listed.length, answer.usage!.completion_tokens);
      assert(listed.every(({ logprob, top_logprobs }) => logprob === top_logprobs[0].logprob));
    });

    await t.step("chat: a stream adds up to the whole answer and closes with usage", async () => {
      const request = { model, messages: user("Name three colours."), temperature: 0, max_tokens: 24 };
      const whole = await openai.chat.completions.create(request);
      const stream = await openai.chat.completions.create({
        ...request,
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = "";
      let finish: string | null | undefined;
      let usage;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? "";
        finish = chunk.choices[0]?.finish_reason ?? finish;
        usage = chunk.usage ?? usage;
      }
      assert.equal(text, whole.choices[0].message.content);
      assert.equal(finish, whole.choices[0].finish_reason);
      assert.deepEqual(usage, whole.usage);
    });

    await t.step("chat: zod schema, JSON mode, stop text, seeds of n answers", async () => {
      const Rating = z.object({ reason: z.string().max(40), score: z.int().min(0).max(5) });
      const parsed = await openai.chat.completions.parse({
        model,
        messages: user("Rate 'The cat sat.' from 0 to 5 with a reason, as JSON."),
        temperature: 0,
        response_format: zodResponseFormat(Rating, "rating"),
      });
      Rating.parse(parsed.choices[0].message.parsed);
      const json = await openai.chat.completions.create({
        model,
        messages: user("A JSON object with the key colour."),
        temperature: 0,
        max_tokens: 60,
        response_format: { type: "json_object" },
      });
      assert(json.choices[0].message.content!.trimStart().startsWith("{"));
      const draw = () =>
        openai.completions.create({
          model,
          prompt: "The sea is",
          n: 2,
          seed: 5,
          temperature: 1,
          max_tokens: 6,
          stop: ".",
        });
      const [a, b] = [await draw(), await draw()];
      assert.deepEqual(a.choices, b.choices);
      assert.notEqual(a.choices[0].text, a.choices[1].text);
    });

    await t.step(
      "completions: echo gives exact log-probabilities of prompt and answer, in every form of prompt",
      async () => {
        const prompt = "The capital of France is Paris";
        const { tokens } = await (await post("/tokenize", { prompt })).json();
        const request = { model, echo: true, logprobs: 1, max_tokens: 1, temperature: 0 };
        const asText = await openai.completions.create({ ...request, prompt });
        const asTokens = await openai.completions.create({ ...request, prompt: tokens });
        const listed = await openai.completions.create({ ...request, prompt: [prompt, "Water is wet"] });
        assert.deepEqual(asText.choices, asTokens.choices);
        assert.deepEqual(listed.choices[0], asText.choices[0]);
        assert.equal(listed.choices[1].index, 1);
        const { token_logprobs, text_offset, tokens: pieces } = asText.choices[0].logprobs!;
        assert.equal(token_logprobs!.length, tokens.length + 1);
        assert.equal(token_logprobs![0], null);
        assert(token_logprobs!.slice(1).every((logprob) => logprob <= 0));
        assert.equal(pieces!.join(""), asText.choices[0].text);
        assert.equal(prompt.slice(text_offset![1], text_offset![2]), pieces![1]);
        const byId = await (await post("/v1/completions", {
          ...{ ...request, prompt, return_tokens_as_token_ids: true },
        })).json();
        const named = byId.choices[0].logprobs;
        assert.deepEqual(named.tokens.slice(0, -1), tokens.map((id: number) => `token_id:${id}`));
        assert.equal(named.top_logprobs[1][named.tokens[1]], token_logprobs![1]);
        const nothing = await openai.completions.create({ ...request, prompt, max_tokens: 0 });
        assert.equal(nothing.choices[0].text, prompt);
        assert.deepEqual(
          nothing.choices[0].logprobs!.token_logprobs!.map((logprob) => logprob?.toFixed(1)),
          token_logprobs!.slice(0, -1).map((logprob) => logprob?.toFixed(1)),
        );
      },
    );

    await t.step("embeddings: similar texts lie closer, floats and base64 agree", async () => {
      const input = [
        "A man plays a guitar on stage.",
        "Somebody performs guitar music.",
        "Shares fell on Tuesday.",
      ];
      const [floats, packed] = await Promise.all([
        openai.embeddings.create({ model: "all-MiniLM-L6-v2", input, encoding_format: "float" }),
        openai.embeddings.create({ model: "all-MiniLM-L6-v2", input }),
      ]);
      const [a, b, c] = floats.data.map(({ embedding }) => embedding);
      const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0);
      assert(dot(a, b) > 0.5 && dot(a, c) < 0.2);
      assert(Math.abs(dot(a, a) - 1) < 1e-5);
      assert.deepEqual(packed.data[1].embedding.map(Math.fround), b.map(Math.fround));
    });

    await t.step(
      "tools: a conversation with calls and results is read, and calls come in OpenAI's form",
      async () => {
        const tools = [{
          type: "function" as const,
          function: { name: "add", description: "Add", parameters: { type: "object", properties: {} } },
        }];
        const call = { id: "1", type: "function" as const, function: { name: "add", arguments: "{}" } };
        const messages = [
          ...user("Add 2 and 2."),
          { role: "assistant" as const, content: null, tool_calls: [call] },
          { role: "tool" as const, content: "4", tool_call_id: "1" },
        ];
        const plain = await openai.chat.completions.create({
          model,
          messages,
          max_tokens: 4,
          temperature: 0,
        });
        const offered = await openai.chat.completions.create({
          model,
          messages,
          tools,
          max_tokens: 4,
          temperature: 0,
        });
        // The tools are a part of the prompt.
        assert(offered.usage!.prompt_tokens > plain.usage!.prompt_tokens + 40);
        const [{ message, finish_reason: finish }] = offered.choices;
        assert.equal(finish === "tool_calls", message.tool_calls !== undefined);
        const streamed = await post("/v1/chat/completions", { messages, tools, stream: true });
        assert.equal(streamed.status, 400);
        const { error } = await streamed.json();
        assert.equal(error.message, "Cannot stream tool calls: ask without stream");
      },
    );

    await t.step("tokenizer: vLLM's shapes, and what is tokenized comes back", async () => {
      const info = await (await fetch(`${root}/tokenizer_info`)).json();
      assert.equal(typeof info.eos_token, "string");
      const prompt = "naïve 🦕\n<|im_end|>";
      const { tokens, count, max_model_len } = await (await post("/tokenize", { prompt })).json();
      assert.deepEqual([tokens.length, max_model_len], [count, 512]);
      assert.equal((await (await post("/detokenize", { tokens })).json()).prompt, prompt);
      const chat = await (await post("/tokenize", { messages: user("Hi") })).json();
      assert(chat.count > 10);
    });

    await t.step("every refusal has OpenAI's shape and the right status", async () => {
      const chat = "/v1/chat/completions";
      const completions = "/v1/completions";
      const messages = user("Hi");
      const cases: [string, unknown, number, string | null, string | null][] = [
        [chat, "{", 400, "invalid_json", null],
        [chat, "", 400, "invalid_json", null],
        [chat, "null", 400, null, null],
        [chat, {}, 400, null, "messages"],
        [chat, { messages: [] }, 400, null, "messages"],
        [chat, { messages: [{ role: "robot", content: "Hi" }] }, 400, null, "messages.0.role"],
        [chat, { messages: [{ role: "user", content: 5 }] }, 400, null, "messages.0.content"],
        [chat, { messages, model: "gpt-9" }, 404, "model_not_found", "model"],
        [chat, { messages, temperature: "hot" }, 400, null, "temperature"],
        [chat, { messages, temperature: 9 }, 400, null, "temperature"],
        [chat, { messages, max_tokens: -1 }, 400, null, "max_tokens"],
        [chat, { messages, n: 0 }, 400, null, "n"],
        [chat, { messages, tools: [{ type: "function" }] }, 400, null, "tools.0.function"],
        [chat, { messages, tools: "add" }, 400, null, "tools"],
        [chat, { messages, tool_choice: "required" }, 400, null, "tool_choice"],
        [chat, { messages, frequency_penalty: 1 }, 400, null, "frequency_penalty"],
        [chat, { messages, stream: true, logprobs: true }, 400, null, "logprobs"],
        [chat, { messages: user("word ".repeat(600)) }, 400, "context_length_exceeded", null],
        [chat, { messages: user("word ".repeat(600)), stream: true }, 400, "context_length_exceeded", null],
        [
          chat,
          {
            messages,
            response_format: { type: "json_schema", json_schema: { schema: { allOf: [{}, {}] } } },
          },
          400,
          "invalid_schema",
          "response_format",
        ],
        [completions, {}, 400, null, "prompt"],
        [completions, { prompt: [] }, 400, null, "prompt"],
        [completions, { prompt: [1e9] }, 400, null, "prompt"],
        [completions, { prompt: [1.5] }, 400, null, "prompt"],
        [completions, { prompt: "x", max_tokens: 0 }, 400, null, "max_tokens"],
        [completions, { prompt: "x", logprobs: 99 }, 400, null, "logprobs"],
        [completions, { prompt: "x".repeat(5e6) }, 400, "context_length_exceeded", null],
        ["/v1/embeddings", { input: [] }, 400, null, "input"],
        ["/v1/embeddings", { input: "word ".repeat(600) }, 400, "context_length_exceeded", null],
        ["/v1/embeddings", { input: "x", dimensions: 3 }, 400, null, "dimensions"],
        ["/tokenize", {}, 400, null, null],
        ["/detokenize", { tokens: ["a"] }, 400, null, "tokens.0"],
        ["/detokenize", { tokens: [1e9] }, 400, null, "prompt"],
        [
          "/loglikelihood",
          { pairs: [{ context: "a", continuation: "" }] },
          400,
          null,
          "pairs.0.continuation",
        ],
        ["/v1/nothing", {}, 404, "unknown_url", null],
        ["/v1/models", {}, 405, "method_not_allowed", null],
      ];
      for (const [path, body, status, code, param] of cases) {
        const response = await post(path, body);
        const { error } = await response.json();
        const label = `${path} ${JSON.stringify(body).slice(0, 80)}: ${JSON.stringify(error)}`;
        assert.deepEqual([response.status, error.code, error.param], [status, code, param], label);
        assert(error.message.length > 10 && typeof error.type === "string", label);
      }
      const wrongMethod = await fetch(`${root}${chat}`);
      assert.equal(wrongMethod.status, 405);
      assert.equal(wrongMethod.headers.get("allow"), "POST");
      await wrongMethod.body?.cancel();
      const badText = await fetch(`${root}${chat}`, { method: "POST", body: new Uint8Array([34, 255, 34]) });
      assert.equal((await badText.json()).error.code, "invalid_json");
    });

    await t.step("a body beyond 32 MiB is refused, whether its length is announced or not", async () => {
      const announced = await post("/tokenize", "x".repeat(34e6));
      assert.equal(announced.status, 413);
      await announced.body?.cancel();
      const part = new Uint8Array(1 << 20).fill(120);
      let parts = 0;
      const body = new ReadableStream({
        pull: (controller) => parts++ < 40 ? controller.enqueue(part) : controller.close(),
      });
      const streamed = await fetch(`${root}/tokenize`, { method: "POST", body });
      assert.equal((await streamed.json()).error.code, "body_too_large");
    });

    await t.step("a request that names another host is refused", async () => {
      using connection = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
      await connection.write(
        new TextEncoder().encode(
          "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        ),
      );
      assert.match(await new Response(connection.readable).text(), /^HTTP\/1.1 403/);
    });

    await t.step(
      "what a web page of another site sends is refused, and a body that is not JSON",
      async () => {
        const body = JSON.stringify({ prompt: "Hi", max_tokens: 1 });
        const ask = async (sent: Record<string, string>, method = "POST") => {
          using connection = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
          const all = { host: "127.0.0.1", connection: "close", "content-length": `${body.length}`, ...sent };
          const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
          const path = method === "GET" ? "/v1/models" : "/v1/completions";
          await connection.write(
            new TextEncoder().encode(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`),
          );
          return Number((await new Response(connection.readable).text()).split(" ", 2)[1]);
        };
        for (
          const origin of ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://[::2]"]
        ) {
          assert.deepEqual([origin, await ask({ ...headers, origin })], [origin, 403]);
          assert.deepEqual([origin, await ask({ origin }, "GET")], [origin, 403]);
        }
        assert.equal(await ask({ ...headers, "sec-fetch-site": "cross-site" }), 403);
        for (
          const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x/json"]
        ) {
          assert.deepEqual([type, await ask({ "content-type": type })], [type, 415]);
        }
        const fine = [{}, headers, { "content-type": "application/json; charset=utf-8" }, {
          ...headers,
          origin: `http://localhost:${server.port}`,
          "sec-fetch-site": "same-origin",
        }];
        for (const sent of fine) assert.deepEqual([sent, await ask(sent)], [sent, 200]);
      },
    );

    await t.step(
      "schemas and bodies that are too large or too deep are refused in words, at once",
      async () => {
        const ask = async (schema: unknown, strict?: boolean) => {
          const response = await post("/v1/chat/completions", {
            messages: user("Hi"),
            max_tokens: 4,
            response_format: { type: "json_schema", json_schema: { name: "x", schema, strict } },
          });
          return { status: response.status, said: await response.text() };
        };
        const nested = (levels: number): unknown =>
          JSON.parse('{"type":"array","items":'.repeat(levels) + "{}" + "}".repeat(levels));
        const refused: [unknown, RegExp][] = [
          [
            { enum: Array.from({ length: 200_000 }, (_, i) => `${i}`) },
            /at most 10000 values: current value is 200002/,
          ],
          [nested(200), /at most 128 levels/],
          [{ type: "string", minLength: 1e6 }, /repeats something too often/],
          [{ type: "string", pattern: "^a$" }, /cannot hold pattern/],
          [{ $ref: "#" }, /the definition root is only itself/],
        ];
        for (const [schema, why] of refused) {
          const { status, said } = await ask(schema);
          assert.equal(status, 400);
          assert.match(said, why);
        }
        assert.equal((await ask({ type: "string", pattern: "^a$" }, false)).status, 200);
        assert.equal((await ask({ type: "object", properties: { next: { $ref: "#" } } })).status, 200);
        for (const depth of [300, 1e6, 8e6]) {
          const deep = await post("/v1/completions", "[".repeat(depth) + "]".repeat(depth));
          assert.equal(deep.status, 400);
          assert.match(await deep.text(), /at most 256 levels/);
        }
        const brackets = { prompt: '"]}\\' + "[{".repeat(1000), max_tokens: 1 };
        assert.match(await (await post("/v1/completions", brackets)).text(), /context_length_exceeded/);
      },
    );

    await t.step("bodies in flight are bounded together, and small ones still pass", async () => {
      const connections = await Promise.all(Array.from({ length: 5 }, async () => {
        const connection = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
        const head = "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 33000000\r\n\r\n";
        const text = new TextEncoder().encode(head + "x".repeat(31e6));
        const answer = new Response(connection.readable).text().catch(() => "");
        const writer = connection.writable.getWriter();
        await writer.write(text).catch(() => {});
        return { answer, end: () => writer.abort().catch(() => {}) };
      }));
      const first = await Promise.race(connections.map(({ answer }) => answer));
      assert.match(first, /^HTTP\/1.1 429/);
      assert.equal((await post("/tokenize", { prompt: "Hi" })).status, 200);
      for (const { answer, end } of connections) {
        await end();
        await answer;
      }
      const large = JSON.stringify({ prompt: "Hi", more: "x".repeat(1e6) });
      while ((await post("/tokenize", large)).status !== 200);
    });

    await t.step("a second server on the same port says so", async () => {
      await assert.rejects(
        serve({ port: server.port }),
        new RegExp(`Cannot serve on port ${server.port} as it is in use`),
      );
    });
  },
});

Deno.test({
  name: "serve() stops the generation of a client that leaves, streamed or not (needs the weights)",
  ...native,
  async fn() {
    await using server = await serve({ context: 4096, sequences: 1 });
    // Greedy, this repeats itself until the context ends: minutes of work.
    const body = (stream: boolean) =>
      JSON.stringify({ prompt: "ha ha ha ha ha ha ha ha", temperature: 0, max_tokens: 4000, stream });
    const url = `${server.url}/completions`;
    const reader = (await fetch(url, { method: "POST", headers, body: body(true) })).body!.getReader();
    await reader.read();
    await reader.cancel();
    // The body comes in a packet of its own, as from many clients.
    const connection = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
    const text = body(false);
    const send = (text: string) => connection.write(new TextEncoder().encode(text));
    await send(`POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${text.length}\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await send(text);
    await new Promise((resolve) => setTimeout(resolve, 100));
    connection.close();
    const next = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify({ prompt: "Hi", max_tokens: 1 }),
      signal: AbortSignal.timeout(40_000),
    });
    assert.equal((await next.json()).usage.completion_tokens, 1);
  },
});

Deno.test({
  name: "serve() refuses what waits beyond its queue, and the client tries again (needs the weights)",
  ...native,
  async fn() {
    await using server = await serve({ context: 4096, sequences: 1, queueLimit: 1 });
    const ask = (prompt: string, max_tokens: number, stream: boolean) =>
      fetch(`${server.url}/completions`, {
        method: "POST",
        headers,
        body: JSON.stringify({ prompt, max_tokens, temperature: 0, stream }),
      });
    // One at work for minutes; of the next two one waits, and the other is the first to be answered.
    const atWork = (await ask("ha ha ha ha ha ha ha ha", 4000, true)).body!.getReader();
    await atWork.read();
    const two = [ask("Hi", 1, false), ask("Hi", 1, false)];
    const refused = await Promise.race(two);
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "1"]);
    await atWork.cancel();
    const answers = await Promise.all(two);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 429]);
    for (const answer of answers) await answer.body?.cancel();
  },
});

/** Whether this user may open any port, as root may. */
function opensAnyPort(): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port: 1 }).close();
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.PermissionDenied);
  }
}

Deno.test({
  name: "serve() says that a port is an administrator's (needs a user without the right)",
  ignore: opensAnyPort(),
  fn: () => assert.rejects(serve({ port: 1 }), /Cannot serve on port 1 as only an administrator may open it/),
});

Deno.test("serve() says that a port is in use, before it loads anything", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await assert.rejects(serve({ port: taken.addr.port }), /as it is in use: choose another, or 0/);
});

Deno.test("serve() takes loopback addresses and real ports only", async () => {
  await assert.rejects(serve({ hostname: "0.0.0.0" as "127.0.0.1" }), /only loopback addresses are allowed/);
  await assert.rejects(
    serve({ port: 70000 }),
    /port must be a whole number in \[0, 65535\]: current value is 70000/,
  );
});
