// deno-lint-ignore-file no-console
/**
 * The embedded model rephrases, extracts and evolves real texts; each run is killed three
 * times and must end with the same bytes as one that was not, and a run over the same cache must send nothing.
 * @module
 */
import { fileURLToPath } from "node:url";
import { sha256 } from "../../base/mod.ts";
import { type Document, writeJsonl } from "../../data/mod.ts";
import { openModel } from "../../llm/mod.ts";
import { available } from "../../native/mod.ts";
import { LineProcess } from "../../run/mod.ts";
import { gsm8k, gsm8kDocument, sotu } from "../../sets/mod.ts";
import {
  arithmeticProblems,
  evolve,
  extractPairs,
  type Method,
  rephrase,
  segments,
  type SynthesisReport,
  synthesize,
} from "../../synthesize/mod.ts";
import { part } from "./_part.ts";
import { same, skipped, type VerifyRow } from "./_row.ts";

const METHODS: Record<string, () => Method> = {
  rephrase: () => rephrase("plain"),
  extract: () => extractPairs({ maxPairs: 1 }),
  evolve: () => evolve("objects"),
};

/** Real texts of one paragraph or a little more; problems for evolution are templates without the data mirror. */
async function* texts(method: string, count: number): AsyncGenerator<Document> {
  if (method === "evolve") {
    const problems = await gsm8k.available()
      ? await Array.fromAsync(gsm8k.read({ split: "train" }), gsm8kDocument)
      : arithmeticProblems({ count });
    for await (const problem of problems) {
      if (count-- === 0) return;
      yield problem;
    }
    return;
  }
  for await (const speech of sotu.read()) {
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
  const file = fileURLToPath(import.meta.url);
  await using run = new LineProcess(Deno.execPath(), { args: ["run", "-A", file, ...args] });
  let report: SynthesisReport | undefined;
  for (;;) {
    const said = await run.answer<{ done?: number; report?: SynthesisReport }>();
    if (!said) return report;
    report = said.report ?? report;
    if ((said.done ?? 0) >= killAt) run.kill();
  }
}

export default part({
  help: `the embedded model over real documents, killed three times and resumed to the same bytes
--documents N  documents a method; default 200, which takes about 50 minutes on one core`,
  flags: { documents: { min: 4 } },
  async *verify({ documents = 200 }, _names, say) {
    if (!await available("smollm2")) {
      yield skipped("synthesis", "the embedded model is not installed: deno task setup");
      return;
    }
    for (const method of Object.keys(METHODS)) yield* verify(method, documents, say);
  },
});

async function* verify(
  method: string,
  documents: number,
  say: (line: string) => void,
): AsyncGenerator<VerifyRow> {
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
    const [first, killed, repeated] = await Promise.all(
      ["whole", "killed", "again"].map(async (name) =>
        sha256(await Deno.readTextFile(`${folder}/${name}.jsonl`))
      ),
    );
    const lost = Object.entries(whole.rejected).map(([cause, count]) => `${count} ${cause}`).join(", ");
    const { prompt, completion } = whole.tokens;
    say(`${method}: ${whole.documents} documents, ${whole.accepted} texts accepted; lost: ${lost || "none"}`);
    say(`  ${prompt} tokens read, ${completion} written in ${whole.seconds.toFixed(0)} s`);
    say(`  resumed with ${resumed.resumed} documents from the journal`);
    const source = "one run that ended";
    const short = (hash: string) => hash.slice(0, 12);
    yield same(`${method}, SHA-256 after three kills`, source, short(first), short(killed));
    yield same(`${method}, SHA-256 of a run over the cache`, source, short(first), short(repeated));
    yield same(`${method}, requests of a run over the cache`, "", "0", `${again.requests}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  await child(Deno.args);
  Deno.exit(0);
}
