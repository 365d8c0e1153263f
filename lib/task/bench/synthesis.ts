import { fileURLToPath } from "node:url";
import { openModel } from "../../llm/mod.ts";
import { type Document, type Method, synthesize } from "../../synthesize/mod.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** How many requests the server holds at once, and how long each takes. */
const capacity = 24;
const milliseconds = 40;

/**
 * The engine's adaptive concurrency at a server that holds 24 requests and refuses more, beside the best of fixed numbers
 * in hindsight; then 10,000 requests with 64 in flight at a server that holds them all, with the memory they take.
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
    note: `10,000 requests, ${milliseconds} ms each; memory grew by ${many.grownMegabytes.toFixed(0)} MB`,
  });
  return rows;
}

async function limited(holds: number): Promise<AsyncDisposable & { url: string }> {
  const path = fileURLToPath(new URL("./_limited_server.ts", import.meta.url));
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path, String(holds), String(milliseconds)],
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
  const memory = Deno.memoryUsage().rss;
  const start = performance.now();
  let made = 0;
  let most = memory;
  for await (const _ of synthesize(pages(), echo, { model, workers })) {
    if (++made % 500 === 0) most = Math.max(most, Deno.memoryUsage().rss);
  }
  if (made !== requests) throw new Error(`Cannot trust the bench as ${made} of ${requests} answers came`);
  return {
    perSecond: requests / ((performance.now() - start) / 1000),
    cpuSeconds: cpuSeconds() - spent,
    grownMegabytes: (most - memory) / 1e6,
  };
}
