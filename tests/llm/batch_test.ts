// deno-lint-ignore-file camelcase -- the API's names
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Batch, type LanguageModel, openModel, PendingError } from "../../lib/llm/mod.ts";
import { rephrase, synthesize } from "../../lib/synthesize/mod.ts";

interface Line {
  custom_id: string;
  body: { model: string; messages: { content: string }[]; seed: number };
}

/** A batch service on loopback: what it was sent, and results that a test writes. */
interface Service extends AsyncDisposable {
  url: string;
  /** Files by id. */
  files: Map<string, string>;
  /** Batches by id, with the file of their requests. */
  batches: Map<string, { input: string; status: string; output?: string; errors?: string }>;
  /** Chats that came the ordinary way. */
  chats: number;
}

async function service(answer: (lines: Line[]) => string[]): Promise<Service> {
  const state: Omit<Service, typeof Symbol.asyncDispose> = {
    url: "",
    files: new Map(),
    batches: new Map(),
    chats: 0,
  };
  const described = (id: string) => {
    const { input, status, output, errors } = state.batches.get(id)!;
    return {
      id,
      object: "batch",
      input_file_id: input,
      status,
      output_file_id: output,
      error_file_id: errors,
      errors: status === "failed" ? { data: [{ message: "the file is bad" }] } : null,
    };
  };
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const path = new URL(request.url!, "http://x").pathname;
    const json = (value: unknown) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(value));
    };
    if (path === "/v1/models") return json({ data: [{ id: "scripted" }] });
    if (path === "/v1/files") {
      const id = `file-${state.files.size}`;
      state.files.set(id, /\r\n\r\n(\{.*?\n)\r\n--/s.exec(body)![1]);
      return json({ id, object: "file" });
    }
    const content = /^\/v1\/files\/(.*)\/content$/.exec(path);
    if (content) return response.end(state.files.get(content[1]));
    if (path === "/v1/batches" && request.method === "GET") {
      return json({ data: [...state.batches.keys()].map(described), has_more: false });
    }
    if (path === "/v1/batches") {
      const id = `batch-${state.batches.size}`;
      const input = JSON.parse(body).input_file_id as string;
      state.batches.set(id, { input, status: "in_progress" });
      return json(described(id));
    }
    const batch = /^\/v1\/batches\/(.*)$/.exec(path);
    if (batch) {
      const known = state.batches.get(batch[1])!;
      if (known.status === "in_progress") {
        const lines = state.files.get(known.input)!.trim().split("\n").map((line) => JSON.parse(line));
        known.output = `file-${state.files.size}`;
        state.files.set(known.output, answer(lines).join("\n") + "\n");
        known.status = "completed";
      }
      return json(described(batch[1]));
    }
    state.chats++;
    json({ error: { message: "no chats here" } });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return Object.assign(state, {
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  });
}

function result({ custom_id, body }: Line, text = `said of ${body.messages.at(-1)!.content}`): string {
  const choices = [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }];
  const usage = { prompt_tokens: 5, completion_tokens: 7 };
  return JSON.stringify({ custom_id, response: { status_code: 200, body: { choices, usage } }, error: null });
}

async function opened(url: string): Promise<{ model: LanguageModel; folder: string }> {
  const folder = await Deno.makeTempDir();
  const model = await openModel({
    kind: "endpoint",
    baseURL: url,
    cache: `${folder}/answers.sqlite`,
    maxRetries: 0,
  });
  return { model, folder: `${folder}/batch` };
}

const ask = (batch: Batch, content: string) =>
  batch.model.chat({ messages: [{ role: "user", content }], maxTokens: 9 });

Deno.test("a batch writes requests once, and gives their answers after they were collected", async () => {
  await using server = await service((lines) => lines.map((line) => result(line)).reverse());
  const { model, folder } = await opened(server.url);
  await using _ = model;
  await using batch = await model.batch({ folder });
  for (const content of ["one", "two", "one"]) await assert.rejects(ask(batch, content), PendingError);
  assert.deepEqual(batch.state, { written: 2, running: 0, answered: 0, failed: {} });
  await batch.submit();
  const lines = server.files.get("file-0")!.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ url, method, body }) => [method, url, body.model, body.max_tokens]), [
    ["POST", "/v1/chat/completions", "scripted", 9],
    ["POST", "/v1/chat/completions", "scripted", 9],
  ]);
  assert.deepEqual(batch.state, { written: 0, running: 2, answered: 0, failed: {} });
  assert.deepEqual(await batch.wait({ pollSeconds: 0 }), { written: 0, running: 0, answered: 2, failed: {} });
  const completion = await ask(batch, "two");
  assert.equal(completion.text, "said of two");
  assert.deepEqual(completion.usage, { promptTokens: 5, completionTokens: 7 });
  // The model itself finds them too.
  assert.equal(
    (await model.chat({ messages: [{ role: "user", content: "one" }], maxTokens: 9 })).cached,
    true,
  );
  assert.equal(server.chats, 0);
});

Deno.test("a batch bears doubles, strangers, damage and failures, and asks again only for what failed", async () => {
  let round = 0;
  await using server = await service((lines) =>
    round++ > 0 ? lines.map((line) => result(line)) : [
      result(lines[1]),
      result(lines[1], "a double"),
      '{"custom_id": "cut o',
      result({ ...lines[0], custom_id: "nobody" }),
      JSON.stringify({ custom_id: lines[2].custom_id, response: { status_code: 429, body: {} } }),
      JSON.stringify({ custom_id: lines[3].custom_id, error: { code: "batch_expired" } }),
      JSON.stringify({
        custom_id: lines[4].custom_id,
        response: { status_code: 200, body: { choices: 1 } },
      }),
    ]
  );
  const { model, folder } = await opened(server.url);
  await using _ = model;
  await using batch = await model.batch({ folder });
  const contents = ["zero", "one", "two", "three", "four"];
  for (const content of contents) await assert.rejects(ask(batch, content), PendingError);
  await batch.submit();
  assert.deepEqual(await batch.wait({ pollSeconds: 0 }), {
    written: 0,
    running: 0,
    answered: 1,
    failed: { "status 429": 1, "batch_expired": 1, "malformed response": 1, "no result": 1 },
  });
  assert.equal((await ask(batch, "one")).text, "said of one");
  for (const content of ["zero", "two", "three", "four"]) {
    await assert.rejects(ask(batch, content), PendingError);
  }
  assert.equal(batch.state.written, 4);
  await batch.submit();
  assert.equal((await batch.wait({ pollSeconds: 0 })).answered, 5);
  assert.deepEqual(server.batches.size, 2);
  await batch.close();
  await using again = await model.batch({ folder });
  assert.deepEqual(again.state, { written: 0, running: 0, answered: 5, failed: {} });
});

Deno.test("a batch goes on after a kill at any point, and creates nothing twice", async () => {
  await using server = await service((lines) => lines.map((line) => result(line)));
  const { model, folder } = await opened(server.url);
  await using _ = model;
  {
    await using batch = await model.batch({ folder });
    await assert.rejects(ask(batch, "one"), PendingError);
    await assert.rejects(model.batch({ folder }), /another process holds it$/);
  }
  // A kill while the second request was being written.
  const [file] = [`${folder}/requests-0001.jsonl`];
  await Deno.writeTextFile(file, '{"custom_id": "ab', { append: true });
  {
    await using batch = await model.batch({ folder });
    assert.equal(batch.state.written, 1);
    await assert.rejects(ask(batch, "one"), PendingError);
    await batch.submit();
  }
  // A kill between the batch's creation and the note of it.
  const shards = JSON.parse(await Deno.readTextFile(`${folder}/batch.json`));
  delete shards[0].batch;
  await Deno.writeTextFile(`${folder}/batch.json`, JSON.stringify(shards));
  await using batch = await model.batch({ folder });
  await batch.submit();
  assert.equal(server.batches.size, 1);
  assert.equal((await batch.wait({ pollSeconds: 0 })).answered, 1);
  assert.equal((await ask(batch, "one")).text, "said of one");
});

Deno.test("a batch says why it failed as a whole, and collects what an offline engine wrote", async () => {
  await using server = await service(() => []);
  const { model, folder } = await opened(server.url);
  await using _ = model;
  await using batch = await model.batch({ folder });
  await assert.rejects(ask(batch, "one"), PendingError);
  await batch.submit();
  server.batches.get("batch-0")!.status = "failed";
  await assert.rejects(
    batch.wait({ pollSeconds: 0 }),
    /The batch batch-0 failed as a whole: the file is bad$/,
  );
  await assert.rejects(ask(batch, "one"), PendingError);
  const lines = (await Deno.readTextFile(batch.files[1])).trim().split("\n").map((line) => JSON.parse(line));
  const path = `${folder}/offline.jsonl`;
  await Deno.writeTextFile(path, ["null", ...lines.map((line) => result(line, "offline"))].join("\n"));
  assert.equal((await batch.collect(path)).answered, 1);
  assert.equal((await ask(batch, "one")).text, "offline");
  await batch.submit();
  assert.equal(server.batches.size, 1, "what an engine answered is not sent off");
  await Deno.writeTextFile(path, '{"no": "result"}\n');
  await assert.rejects(batch.collect(path), /offline.jsonl as none of its 1 lines is a result of a batch$/);
});

Deno.test("a message with images is sent in the vision message format", async () => {
  await using server = await service(() => []);
  const { model, folder } = await opened(server.url);
  await using _ = model;
  await using batch = await model.batch({ folder });
  const image = "data:image/png;base64,iVBORw==";
  const messages = [{ role: "user" as const, content: "What is this?", images: [image] }];
  await assert.rejects(batch.model.chat({ messages }), PendingError);
  await batch.submit();
  const { body } = JSON.parse(server.files.get("file-0")!);
  assert.deepEqual(body.messages, [{
    role: "user",
    content: [{ type: "text", text: "What is this?" }, { type: "image_url", image_url: { url: image } }],
  }]);
});

Deno.test("a method runs by batch to the same documents as by requests", async () => {
  const said =
    "A big animal of the sea must come up for air, as it has lungs and no gills like fish have them.";
  await using server = await service((lines) => lines.map((line) => result(line, said)));
  const { model, folder } = await opened(server.url);
  await using _ = model;
  const text = "The whale, a mammal with lungs, has to rise to the surface of the water in order to breathe. "
    .repeat(2);
  const pages = Array.from({ length: 5 }, (_, at) => ({ id: `${at}`, text, source: "sea", meta: {} }));
  await using batch = await model.batch({ folder });
  const first = synthesize(pages, rephrase("plain"), { model: batch.model });
  assert.deepEqual(await Array.fromAsync(first), []);
  assert.deepEqual([first.report.unfinished, first.report.requests, first.report.stopped], [
    5,
    0,
    "waiting for a batch",
  ]);
  await batch.submit();
  await batch.wait({ pollSeconds: 0 });
  const second = synthesize(pages, rephrase("plain"), { model });
  const made = await Array.fromAsync(second);
  assert.deepEqual([made.length, second.report.requests, server.chats], [5, 0, 0]);
  assert.equal(made[0].text, said);
});
