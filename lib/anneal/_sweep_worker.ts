/**
 * One process of a sweep: `deno run _sweep_worker.ts MODULE`. Points come as lines of JSON on stdin, answers go as marked
 * lines of JSON to stdout. It ends with its stdin, in the middle of a point too: then nobody waits for the answer.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { ANSWER, answerOf } from "./_sweep_process.ts";

const module = import(Deno.args[0]) as Promise<{ default: (point: never) => unknown }>;
// Heard of with the first point, as its reason.
module.catch(() => {});
const input = createInterface({ input: process.stdin });
const encoder = new TextEncoder();
input.on("line", async (line) => {
  const answer = await answerOf(async () => (await module).default(JSON.parse(line) as never));
  // A library may have left the beginning of a line.
  const bytes = encoder.encode(`\n${ANSWER}${JSON.stringify(answer)}\n`);
  for (let n = 0; n < bytes.length;) n += Deno.stdout.writeSync(bytes.subarray(n));
});
input.on("close", () => Deno.exit(0));
