import { fileURLToPath } from "node:url";
import { Contestant } from "./_contestant.ts";
import { adaptiveAndFixed, CAPACITY, limited, MILLISECONDS, type Run, run } from "./_limited.ts";
import type { BenchOptions, BenchRow } from "./_row.ts";

/** Of a hundred requests so many go wrong at a hostile server. */
const FAULTS = 15;

/** Requests of each, and of a peer, whose every request takes as much. */
const REQUESTS = 10_000;
const PEER_REQUESTS = 2000;

/**
 * The engine's adaptive concurrency at a server that holds 24 requests and refuses more, beside the best of fixed numbers
 * in hindsight; then 10,000 requests with 64 in flight at a server that holds them all, with the memory they take after the first tenth,
 * and with peers 2,000 of them by two clients in Python; then as many documents at a server that is hostile as well.
 */
export async function benchSynthesis({ seconds, peers }: BenchOptions): Promise<BenchRow[]> {
  const requests = Math.ceil(seconds * CAPACITY * 1000 / MILLISECONDS);
  const { adaptive, best } = await adaptiveAndFixed(requests);
  const note = `server holds ${CAPACITY}, ${MILLISECONDS} ms each; ${requests} requests`;
  const rows: BenchRow[] = [
    {
      name: "synthesis, adaptive concurrency",
      value: checked(adaptive, requests).perSecond,
      unit: "answers/s",
      cpuSeconds: adaptive.cpuSeconds,
      note: `${note}; ${(adaptive.perSecond / best.value).toFixed(2)} of the best fixed number`,
    },
    {
      name: "synthesis, best fixed concurrency in hindsight",
      value: best.value,
      unit: "answers/s",
      note: `${note}; ${best.limit} in flight`,
    },
  ];
  await using server = await limited(1000);
  const many = checked(await run(server.url, { workers: 64, requests: REQUESTS }), REQUESTS);
  rows.push({
    name: "synthesis, 64 in flight",
    value: many.perSecond,
    unit: "answers/s",
    cpuSeconds: many.cpuSeconds,
    note: `${REQUESTS} requests, ${MILLISECONDS} ms each; ${
      (1000 * many.cpuSeconds / REQUESTS).toFixed(2)
    } CPU-ms a request; memory grew by ${many.grownMegabytes.toFixed(0)} MB after the first tenth`,
  });
  for (const kind of peers ? ["asyncio", "curator"] : []) rows.push(await peer(kind, server.url));
  for (const workers of [64, 512]) {
    await using hostile = await limited(1000, FAULTS);
    const found = checked(await run(hostile.url, { workers, requests: REQUESTS }), REQUESTS);
    const twice = await (await fetch(`${hostile.url}/twice`)).json();
    if (twice > 0) {
      throw new Error(`Cannot trust the bench as ${twice} of ${REQUESTS} prompts were answered twice`);
    }
    rows.push({
      name: `synthesis, a hostile server, ${workers} in flight`,
      value: found.perSecond,
      unit: "answers/s",
      cpuSeconds: found.cpuSeconds,
      note:
        `${REQUESTS} documents, ${FAULTS} % of requests go wrong in seven ways, none lost, none doubled; ${
          (1000 * found.cpuSeconds / REQUESTS).toFixed(2)
        } CPU-ms a document, memory grew by ${found.grownMegabytes.toFixed(0)} MB after the first tenth`,
    });
  }
  return rows;
}

/** A run that lost and doubled nothing. */
function checked(run: Run, requests: number): Run {
  if (run.made === requests && run.different === requests) return run;
  throw new Error(
    `Cannot trust the bench as ${run.made} of ${requests} answers came, ${run.different} different`,
  );
}

/** The same requests by a client in Python. */
async function peer(kind: string, url: string): Promise<BenchRow> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  await using contestant = new Contestant(
    `a client (MIDTRAIN_PEER_PYTHON must name a Python that has openai and bespokelabs-curator; now ${python})`,
    python,
    [
      fileURLToPath(new URL("peers/synthesis_clients.py", import.meta.url)),
      ...[kind, url, `${PEER_REQUESTS}`, "64"],
    ],
  );
  const { library, answered, cpu, seconds } = await contestant.answer<
    { library: string; answered: number; cpu: number; seconds: number }
  >();
  return {
    name: "synthesis, 64 in flight",
    peer: library,
    value: answered / seconds,
    unit: "answers/s",
    cpuSeconds: cpu,
    note: `${answered} of ${PEER_REQUESTS} requests answered; ${
      (1000 * cpu / PEER_REQUESTS).toFixed(2)
    } CPU-ms a request`,
  };
}
