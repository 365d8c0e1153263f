import { fileURLToPath } from "node:url";
import { openModel } from "../../llm/mod.ts";
import { type Document, type Method, synthesize } from "../../synthesize/mod.ts";
import { cpuSeconds } from "./_row.ts";

/** How many requests a server holds that refuses more, and how long each takes at any. */
export const CAPACITY = 24;
export const MILLISECONDS = 40;

/** A server on loopback that holds so many requests at once; of a hundred so many go wrong. */
export async function limited(holds: number, faults = 0): Promise<AsyncDisposable & { url: string }> {
  const path = fileURLToPath(new URL("./_limited_server.ts", import.meta.url));
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path, String(holds), String(MILLISECONDS), String(faults)],
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

/** What a document says is asked, and the answer kept. */
export const echo: Method = {
  id: "echo@1",
  kind: "distill",
  build: ({ text }) => [{ messages: [{ role: "user", content: text }], maxTokens: 10, temperature: 0 }],
  read: ([answer]) => [{ text: answer.text }],
};

/** So many documents, one page each. */
export function* pages(count: number): Generator<Document> {
  for (let at = 0; at < count; at++) yield { id: `${at}`, text: `page ${at}`, source: "bench", meta: {} };
}

/** What a run of the engine took. */
export interface Run {
  perSecond: number;
  cpuSeconds: number;
  /** How much its memory grew after the first tenth. */
  grownMegabytes: number;
  /** Texts that came, and how many of them differ. */
  made: number;
  different: number;
}

/** Each of so many documents asked for by the engine. */
export async function run(
  url: string,
  { workers, requests }: { workers: number; requests: number },
): Promise<Run> {
  await using model = await openModel({ kind: "endpoint", baseURL: url, cache: false, maxRetries: 0 });
  const spent = cpuSeconds();
  let memory = Deno.memoryUsage().rss;
  const start = performance.now();
  let made = 0;
  let most = memory;
  const texts = new Set<string>();
  for await (const { text } of synthesize(pages(requests), echo, { model, workers })) {
    texts.add(text);
    if (++made === Math.floor(requests / 10)) memory = most = Deno.memoryUsage().rss;
    if (made % 500 === 0) most = Math.max(most, Deno.memoryUsage().rss);
  }
  return {
    perSecond: requests / ((performance.now() - start) / 1000),
    cpuSeconds: cpuSeconds() - spent,
    grownMegabytes: (most - memory) / 1e6,
    made,
    different: texts.size,
  };
}

/** The engine's adaptive number in flight, and the best of fixed ones in hindsight, at a server that holds 24. */
export async function adaptiveAndFixed(
  requests: number,
): Promise<{ adaptive: Run; best: { value: number; limit: number } }> {
  await using server = await limited(CAPACITY);
  const best = { value: 0, limit: 0 };
  for (const limit of [8, 16, 20, 24, 28, 32]) {
    const value = await fixed(server.url, limit, requests);
    if (value > best.value) Object.assign(best, { value, limit });
  }
  return { adaptive: await run(server.url, { workers: 64, requests }), best };
}
