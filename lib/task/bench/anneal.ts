import {
  backend,
  byteTokenizer,
  countParameters,
  type Engine,
  flopsPerToken,
  type LlamaConfig,
  llamaConfig,
  packDocuments,
  type Precision,
  type TokenSource,
  train,
} from "../../anneal/mod.ts";
import { mean, quantile, Random } from "../../base/mod.ts";
import { available } from "../../native/mod.ts";
import type { BenchOptions } from "../bench.ts";
import { type BenchRow, cpuSeconds } from "./_row.ts";

/** Sequences in a batch. */
const BATCH = 8;

/** Rounds of every candidate, interleaved so that a busy minute of the machine meets them all. */
const ROUNDS = 3;

/**
 * Training tokens a second of a 1M and a 5M model by how the step is carried out: plain tfjs operators, hand-written
 * kernels one by one, the traced step, the step compiled by XLA, and the traced step with bfloat16 products.
 */
export async function benchTraining({ seconds }: BenchOptions): Promise<BenchRow[]> {
  if (!await available("tensorflow")) return [];
  const { device, deviceName } = await backend(), random = new Random("bench");
  const text = Array.from({ length: 1 << 17 }, () => String.fromCharCode(97 + random.int(26))).join("");
  const source = await packDocuments([{ id: "0", text, source: "letters", meta: {} }], byteTokenizer());
  const rows: BenchRow[] = [];
  const models = {
    "1M": llamaConfig("1M"),
    "5M": llamaConfig("1M", {
      vocabularySize: 8192,
      width: 256,
      layers: 4,
      heads: 4,
      keyValueHeads: 4,
      feedForward: 688,
    }),
  };
  for (const [size, config] of Object.entries(models)) {
    const note =
      `${(countParameters(config) / 1e6).toFixed(2)} M parameters, batch ${BATCH} x ${config.context}, ` +
      `${ROUNDS} rounds, ${device}: ${deviceName}`;
    for (const { name, speeds, cpu } of await interleaved(config, source, seconds)) {
      const value = quantile(speeds, 0.5), tera = value * flopsPerToken(config) / 1e12;
      rows.push({
        name: `training ${size}, ${name}`,
        value,
        unit: "tokens/s",
        cpuSeconds: cpu,
        note: `${note}; ${(tera * 1000).toFixed(0)} GFLOP/s`,
      });
    }
  }
  return rows;
}

/** A way to carry out a step. */
interface Candidate {
  name: string;
  engine: Engine;
  precision: Precision;
  speeds: number[];
  cpu: number;
}

async function interleaved(
  config: LlamaConfig,
  source: TokenSource,
  seconds: number,
): Promise<Candidate[]> {
  const candidates = ([
    ["plain operators", "reference", "float32"],
    ["kernels", "eager", "float32"],
    ["traced", "traced", "float32"],
    ["traced, bfloat16 products", "traced", "bfloat16"],
    ["XLA", "xla", "float32"],
  ] as const).map(([name, engine, precision]): Candidate => ({
    name,
    engine,
    precision,
    speeds: [],
    cpu: 0,
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const candidate of candidates) {
      const { engine, precision } = candidate, stop = new AbortController(), started = performance.now();
      const before = cpuSeconds(), speeds: number[] = [];
      await train({
        config,
        sources: [source],
        schedule: () => 1e-3,
        steps: 1000,
        batch: BATCH,
        engine,
        precision,
        signal: stop.signal,
        onStep: ({ step, tokensPerSecond }) => {
          // The first step compiles, the second still warms caches up.
          if (step >= 2) speeds.push(tokensPerSecond);
          if (step >= 4 && performance.now() - started > seconds * 1000 / ROUNDS) stop.abort();
        },
      });
      candidate.speeds.push(mean(speeds));
      candidate.cpu += cpuSeconds() - before;
    }
  }
  return candidates;
}
