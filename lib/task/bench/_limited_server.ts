/**
 * An OpenAI-compatible server on loopback that answers each chat after a fixed time, and refuses those beyond what it can
 * hold at once with 429: `deno run -A _limited_server.ts CAPACITY MILLISECONDS [FAULTS]`. Of a hundred requests so many FAULTS
 * go wrong in one of seven ways, each of which a later attempt heals. It prints its address; `/twice` says how many prompts it
 * answered more than once.
 * @module
 */
// deno-lint-ignore-file no-console
import { hash32 } from "../../base/mod.ts";

const [capacity, milliseconds, faults = 0] = Deno.args.map(Number) as [number, number, number?];
let inside = 0;
Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(JSON.stringify({ port })) },
  chat,
);

/** How often each prompt was asked and answered. */
const asked = new Map<string, number>();
const answered = new Map<string, number>();

const json = { headers: { "content-type": "application/json" } };
const refusal = (status: number, headers: HeadersInit = {}) =>
  Response.json({ error: { message: "busy" } }, { status, headers });
const misbehave: (() => Response)[] = [
  () => refusal(429, { "retry-after": "0" }),
  () => refusal(429, { "retry-after-ms": "20" }),
  () => refusal(503),
  () => refusal(500),
  () => refusal(502),
  () => new Response('{"choices": [{"mess', json),
  () => new Response("<html>busy</html>"),
];

async function chat(request: Request): Promise<Response> {
  if (request.url.endsWith("/models")) return Response.json({ data: [{ id: "limited" }] });
  if (request.url.endsWith("/twice")) {
    return Response.json([...answered.values()].filter((times) => times > 1).length);
  }
  const prompt: string = (await request.json()).messages?.[0]?.content ?? "";
  const attempt = (asked.get(prompt) ?? 0) + 1;
  asked.set(prompt, attempt);
  if (inside >= capacity) {
    return Response.json({ error: { message: "too many at once", type: "rate_limit" } }, { status: 429 });
  }
  inside++;
  await new Promise((done) => setTimeout(done, milliseconds));
  inside--;
  const chance = hash32(`${prompt}/${attempt}`);
  if (chance % 100 < faults) return misbehave[chance % misbehave.length]();
  if (faults > 0) answered.set(prompt, (answered.get(prompt) ?? 0) + 1);
  return Response.json({
    choices: [{
      index: 0,
      message: { role: "assistant", content: `An answer to ${prompt}.` },
      finish_reason: "stop",
    }],
    usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
  });
}
