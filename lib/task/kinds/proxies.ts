import { basename, dirname, join } from "node:path";
import { inRange, must, ofKind, takes, wholeNumber, writeAtomic } from "../../base/mod.ts";
import { llamaConfig, type Preset, type SwarmDomain, trainSwarm } from "../../anneal/mod.ts";
import type { InputFile, Json, StageWork } from "../../run/mod.ts";

type Parameters = {
  mixtures: Record<string, number>[];
  steps: number;
  size: Preset;
  batch: number;
  peakLearningRate: number;
  seed: number;
};

/**
 * Proxies of a swarm, a shard a mixture: each trained on `train` and measured on `held-out`, folders of tokens that are called as
 * the mixtures' domains. `proxy.json` is a member as `trainSwarm` gives it. The same bytes on the same kind of machine alone, as
 * sums of floating-point numbers are the processor's.
 */
const work: StageWork<Parameters & Record<string, Json>> = {
  name: "proxies",
  version: "1",
  reads: { train: { how: "whole" }, "held-out": { how: "whole" } },
  parameters(given) {
    const cannot = "Cannot train proxies";
    takes(cannot, given, "mixtures, steps, size?, batch?, peakLearningRate?, seed?");
    const { mixtures, steps, size = "1M", batch = 8, peakLearningRate = 3e-3, seed = 1 } =
      given as unknown as Parameters;
    ofKind(cannot, { mixtures }, "a list of objects");
    must(cannot, "mixtures must be at least one", mixtures.length, mixtures.length > 0);
    wholeNumber(cannot, { steps, batch }, ">= 1");
    inRange(cannot, { peakLearningRate }, "finite and > 0");
    llamaConfig(size);
    return { mixtures, steps, size, batch, peakLearningRate, seed };
  },
  parts: ({ mixtures }) => mixtures.length,
  async work({ index, parameters, inputs, out }) {
    const { mixtures, size, ...how } = parameters;
    const [train, heldOut] = [foldersOf(inputs.train), foldersOf(inputs["held-out"])];
    const domains: Record<string, SwarmDomain> = {};
    for (const [name, path] of train) {
      const own = heldOut.get(name);
      must(
        "Cannot train proxies",
        `held-out must hold a folder ${name}, as train does`,
        [...heldOut.keys()],
        own !== undefined,
      );
      domains[name] = { train: path, heldOut: own! };
    }
    // On another number of threads sums come out otherwise in their last digits.
    Deno.env.set("TF_NUM_INTRAOP_THREADS", "1");
    const folder = await Deno.makeTempDir();
    try {
      const { steps, batch, peakLearningRate, seed } = how;
      const { members: [member], failed } = await trainSwarm([mixtures[index]], {
        ...{ folder, domains, config: llamaConfig(size), steps, batch, peakLearningRate, seed },
        workers: 1,
      });
      if (!member) throw new Error(`Cannot train proxy ${index}: ${Object.keys(failed)[0]}`);
      await writeAtomic(join(out, "proxy.json"), JSON.stringify(member) + "\n");
      return { proxies: 1, steps };
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};

/** Folders of tokens by their own names. */
function foldersOf(files: readonly InputFile[]): Map<string, string> {
  const indices = files.filter(({ path }) => basename(path) === "index.json");
  return new Map(indices.map(({ path }) => [basename(dirname(path)), dirname(path)]));
}

export default work;
