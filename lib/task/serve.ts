/**
 * Serve the embedded language model on this machine: `deno task serve [--port 8123]`.
 * @module
 */
// deno-lint-ignore-file no-console
import { task } from "./_task.ts";
import { serve } from "../llm/mod.ts";

const HELP = `Serve the embedded language model (SmolLM2-135M-Instruct) and MiniLM embeddings on this machine,
for OpenAI's clients and for lm-eval.

deno task serve [options]

  --port NUMBER      where to listen; 0 takes any free port (8123)
  --model FILE       a GGUF file of your own, with its own chat template (SmolLM2-135M-Instruct)
  --context TOKENS   how many tokens a prompt and its answer may hold together, up to 8192 (2048)
  --threads NUMBER   processor threads (1)
  --sequences NUMBER how many requests are decoded together; each takes memory for a whole context (8)
  --help             this text

Ctrl-C stops it after the requests in progress.`;

await task({
  help: HELP,
  flags: {
    model: "text",
    port: { min: 0, max: 65535 },
    context: { min: 8, max: 8192 },
    threads: { min: 1 },
    sequences: { min: 1, max: 256 },
    // Not in the help: the kit starts this program so.
    child: "switch",
  },
  here: true,
  run: async ({ model: modelPath, port = 8123, context, threads, sequences, child }) => {
    // Stop in a notebook signals every process of the kernel's group; this one goes on for the next cell.
    if (child) Deno.addSignalListener("SIGINT", () => {});
    try {
      await using server = await serve({ modelPath, port, context, threads, sequences });
      if (child) {
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
      if (!child) throw error;
      console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
      return 1;
    }
  },
});
