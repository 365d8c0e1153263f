/**
 * Memory over thousands of training steps, evaluations and checkpoints among them.
 * @module
 */
import { kernelEngines } from "../../anneal/compile.ts";
import { part } from "./_part.ts";
import { atMost, same } from "./_row.ts";

/** How far resident memory may rise over the last nine tenths of a run: pages that allocators keep. */
const ALLOWED_MEGABYTES = 24;

export default part({
  help: `resident memory and live tensors over thousands of training steps
--steps N    how many steps; default 4000
--engine E   how they are carried out, one of ${kernelEngines().join(", ")}; default: the machine's`,
  flags: { steps: { min: 1000 }, engine: kernelEngines() },
  async *verify({ steps = 4000, engine }, _names, say) {
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
  },
});
