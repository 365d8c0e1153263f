/**
 * One process of a sweep, a job or a plan: `deno run _worker.ts MODULE points|job|stage`. Points or shards come as lines of JSON on stdin,
 * answers go as marked lines of JSON to stdout. It ends with its stdin, in the middle of a piece of work too: then nobody
 * waits for the answer.
 */
import { writeFullySync } from "../base/mod.ts";
import { answerOf, MARK } from "./_process_lane.ts";
import { type Job, shardWorker } from "./job.ts";
import { lines } from "./line_process.ts";
import { stageLane } from "./_stage_lane.ts";

const [address, kind] = Deno.args;
const work = begin();
// Heard of with the first piece of work, as its reason.
work.catch(() => {});
const encoder = new TextEncoder();

async function begin(): Promise<(item: never) => unknown> {
  if (kind === "stage") return stageLane();
  const { default: work } = await import(address);
  return kind === "job" ? await shardWorker(work as Job<unknown>) : work;
}

async function answer(line: string): Promise<void> {
  const answer = await answerOf(async () => (await work)(JSON.parse(line) as never));
  try {
    // A library may have left the beginning of a line.
    writeFullySync(Deno.stdout, encoder.encode(`\n${MARK}${JSON.stringify(answer)}\n`));
  } catch (error) {
    // Whoever asked was killed.
    Deno.exit(error instanceof Deno.errors.BrokenPipe ? 0 : 1);
  }
}

for await (const line of lines(Deno.stdin.readable)) answer(line);
Deno.exit(0);
