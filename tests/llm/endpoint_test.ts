// deno-lint-ignore-file camelcase -- the API's names
import assert from "node:assert/strict";
import type { Json } from "../../lib/data/mod.ts";
import {
  type ChatRequest,
  type Completion,
  openCache,
  openModel,
  type OpenModelOptions,
  type RequestError,
} from "../../lib/llm/mod.ts";

const messages = [{ role: "user" as const, content: "What is the capital of France?" }];

/** An endpoint on this machine: every chat gets what the test gives. */
function endpoint(
  answer: (body: Record<string, Json>, request: Request) => Response | Json | Promise<Response>,
) {
  const seen: Record<string, Json>[] = [];
  let models: Response | Json = { data: [{ id: "m" }] };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (request.method === "GET") return models instanceof Response ? models.clone() : Response.json(models);
    const body = await request.json();
    seen.push(body);
    const given = await answer(body, request);
    return given instanceof Response ? given : Response.json(given);
  });
  const url = `http://127.0.0.1:${server.addr.port}/v1`;
  const open = (options: OpenModelOptions = {}) =>
    openModel({
      kind: "endpoint",
      baseURL: url,
      cache: false,
      maxRetries: 0,
      onNotice: () => {},
      ...options,
    });
  return {
    seen,
    url,
    open,
    list: (given: Response | Json) => void (models = given),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const said = (content: Json, finish_reason: Json = "stop", more: Record<string, Json> = {}) => ({
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
  ...more,
});

const refusal = (status: number, error: Record<string, Json>) => Response.json({ error }, { status });

/** What one chat with such an endpoint gives. */
async function once(answer: Response | Json, request: Partial<ChatRequest> = {}): Promise<Completion> {
  await using server = endpoint(() => answer);
  await using model = await server.open();
  return await model.chat({ messages, ...request });
}

Deno.test("chat() keeps only an answer that it read, and asks a server that healed again", async () => {
  const broken: (() => Response)[] = [
    () => new Response("<html>Please log in</html>", { headers: { "content-type": "text/html" } }),
    () => Response.json({ error: { message: "Provider overloaded", code: 502 } }),
    () => Response.json({ choices: [] }),
    () => Response.json(null),
    () => new Response(null, { status: 204 }),
    () => Response.json("text"),
    () => Response.json({ choices: [null] }),
    () => Response.json({ choices: [{ index: 0, message: null }] }),
    () => Response.json(said(5)),
    () => Response.json(said({ a: 1 })),
    () => new Response('{"choices": [{"mess', { headers: { "content-type": "application/json" } }),
  ];
  for (const fault of broken) {
    let healed = false;
    await using server = endpoint(() => healed ? said("Paris") : fault());
    await using model = await server.open({ cache: `${await Deno.makeTempDir()}/answers.sqlite` });
    await assert.rejects(model.chat({ messages }), (error: RequestError) => {
      assert.match(error.message, /^Cannot read the answer .*as it (?:holds|is no JSON)/);
      return error.name === "RequestError";
    });
    healed = true;
    const { text, cached } = await model.chat({ messages });
    assert.deepEqual([text, cached], ["Paris", false]);
    assert.equal((await model.chat({ messages })).cached, true);
  }
});

Deno.test("chat() recognises what an older cache kept unread, and asks for it again", async () => {
  const path = `${await Deno.makeTempDir()}/answers.sqlite`;
  await using server = endpoint(() => said("Paris"));
  const question = { messages, maxTokens: 256, temperature: 0, seed: 1 };
  const kept: Json[] = [
    "<html></html>",
    null,
    { error: "x" },
    { choices: [] },
    said("Par", "error"),
    said("Pa", null),
  ];
  for (const [at, answer] of kept.entries()) {
    {
      await using cache = await openCache(path);
      cache.set({ server: `${server.url} m`, route: "chat", ...question, seed: at }, answer);
    }
    await using model = await server.open({ cache: path });
    const { text, cached } = await model.chat({ messages, seed: at });
    assert.deepEqual([text, cached], ["Paris", false]);
    assert.equal((await model.chat({ messages, seed: at })).cached, true);
  }
});

Deno.test("chat() tells an answer that ended from one that broke off, by any server's words", async () => {
  const reasons: [Json, string, string?][] = [
    ["stop", "stop"],
    ["STOP", "stop"],
    ["end_turn", "stop"],
    ["COMPLETE", "stop"],
    ["RECITATION", "filter"],
    ["eos_token", "stop"],
    ["tool_calls", "stop"],
    ["length", "length"],
    ["max_tokens", "length"],
    ["content_filter", "filter"],
    ["error", "incomplete", "error"],
    ["abort", "incomplete", "abort"],
    ["toString", "incomplete", "toString"],
    [null, "incomplete", "none"],
    [7, "incomplete", "unknown"],
    ["a whole sentence of the server's", "incomplete", "unknown"],
  ];
  for (const [word, reason, ended] of reasons) {
    const completion = await once(said("Half a te", word));
    assert.deepEqual([completion.finishReason, completion.ended], [reason, ended], String(word));
  }
  await using server = endpoint(() => said("Half a te", "abort"));
  await using model = await server.open({ cache: `${await Deno.makeTempDir()}/answers.sqlite` });
  await model.chat({ messages });
  assert.equal((await model.chat({ messages })).cached, false, "what broke off is not kept");
});

Deno.test("chat() takes a text that stops in mid-sentence at its limit for cut, whatever the server says", async () => {
  const at = (content: string, completion_tokens: Json, reason: Json = "stop") =>
    once(said(content, reason, { usage: { prompt_tokens: 3, completion_tokens } }), { maxTokens: 5 });
  assert.equal((await at("He was on his way to the", 5)).finishReason, "length");
  assert.equal((await at("He was on his way, and", 7)).finishReason, "length");
  assert.equal((await at("Er war auf dem Weg nach", "5")).finishReason, "length");
  assert.equal((await at("He was on his way home.", 5)).finishReason, "stop");
  assert.equal((await at("He was on his way to the", 4)).finishReason, "stop");
  assert.equal((await at("He was on his way to the", 5, null)).finishReason, "length");
});

Deno.test("chat() reads choices by index, lists of parts, and JSON of any content type", async () => {
  const choice = (index: number, content: Json) => ({ index, message: { content }, finish_reason: "stop" });
  assert.equal((await once({ choices: [choice(1, "second"), choice(0, "first")] })).text, "first");
  const parts = [{ type: "text", text: "Pa" }, { type: "reasoning" }, { type: "output_text", text: "ris" }];
  assert.equal((await once(said(parts))).text, "Paris");
  for (const type of ["text/plain", "text/html; charset=utf-16", "application/octet-stream", ""]) {
    const body = new TextEncoder().encode("\ufeff" + JSON.stringify(said("Paris")));
    const headers: HeadersInit = type ? { "content-type": type } : {};
    assert.equal((await once(new Response(body, { headers }))).text, "Paris");
  }
});

Deno.test("chat() gives what the model thought where the endpoint has it beside the text, by either name", async () => {
  const thinking = (thoughts: Record<string, Json>) =>
    once({ choices: [{ index: 0, message: { content: "Paris", ...thoughts }, finish_reason: "stop" }] });
  for (const name of ["reasoning_content", "reasoning"]) {
    const { text, reasoning } = await thinking({ [name]: "\nA capital.\n" });
    assert.deepEqual([text, reasoning], ["Paris", "A capital."]);
  }
  for (const nothing of [null, "", " \n", { effort: "low" }]) {
    assert(!("reasoning" in await thinking({ reasoning: nothing })));
  }
});

Deno.test("chat() counts tokens by numbers, and estimates what is missing or cannot be", async () => {
  const usageOf = async (usage: Json, content = "A city of that name.") =>
    (await once({ ...said(content), usage })).usage;
  assert.deepEqual(await usageOf({ prompt_tokens: "50", completion_tokens: "40" }), {
    promptTokens: 50,
    completionTokens: 40,
  });
  const estimated = { promptTokens: 10, completionTokens: 7, estimated: true };
  const wrong: Json[] = [-1, null, 1.5, 1e300, 1e12, "many", "", {}, 0, true];
  for (const value of wrong) {
    const usage = await usageOf({ prompt_tokens: value, completion_tokens: value });
    assert.deepEqual(usage, estimated, JSON.stringify(value));
  }
  for (const usage of [null, "none", [], {}]) assert.deepEqual(await usageOf(usage), estimated);
  assert.deepEqual(await usageOf({ prompt_tokens: 9, completion_tokens: 0 }, ""), {
    promptTokens: 9,
    completionTokens: 0,
  });
});

Deno.test("chat() reads no more of an answer than its limit of tokens can be", async () => {
  let sent = 0;
  await using server = endpoint(() => {
    const part = new TextEncoder().encode("a".repeat(1 << 18));
    const body = new ReadableStream<Uint8Array>({
      start: (controller) =>
        controller.enqueue(new TextEncoder().encode('{"choices":[{"message":{"content":"')),
      pull(controller) {
        sent += part.length;
        if (sent > 2e8) controller.close();
        else controller.enqueue(part);
      },
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  });
  await using model = await server.open();
  await assert.rejects(model.chat({ messages, maxTokens: 100 }), (error: RequestError) => {
    assert.match(error.message, /as it is longer than 1099776 bytes$/);
    return error.code === "too_long";
  });
  assert(sent < 5e7, `${sent} bytes were sent`);
});

Deno.test("no error of an endpoint holds its key or the secrets of its address", async () => {
  const apiKey = "sk-SECRET/abc+def=123456";
  const faults = [
    (key: string) => refusal(401, { message: `Incorrect API key provided: ${key}` }),
    (key: string) => refusal(400, { message: `Bad header Bearer ${key}`, code: key }),
    (key: string) => new Response(`<b>${key}</b> ${encodeURIComponent(key)}`, { status: 502 }),
    (key: string) => Response.json({ detail: [{ msg: key }] }, { status: 422 }),
    (key: string) => Response.json({ error: { message: key } }),
    (key: string) => new Response(`not JSON ${key}`),
  ];
  for (const fault of faults) {
    await using server = endpoint((_, request) => fault(request.headers.get("authorization")!.slice(7)));
    const url = new URL(server.url);
    url.search = "?token=querySECRET";
    await using model = await server.open({ apiKey, baseURL: url.href });
    await assert.rejects(model.chat({ messages }), (error: RequestError) => {
      assert.doesNotMatch(Deno.inspect(error), /SECRET/);
      return error.name === "RequestError";
    });
  }
  const secret = { name: /Error/, message: /^(?!.*SECRET)/s };
  const open = (baseURL: string, key = apiKey) =>
    openModel({ kind: "endpoint", baseURL, apiKey: key, model: "m", cache: false, maxRetries: 0 });
  await assert.rejects(open("http://me:passSECRET@127.0.0.1:1/v1"), secret);
  await assert.rejects(open("ftp://me:passSECRET@host/v1?key=SECRET"), secret);
  await assert.rejects(open("//me:passSECRET@host"), secret);
  await assert.rejects(open("http://127.0.0.1:1/v1", "SECRET\nKEY"), secret);
});

Deno.test("openModel() with a password in the address signs in by it, and its cache does not hold it", async () => {
  const seen: (string | null)[] = [];
  await using server = endpoint((_, request) => {
    seen.push(request.headers.get("authorization"));
    return said("Paris");
  });
  const path = `${await Deno.makeTempDir()}/answers.sqlite`;
  await using model = await server.open({
    baseURL: server.url.replace("//", "//me:passSECRET@"),
    cache: path,
  });
  await model.chat({ messages });
  await model.close();
  assert.deepEqual(seen, [`Basic ${btoa("me:passSECRET")}`]);
  assert(!new TextDecoder().decode(await Deno.readFile(path)).includes("SECRET"));
});

Deno.test("chat() leaves out a parameter that the endpoint refuses, says so once, and learns it", async () => {
  const faults = {
    temperature: refusal(400, {
      message:
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
      param: "temperature",
    }),
    seed: Response.json({
      detail: [{ type: "extra_forbidden", loc: ["body", "seed"], msg: "Extra inputs are not permitted" }],
    }, {
      status: 422,
    }),
    top_p: refusal(400, { message: "top_p is not supported" }),
  };
  await using server = endpoint((body) => {
    for (const [name, fault] of Object.entries(faults)) if (name in body) return fault.clone();
    return said("Paris");
  });
  const notices: string[] = [];
  await using model = await server.open({ onNotice: (line) => void notices.push(line) });
  const request = { messages, temperature: 0.5, topP: 0.9 };
  let sent = 0;
  const first = await model.chat({ ...request, onSend: () => void sent++ });
  assert.deepEqual([first.text, first.dropped, sent], ["Paris", ["temperature", "seed", "top_p"], 4]);
  assert.deepEqual((await model.chat(request)).dropped, ["temperature", "seed", "top_p"]);
  assert.equal(server.seen.length, 5);
  assert.equal(notices.length, 3);
  assert.match(notices[0], /^m refuses the parameter temperature: it is left out from now on/);
});

Deno.test("chat() does not take a refusal that only mentions a parameter for one of it", async () => {
  await using server = endpoint(() => refusal(400, { message: "The prompt about temperature is too long" }));
  await using model = await server.open();
  await assert.rejects(model.chat({ messages }), /too long/);
  assert.equal(server.seen.length, 1);
});

Deno.test("chat() sends fields of the caller's own, which the cache tells apart, and none of the kit's", async () => {
  await using server = endpoint(() => said("Paris"));
  await using model = await server.open({ cache: `${await Deno.makeTempDir()}/answers.sqlite` });
  const body = { reasoning_effort: "low", chat_template_kwargs: { enable_thinking: false } };
  await model.chat({ messages, body });
  assert.equal(server.seen[0].reasoning_effort, "low");
  assert.deepEqual(server.seen[0].chat_template_kwargs, { enable_thinking: false });
  assert.deepEqual([(await model.chat({ messages, body })).cached, (await model.chat({ messages })).cached], [
    true,
    false,
  ]);
  await assert.rejects(
    model.chat({ messages, body: { temperature: 1 } }),
    /Cannot send the field temperature in body/,
  );
  await assert.rejects(model.chat({ messages, body: { n: 2 } }), /Cannot send the field n in body/);
});

Deno.test("chat() gives up after its seconds, whether the server is silent before or within its answer", async () => {
  const silent = Promise.withResolvers<Response>();
  const answers = [
    () => silent.promise,
    () =>
      new Response(
        new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')) }),
        { headers: { "content-type": "application/json" } },
      ),
  ];
  for (const answer of answers) {
    await using server = endpoint(answer);
    await using model = await server.open({ timeoutSeconds: 0.05 });
    await assert.rejects(model.chat({ messages }), (error: RequestError) => {
      assert.match(error.message, /did not answer in 0.05 s$/);
      return error.code === "timeout";
    });
    assert.equal(server.seen.length, 1);
    silent.resolve(new Response());
  }
  await using server = endpoint(() => said("Paris"));
  await using patient = await server.open({ timeoutSeconds: 1e9 });
  assert.equal((await patient.chat({ messages })).text, "Paris");
});

Deno.test("chat() counts every attempt, and onSend can end it before the next", async () => {
  await using server = endpoint(() => refusal(500, { message: "boom" }));
  await using model = await server.open();
  let left = 2;
  const onSend = () => {
    if (left-- === 0) throw new RangeError("enough");
  };
  await assert.rejects(model.chat({ messages, maxRetries: 9, onSend }), {
    name: "RangeError",
    message: "enough",
  });
  assert.deepEqual([server.seen.length, model.requests], [2, 2]);
});

Deno.test("openModel() takes a model by its tag, endpoints without a list, and on request asks for none", async () => {
  await using server = endpoint(() => said("Paris"));
  server.list({ data: [{ id: "m:latest" }] });
  await using tagged = await server.open({ model: "m" });
  assert.equal(tagged.name, "m:latest");
  await assert.rejects(
    server.open({ model: "other" }),
    /it has m:latest; checkModel: false asks for it all the same/,
  );
  await using unchecked = await server.open({ model: "other", checkModel: false });
  assert.equal((await unchecked.chat({ messages })).text, "Paris");
  assert.equal(server.seen[0].model, "other");
  await assert.rejects(server.open({ checkModel: false }), /none is named: give model too/);
  for (const list of [{ data: null }, [], {}, { data: [{ name: "x" }] }] as Json[]) {
    server.list(list);
    assert.equal((await server.open({ model: "m" })).name, "m");
  }
  server.list(new Response("Not here", { status: 405 }));
  assert.equal((await server.open({ model: "m" })).name, "m");
});

Deno.test("openModel() names an option that there is not, and one out of range", async () => {
  await assert.rejects(
    openModel({ baseUrl: "x" } as OpenModelOptions),
    /no option baseUrl: did you mean baseURL\?/,
  );
  await assert.rejects(openModel({ maxRetries: -1 }), /maxRetries must be a whole number >= 0/);
  await assert.rejects(openModel({ timeoutSeconds: 0 }), /timeoutSeconds must be finite and positive/);
});
