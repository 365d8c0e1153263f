// deno-lint-ignore-file no-console
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  backend,
  countParameters,
  flopsPerToken,
  initialCheckpoint,
  type LlamaConfig,
  llamaConfig,
  peakFlops,
  saveCheckpoint,
} from "../../anneal/mod.ts";
import { kernelEngines } from "../../anneal/compile.ts";
import { quantile, Random } from "../../base/mod.ts";
import { available } from "../../native/mod.ts";
import type { BenchOptions, BenchRow } from "./_row.ts";
import type { Skipped, TrainingRound, TrainingTask } from "./_training_worker.ts";
import { Contestant } from "./_contestant.ts";

/** Sequences in a batch, and tokens in each. */
const BATCH = 8;
const CONTEXT = 256;

/** Rounds of every candidate, interleaved so that a busy minute of the machine meets them all. */
const ROUNDS = 5;

const MODELS: Record<string, LlamaConfig> = {
  "1M": llamaConfig("1M"),
  "5M": model(256, 4, 688),
  "20M": model(448, 7, 1184),
};

function model(width: number, layers: number, feedForward: number): LlamaConfig {
  const heads = width / 64;
  return llamaConfig("1M", {
    vocabularySize: 8192,
    width,
    layers,
    heads,
    keyValueHeads: heads,
    feedForward,
    context: CONTEXT,
  });
}

/** A way to carry out a step. */
interface Candidate {
  name: string;
  engine: TrainingTask["engine"];
  precision: TrainingTask["precision"];
  peer?: string;
}

const OURS: Candidate[] = [
  ...kernelEngines("cpu").map((engine) => ({ name: engine, engine, precision: "float32" as const })),
  { name: "fused, bfloat16", engine: "fused", precision: "bfloat16" },
];

const PEERS: Candidate[] = [
  { name: "eager", engine: "eager", precision: "float32", peer: "PyTorch" },
  { name: "torch.compile", engine: "compile", precision: "float32", peer: "PyTorch" },
  { name: "eager, bfloat16", engine: "eager", precision: "bfloat16", peer: "PyTorch" },
];

/**
 * Training tokens a second, CPU-seconds a million tokens and peak memory of three sizes of model by how the step is carried out.
 * With `peers`, PyTorch trains the same models from the same weights on the same batches in the same run (`MIDTRAIN_PEER_PYTHON`
 * names a Python that has it). Every candidate is a process of its own with the same number of threads; they take turns.
 */
export async function benchTraining(
  { seconds, peers }: BenchOptions,
  sizes: readonly string[] = Object.keys(MODELS),
): Promise<BenchRow[]> {
  if (!await available("tensorflow")) return [];
  const active = await backend();
  const { device, deviceName, threads } = active;
  const rows: BenchRow[] = [];
  console.error(`${active}`);
  if (device === "cpu") console.error("No GPU is seen here, so no row was measured on one");
  const folder = await Deno.makeTempDir();
  try {
    for (const size of sizes) {
      const config = MODELS[size];
      const checkpoint = join(folder, size);
      const tokens = join(folder, `${size}.tokens`);
      await saveCheckpoint(checkpoint, initialCheckpoint(config, 1));
      await Deno.writeFile(tokens, new Uint8Array(grammar(config.vocabularySize).buffer));
      const shape = { batch: BATCH, context: CONTEXT, threads, device, learningRate: 1e-3, warmUpSteps: 4 };
      const candidates = [...OURS, ...peers ? PEERS : []];
      const found = await interleaved({ checkpoint, tokens, ...shape }, candidates, seconds / ROUNDS);
      const setting =
        `${(countParameters(config) / 1e6).toFixed(2)} M parameters, batch ${BATCH} x ${CONTEXT}, ` +
        `${threads} threads, ${device}: ${deviceName}`;
      rows.push(
        ...found.map((measured) => rowOf(size, measured, found, { config, deviceName, setting })),
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return rows;
}

/** A candidate with what it answered: first the warm-up, then its rounds. */
interface Measured extends Candidate {
  warmUp: TrainingRound;
  rounds: TrainingRound[];
}

async function interleaved(
  task: Omit<TrainingTask, "engine" | "precision">,
  candidates: readonly Candidate[],
  seconds: number,
): Promise<Measured[]> {
  await using workers = new AsyncDisposableStack();
  const measured: (Measured & { worker: Contestant })[] = [];
  for (const { name, engine, precision, peer } of candidates) {
    const request = JSON.stringify({ ...task, engine, precision });
    const worker = workers.use(startWorker(peer, name, request));
    // One after another: warming up together would measure the crowd.
    const warmUp = await worker.answer<TrainingRound | Skipped>();
    if ("skipped" in warmUp) {
      console.error(`${peer ?? "midtrain"} ${name} is left out: ${warmUp.skipped}`);
      continue;
    }
    console.error(`${name}: ${warmUp.library}, first ${warmUp.steps} steps ${warmUp.seconds.toFixed(1)} s`);
    measured.push({ name, engine, precision, ...(peer && { peer }), worker, warmUp, rounds: [] });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { worker, rounds } of measured) rounds.push(await worker.answer<TrainingRound>({ seconds }));
  }
  return measured;
}

function startWorker(peer: string | undefined, name: string, request: string): Contestant {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const [who, command, args] = peer
    ? [
      `${peer} beside (MIDTRAIN_PEER_PYTHON must name a Python that has it; now ${python})`,
      python,
      [file("./peers/training_torch.py"), request],
    ] as const
    : [name, Deno.execPath(), ["run", "-A", file("./_training_worker.ts"), request]] as const;
  // OpenMP's threads wait in a loop by default: on a busy machine that makes the peer several times slower than it is.
  return new Contestant(who, command, [...args], { OMP_WAIT_POLICY: "PASSIVE" });
}

function rowOf(
  size: string,
  measured: Measured,
  all: readonly Measured[],
  { config, deviceName, setting }: { config: LlamaConfig; deviceName: string; setting: string },
): BenchRow {
  const { name, peer, precision, rounds, warmUp } = measured;
  const tokens = BATCH * CONTEXT;
  const value = quantile(rounds.map((round) => speed(round) * tokens), 0.5);
  const cpu = cpuPerStep(rounds);
  const flops = value * flopsPerToken(config, CONTEXT);
  const peak = peakFlops(deviceName, precision);
  const notes = [
    `${(cpu / tokens * 1e6).toFixed(0)} CPU-s a million tokens`,
    `${(flops / 1e9).toFixed(0)} GFLOP/s${
      peak ? `, ${(100 * flops / peak).toFixed(0)} % of the device's` : ""
    }`,
    `peak ${rounds.at(-1)!.peakMegabytes.toFixed(0)} MB`,
    `first ${warmUp.steps} steps ${warmUp.seconds.toFixed(1)} s`,
  ];
  const eager = all.find((other) => other.peer && other.engine === "eager" && other.precision === precision);
  if (eager && eager !== measured) {
    // Round by round: what the machine did meanwhile cancels.
    const ratios = rounds.map((round, i) => speed(round) / speed(eager.rounds[i]));
    const [low, middle, high] = [0, 0.5, 1].map((q) => quantile(ratios, q).toFixed(2));
    const gap = Math.max(...warmUp.losses.map((loss, i) => Math.abs(loss - eager.warmUp.losses[i])));
    notes.unshift(
      `${middle} times PyTorch eager (${low}-${high}), ${
        (cpuPerStep(eager.rounds) / cpu).toFixed(2)
      } by CPU-seconds`,
      `losses within ${gap.toExponential(0)} of its`,
    );
  }
  return {
    name: `training ${size}, ${name}`,
    value,
    unit: "tokens/s",
    cpuSeconds: rounds.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    ...(peer && { peer: warmUp.library }),
    note: `${notes.join("; ")}; ${setting}`,
  };
}

/** CPU-seconds of a step, all rounds together. */
function cpuPerStep(rounds: readonly TrainingRound[]): number {
  const total = (of: (round: TrainingRound) => number) => rounds.reduce((sum, round) => sum + of(round), 0);
  return total(({ cpuSeconds }) => cpuSeconds) / total(({ steps }) => steps);
}

function speed({ steps, seconds }: TrainingRound): number {
  return steps / seconds;
}

/** A stream that a small model learns something from: each token leads to one other four times in five. */
function grammar(vocabulary: number): Int32Array {
  const random = new Random("bench");
  const range = Math.min(vocabulary, 512);
  const tokens = new Int32Array(1 << 17);
  for (let i = 1; i < tokens.length; i++) {
    tokens[i] = random.next() < 0.8 ? (tokens[i - 1] * 7 + 3) % range : random.int(range);
  }
  return tokens;
}
