// deno-lint-ignore-file no-console
/**
 * `deno task verify:memory`: memory over thousands of training steps, evaluations and checkpoints among them; the exit code is 1
 * where it grows.
 * @module
 */
import { parseArgs } from "@std/cli";
import { type KernelEngine, kernelEngines } from "../anneal/compile.ts";
import { numberFlag, refuseUnknownWord } from "./_flags.ts";

const HELP = `deno task verify:memory [--steps N] [--engine ${kernelEngines().join("|")}]

  --steps N    how many steps; default 4000
  --engine E   how they are carried out; default: the one of the machine`;

/** How far resident memory may rise over the last nine tenths of a run: pages that allocators keep. */
const ALLOWED_MEGABYTES = 24;

if (import.meta.main) {
  const args = parseArgs(Deno.args, {
    boolean: ["help"],
    string: ["steps", "engine"],
    unknown: refuseUnknownWord,
    alias: { help: "h" },
  });
  if (args.help) console.log(HELP);
  else {
    const steps = numberFlag("--steps", args.steps, { min: 1000 }) ?? 4000;
    Deno.exit(await verify(steps, args.engine) ? 0 : 1);
  }
}

/** Train, print resident memory and live tensors every tenth, and tell whether both stayed. */
async function verify(steps: number, wanted: string | undefined): Promise<boolean> {
  const { backend, byteTokenizer, llamaConfig, packDocuments, train } = await import("../anneal/mod.ts");
  const { bindingOf } = await import("../anneal/_binding.ts");
  const active = await backend();
  const binding = bindingOf(active.tf);
  const text = "the cat sees the dog and the dog sees the bird ".repeat(400);
  const source = await packDocuments([{ id: "0", text, source: "text", meta: {} }], byteTokenizer());
  const rows: { step: number; megabytes: number; tensors: number }[] = [];
  const { engine: used, stopped } = await train({
    config: llamaConfig("1M", {
      width: 64,
      layers: 2,
      heads: 2,
      keyValueHeads: 1,
      feedForward: 128,
      context: 64,
    }),
    sources: [source],
    schedule: () => 1e-3,
    steps,
    batch: 4,
    microBatch: 2,
    engine: wanted as KernelEngine | undefined,
    evaluate: { everySteps: 100, sources: [source], windows: 4 },
    checkpointEverySteps: 100,
    onCheckpoint: () => {},
    onStep: ({ step }) => {
      if ((step + 1) % Math.floor(steps / 10) !== 0) return;
      const megabytes = Deno.memoryUsage().rss / 2 ** 20;
      const tensors = binding.getNumOfTensors();
      rows.push({ step: step + 1, megabytes, tensors });
      console.log(`step ${step + 1}: ${megabytes.toFixed(0)} MB resident, ${tensors} tensors`);
    },
  });
  const first = rows[0];
  const last = rows.at(-1)!;
  const rise = last.megabytes - first.megabytes;
  const holds = stopped === "done" && rise <= ALLOWED_MEGABYTES && last.tensors <= first.tensors;
  console.log(
    `${holds ? "ok" : "FAIL"}: ${used} on ${active.name}, ${rise.toFixed(0)} MB and ${
      last.tensors - first.tensors
    } tensors more ` +
      `after ${steps} steps than after ${first.step} (${ALLOWED_MEGABYTES} MB and 0 are allowed)`,
  );
  return holds;
}
