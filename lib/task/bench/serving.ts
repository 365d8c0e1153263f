import { fileURLToPath } from "node:url";
import { quantile } from "../../base/mod.ts";
import { available, ensure } from "../../native/mod.ts";
import { Contestant } from "./_contestant.ts";
import { PASSAGE } from "./llm.ts";
import type { BenchOptions, BenchRow } from "./_row.ts";

/** Requests in flight. */
const FLIGHTS = [1, 8];

/** Tokens that each request writes, and words of its prompt. */
const WRITTEN = 64;
const PROMPT_WORDS = 30;

/** A server in a process of its own. */
interface Contender {
  library?: string;
  url: string;
  pid: number;
  process: Contestant;
}

/**
 * The embedded model's server, and with peers llama.cpp's own with the same weights and threads: greedy answers to prompts of about 32
 * tokens, one in flight and eight, in turns.
 */
export async function benchServing({ seconds, peers }: BenchOptions): Promise<BenchRow[]> {
  if (!await available("smollm2")) return [];
  const { model } = await ensure("smollm2");
  const rows: BenchRow[] = [];
  for (const threads of [1, 2]) {
    const own = await openOwn(threads);
    await using _own = own.process;
    const peer = peers ? await openPeer(model, threads) : undefined;
    await using _peer = peer?.process;
    const contenders = peer ? [own, peer] : [own];
    for (const contender of contenders) await round(contender, Math.max(...FLIGHTS), 0);
    for (const flight of FLIGHTS) {
      const speeds = contenders.map((): number[] => []);
      const spent = contenders.map(() => ({ tokens: 0, cpu: 0 }));
      const start = performance.now();
      for (let turn = 1; turn < 3 || performance.now() - start < 1000 * seconds * contenders.length; turn++) {
        for (const [i, contender] of contenders.entries()) {
          const before = await cpuOf(contender.pid);
          const { tokens, took } = await round(contender, flight, turn);
          speeds[i].push(tokens / took);
          spent[i].tokens += tokens;
          spent[i].cpu += await cpuOf(contender.pid) - before;
        }
      }
      rows.push(...contenders.map(({ library }, i): BenchRow => ({
        name: `serving, ${flight} in flight, ${threads} thread${threads === 1 ? "" : "s"}`,
        ...(library === undefined ? {} : { peer: library }),
        value: quantile(speeds[i], 0.5),
        unit: "tokens/s",
        cpuSeconds: spent[i].cpu,
        note: `${speeds[i].length} rounds in turns; ${
          (spent[i].tokens / spent[i].cpu).toFixed(1)
        } tokens written a CPU-second`,
      })));
    }
  }
  return rows;
}

/** So many requests at once. */
async function round(
  { url }: Contender,
  flight: number,
  turn: number,
): Promise<{ tokens: number; took: number }> {
  const words = PASSAGE.split(" ");
  const start = performance.now();
  const written = await Promise.all(Array.from({ length: flight }, async (_, i) => {
    // A beginning of its own, so that no server has read it before.
    const from = 5 * i;
    const response = await fetch(`${url}/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        prompt: `${turn}, ${i}: ${words.slice(from, from + PROMPT_WORDS).join(" ")}`,
        max_tokens: WRITTEN,
        temperature: 0,
      }),
    });
    const { usage } = await response.json();
    return usage.completion_tokens as number;
  }));
  return {
    tokens: written.reduce((sum, tokens) => sum + tokens, 0),
    took: (performance.now() - start) / 1000,
  };
}

async function openOwn(threads: number): Promise<Contender> {
  const program = fileURLToPath(new URL("../serve.ts", import.meta.url));
  const process = new Contestant("serve", Deno.execPath(), [
    ...["run", "-A", program, "--port", "0", "--child", "--threads", `${threads}`],
  ]);
  const { url } = await process.answer<{ url: string }>();
  return { url, pid: process.pid, process };
}

async function openPeer(model: string, threads: number): Promise<Contender> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const process = new Contestant(
    `xllamacpp (MIDTRAIN_PEER_PYTHON must name a Python that has it; now ${python})`,
    python,
    [
      fileURLToPath(new URL("peers/serving_llama_cpp.py", import.meta.url)),
      ...[model, `${threads}`, `${Math.max(...FLIGHTS)}`, "2048"],
    ],
  );
  return { ...await process.answer<{ library: string; url: string }>(), pid: process.pid, process };
}

/** CPU-seconds of a process so far, user and system; Linux counts hundredths. */
async function cpuOf(pid: number): Promise<number> {
  const fields = (await Deno.readTextFile(`/proc/${pid}/stat`)).replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
