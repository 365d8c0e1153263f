// deno-lint-ignore-file no-console
/**
 * One way to carry out a training step, as a process of its own: its CPU-seconds and its peak memory are then its own, and a
 * peer in another language answers the same questions (peers/training_torch.py, peers/training_jax.py). Given a {@linkcode TrainingTask} as its
 * argument it takes the first steps, which compile, then answers each `{ seconds }` by taking steps for so long.
 * @module
 */
import { backend, type Engine, loadCheckpoint, type Precision } from "../../anneal/mod.ts";
import { bindingOf } from "../../anneal/_binding.ts";
import { openLearner } from "../../anneal/open_learner.ts";
import { checkOptimizer } from "../../anneal/optimizer.ts";
import { cpuSeconds } from "./_row.ts";
import { lines } from "../../run/mod.ts";

/** What a worker is to train: the same for ours and for a peer. */
export interface TrainingTask {
  /** Folder of the model it starts from. */
  checkpoint: string;
  /** File of token ids, int32, little-endian. */
  tokens: string;
  /** Sequences in a batch. */
  batch: number;
  /** Tokens in a sequence. */
  context: number;
  /** Threads of one operation. */
  threads: number;
  /** Where ours runs, and a peer must too. */
  device: "cpu" | "gpu";
  /** Learning rate of every step. */
  learningRate: number;
  /** Steps before the first answer: they compile, and their losses tell whether two workers train the same model. */
  warmUpSteps: number;
  /** Steps of a round, at least. */
  leastSteps: number;
  /** How steps are carried out: one of ours, or `eager`, `compile` or `jit` of a peer. */
  engine: Engine | "compile" | "jit";
  /** Type of the factors in matrix products. */
  precision: Precision;
}

/** What a worker answers. */
export interface TrainingRound {
  /** What computes, and its version. */
  library: string;
  /** Steps of this round. */
  steps: number;
  /** How long they took. */
  seconds: number;
  /** User and system time of the process meanwhile. */
  cpuSeconds: number;
  /** Mean loss of every step, nats per token. */
  losses: number[];
  /** The most memory the process has held so far. */
  peakMegabytes: number;
}

/** What a peer answers instead, once, where the machine is not made for it. */
export interface Skipped {
  /** Why it is left out. */
  skipped: string;
}

if (import.meta.main) {
  const task = JSON.parse(Deno.args[0]) as TrainingTask;
  const { batch, context, engine, precision, learningRate, warmUpSteps, leastSteps } = task;
  const { library, tf } = await backend({ threads: task.threads });
  if (engine === "native" && precision === "bfloat16" && !bindingOf(tf).ownOperators().bfloat16) {
    const skipped = "this processor has no instructions for products of bfloat16 (avx512_bf16)";
    console.log(JSON.stringify({ skipped } satisfies Skipped));
    Deno.exit(0);
  }
  const state = await loadCheckpoint(task.checkpoint);
  using learner = await openLearner(state, {
    config: state.config,
    batch,
    context,
    maskDocuments: false,
    optimizer: checkOptimizer({}),
    precision,
    engine: engine as Engine,
  });
  const stream = new Int32Array((await Deno.readFile(task.tokens)).buffer);
  const size = batch * context;
  let at = 0;
  const step = async () => {
    if (at + size + 1 > stream.length) at = 0;
    const tokens = stream.subarray(at, at + size);
    const targets = stream.subarray(at + 1, at + size + 1);
    at += size;
    return (await learner.step({ tokens, targets }, learningRate)).loss;
  };
  const round = async (enough: (steps: number, seconds: number) => boolean): Promise<TrainingRound> => {
    const started = performance.now();
    const before = cpuSeconds();
    const losses: number[] = [];
    const elapsed = () => (performance.now() - started) / 1000;
    while (!enough(losses.length, elapsed())) losses.push(await step());
    return {
      library,
      steps: losses.length,
      seconds: elapsed(),
      cpuSeconds: cpuSeconds() - before,
      losses,
      peakMegabytes: await peakMegabytes(),
    };
  };
  console.log(JSON.stringify(await round((steps) => steps >= warmUpSteps)));
  for await (const line of lines(Deno.stdin.readable)) {
    const { seconds } = JSON.parse(line) as { seconds: number };
    console.log(JSON.stringify(await round((steps, elapsed) => steps >= leastSteps && elapsed >= seconds)));
  }
  Deno.exit(0);
}

/** The most memory this process has held; where the system does not tell, what it holds. */
async function peakMegabytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(status) ?? [];
  return kilobytes ? Number(kilobytes) / 1024 : Deno.memoryUsage().rss / 2 ** 20;
}
