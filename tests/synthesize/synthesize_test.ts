import assert from "node:assert/strict";
import { hash32 } from "../../lib/base/mod.ts";
import type { LanguageModel } from "../../lib/llm/mod.ts";
import {
  type ChatModel,
  type Document,
  type Drop,
  judge,
  mathGenie,
  synthesize,
} from "../../lib/synthesize/mod.ts";
import { answer, echo, open, pages, refusal, reset, scripted } from "./_server.ts";

const wait = (milliseconds: number) => new Promise((go) => setTimeout(go, milliseconds));
const ids = (documents: Document[]) => documents.map(({ lineage }) => lineage!.parents[0]);
// The door's model is a model for the engine; compiled, never run.
((model: LanguageModel): ChatModel => model).length;

Deno.test("synthesize() gives the same bytes in the input's order whatever the number of workers", async () => {
  await using server = await scripted(async ({ content, seed }) => {
    await wait(hash32(content) % 7);
    return answer(`${content} by ${seed}`);
  });
  await using model = await open(server);
  const runs: string[] = [];
  for (const workers of [1, 3, 32]) {
    const made = await Array.fromAsync(synthesize(pages(40), echo, { model, workers, seed: 4 }));
    assert.deepEqual(ids(made), pages(40).map(({ id }) => id));
    runs.push(JSON.stringify(made));
  }
  assert.equal(runs[0], runs[1]);
  assert.equal(runs[0], runs[2]);
  const other = await Array.fromAsync(synthesize(pages(40), echo, { model, seed: 5 }));
  assert.notEqual(JSON.stringify(other), runs[0]);
});

Deno.test("synthesize() writes lineage, metadata and an id of its own on every output", async () => {
  await using server = await scripted(() => answer("new"));
  await using model = await open(server);
  const [made] = await Array.fromAsync(synthesize(pages(1), echo, { model }));
  assert.match(made.id, /^[0-9a-f]{16}$/);
  assert.deepEqual([made.source, made.meta], ["echo@1", { parentSource: "pages", length: 3 }]);
  const { seed, ...lineage } = made.lineage!;
  assert(Number.isSafeInteger(seed));
  assert.deepEqual(lineage, {
    parents: ["page-0"],
    prompt: "echo@1",
    model: "scripted",
    sampling: { temperature: 0.5, max_tokens: 10 },
    usage: { promptTokens: 5, completionTokens: 10 },
  });
});

Deno.test("synthesize() loses and doubles nothing at a server that misbehaves in eight ways", async () => {
  const misbehave = [
    () => refusal(429),
    () => refusal(429, { "retry-after": "0" }),
    () => refusal(500),
    () => refusal(503, { "retry-after-ms": "30" }),
    () => reset(),
    () => new Response('{"choices": [{"mess', { headers: { "content-type": "application/json" } }),
    () => new Response("<html>busy</html>", { headers: { "content-type": "text/html" } }),
    () => Response.json({ object: "chat.completion" }),
  ];
  // Never more than three failures in a row, as after six the endpoint counts as dead.
  let failures = 0;
  let inARow = 0;
  await using server = await scripted(async ({ content, attempt }) => {
    const at = Number(content.slice(5));
    await wait(hash32(content) % 4);
    const fails = at % 3 === 0 && attempt <= 2 && inARow < 3;
    inARow = fails ? inARow + 1 : 0;
    if (!fails) return answer(`made of ${content}`);
    failures++;
    return misbehave[(at / 3) % 8]();
  });
  await using model = await open(server);
  const drops: Drop[] = [];
  const run = synthesize(pages(96), echo, { model, workers: 12, onDrop: (drop) => drops.push(drop) });
  const made = await Array.fromAsync(run);
  assert.deepEqual(made.map(({ text }) => text), pages(96).map(({ text }) => `made of ${text}`));
  assert.deepEqual(run.report.rejected, {});
  assert.deepEqual(drops, []);
  assert(failures > 32);
  assert.equal(run.report.requests, 96 + failures);
  assert.equal(run.report.requests, server.count());
  assert.deepEqual(run.report.tokens, { prompt: 5 * 96, completion: 10 * 96 });
});

Deno.test("synthesize() counts every loss by cause with a sample, and tells onDrop", async () => {
  await using server = await scripted(({ content }) => {
    switch (Number(content.slice(5)) % 5) {
      case 0:
        return answer("I'm sorry, but I cannot help with that.");
      case 1:
        return answer("a text that is cu", "length");
      case 2:
        return answer("");
      case 3:
        return answer("", "content_filter");
      default:
        return answer("fine");
    }
  });
  await using model = await open(server);
  const drops: Drop[] = [];
  const input = [...pages(10), { ...pages(1)[0] }, { id: "void", text: "", source: "pages", meta: {} }];
  const run = synthesize(input, echo, { model, onDrop: (drop) => drops.push(drop) });
  assert.deepEqual(ids(await Array.fromAsync(run)), ["page-4", "page-9"]);
  assert.deepEqual(run.report.rejected, {
    "refused": 4,
    "truncated": 2,
    "empty": 2,
    "document id stands twice": 1,
    "nothing to write from": 1,
  });
  assert.deepEqual(run.report.samples.truncated, { document: "page-1", text: "a text that is cu" });
  assert.deepEqual(drops.find(({ reason }) => reason === "truncated"), {
    id: "page-1",
    source: "pages",
    stage: "echo@1",
    reason: "truncated",
    excerpt: "a text that is cu",
  });
  assert.equal(drops.length, 10);
  assert.equal(run.report.documents, 12);
});

Deno.test("synthesize() gives up a request that alone fails, and the next run asks only for it", async () => {
  let broken = true;
  await using server = await scripted(({ content }) =>
    broken && content === "text 3" ? refusal(500) : answer(content)
  );
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const first = synthesize(pages(6), echo, { model, folder, workers: 1 });
  assert.equal((await Array.fromAsync(first)).length, 5);
  assert.deepEqual(first.report.rejected, { "server error": 1 });
  assert.equal(server.asked.get("text 3"), 5);
  broken = false;
  const second = synthesize(pages(6), echo, { model, folder, workers: 1 });
  assert.deepEqual(ids(await Array.fromAsync(second)), pages(6).map(({ id }) => id));
  assert.deepEqual([second.report.requests, second.report.resumed], [1, 5]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() does not ask again what the endpoint refuses as wrong", async () => {
  await using server = await scripted(({ content }) => content === "text 1" ? refusal(400) : answer(content));
  await using model = await open(server);
  const run = synthesize(pages(3), echo, { model });
  assert.equal((await Array.fromAsync(run)).length, 2);
  assert.deepEqual(run.report.rejected, { "refused by the endpoint": 1 });
  assert.equal(server.count(), 3);
});

Deno.test("synthesize() keeps Retry-After: nothing is sent before it is over", async () => {
  let openAt = 0;
  let early = 0;
  await using server = await scripted(({ content }) => {
    openAt ||= performance.now() + 900;
    if (performance.now() >= openAt) return answer(content);
    early++;
    return refusal(429, { "retry-after": "1" });
  });
  await using model = await open(server);
  const run = synthesize(pages(8), echo, { model, workers: 8 });
  assert.equal((await Array.fromAsync(run)).length, 8);
  assert(early <= 4, `${early} requests before the time`);
});

Deno.test("synthesize() ends with one clear error at a key that is refused", async () => {
  await using server = await scripted(() => refusal(401));
  await using model = await open(server);
  const run = synthesize(pages(50), echo, { model, workers: 2 });
  await assert.rejects(Array.fromAsync(run), /Cannot ask scripted: .*wants a key/);
  assert(server.count() <= 2);
  assert.deepEqual(run.report.rejected, {});
});

Deno.test("synthesize() ends within seconds at an endpoint that dies, and gives what it had", async () => {
  let alive = true;
  await using server = await scripted(({ content, count }) => {
    alive &&= count <= 5;
    return alive ? answer(content) : refusal(500);
  });
  await using model = await open(server);
  const run = synthesize(pages(1000), echo, { model, workers: 4 });
  const made: Document[] = [];
  await assert.rejects(async () => {
    for await (const document of run) made.push(document);
  }, /Cannot go on with scripted as it failed 6 times in a row without an answer: .*500/);
  assert.equal(made.length, 5);
  assert(server.count() < 60, `${server.count()} requests`);
});

Deno.test("synthesize() stops at a budget of tokens, never beyond it, and resumes to the same bytes", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const whole = JSON.stringify(await Array.fromAsync(synthesize(pages(20), echo, { model })));
  const folder = await Deno.makeTempDir();
  const some = synthesize(pages(20), echo, { model, folder, budget: { tokens: 200 } });
  const made = await Array.fromAsync(some);
  const spent = some.report.tokens.prompt + some.report.tokens.completion;
  assert.equal(some.report.stopped, "budget of tokens");
  // A document may cost up to 10 tokens written and 11 read, and costs 15.
  assert(spent <= 200 && spent > 165, `${spent}`);
  assert.equal(made.length, spent / 15);
  const rest = synthesize(pages(20), echo, { model, folder });
  assert.equal(JSON.stringify(await Array.fromAsync(rest)), whole);
  assert.equal(rest.report.resumed, made.length);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() stops at budgets of requests and of seconds", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const requests = synthesize(pages(20), echo, { model, budget: { requests: 7 } });
  assert.equal((await Array.fromAsync(requests)).length, 7);
  assert.equal(requests.report.stopped, "budget of requests");
  assert.equal(server.count(), 7);
  const seconds = synthesize(pages(20), echo, { model, budget: { seconds: 0 } });
  assert.equal((await Array.fromAsync(seconds)).length, 0);
  assert.equal(seconds.report.stopped, "budget of seconds");
  assert.equal(server.count(), 7);
});

Deno.test("synthesize() stopped by its signal gives what is finished and says what is not", async () => {
  const stop = new AbortController();
  await using server = await scripted(async ({ content, count }) => {
    if (count === 10) stop.abort();
    if (count >= 10) await wait(200);
    return answer(content);
  });
  await using model = await open(server);
  const run = synthesize(pages(100), echo, { model, workers: 3, signal: stop.signal });
  const made = await Array.fromAsync(run);
  assert(made.length >= 6 && made.length <= 9, `${made.length}`);
  assert.equal(run.report.stopped, "interrupted");
  assert(run.report.unfinished > 0);
  assert.equal(run.report.documents, made.length);
});

Deno.test("synthesize() stopped while its input is silent ends at once", async () => {
  const stop = new AbortController();
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  async function* silent(): AsyncGenerator<Document> {
    yield* pages(2);
    await new Promise(() => {});
  }
  let given = 0;
  for await (const _ of synthesize(silent(), echo, { model, signal: stop.signal })) {
    if (++given === 2) stop.abort();
  }
  assert.equal(given, 2);
});

Deno.test("synthesize() gives documents while its input is still slow", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  let given = 0;
  async function* input(): AsyncGenerator<Document> {
    for (const page of pages(5)) {
      yield page;
      while (given < Number(page.text.slice(5)) + 1) await wait(1);
    }
  }
  for await (const _ of synthesize(input(), echo, { model })) given++;
  assert.equal(given, 5);
});

Deno.test("synthesize() chains: the second stage's lineage names the first's documents", async () => {
  await using server = await scripted(({ content }) => answer(`${content}!`));
  await using model = await open(server);
  const first = await Array.fromAsync(synthesize(pages(9), echo, { model }));
  const chain = synthesize(synthesize(pages(9), echo, { model }), { ...echo, id: "echo@2" }, { model });
  const second = await Array.fromAsync(chain);
  assert.deepEqual(ids(second), first.map(({ id }) => id));
  assert.equal(second[8].text, "text 8!!");
});

Deno.test("synthesize() left early drops what is in flight and closes its journal and its input", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  let closed = false;
  async function* input(): AsyncGenerator<Document> {
    try {
      yield* pages(1000);
    } finally {
      closed = true;
    }
  }
  for await (const _ of synthesize(input(), echo, { model, folder })) break;
  assert(closed);
  const again = synthesize(pages(3), echo, { model, folder });
  assert.equal((await Array.fromAsync(again)).length, 3);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() passes on errors of its input and of its method", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  // deno-lint-ignore require-yield
  async function* broken(): AsyncGenerator<Document> {
    throw new Error("disk gone");
  }
  await assert.rejects(Array.fromAsync(synthesize(broken(), echo, { model })), /disk gone/);
  const wrong = {
    ...echo,
    read: () => {
      throw new Error("bug in read");
    },
  };
  await assert.rejects(Array.fromAsync(synthesize(pages(9), wrong, { model })), /bug in read/);
  const run = synthesize(pages(1), echo, { model });
  await Array.fromAsync(run);
  await assert.rejects(Array.fromAsync(run), /Cannot iterate a synthesis twice/);
});

Deno.test("synthesize() of nothing asks nothing", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const run = synthesize([], echo, { model });
  assert.deepEqual(await Array.fromAsync(run), []);
  assert.deepEqual([run.report.documents, server.count()], [0, 0]);
});

Deno.test("synthesize() finds the load that an endpoint bears", async () => {
  let inFlight = 0;
  let refused = 0;
  await using server = await scripted(async ({ content }) => {
    if (inFlight >= 5) {
      refused++;
      return refusal(429);
    }
    inFlight++;
    await wait(3);
    inFlight--;
    return answer(content);
  });
  await using model = await open(server);
  const run = synthesize(pages(300), echo, { model, workers: 64 });
  assert.equal((await Array.fromAsync(run)).length, 300);
  assert(refused < 150, `${refused} refused`);
});

Deno.test("synthesize() checks its options", () => {
  const model = {} as ChatModel;
  assert.throws(
    () => synthesize([], echo, { model, workers: 0 }),
    /workers must be a whole number >= 1/,
  );
  assert.throws(
    () => synthesize([], echo, { model, budget: { tokens: NaN } }),
    /budget of tokens must be >= 0/,
  );
});

Deno.test("synthesize(), judge() and mathGenie() refuse options by the names they had before", async () => {
  const model = {} as ChatModel;
  const before = { model, concurrency: 2 };
  const renamed = { name: "TypeError", message: /the option concurrency is called workers now/ };
  assert.throws(() => synthesize([], echo, before), renamed);
  assert.throws(() => judge([], before), renamed);
  const folder = { model, out: "parts" };
  await assert.rejects(mathGenie([], folder), {
    name: "TypeError",
    message: "Cannot synthesize as the option out is called folder now",
  });
});
