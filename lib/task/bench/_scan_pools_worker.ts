/**
 * A child process of `bench mix`: scans a table some times and prints seconds, CPU-seconds and its greatest memory.
 * @module
 */
// deno-lint-ignore-file no-console
import { scanPools } from "../../mix/mod.ts";
import { cpuSeconds } from "./_row.ts";

const [path, rounds] = Deno.args as [string, string], measured = [];
let tokens: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const begin = performance.now(), cpu = cpuSeconds();
  const pools = await scanPools(path, { source: "domain", text: null, tokens: "tokens" });
  measured.push({ seconds: (performance.now() - begin) / 1000, cpuSeconds: cpuSeconds() - cpu });
  tokens = pools.map((one) => one.tokens);
}
const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
const peakBytes = 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? NaN);
console.log(JSON.stringify({ rounds: measured, peakBytes, tokens }));
