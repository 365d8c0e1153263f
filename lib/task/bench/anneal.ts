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
import { choose } from "../_task.ts";
import { breakdown, peakOf, type Peaks, profiled } from "./_training_breakdown.ts";
import { Contestant } from "./_contestant.ts";

/** A model and how it is trained here. */
interface Size {
  config: LlamaConfig;
  /** Sequences in a batch, and tokens in each. */
  batch: number;
  context: number;
  /** Rounds of every candidate, interleaved so that a busy minute of the machine meets them all. */
  rounds: number;
  /** Steps before the rounds, and at least in each round. */
  steps: [warmUp: number, least: number];
  /** Whether the candidates live side by side; else one is opened after another, in every round, as memory may not hold all. */
  together: boolean;
}

const small = { batch: 8, context: 256, rounds: 5, steps: [4, 3], together: true } satisfies Partial<Size>;

const SIZES: Record<string, Size> = {
  "1M": { config: llamaConfig("1M"), ...small },
  "5M": { config: model(256, 4, 688), ...small },
  "20M": { config: model(448, 7, 1184), ...small },
  "135M": {
    config: llamaConfig("135M", { context: 2048 }),
    batch: 1,
    context: 2048,
    rounds: 3,
    steps: [1, 1],
    together: false,
  },
};

function model(width: number, layers: number, feedForward: number): LlamaConfig {
  const heads = width / 64;
  const shape = { vocabularySize: 8192, width, layers, heads, keyValueHeads: heads, feedForward };
  return llamaConfig("1M", { ...shape, context: 256 });
}

/** After so many seconds without an answer a candidate is left out: a bench must end on any machine. */
const PATIENCE = 300;

/** A way to carry out a step. */
interface Candidate {
  name: string;
  engine: TrainingTask["engine"];
  precision: TrainingTask["precision"];
  peer?: string;
}

const ours = (device: "cpu" | "gpu"): Candidate[] => {
  const engine = device === "gpu" ? "xla" : "native";
  return [
    ...kernelEngines(device).map((engine) => ({ name: engine, engine, precision: "float32" as const })),
    { name: `${engine}, bfloat16`, engine, precision: "bfloat16" },
  ];
};

// Eager and compiled by the same file: fused AdamW and scaled_dot_product_attention in both.
const PEERS: Candidate[] = (["float32", "bfloat16"] as const).flatMap((precision) => {
  const name = (what: string) => precision === "float32" ? what : `${what}, ${precision}`;
  return [
    { name: name("eager"), engine: "eager", precision, peer: "PyTorch" },
    { name: name("torch.compile"), engine: "compile", precision, peer: "PyTorch" },
    { name: name("jit"), engine: "jit", precision, peer: "JAX" },
  ];
});

/**
 * Training tokens a second, CPU-seconds a million tokens and peak memory of four sizes of model by how the step is carried out.
 * With `peers`, PyTorch and JAX train the same models from the same weights on the same batches in the same run
 * (`MIDTRAIN_PEER_PYTHON` names a Python that has them). Every candidate is a process of its own with the same number of threads;
 * they take turns. With `profile` the engine `native` alone, part by part.
 */
export async function benchTraining(
  { seconds, peers, profile = false, sizes = [] }: BenchOptions,
): Promise<BenchRow[]> {
  const chosen = choose(sizes, Object.keys(SIZES), "--sizes");
  if (!await available("tensorflow")) return [];
  const active = await backend();
  const { device, deviceName, threads } = active;
  const rows: BenchRow[] = [];
  console.error(`${active}`);
  if (device === "cpu") console.error("No GPU is seen here, so no row was measured on one");
  const folder = await Deno.makeTempDir();
  try {
    for (const name of chosen) {
      const size = SIZES[name];
      const { config, batch, context, steps: [warmUpSteps, leastSteps] } = size;
      const checkpoint = join(folder, name);
      const tokens = join(folder, `${name}.tokens`);
      await saveCheckpoint(checkpoint, initialCheckpoint(config, 1));
      await Deno.writeFile(tokens, new Uint8Array(grammar(config.vocabularySize).buffer));
      const task = { checkpoint, tokens, batch, context, threads, device, learningRate: 1e-3 };
      if (profile) {
        for (const precision of ["float32", "bfloat16"] as const) {
          const step = await profiled({ ...task, precision });
          if (step) rows.push(...await breakdown(name, step, precision, threads));
        }
        continue;
      }
      const candidates = [...ours(device), ...peers ? PEERS : []];
      const peaks: Peaks = {};
      if (device === "cpu") {
        for (const precision of ["float32", "bfloat16"] as const) {
          peaks[precision] = await peakOf({ ...task, precision });
        }
      }
      const found = await interleaved({ ...task, warmUpSteps, leastSteps }, candidates, size, seconds);
      const setting =
        `${(countParameters(config) / 1e6).toFixed(2)} M parameters, batch ${batch} x ${context}, ` +
        `${threads} threads, ${device}: ${deviceName}`;
      for (const measured of found) {
        const row = rowOf(name, measured, found, { size, deviceName, setting, peaks });
        console.error(`${row.name}: ${row.value.toPrecision(4)} ${row.unit}; ${row.note}`);
        rows.push(row);
      }
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
  { rounds, together }: Size,
  seconds: number,
): Promise<Measured[]> {
  await using workers = new AsyncDisposableStack();
  const measured: (Measured & { worker?: Contestant })[] = [];
  const question = { seconds: seconds / rounds };
  const opened = async (candidate: Candidate): Promise<[Contestant, TrainingRound] | undefined> => {
    const { name, peer, engine, precision } = candidate;
    const worker = startWorker(candidate, JSON.stringify({ ...task, engine, precision }));
    const answer = await worker.answerWithin<TrainingRound | Skipped>(PATIENCE)
      .catch((error: Error): Skipped => {
        if (peer) return { skipped: error.message };
        throw error;
      }) ?? { skipped: `no answer to the first ${task.warmUpSteps} steps in ${PATIENCE} seconds` };
    if (!("skipped" in answer)) return [worker, answer];
    console.error(`${peer ?? "midtrain"} ${name} is left out: ${answer.skipped}`);
    await worker[Symbol.asyncDispose]();
  };
  for (const candidate of candidates) {
    // One after another: warming up together would measure the crowd.
    const found = await opened(candidate);
    if (!found) continue;
    const [worker, warmUp] = found;
    const { library, steps, seconds } = warmUp;
    console.error(`${candidate.name}: ${library}, first ${steps} steps ${seconds.toFixed(1)} s`);
    const kept: Measured & { worker?: Contestant } = { ...candidate, warmUp, rounds: [] };
    if (together) {
      kept.worker = workers.use(worker);
    } else {
      await using once = worker;
      kept.rounds.push(await once.answer<TrainingRound>(question));
    }
    measured.push(kept);
  }
  for (let round = together ? 0 : 1; round < rounds; round++) {
    for (const { worker, rounds, ...candidate } of measured) {
      if (worker) {
        rounds.push(await worker.answer<TrainingRound>(question));
        continue;
      }
      const found = await opened(candidate);
      if (!found) throw new Error(`Cannot go on as ${candidate.name} took its first steps only once`);
      await using again = found[0];
      rounds.push(await again.answer<TrainingRound>(question));
    }
  }
  return measured;
}

function startWorker({ name, peer }: Candidate, request: string): Contestant {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const script = peer === "JAX" ? "./peers/training_jax.py" : "./peers/training_torch.py";
  const [who, command, args] = peer
    ? [`${peer} (MIDTRAIN_PEER_PYTHON must name a Python that has it: now ${python})`, python, [file(script)]]
    : [name, Deno.execPath(), ["run", "-A", file("./_training_worker.ts")]];
  // OpenMP's threads wait in a loop by default: on a busy machine that makes the peer several times slower than it is.
  return new Contestant(who, command, [...args, request], { OMP_WAIT_POLICY: "PASSIVE" });
}

function rowOf(
  size: string,
  measured: Measured,
  all: readonly Measured[],
  { size: { config, batch, context }, deviceName, setting, peaks }: {
    size: Size;
    deviceName: string;
    setting: string;
    peaks: Peaks;
  },
): BenchRow {
  const { name, peer, precision, rounds, warmUp } = measured;
  const tokens = batch * context;
  const [low, value, high] = quartiles(rounds.map((round) => speed(round) * tokens));
  const cpu = cpuPerStep(rounds);
  const flops = value * flopsPerToken(config, context);
  const peak = peakFlops(deviceName, precision) ?? peaks[precision];
  const notes = [
    `quartiles ${low.toFixed(0)}-${high.toFixed(0)}`,
    `${(cpu / tokens * 1e6).toFixed(0)} CPU-s a million tokens`,
    `${(flops / 1e9).toFixed(0)} GFLOP/s${
      peak
        ? `, ${(100 * flops / peak).toFixed(0)} % of ${
          peakFlops(deviceName, precision) ? "the device's" : "its products' peak at these shapes"
        }`
        : ""
    }`,
    `peak ${rounds.at(-1)!.peakMegabytes.toFixed(0)} MB`,
    `first ${warmUp.steps} steps ${warmUp.seconds.toFixed(1)} s`,
  ];
  const best = bestPeer(all, precision);
  if (best && best !== measured) {
    // Round by round: what the machine did meanwhile cancels.
    const ratios = quartiles(rounds.map((round, i) => speed(round) / speed(best.rounds[i])));
    const [low, middle, high] = ratios.map((ratio) => ratio.toFixed(2));
    const gap = Math.max(...warmUp.losses.map((loss, i) => Math.abs(loss - best.warmUp.losses[i])));
    notes.unshift(
      `${middle} times ${best.peer} ${best.name} (${low}-${high}), ${
        (cpuPerStep(best.rounds) / cpu).toFixed(2)
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

/** The fastest of the peers with factors of a type. */
function bestPeer(all: readonly Measured[], precision: Candidate["precision"]): Measured | undefined {
  const median = ({ rounds }: Measured) => quantile(rounds.map(speed), 0.5);
  return all.filter((one) => one.peer && one.precision === precision)
    .reduce<Measured | undefined>((best, one) => best && median(best) > median(one) ? best : one, undefined);
}

function quartiles(values: readonly number[]): [number, number, number] {
  return [0.25, 0.5, 0.75].map((q) => quantile(values, q)) as [number, number, number];
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
