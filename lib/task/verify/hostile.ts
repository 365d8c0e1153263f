// deno-lint-ignore-file no-console
/**
 * Ten thousand documents at a hostile server: none lost, none doubled, and memory does not grow with them; the number in flight that the
 * engine finds, beside the best fixed one; runs that are killed at twenty points and end with the same bytes.
 * @module
 */
import { fileURLToPath } from "node:url";
import { sha256 } from "../../base/mod.ts";
import { writeJsonl } from "../../data/mod.ts";
import { openModel } from "../../llm/mod.ts";
import { LineProcess } from "../../run/mod.ts";
import { synthesize } from "../../synthesize/mod.ts";
import { adaptiveAndFixed, echo, limited, pages, run } from "../bench/_limited.ts";
import { part } from "./_part.ts";
import { atMost, claim, same, type VerifyRow } from "./_row.ts";

/** Of a hundred requests so many go wrong, in seven ways. */
const FAULTS = 15;
const KILLS = 20;
/** What 10,000 documents may add to the memory after the first tenth, in megabytes; their texts alone would be less than one. */
const MOST_GROWN = 64;
/** The least share of the best fixed number's speed. */
const LEAST_SHARE = 0.97;

export default part({
  help:
    `10,000 documents at a hostile server, with 64 and with 512 in flight: none lost, none doubled, flat memory; the
number in flight that is found beside the best fixed one; 20 kills and the same bytes; about 4 minutes
--documents N  documents at the hostile server; default 10,000`,
  flags: { documents: { min: 1000 } },
  async *verify({ documents = 10_000 }, _names, say) {
    for (const workers of [64, 512]) yield* atHostile(documents, workers, say);
    yield* besideFixed(say);
    yield* killed(Math.ceil(documents / 5), say);
  },
});

async function* atHostile(
  documents: number,
  workers: number,
  say: (line: string) => void,
): AsyncGenerator<VerifyRow> {
  await using server = await limited(1000, FAULTS);
  const found = await run(server.url, { workers, requests: documents });
  const twice: number = await (await fetch(`${server.url}/twice`)).json();
  say(
    `${workers} in flight: ${found.perSecond.toFixed(0)} answers/s, ${
      (1000 * found.cpuSeconds / documents).toFixed(2)
    } CPU-ms a document`,
  );
  const name = `${documents} documents, ${workers} in flight`;
  yield same(`${name}: lost`, "", "0", `${documents - found.different}`);
  yield same(`${name}: doubled`, "", "0", `${found.made - found.different}`);
  yield same(`${name}: answered twice by the server`, "", "0", `${twice}`);
  yield atMost(`${name}: MB grown after the first tenth`, "", MOST_GROWN, Math.round(found.grownMegabytes));
}

async function* besideFixed(say: (line: string) => void): AsyncGenerator<VerifyRow> {
  const { adaptive, best } = await adaptiveAndFixed(6000);
  const share = adaptive.perSecond / best.value;
  say(
    `adaptive ${adaptive.perSecond.toFixed(0)} answers/s, ${best.limit} in flight ${best.value.toFixed(0)}`,
  );
  yield claim("speed over the best fixed number in flight's", "six fixed numbers, in the same run", {
    theirs: "1",
    ours: share.toFixed(3),
    allowed: `at least ${LEAST_SHARE}`,
    holds: share >= LEAST_SHARE,
  });
}

async function* killed(documents: number, say: (line: string) => void): AsyncGenerator<VerifyRow> {
  await using server = await limited(1000, FAULTS);
  const folder = await Deno.makeTempDir({ prefix: "midtrain-hostile-" });
  try {
    const start = async (output: string, killAt: number): Promise<boolean> => {
      const args = ["run", "-A", fileURLToPath(import.meta.url), server.url, `${documents}`, folder, output];
      await using child = new LineProcess(Deno.execPath(), { args });
      for (;;) {
        const said = await child.answer<{ done: number }>();
        if (!said) return false;
        if (said.done < killAt) continue;
        child.kill();
        return true;
      }
    };
    await start("whole", Infinity);
    let kills = 0;
    for (let k = 1; k <= KILLS; k++) {
      if (await start("killed", Math.floor(documents * k / (KILLS + 1)))) kills++;
    }
    await start("killed", Infinity);
    const hash = async (name: string) => sha256(await Deno.readFile(`${folder}/${name}.jsonl`)).slice(0, 12);
    say(`killed ${kills} times of ${KILLS}`);
    yield same("kills before it ended", "", `${KILLS}`, `${kills}`);
    yield same(
      `${documents} documents: SHA-256 after the kills`,
      "one run that ended",
      await hash("whole"),
      await hash("killed"),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** One run, in a process of its own: the server's address, documents, the folder with the journal, the output. */
async function child([url, documents, folder, output]: string[]): Promise<void> {
  await using model = await openModel({ kind: "endpoint", baseURL: url, cache: false, maxRetries: 0 });
  const made = synthesize(pages(Number(documents)), echo, {
    model,
    workers: 64,
    folder: `${folder}/journal-${output}`,
    onProgress: ({ done }) => console.log(JSON.stringify({ done })),
  });
  await writeJsonl(`${folder}/${output}.jsonl`, made);
}

if (import.meta.main) {
  await child(Deno.args);
  Deno.exit(0);
}
