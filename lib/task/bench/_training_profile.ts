// deno-lint-ignore-file no-console
/**
 * What a training step of the engine `native` spends where, as a process of its own: given a {@linkcode ProfileTask} as its argument
 * it takes steps, reads what each of the kit's operators took, multiplies matrices of the step's shapes alone for comparison,
 * and answers with a {@linkcode StepProfile}.
 * @module
 */
import { backend, loadCheckpoint } from "../../anneal/mod.ts";
import { type Binding, bindingOf, ELEMENT, type OwnOperators } from "../../anneal/_binding.ts";
import { compile } from "../../anneal/compile.ts";
import { openLearner } from "../../anneal/open_learner.ts";
import { checkOptimizer } from "../../anneal/optimizer.ts";
import { Random } from "../../base/mod.ts";
import { cpuSeconds } from "./_row.ts";
import type { TrainingTask } from "./_training_worker.ts";

/** What is profiled. */
export type ProfileTask = Pick<TrainingTask, "checkpoint" | "batch" | "context" | "threads" | "precision">;

/** A step, part by part. Times are CPU-milliseconds of all threads, which a busy machine stretches less than time on the clock. */
export interface StepProfile {
  /** Instructions that the operators were compiled for. */
  instructions: string;
  /** All of it, and on the clock. */
  cpuMilliseconds: number;
  milliseconds: number;
  parts: {
    name: string;
    calls: number;
    cpuMilliseconds: number;
    /** Of its products, a CPU-second; 0 where there are none. */
    gigaflops: number;
  }[];
  /** Products of the step's shapes alone: GFLOP a CPU-second by the kit's operators and by TensorFlow's. */
  products: { shape: string; native: number; tensorflow: number }[];
  /** The most that any of them reached, and the operations of all products of a step, 1e9. */
  peak: number;
  gigaflopsAStep: number;
}

const STEPS = 4;

const WORDS: Record<string, string> = {
  MidtrainLoss: "output layer and loss, both ways",
  MidtrainAttention: "attention",
  MidtrainAttentionGradient: "attention, back",
  MidtrainNorm: "norms",
  MidtrainNormGradient: "norms, back",
  MidtrainGate: "gates",
  MidtrainAdam: "update",
  MidtrainGateGradient: "gates, back",
};

if (import.meta.main) {
  const { checkpoint, batch, context, threads, precision } = JSON.parse(Deno.args[0]) as ProfileTask;
  const { tf } = await backend({ threads });
  const binding = bindingOf(tf);
  const state = await loadCheckpoint(checkpoint);
  const { config } = state;
  const size = batch * context;
  const shape = { batch, context, maskDocuments: false };
  using learner = await openLearner(state, {
    ...{ config, ...shape, precision, engine: "native" },
    optimizer: checkOptimizer({}),
  });
  const random = new Random("profile");
  const ids = () => Int32Array.from({ length: size }, () => random.int(Math.min(config.vocabularySize, 512)));
  const drawn = { tokens: ids(), targets: ids() };
  // The first two steps meet cold caches.
  for (let step = 0; step < 2; step++) await learner.step(drawn, 1e-4);
  const before = binding.ownOperators().spent;
  const [cpu, clock] = [cpuSeconds(), performance.now()];
  for (let step = 0; step < STEPS; step++) await learner.step(drawn, 1e-4);
  const cpuMilliseconds = 1000 * (cpuSeconds() - cpu) / STEPS;
  const milliseconds = (performance.now() - clock) / STEPS;
  const { spent, instructions } = binding.ownOperators();
  const operators = differences(before, spent);
  const parts = operators.map(({ name, calls, cpuSeconds, flops }) => ({
    name: WORDS[name] ?? name.replace("MidtrainProduct", "products"),
    calls: calls / STEPS,
    cpuMilliseconds: 1000 * cpuSeconds / STEPS,
    gigaflops: flops / 1e9 / cpuSeconds,
  }));
  const own = parts.reduce((sum, part) => sum + part.cpuMilliseconds, 0);
  const rest = Math.max(0, cpuMilliseconds - own);
  parts.push({
    name: "TensorFlow: embedding, norm of the gradients",
    calls: 1,
    cpuMilliseconds: rest,
    gigaflops: 0,
  });
  const shapes = operators.flatMap(({ name }) => {
    const [, ...sizes] = /^MidtrainProduct (\d+) x (\d+) x (\d+)$/.exec(name)?.map(Number) ?? [];
    return sizes.length === 3 ? [sizes as [number, number, number]] : [];
  });
  // Those of the output layer, whose operator holds a part of the rows at a time.
  const rows = Math.min(size, 512);
  shapes.push([rows, config.width, config.vocabularySize], [rows, config.vocabularySize, config.width]);
  const products = shapes.map((sizes) => ({
    shape: sizes.join(" x "),
    native: speedOf(binding, sizes, "native", precision),
    tensorflow: speedOf(binding, sizes, "traced", precision),
  }));
  const found: StepProfile = {
    ...{ instructions, cpuMilliseconds, milliseconds, parts, products },
    peak: Math.max(...products.flatMap(({ native, tensorflow }) => [native, tensorflow])),
    gigaflopsAStep: operators.reduce((sum, { flops }) => sum + flops, 0) / 1e9 / STEPS,
  };
  console.log(JSON.stringify(found));
  Deno.exit(0);
}

/** What was spent between two readings. */
function differences(before: OwnOperators["spent"], after: OwnOperators["spent"]): OwnOperators["spent"] {
  const past = new Map(before.map((one) => [one.name, one]));
  return after.map((now) => {
    const then = past.get(now.name);
    return {
      name: now.name,
      calls: now.calls - (then?.calls ?? 0),
      seconds: now.seconds - (then?.seconds ?? 0),
      cpuSeconds: now.cpuSeconds - (then?.cpuSeconds ?? 0),
      flops: now.flops - (then?.flops ?? 0),
    };
  }).filter(({ calls }) => calls > 0).sort((a, b) => b.cpuSeconds - a.cpuSeconds);
}

/** GFLOP a CPU-second of the best of some products `[M, K]` times `[N, K]` turned. */
function speedOf(
  binding: Binding,
  [M, K, N]: [number, number, number],
  engine: "native" | "traced",
  precision: TrainingTask["precision"],
): number {
  const float32 = { type: "float32" as const };
  const run = compile(binding, {
    key: `bench: ${M} x ${K} x ${N}`,
    placeholders: [{ ...float32, shape: [M, K] }, { ...float32, shape: [N, K] }],
    precision,
    body: (k, [a, b]) => [k.matMul(a, b, { transposeB: true })],
  }, engine);
  const filled = (rows: number) =>
    binding.createTensor([rows, K], ELEMENT.float32, new Float32Array(rows * K).fill(0.5));
  const inputs = [filled(M), filled(N)];
  const times: number[] = [];
  // Several at a time, as the system counts CPU time in coarse steps.
  const many = Math.max(1, Math.round(2e9 / (M * K * N)));
  for (let round = 0; round < 5; round++) {
    const started = cpuSeconds();
    for (let again = 0; again < many; again++) binding.deleteTensor(run(inputs)[0]);
    times.push((cpuSeconds() - started) / many);
  }
  for (const id of inputs) binding.deleteTensor(id);
  return 2 * M * K * N / Math.min(...times) / 1e9;
}
