import assert from "node:assert/strict";
import { hash32, type ProgressEvent } from "../../lib/base/mod.ts";
import type { LanguageModel } from "../../lib/llm/mod.ts";
import { openModel, RequestError } from "../../lib/llm/mod.ts";
import { Endpoint } from "../../lib/synthesize/_endpoint.ts";
import {
  type Budget,
  type ChatModel,
  type Document,
  type Price,
  synthesize,
} from "../../lib/synthesize/mod.ts";
import { canMount, smallDisk } from "../native/_disk.ts";
import { answer, type Asked, echo, open, pages, refusal, reset, type Scripted, scripted } from "./_server.ts";

const wait = (milliseconds: number) => new Promise((go) => setTimeout(go, milliseconds));

/** A model whose own client would send again nine times. */
function eager(server: Scripted): Promise<LanguageModel> {
  return openModel({
    kind: "endpoint",
    baseURL: server.url,
    maxRetries: 9,
    cache: false,
    onNotice: () => {},
  });
}

/** A run to its end, whether that is an error or not. */
async function run(
  script: (asked: Asked) => Response | Promise<Response>,
  options: Partial<Parameters<typeof synthesize>[2]> = {},
  count = 20,
) {
  await using server = await scripted(script);
  await using model = await eager(server);
  const synthesis = synthesize(pages(count), echo, { model, ...options });
  const made: Document[] = [];
  let error = "";
  try {
    for await (const document of synthesis) made.push(document);
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  return { made, error, report: synthesis.report, sent: server.count() };
}

Deno.test("synthesize() waits for a server that refuses for its load, however often it does", async () => {
  for (const status of [429, 503]) {
    let refused = 0;
    const { made, error, report, sent } = await run(
      ({ content }) => refused++ < 8 ? refusal(status) : answer(content),
      { patienceSeconds: 60, workers: 16 },
      40,
    );
    assert.equal(error, "");
    assert.equal(made.length, 40);
    assert.deepEqual(report.rejected, {});
    assert.equal(report.requests, sent);
    assert.equal(sent, 48);
    assert(report.waitedSeconds > 0);
  }
});

Deno.test("synthesize() gives up a refusing server when its patience ends, and one that asks to wait longer at once", async () => {
  const late = await run(() => refusal(503), { patienceSeconds: 0.3, workers: 4 });
  assert.match(late.error, /^Cannot go on with scripted as it failed for 0.3 s without an answer: .*503/);
  const long = await run(() => refusal(429, { "retry-after": "3600" }), { workers: 4 });
  assert.match(long.error, /as it asks to wait 3600 s, and patienceSeconds is 600: .*429/);
  assert(long.sent <= 4);
});

Deno.test("synthesize() says in progress and report how long it waits, and why", async () => {
  const events: ProgressEvent[] = [];
  let waiting: string | undefined;
  await using server = await scripted(({ content, count }) =>
    count === 1 ? refusal(429, { "retry-after": "1" }) : answer(content)
  );
  await using model = await eager(server);
  const synthesis = synthesize(pages(3), echo, {
    model,
    workers: 1,
    onProgress: (event) => {
      waiting ??= synthesis.report.waiting;
      events.push(event);
    },
  });
  assert.equal((await Array.fromAsync(synthesis)).length, 3);
  assert.equal(waiting, "1 s: rate limited");
  assert.match(events[0].note!, /; waits 1 s: rate limited$/);
  assert.equal(synthesis.report.waiting, undefined);
  assert(synthesis.report.waitedSeconds > 0.9);
});

Deno.test("synthesize() loses the one document that is always refused for load while others are answered", async () => {
  const { made, report, error } = await run(
    ({ content }) => content === "text 3" ? refusal(503) : answer(content),
    { patienceSeconds: 0.2 },
    30,
  );
  assert.equal(error, "");
  assert.equal(made.length, 29);
  assert.deepEqual(report.rejected, { "server busy": 1 });
});

Deno.test("synthesize() counts every attempt, and no budget of requests is ever passed", async () => {
  for (const workers of [1, 8, 128]) {
    const dead = await run(() => refusal(500), { budget: { requests: 5 }, workers });
    assert.deepEqual([dead.sent, dead.report.requests, dead.report.stopped], [5, 5, "budget of requests"]);
  }
  const lame = await run(({ count, content }) => count % 3 === 0 ? answer(content) : refusal(500), {
    budget: { requests: 20 },
    workers: 1,
  });
  assert.deepEqual([lame.sent, lame.report.requests], [20, 20]);
  // A refused parameter is a request as well.
  const picky = await run(
    ({ seed, content }) =>
      seed === undefined
        ? answer(content)
        : Response.json({ error: { message: "seed is not supported" } }, { status: 400 }),
    { budget: { requests: 4 }, workers: 1 },
  );
  assert.deepEqual([picky.sent, picky.report.requests, picky.made.length], [4, 4, 3]);
  assert.deepEqual(picky.report.notices, ["the endpoint refuses the parameter seed: it is left out"]);
});

Deno.test("synthesize() ends at once where the key, the model or the money is refused, and says why", async () => {
  const quota = () =>
    Response.json({
      error: { message: "You exceeded your current quota", type: "insufficient_quota", code: null },
    }, {
      status: 429,
    });
  const cases: [() => Response, RegExp][] = [
    [() => refusal(401), /status 401/],
    [() => refusal(402), /status 402/],
    [() => refusal(404), /status 404/],
    [() => refusal(410), /status 410/],
    [quota, /exceeded your current quota/],
  ];
  for (const [script, why] of cases) {
    const { error, sent, report } = await run(script);
    assert.match(error, /^Cannot ask scripted: /);
    assert.match(error, why);
    assert(sent <= 4);
    assert.deepEqual(report.rejected, {});
  }
});

Deno.test("synthesize() loses a document that is refused alone, and ends a run of which every document is", async () => {
  for (const status of [400, 403, 422]) {
    const one = await run(({ content }) => content === "text 3" ? refusal(status) : answer(content));
    assert.deepEqual([one.made.length, one.report.rejected], [19, { "refused by the endpoint": 1 }]);
    const all = await run(() => refusal(status), {}, 1000);
    assert.match(all.error, /as it refused 12 requests in a row: the last time with ".*status/);
    assert(all.sent < 24, `${all.sent} requests`);
  }
  const long = Response.json({ error: { message: "too long", code: "context_length_exceeded" } }, {
    status: 400,
  });
  const sorted = await run(({ content, count }) => count <= 50 ? long.clone() : answer(content), {}, 60);
  assert.deepEqual([sorted.error, sorted.report.rejected], ["", { "refused by the endpoint": 50 }]);
});

Deno.test("synthesize() is over soon where the server is silent: each attempt costs what its limit says", async () => {
  const silent = Promise.withResolvers<void>();
  await using server = await scripted(() => silent.promise.then(() => refusal(500)));
  await using model = await openModel({
    kind: "endpoint",
    baseURL: server.url,
    cache: false,
    maxRetries: 9,
    timeoutSeconds: 0.02,
  });
  const synthesis = synthesize(pages(2), echo, { model, patienceSeconds: 0.5 });
  await assert.rejects(Array.fromAsync(synthesis), /without an answer: .*did not answer in 0.02 s/);
  silent.resolve();
});

Deno.test("synthesize() counts what broke off by its cause", async () => {
  const reasons = ["error", "abort", null as unknown as string];
  const { report } = await run(
    ({ content }) => answer("half a te", reasons[Number(content.slice(5)) % 3]),
    {},
    6,
  );
  assert.deepEqual(report.rejected, { "incomplete (error)": 2, "incomplete (abort)": 2, "truncated": 2 });
});

Deno.test("a budget holds where the endpoint does not count its tokens, and the report says so", async () => {
  const uncounted = (usage: unknown) =>
    Response.json({
      choices: [{ index: 0, message: { content: "words ".repeat(5) }, finish_reason: "stop" }],
      usage,
    });
  for (
    const usage of [null, { prompt_tokens: 0, completion_tokens: 0 }, {
      prompt_tokens: -9,
      completion_tokens: NaN,
    }]
  ) {
    const { report, sent } = await run(() => uncounted(usage), {
      budget: { cost: 0.5 },
      price: { prompt: 1000, completion: 1000 },
      workers: 2,
    }, 200);
    assert.equal(report.stopped, "budget of cost");
    assert(report.cost > 0.3 && report.cost <= 0.5, `${report.cost}`);
    assert.match(report.notices[0], new RegExp(`the tokens of ${sent} answers: they are estimated`));
  }
});

Deno.test("synthesize() names a budget or a price that is not one, before it asks for anything", () => {
  const model = {} as ChatModel;
  const wrong: [object, RegExp][] = [
    [{ budget: { token: 1000 } }, /within budget as there is no option token: did you mean tokens\?/],
    [{ budget: { tokens: "1000" } }, /the budget of tokens must be >= 0: current value is the text "1000"/],
    [{ price: { prompt: 1 } }, /at price as completion must be given/],
    [{ price: { prompt: 1, completions: 2 } }, /no option completions: did you mean completion\?/],
    [{ price: { prompt: NaN, completion: 1 } }, /the price of prompt must be >= 0: current value is NaN/],
    [{ patienceSeconds: -1 }, /patienceSeconds must be >= 0/],
    [{ extraTokens: 0.5 }, /extraTokens must be a whole number >= 0/],
    [{ retry: "truncated", folder: "x" }, /retry must be a list of texts/],
    [{ retry: ["truncated"] }, /there is no journal: give folder too/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(
      () => synthesize([], echo, { model, ...options } as { model: ChatModel; budget: Budget; price: Price }),
      {
        message,
      },
    );
  }
});

Deno.test("synthesize() counts a row that is no document as lost, by its id or its place, and goes on", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const rows: unknown[] = pages(200);
  rows[100] = { id: "bad", text: null, source: "s", meta: {} };
  rows[101] = { id: "number", text: 5 };
  rows[102] = null;
  rows[103] = { text: "no id" };
  rows[104] = { id: 7, text: "a number" };
  rows[105] = "a text";
  rows[106] = { id: "bare", text: "text 106" };
  const drops: string[] = [];
  const synthesis = synthesize(rows as Document[], echo, {
    model,
    onDrop: ({ id, reason }) => drops.push(`${id}: ${reason}`),
  });
  assert.equal((await Array.fromAsync(synthesis)).length, 194);
  assert.deepEqual(drops, [
    "bad: no text",
    "number: no text",
    "row 103: no document",
    "row 104: no id",
    "7: no id",
    "row 106: no document",
  ]);
});

Deno.test("synthesize() asks again for chosen causes of its journal, and gives more room to what was truncated", async () => {
  const limits: number[] = [];
  await using server = await scripted(({ content, limit }) => {
    limits.push(limit);
    const cut = Number(content.slice(5)) % 2 === 0 && limit < 25;
    return cut ? answer("cut", "length") : answer(content);
  });
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const go = async (options: object = {}) => {
    const before = server.count();
    limits.length = 0;
    const synthesis = synthesize(pages(20), echo, { model, folder, ...options });
    const made = await Array.fromAsync(synthesis);
    return { made: made.length, sent: server.count() - before, report: synthesis.report };
  };
  assert.deepEqual((await go()).report.rejected, { truncated: 10 });
  assert.equal((await go()).sent, 0);
  const none = await go({ retry: ["truncatd"] });
  assert.deepEqual([none.sent, none.report.notices], [0, [
    'the journal has no document that was lost by "truncatd"',
  ]]);
  const again = await go({ retry: ["truncated"], extraTokens: 20 });
  assert.deepEqual([again.made, again.sent, again.report.retried, again.report.resumed], [20, 10, 10, 10]);
  assert.deepEqual(new Set(limits), new Set([30]));
  assert.deepEqual([(await go()).made, (await go()).sent], [20, 0]);
  await Deno.remove(folder, { recursive: true });
  // In one run: what is truncated is asked for once more, and all else once.
  const one = await run(
    ({ limit, content }) => limit < 25 && content === "text 1" ? answer("cut", "length") : answer(content),
    {
      extraTokens: 20,
    },
  );
  assert.deepEqual([one.made.length, one.sent], [20, 21]);
  const thinks = await run(({ limit, content }) => limit < 25 ? answer("cut", "length") : answer(content), {
    reasoningTokens: 100,
  });
  assert.deepEqual([thinks.made.length, thinks.sent], [20, 20]);
});

Deno.test("synthesize() cuts the evidence of a loss, in the report and in the journal", async () => {
  await using server = await scripted(() => answer("a".repeat(1e5), "length"));
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const synthesis = synthesize(pages(3), echo, { model, folder });
  await Array.fromAsync(synthesis);
  assert.equal(synthesis.report.samples.truncated.text.length, 2001);
  assert((await Deno.stat(`${folder}/journal.jsonl`)).size < 1e4);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() leaves out broken lines of its journal on request, says which, and asks for their documents", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const path = `${folder}/journal.jsonl`;
  const whole = JSON.stringify(
    await Array.fromAsync(synthesize(pages(5), echo, { model, folder, workers: 1 })),
  );
  const lines = (await Deno.readTextFile(path)).trim().split("\n");
  for (const broken of ['{"key": "ab', "", "null", "\0\0\0"]) {
    await Deno.writeTextFile(path, [lines[0], broken, ...lines.slice(2), ""].join("\n"));
    await assert.rejects(
      Array.fromAsync(synthesize(pages(5), echo, { model, folder })),
      /line 2 of .*journal.jsonl is broken: .*dropBrokenLines: true leaves such lines out/,
    );
    const synthesis = synthesize(pages(5), echo, { model, folder, dropBrokenLines: true });
    assert.equal(JSON.stringify(await Array.fromAsync(synthesis)), whole);
    assert.deepEqual([synthesis.report.resumed, synthesis.report.requests], [4, 1]);
    assert.match(synthesis.report.notices[0], /^line 2 of .* is broken: .*, and is left out$/);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test(
  "synthesize() says which journal is on a full disk, asks for no more, and goes on when there is room (needs root)",
  {
    ignore: !await canMount(),
  },
  async () => {
    await using disk = await smallDisk();
    await using server = await scripted(({ content }) => answer(content.padEnd(5000, ".")));
    await using model = await open(server);
    const folder = `${disk!.path}/deep`;
    const full = synthesize(pages(1000), echo, { model, folder, workers: 4 });
    let given = 0;
    await assert.rejects(async () => {
      for await (const _ of full) given++;
    }, { message: `Cannot write to ${folder}/journal.jsonl as the disk is full` });
    assert(given > 5);
    assert(server.count() <= given + 8, `${server.count()} requests for ${given} documents`);
    // No part of the line that did not fit stands there.
    const rest = synthesize(pages(given), echo, { model, folder });
    assert.equal((await Array.fromAsync(rest)).length, given);
    assert.equal(rest.report.requests, 0);
  },
);

Deno.test("synthesize() goes on behind a slow answer: order is kept, and no more is begun than workers need", async () => {
  const slow = Promise.withResolvers<void>();
  await using server = await scripted(async ({ content, count }) => {
    if (count > 600) slow.resolve();
    if (content === "text 0") await slow.promise;
    return answer(content);
  });
  await using model = await open(server);
  const made = await Array.fromAsync(synthesize(pages(1000), echo, { model, workers: 10 }));
  assert.deepEqual(made.map(({ text }) => text), pages(1000).map(({ text }) => text));
  const idle = synthesize(pages(1000), echo, { model, workers: 3 })[Symbol.asyncIterator]();
  const before = server.count();
  await idle.next();
  await wait(50);
  assert(server.count() - before <= 20, "who takes one document does not pay for hundreds");
  await idle.return!();
});

Deno.test("synthesize() loses and doubles nothing of 1,500 documents at a hostile server, at 64 and at 512 in flight", async () => {
  for (const workers of [64, 512]) {
    const answered = new Map<string, number>();
    await using server = await scripted(async ({ content, attempt }) => {
      const chance = hash32(`${content}/${attempt}`) % 100;
      await wait(chance % 5);
      if (chance >= 15) {
        answered.set(content, (answered.get(content) ?? 0) + 1);
        return answer(`made of ${content}`);
      }
      return [
        () => refusal(429),
        () => refusal(429, { "retry-after": "0" }),
        () => refusal(503, { "retry-after-ms": "5" }),
        () => refusal(500),
        () => new Response('{"choices": [{"mess'),
      ][chance % 5]();
    });
    await using model = await open(server);
    const synthesis = synthesize(pages(1500), echo, { model, workers, patienceSeconds: 60 });
    const made = await Array.fromAsync(synthesis, ({ text }) => text);
    assert.deepEqual(made, pages(1500).map(({ text }) => `made of ${text}`));
    assert.deepEqual(synthesis.report.rejected, {});
    assert.equal(synthesis.report.requests, server.count());
    assert([...answered.values()].every((times) => times === 1));
  }
});

/** An endpoint that is asked by sixteen at once, and pauses hardly at all. */
async function askAll(chat: (content: string, asked: number) => string | RequestError, count = 16) {
  let asked = 0;
  const model: ChatModel = {
    name: "by hand",
    chat: async ({ messages: [{ content }] }) => {
      await Promise.resolve();
      const said = chat(content, ++asked);
      if (typeof said !== "string") throw said;
      const usage = { promptTokens: 1, completionTokens: 1 };
      return { text: said, finishReason: "stop", usage, cached: false };
    },
  };
  const { signal } = new AbortController();
  const options = { workers: 16, maxRequests: Infinity, patienceSeconds: 60, pauseMilliseconds: 0.1 };
  const endpoint = new Endpoint(model, { ...options, onWait: () => {}, signal });
  const ask = (content: string) => endpoint.ask({ messages: [{ role: "user", content }] });
  await ask("first").catch(() => {});
  const ends = await Promise.allSettled(Array.from({ length: count }, (_, at) => ask(`text ${at}`)));
  const lost = ends.flatMap((end) => end.status === "rejected" ? [end.reason.message as string] : []);
  return { lost, failure: endpoint.failure?.message, asked };
}

Deno.test("an endpoint that answered before is waited for while it refuses or breaks connections, and loses nothing", async () => {
  for (const code of ["unreachable", "connection_lost"]) {
    const away = new RequestError("Cannot reach it", { code });
    const known = await askAll((content, asked) => asked > 1 && asked < 14 ? away : content);
    assert.deepEqual([known.lost, known.failure], [[], undefined], code);
    assert.equal(known.asked, 1 + 12 + 16);
  }
});

Deno.test("an endpoint that never answered, and a process that is over, end the run after six failures in a row", async () => {
  const away = new RequestError("Cannot reach it", { code: "unreachable" });
  const unknown = await askAll(() => away);
  assert.match(unknown.failure!, /^Cannot go on with by hand as it failed 6 times in a row/);
  const over = new RequestError("The embedded model's process ended", { code: "ended" });
  const ended = await askAll((content, asked) => asked > 1 ? over : content);
  assert.match(ended.failure!, /^Cannot go on with by hand as it failed 6 times in a row/);
});

Deno.test("a request that breaks its connection each time is lost alone, whether others are answered meanwhile or not", async () => {
  const broken = new RequestError("Connection reset", { code: "connection_lost" });
  const among = await askAll((content) => content === "text 3" ? broken : content);
  assert.deepEqual([among.lost, among.failure], [["Connection reset"], undefined]);
  const last = await askAll((content) => content === "text 0" ? broken : content, 1);
  assert.deepEqual([last.lost, last.failure, last.asked], [["Connection reset"], undefined, 1 + 5]);
});

Deno.test("synthesize() goes on with a server that was stopped and started again on its port", async () => {
  const first = await scripted(({ content, count }) => count === 10 ? reset() : answer(content));
  const { port } = new URL(first.url);
  await using model = await eager(first);
  const codes = new Set<string>();
  let second: Promise<Scripted> | undefined;
  const watched: ChatModel = {
    name: model.name,
    chat: async (request) => {
      try {
        return await model.chat(request);
      } catch (error) {
        const { code } = error as RequestError;
        codes.add(code!);
        if (code === "connection_lost") await first[Symbol.asyncDispose]();
        else await (second ??= scripted(({ content }) => answer(content), Number(port)));
        throw error;
      }
    },
  };
  const synthesis = synthesize(pages(40), echo, { model: watched, workers: 4 });
  const made = await Array.fromAsync(synthesis, ({ text }) => text);
  await (await second!)[Symbol.asyncDispose]();
  assert.deepEqual(made, pages(40).map(({ text }) => text));
  assert.deepEqual([...codes].sort(), ["connection_lost", "unreachable"]);
});

Deno.test("an endpoint that fails each request once, in whatever way, answers them all", async () => {
  const ways = [{ status: 500 }, { status: 429 }, { code: "connection_lost" }, { code: "malformed" }];
  for (const way of ways) {
    const seen = new Set<string>();
    const { lost, failure, asked } = await askAll((content) => {
      if (seen.has(content)) return content;
      seen.add(content);
      return new RequestError("once", way);
    }, 40);
    assert.deepEqual([lost, failure, asked], [[], undefined, 82], JSON.stringify(way));
  }
});
