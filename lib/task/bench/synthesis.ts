import { fileURLToPath } from "node:url";
import { openModel } from "../../llm/mod.ts";
import { type Document, type Method, synthesize } from "../../synthesize/mod.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** How many requests the server holds at once, and how long each takes. */
const capacity = 24;
const milliseconds = 40;
/** Of a hundred requests so many go wrong at a hostile server. */
const faults = 15;

/**
 * The engine's adaptive concurrency at a server that holds 24 requests and refuses more, beside the best of fixed numbers
 * in hindsight; then 10,000 requests with 64 in flight at a server that holds them all, with the memory they take after the first tenth; then as many
 * documents at a server that is hostile as well.
 */
export async function benchSynthesis({ seconds }: BenchOptions): Promise<BenchRow[]> {
  const requests = Math.ceil(seconds * capacity * 1000 / milliseconds);
  const rows: BenchRow[] = [];
  const best = { value: 0, limit: 0 };
  {
    await using server = await limited(capacity);
    for (const limit of [8, 16, 20, 24, 28, 32]) {
      const value = await fixed(server.url, limit, requests);
      if (value > best.value) Object.assign(best, { value, limit });
    }
    const adaptive = await run(server.url, { workers: 64, requests });
    const note = `server holds ${capacity}, ${milliseconds} ms each; ${requests} requests`;
    rows.push(
      {
        name: "synthesis, adaptive concurrency",
        value: adaptive.perSecond,
        unit: "answers/s",
        cpuSeconds: adaptive.cpuSeconds,
        note: `${note}; ${(adaptive.perSecond / best.value).toFixed(2)} of the best fixed number`,
      },
      {
        name: "synthesis, best fixed concurrency in hindsight",
        value: best.value,
        unit: "answers/s",
        note: `${note}; ${best.limit} in flight`,
      },
    );
  }
  await using server = await limited(1000);
  const many = await run(server.url, { workers: 64, requests: 10_000 });
  rows.push({
    name: "synthesis, 64 in flight",
    value: many.perSecond,
    unit: "answers/s",
    cpuSeconds: many.cpuSeconds,
    note: `10,000 requests, ${milliseconds} ms each; memory grew by ${
      many.grownMegabytes.toFixed(0)
    } MB after the first tenth`,
  });
  for (const workers of [64, 512]) {
    await using hostile = await limited(1000, faults);
    const { perSecond, cpuSeconds, grownMegabytes } = await run(hostile.url, { workers, requests: 10_000 });
    const twice = await (await fetch(`${hostile.url}/twice`)).json();
    if (twice > 0) {
      throw new Error(`Cannot trust the bench as ${twice} of 10,000 prompts were answered twice`);
    }
    rows.push({
      name: `synthesis, a hostile server, ${workers} in flight`,
      value: perSecond,
      unit: "answers/s",
      cpuSeconds,
      note: `10,000 documents, ${faults} % of requests go wrong in seven ways, none lost, none doubled; ${
        (cpuSeconds / 10).toFixed(2)
      } CPU-ms a document, memory grew by ${grownMegabytes.toFixed(0)} MB after the first tenth`,
    });
  }
  return rows;
}

async function limited(holds: number, faults = 0): Promise<AsyncDisposable & { url: string }> {
  const path = fileURLToPath(new URL("./_limited_server.ts", import.meta.url));
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path, String(holds), String(milliseconds), String(faults)],
    stdout: "piped",
  }).spawn();
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { port } = JSON.parse((await reader.read()).value!);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.kill();
      await reader.cancel();
      await server.status;
    },
  };
}

/** So many workers, each asking again at once when it is refused. */
async function fixed(url: string, limit: number, requests: number): Promise<number> {
  await using model = await openModel({ kind: "endpoint", baseURL: url, cache: false, maxRetries: 0 });
  const start = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: limit }, async () => {
    while (next < requests) {
      const content = `page ${next++}`;
      for (let answered = false; !answered;) {
        answered = await model.chat({ messages: [{ role: "user", content }], maxTokens: 10 }).then(
          () => true,
          () => false,
        );
      }
    }
  }));
  return requests / ((performance.now() - start) / 1000);
}

const echo: Method = {
  id: "echo@1",
  kind: "distill",
  build: ({ text }) => [{ messages: [{ role: "user", content: text }], maxTokens: 10, temperature: 0 }],
  read: ([answer]) => [{ text: answer.text }],
};

async function run(
  url: string,
  { workers, requests }: { workers: number; requests: number },
): Promise<{ perSecond: number; cpuSeconds: number; grownMegabytes: number }> {
  await using model = await openModel({ kind: "endpoint", baseURL: url, cache: false, maxRetries: 0 });
  function* pages(): Generator<Document> {
    for (let at = 0; at < requests; at++) {
      yield { id: `${at}`, text: `page ${at}`, source: "bench", meta: {} };
    }
  }
  const spent = cpuSeconds();
  let memory = Deno.memoryUsage().rss;
  const start = performance.now();
  let made = 0;
  let most = memory;
  for await (const _ of synthesize(pages(), echo, { model, workers })) {
    if (++made === requests / 10) memory = most = Deno.memoryUsage().rss;
    if (made % 500 === 0) most = Math.max(most, Deno.memoryUsage().rss);
  }
  if (made !== requests) throw new Error(`Cannot trust the bench as ${made} of ${requests} answers came`);
  return {
    perSecond: requests / ((performance.now() - start) / 1000),
    cpuSeconds: cpuSeconds() - spent,
    grownMegabytes: (most - memory) / 1e6,
  };
}
