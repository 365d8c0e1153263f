/**
 * An OpenAI-compatible server on loopback that answers each chat after a fixed time, and refuses those beyond what it can
 * hold at once with 429: `deno run -A _limited_server.ts CAPACITY MILLISECONDS`. It prints its address.
 * @module
 */
// deno-lint-ignore-file no-console
const [capacity, milliseconds] = Deno.args.map(Number) as [number, number];
let inside = 0;
Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(JSON.stringify({ port })) },
  chat,
);

async function chat(request: Request): Promise<Response> {
  if (request.url.endsWith("/models")) return Response.json({ data: [{ id: "limited" }] });
  await request.text();
  if (inside >= capacity) {
    return Response.json({ error: { message: "too many at once", type: "rate_limit" } }, { status: 429 });
  }
  inside++;
  await new Promise((done) => setTimeout(done, milliseconds));
  inside--;
  return Response.json({
    choices: [{ index: 0, message: { role: "assistant", content: "An answer." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 3 },
  });
}
