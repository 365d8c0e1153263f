/**
 * A child process of `bench mix`: it prints the memory that it holds with Polars loaded; then for each line on its standard
 * input it scans the table that its argument names, and prints seconds, CPU-seconds, the most memory it has held so far, and
 * the sums of tokens.
 * @module
 */
// deno-lint-ignore-file no-console
import { scanPools } from "../../mix/mod.ts";
import { cpuSeconds } from "./_row.ts";
import { lines } from "../../run/mod.ts";

const [path] = Deno.args as [string];
await import("nodejs-polars");
console.log(JSON.stringify({ peakBytes: await peakBytes() }));
for await (const _ of lines(Deno.stdin.readable)) {
  const begin = performance.now();
  const cpu = cpuSeconds();
  const pools = await scanPools(path, { source: "domain", text: null, tokens: "tokens" });
  const measured = { seconds: (performance.now() - begin) / 1000, cpuSeconds: cpuSeconds() - cpu };
  const tokens = pools.map(({ tokens }) => tokens);
  console.log(JSON.stringify({ ...measured, peakBytes: await peakBytes(), tokens }));
}

async function peakBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  return 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? NaN);
}
