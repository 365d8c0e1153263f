import assert from "node:assert/strict";
import { hash32 } from "../../lib/base/mod.ts";
import { drawMethod, type Method, synthesize } from "../../lib/synthesize/mod.ts";
import { asks, mended, writes } from "./_mended.ts";
import { answer, echo, open, pages, scripted } from "./_server.ts";

const wait = (content: string) => new Promise((go) => setTimeout(go, hash32(content) % 7));

Deno.test("a method of several rounds asks on from its own answers, and its texts know how they were sampled", async () => {
  await using server = await scripted(async ({ content }) => {
    await wait(content);
    return writes(content);
  });
  await using model = await open(server);
  const run = synthesize(pages(6), mended, { model });
  const made = await Array.fromAsync(run);
  assert.deepEqual(made.map(({ text }) => text), ["w0", "m1", "m2", "w3", "m4", "m5"]);
  assert.deepEqual(made.map(({ meta }) => meta.asked), [2, 3, 3, 2, 3, 3]);
  assert.equal(run.report.requests, 2 * 2 + 4 * 3);
  assert.deepEqual(made.slice(0, 2).map(({ lineage }) => lineage!.sampling.temperature), [0.5, 0.1]);
  assert.deepEqual(made[1].lineage!.usage, { promptTokens: 15, completionTokens: 30 });
  const one = await Array.fromAsync(synthesize(pages(6), mended, { model, workers: 1 }));
  assert.equal(JSON.stringify(one), JSON.stringify(made));
});

Deno.test("a run that ends between two rounds goes on there, to the same bytes and without asking again", async () => {
  await using server = await scripted(({ content }) => writes(content));
  await using model = await open(server);
  const whole = JSON.stringify(await Array.fromAsync(synthesize(pages(6), mended, { model })));
  const before = server.count();
  const folder = await Deno.makeTempDir();
  let runs = 0;
  for (let stopped = true; stopped; runs++) {
    const budget = runs < 8 ? { requests: 4 } : {};
    const some = synthesize(pages(6), mended, { model, folder, workers: 3, budget });
    const made = await Array.fromAsync(some);
    stopped = some.report.stopped !== undefined;
    if (!stopped) assert.equal(JSON.stringify(made), whole);
    assert(runs < 9);
  }
  assert(runs > 2);
  assert.equal(server.count() - before, 16);
  const again = synthesize(pages(6), mended, { model, folder });
  assert.equal(JSON.stringify(await Array.fromAsync(again)), whole);
  assert.deepEqual([again.report.resumed, again.report.requests], [6, 0]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a budget holds all rounds of a document back, and is never passed", async () => {
  await using server = await scripted(({ content }) => writes(content));
  await using model = await open(server);
  const run = synthesize(pages(30), mended, { model, budget: { tokens: 400 } });
  const made = await Array.fromAsync(run);
  const { tokens, stopped, unfinished } = run.report;
  assert.equal(stopped, "budget of tokens");
  assert(tokens.prompt + tokens.completion <= 400);
  assert(made.length > 3 && unfinished === 0, `${made.length} texts, ${unfinished} unfinished`);
});

Deno.test("a round that its budget does not hold ends the run, and an endless method is named", async () => {
  await using server = await scripted(() => answer("longer and longer"));
  await using model = await open(server);
  const growing: Method = {
    ...mended,
    rounds: 4,
    next: (answers) => [asks("more", "x".repeat(100 * answers.length))],
    read: () => [{ text: "done" }],
  };
  const run = synthesize(pages(1), growing, { model, budget: { tokens: 150 } });
  assert.deepEqual(await Array.fromAsync(run), []);
  assert.deepEqual([run.report.stopped, run.report.unfinished], ["budget of tokens", 1]);
  assert(run.report.requests > 0);
  await assert.rejects(Array.fromAsync(synthesize(pages(1), growing, { model })), {
    message:
      "Cannot synthesize by mended@1 as next must give no prompts after round 4, its last: current value is 1 prompts",
  });
});

Deno.test("a document that is lost in a later round is asked again from there, and again from the start by its cause", async () => {
  let broken = true;
  await using server = await scripted(({ content }) =>
    content.startsWith("mend") && broken ? answer("", "content_filter") : writes(content)
  );
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const first = synthesize(pages(3), mended, { model, folder });
  assert.deepEqual((await Array.fromAsync(first)).map(({ text }) => text), ["w0"]);
  assert.deepEqual(first.report.rejected, { refused: 2 });
  broken = false;
  const again = synthesize(pages(3), mended, { model, folder, retry: ["refused"] });
  assert.deepEqual((await Array.fromAsync(again)).map(({ text }) => text), ["w0", "m1", "m2"]);
  assert.deepEqual([again.report.retried, again.report.requests], [2, 6]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("drawMethod() gives each document the rounds of its own method", async () => {
  await using server = await scripted(({ content }) =>
    content.startsWith("text") ? answer("echo") : writes(content)
  );
  await using model = await open(server);
  const made = await Array.fromAsync(synthesize(pages(12), drawMethod([echo, mended]), { model }));
  assert.deepEqual(new Set(made.map(({ meta }) => meta.recipe)), new Set(["echo@1", "mended@1"]));
  for (const { text, meta } of made) assert.equal(text === "echo", meta.recipe === "echo@1");
});

/** Each document gives as many texts as its number says, modulo 3. */
const several: Method = {
  ...echo,
  id: "several@1",
  read: ([{ text }], { id }) => {
    const count = Number(id.slice(5)) % 3;
    return count === 0
      ? [{ rejected: "none", sample: text }]
      : Array.from({ length: count }, (_, at) => ({ text: `${text} ${at}` }));
  },
};

Deno.test("accept gives the first so many texts of what all would give, whichever answers come first", async () => {
  await using server = await scripted(async ({ content }) => {
    await wait(content);
    return answer(content);
  });
  await using model = await open(server);
  const whole = await Array.fromAsync(synthesize(pages(60), several, { model }));
  for (const workers of [1, 4, 64]) {
    const before = server.count();
    const run = synthesize(pages(60), several, { model, workers, accept: 10 });
    assert.deepEqual(await Array.fromAsync(run), whole.slice(0, 10));
    const { accepted, documents, stopped } = run.report;
    assert.deepEqual([accepted, documents, stopped], [10, 12 - 1, "accepted 10 texts"]);
    assert(server.count() - before < 45, `${server.count() - before} asked by ${workers}`);
  }
});

Deno.test("accept resumes to the same bytes, asks for what is missing when more are wanted, and says when there are too few", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const whole = await Array.fromAsync(synthesize(pages(60), several, { model }));
  const folder = await Deno.makeTempDir();
  const some = (accept: number, signal?: AbortSignal) =>
    synthesize(pages(60), several, { model, folder, accept, workers: 4, signal });
  const abort = new AbortController();
  const stopped = some(20, abort.signal);
  let n = 0;
  for await (const _ of stopped) if (++n === 7) abort.abort();
  assert.equal(stopped.report.stopped, "interrupted");
  assert.deepEqual(await Array.fromAsync(some(20)), whole.slice(0, 20));
  const more = some(30);
  assert.deepEqual(await Array.fromAsync(more), whole.slice(0, 30));
  assert(more.report.resumed >= 20);
  const all = some(100);
  assert.deepEqual(await Array.fromAsync(all), whole);
  assert.deepEqual(all.report.notices, ["the documents ended at 60 accepted texts of 100"]);
  await Deno.remove(folder, { recursive: true });
});
