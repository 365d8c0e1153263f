// deno-lint-ignore-file no-console
/**
 * `deno task verify:synthesis`: the embedded model rephrases, extracts and evolves real texts; each run is killed three
 * times and must end with the same bytes as one that was not, and a run over the same cache must send nothing.
 * @module
 */
import { parseArgs } from "@std/cli";
import { numberFlag, refuseUnknownWord } from "./_flags.ts";
import { sha256 } from "../base/mod.ts";
import { speeches, wordProblems } from "../collect/mod.ts";
import { available as dataAvailable, type Document, writeJsonl } from "../data/mod.ts";
import { openModel } from "../llm/mod.ts";
import { available } from "../native/mod.ts";
import {
  arithmeticProblems,
  evolve,
  extractPairs,
  type Method,
  rephrase,
  segments,
  type SynthesisReport,
  synthesize,
} from "../synthesize/mod.ts";

const HELP = `deno task verify:synthesis [--documents N]

  --documents N  documents a method; default 200, which takes about 50 minutes on one core`;

const METHODS: Record<string, () => Method> = {
  rephrase: () => rephrase("plain"),
  extract: () => extractPairs({ maxPairs: 1 }),
  evolve: () => evolve("objects"),
};

/** Real texts of one paragraph or a little more; problems for evolution are templates without the data mirror. */
async function* texts(method: string, count: number): AsyncGenerator<Document> {
  if (method === "evolve") {
    const problems = await dataAvailable("gsm8k")
      ? wordProblems({ split: "train" })
      : arithmeticProblems({ count });
    for await (const problem of problems) {
      if (count-- === 0) return;
      yield problem;
    }
    return;
  }
  for await (const speech of speeches()) {
    for (const [at, text] of segments(speech.text, { maxTokens: 120 }).slice(1, 4).entries()) {
      if (count-- === 0) return;
      yield { ...speech, id: `${speech.id}-${at}`, text };
    }
  }
}

/** One run, in a process of its own: method, documents, folder with journal and cache, output. */
async function child([method, count, folder, output]: string[]): Promise<void> {
  await using model = await openModel({ kind: "embedded", cache: `${folder}/answers.sqlite`, maxRetries: 0 });
  const run = synthesize(texts(method, Number(count)), METHODS[method](), {
    model,
    workers: 2,
    folder: `${folder}/journal-${output}`,
    onProgress: ({ done }) => console.log(JSON.stringify({ done })),
  });
  await writeJsonl(`${folder}/${output}`, run);
  console.log(JSON.stringify({ report: run.report }));
}

/** Run a child to its end, or kill it once it has finished so many documents. */
async function start(args: string[], killAt = Infinity): Promise<SynthesisReport | undefined> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL(import.meta.url).pathname, "--child", ...args],
    stdout: "piped",
  }).spawn();
  let report: SynthesisReport | undefined;
  let rest = "";
  for await (const part of process.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const said = JSON.parse(line);
      report = said.report ?? report;
      if (said.done >= killAt) {
        killAt = Infinity;
        process.kill("SIGKILL");
      }
    }
  }
  await process.status;
  return report;
}

async function verify(method: string, documents: number): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    const whole = await start([method, String(documents), folder, "whole.jsonl"]);
    await Deno.rename(`${folder}/answers.sqlite`, `${folder}/kept.sqlite`);
    for (const share of [0.25, 0.5, 0.75]) {
      await start([method, String(documents), folder, "killed.jsonl"], Math.ceil(share * documents));
    }
    const resumed = await start([method, String(documents), folder, "killed.jsonl"]);
    const again = await start([method, String(documents), folder, "again.jsonl"]);
    if (!whole || !resumed || !again) throw new Error(`A run of ${method} did not end`);
    const bytes = await Promise.all(
      ["whole", "killed", "again"].map(async (name) =>
        sha256(await Deno.readTextFile(`${folder}/${name}.jsonl`))
      ),
    );
    const same = new Set(bytes).size === 1;
    const free = again.requests === 0;
    const lost = Object.entries(whole.rejected).map(([cause, count]) => `${count} ${cause}`).join(", ");
    const { prompt, completion } = whole.tokens;
    console.log(
      `${method}: ${whole.documents} documents, ${whole.accepted} texts accepted; lost: ${lost || "none"}`,
    );
    console.log(`  ${prompt} tokens read, ${completion} written in ${whole.seconds.toFixed(0)} s`);
    console.log(
      `  ${same ? "ok" : "FAILED"}: killed three times, the same bytes (${bytes[0].slice(0, 12)})`,
    );
    console.log(`  resumed with ${resumed.resumed} documents from the journal`);
    console.log(`  ${free ? "ok" : "FAILED"}: again over the cache, ${again.requests} requests`);
    return same && free;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  if (Deno.args[0] === "--child") {
    await child(Deno.args.slice(1));
    Deno.exit(0);
  }
  const args = parseArgs(Deno.args, {
    boolean: ["help"],
    string: ["documents"],
    unknown: refuseUnknownWord,
    alias: { help: "h" },
  });
  const documents = numberFlag("documents", args.documents, { min: 4 }) ?? 200;
  if (args.help) console.log(HELP);
  else if (!await available("smollm2")) {
    console.error("Cannot verify as the embedded model is not installed: deno task setup");
    Deno.exit(2);
  } else {
    let passed = 0;
    for (const method of Object.keys(METHODS)) if (await verify(method, documents)) passed++;
    const failed = Object.keys(METHODS).length - passed;
    console.log(`${passed} passed, ${failed} failed`);
    Deno.exit(failed > 0 ? 1 : 0);
  }
}
