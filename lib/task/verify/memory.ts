/**
 * Memory: over thousands of training steps, evaluations and checkpoints among them, and at long contexts.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type KernelEngine, kernelEngines } from "../../anneal/compile.ts";
import type { DecoderParts } from "../../anneal/mod.ts";
import { Contestant } from "../bench/_contestant.ts";
import type { TrainingRound, TrainingTask } from "../bench/_training_worker.ts";
import { part } from "./_part.ts";
import { atMost, claim, same, type VerifyRow } from "./_row.ts";

/** How far resident memory may rise over the last nine tenths of a run: pages that allocators keep. */
const ALLOWED_MEGABYTES = 24;

/** Tokens of a sequence; the memory of the longest is stated, and between them it grows as the tokens. */
const LENGTHS = [4096, 8192, 16384];

/** Tokens whose activations are next to nothing beside the program, TensorFlow and the model. */
const SHORTEST = 64;

/** The most that a process takes to train a sequence of the longest, the program itself and TensorFlow in it. */
const LONGEST_MEGABYTES = 1850;

/** How much faster than the tokens memory may grow: an allocator keeps a fifth of what was freed, now more, now less. */
const ALLOWED_GROWTH = 1.25;

/** What models may differ in that attention must know of. */
const MODELS: Record<string, DecoderParts> = {
  "1M": {},
  "1M, queries and keys normed (Qwen 3)": { qkNorm: true },
};

const PARTS = { steps: overSteps, length: overLength };

/** What is asked for, and how what happens is told. */
interface Asked {
  steps: number;
  engine: KernelEngine | undefined;
  say: (line: string) => void;
}

export default part({
  help:
    `resident memory and live tensors over thousands of training steps, and up to 16,384 tokens in a sequence
NAMES        only these
--steps N    how many steps; default 4000
--engine E   how they are carried out, one of ${kernelEngines().join(", ")}; default: the machine's`,
  flags: { steps: { min: 1000 }, engine: kernelEngines() },
  names: Object.keys(PARTS),
  async *verify({ steps = 4000, engine }, names, say) {
    for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
      yield* PARTS[name as keyof typeof PARTS]({ steps, engine: engine as KernelEngine | undefined, say });
    }
  },
});

async function* overSteps({ steps, engine, say }: Asked): AsyncGenerator<VerifyRow> {
  const { backend, byteTokenizer, llamaConfig, packDocuments, train } = await import("../../anneal/mod.ts");
  const { bindingOf } = await import("../../anneal/_binding.ts");
  const active = await backend();
  const binding = bindingOf(active.tf);
  const text = "the cat sees the dog and the dog sees the bird ".repeat(400);
  const source = await packDocuments([{ id: "0", text, source: "text", meta: {} }], byteTokenizer());
  const tenths: { step: number; megabytes: number; tensors: number }[] = [];
  const shape = { width: 64, layers: 2, heads: 2, keyValueHeads: 1, feedForward: 128, context: 64 };
  const { engine: used, stopped } = await train({
    config: llamaConfig("1M", shape),
    sources: [source],
    schedule: () => 1e-3,
    steps,
    batch: 4,
    microBatch: 2,
    engine,
    evaluate: { everySteps: 100, sources: [source], windows: 4 },
    checkpointEverySteps: 100,
    onCheckpoint: () => {},
    onStep: ({ step }) => {
      if ((step + 1) % Math.floor(steps / 10) !== 0) return;
      const megabytes = Deno.memoryUsage().rss / 2 ** 20;
      const tensors = binding.getNumOfTensors();
      tenths.push({ step: step + 1, megabytes, tensors });
      say(`step ${step + 1}: ${megabytes.toFixed(0)} MB resident, ${tensors} tensors`);
    },
  });
  const first = tenths[0];
  const last = tenths.at(-1)!;
  const where = `after ${first.step} steps, ${used} on ${active.name}`;
  yield same(`the run of ${steps} steps ends`, "", "done", stopped);
  yield atMost("MB resident", where, first.megabytes + ALLOWED_MEGABYTES, last.megabytes);
  yield atMost("tensors", where, first.tensors, last.tensors);
}

/** Every model at every length, each in a process of its own. */
async function* overLength({ engine = "native", say }: Asked): AsyncGenerator<VerifyRow> {
  const { initialCheckpoint, llamaConfig, saveCheckpoint } = await import("../../anneal/mod.ts");
  const folder = await Deno.makeTempDir();
  try {
    const tokens = join(folder, "tokens");
    const longest = LENGTHS.at(-1)!;
    const ids = Int32Array.from({ length: longest + 1 }, (_, i) => i * i % 251);
    await Deno.writeFile(tokens, new Uint8Array(ids.buffer));
    for (const [model, parts] of Object.entries(MODELS)) {
      const checkpoint = join(folder, "model");
      const config = llamaConfig("1M", { context: longest, ropeBase: 1e6, ...parts });
      await saveCheckpoint(checkpoint, initialCheckpoint(config, 1));
      const { peakMegabytes: least } = await trained({ checkpoint, tokens, context: SHORTEST, engine });
      say(`${model}, ${SHORTEST} tokens: ${least.toFixed(0)} MB`);
      const peaks: number[] = [];
      for (const context of LENGTHS) {
        const { losses, peakMegabytes, seconds } = await trained({ checkpoint, tokens, context, engine });
        say(
          `${model}, ${context} tokens: ${peakMegabytes.toFixed(0)} MB, ${seconds.toFixed(0)} s for 2 steps`,
        );
        const [first, second] = losses;
        yield claim(`${model}, ${context} tokens: the loss of the second step`, "the first's", {
          theirs: first.toFixed(4),
          ours: second.toFixed(4),
          allowed: "below",
          holds: second < first,
        });
        peaks.push(peakMegabytes);
      }
      const most = peaks.at(-1)!;
      yield atMost(`${model}, ${longest} tokens: MB at the peak`, "stated", LONGEST_MEGABYTES, most);
      const growth = (most - least) / (peaks[0] - least);
      const tokensGrowth = longest / LENGTHS[0];
      yield claim(
        `${model}: MB beyond those of ${SHORTEST} tokens, of ${longest} over ${LENGTHS[0]}`,
        "tokens",
        {
          theirs: tokensGrowth.toFixed(2),
          ours: growth.toFixed(2),
          allowed: `${ALLOWED_GROWTH} times (their square: ${tokensGrowth ** 2})`,
          holds: growth <= ALLOWED_GROWTH * tokensGrowth,
        },
      );
      await Deno.remove(checkpoint, { recursive: true });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Two steps on one sequence. */
async function trained(
  { engine, ...given }: Pick<TrainingTask, "checkpoint" | "tokens" | "context"> & { engine: KernelEngine },
): Promise<TrainingRound> {
  const task: TrainingTask = {
    ...given,
    engine,
    batch: 1,
    threads: navigator.hardwareConcurrency,
    device: "cpu",
    learningRate: 1e-3,
    warmUpSteps: 2,
    leastSteps: 1,
    precision: "float32",
  };
  const worker = fileURLToPath(new URL("../bench/_training_worker.ts", import.meta.url));
  await using process = new Contestant("a step", Deno.execPath(), [
    "run",
    "-A",
    worker,
    JSON.stringify(task),
  ]);
  return await process.answer<TrainingRound>();
}
