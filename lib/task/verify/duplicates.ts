/**
 * Near-duplicates at size: millions of short documents made anew, in a process whose memory is watched, which is killed and
 * gone on with.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../run/mod.ts";
import { part } from "./_part.ts";
import type { Line } from "./_duplicates_work.ts";
import { atMost, same, skipped } from "./_row.ts";

/** What is promised, in bytes a document at the peak, beyond what a process has that does nothing. */
const BYTES = 250;
/** From so many documents on threads and compiled code weigh little beside what is kept of each. */
const MANY = 3_000_000;
/** It is killed in the middle of each of these. */
const STAGES: Record<string, (documents: number) => number> = {
  "sketched": (documents) => documents / 2,
  "bands sorted": () => 7,
  "read again": (documents) => documents / 2,
  "given": (documents) => documents / 2,
};

export default part({
  help: `near-duplicates of millions of short documents: memory, SIGKILL, one thread and all
--documents N   how many; default 17000000, which takes about half an hour and 6 GB of disk
--workers N     threads; default: the machine's cores
--kill          kill it in each of its stages, go on, and make it once more on one thread: twice the time`,
  flags: { documents: { min: 1000 }, workers: { min: 1 }, kill: "switch" },
  async *verify({ documents = 17_000_000, workers, kill }, _names, say) {
    const folder = await Deno.makeTempDir({ prefix: "midtrain-verify-" });
    const source = `${documents.toLocaleString("en")} documents`;
    try {
      const idle = await run({ documents: 1000, workers, folder: join(folder, "idle") }, () => {});
      const work = join(folder, "work");
      const killed: Line[] = [];
      for (const killAt of kill ? Object.keys(STAGES) : []) {
        killed.push(await run({ documents, workers, folder: work, killAt }, say));
      }
      if (kill) yield same("kills before it ended", "", "4", `${killed.filter(({ end }) => !end).length}`);
      const whole = await run({ documents, workers, folder: work }, say);
      const peak = Math.max(...[whole, ...killed].map((line) => line.peak));
      const bytes = Math.round((peak - idle.peak) / documents);
      const item = "bytes a document at the peak";
      if (documents >= MANY) yield atMost(item, source, BYTES, bytes);
      else yield skipped(item, `${bytes}: below ${MANY} what does not grow prevails`);
      yield same("documents that stay, and that go", source, whole.end!.expected, whole.end!.found);
      say(`${whole.seconds.toFixed(0)} s; SHA-256 of the ids that stay: ${whole.end!.sha256}`);
      if (!kill) return;
      await Deno.remove(work, { recursive: true });
      const one = await run({ documents, workers: 1, folder: work }, say);
      yield same("SHA-256 on one thread, never killed", source, whole.end!.sha256, one.end!.sha256);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

interface Run {
  documents: number;
  workers: number | undefined;
  folder: string;
  /** The stage in whose middle it is killed. */
  killAt?: string;
}

/** Run it to its end or its kill, and give its last line; its memory is told as it goes. */
async function run({ documents, workers, folder, killAt }: Run, say: (line: string) => void): Promise<Line> {
  const file = fileURLToPath(new URL("_duplicates_work.ts", import.meta.url));
  const args = ["run", "-A", file, `${documents}`, `${workers ?? 0}`, folder];
  await using child = new LineProcess(Deno.execPath(), { args });
  let last: Line | undefined;
  let told = -Infinity;
  for (let line = await child.answer<Line>(); line; line = await child.answer<Line>()) {
    if (line.seconds - told > 20 || line.label !== last?.label || line.end) {
      const each = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
      say(
        `${line.seconds.toFixed(0)} s: ${line.label} ${line.done}, ${each(line.resident)}, most ${
          each(line.peak)
        }`,
      );
      told = line.seconds;
    }
    last = line;
    if (line.label !== killAt || line.done < STAGES[killAt](documents)) continue;
    child.kill();
    break;
  }
  if (!last) {
    throw new Error(`Cannot verify near-duplicates as the process ended at once with ${await child.ended()}`);
  }
  if (!killAt && !last.end) {
    throw new Error(`Cannot verify near-duplicates as the process ended with ${await child.ended()}`);
  }
  return last;
}
