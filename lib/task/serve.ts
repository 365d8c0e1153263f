/**
 * Serve the embedded language model on this machine: `deno task serve [--port 8123]`.
 * @module
 */
// deno-lint-ignore-file no-console
import { parseArgs } from "@std/cli/parse-args";
import { numberFlag, refuseUnknownWord } from "./_flags.ts";
import { serve } from "../llm/mod.ts";

const HELP = `Serve the embedded language model (SmolLM2-135M-Instruct) and MiniLM embeddings on this machine,
for OpenAI's clients and for lm-eval.

deno task serve [options]

  --port NUMBER      where to listen; 0 takes any free port (8123)
  --context TOKENS   how many tokens a prompt and its answer may hold together, up to 8192 (2048)
  --threads NUMBER   processor threads (1)
  --help             this text

Ctrl-C stops it after the requests in progress.`;

const flags = parseArgs(Deno.args, {
  boolean: ["help", "child"],
  string: ["port", "context", "threads"],
  unknown: refuseUnknownWord,
});
if (flags.help) {
  console.log(HELP);
  Deno.exit(0);
}

const port = numberFlag("port", flags.port, { min: 0, max: 65535 }) ?? 8123;
const context = numberFlag("context", flags.context, { min: 8, max: 8192 });
const threads = numberFlag("threads", flags.threads, { min: 1 });

// Stop in a notebook signals every process of the kernel's group; this one goes on for the next cell.
if (flags.child) Deno.addSignalListener("SIGINT", () => {});
try {
  await using server = await serve({ port, context, threads });
  if (flags.child) {
    // The parent keeps standard input open for as long as it wants this process, and reads one line.
    console.log(JSON.stringify({ url: server.url, model: server.model, identity: server.identity }));
    await Deno.stdin.readable.pipeTo(new WritableStream());
  } else {
    console.log(`${server.model} at ${server.url}  (Ctrl-C stops)`);
    const stopped = Promise.withResolvers<void>();
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stopped.resolve);
    await stopped.promise;
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  if (flags.child) console.log(JSON.stringify({ error: message }));
  else console.error(message);
  Deno.exit(1);
}
Deno.exit(0);
