import { join } from "node:path";
import {
  type Checkpoint,
  initialCheckpoint,
  type LlamaConfig,
  llamaConfig,
  loadCheckpoint,
  mergeCheckpoints,
  type MergeOptions,
  saveCheckpoint,
} from "../../anneal/mod.ts";
import { part } from "./_part.ts";
import { near, type VerifyRow } from "./_row.ts";

/** The largest difference between two weights that passes: both round to float32 once. */
const TOLERANCE = 1e-7;

/** Random models of two shapes, merged in each way. */
const MERGES: readonly (MergeOptions & { models: number })[] = [
  { models: 3, method: "linear", weights: [0.2, 0.3, 0.5] },
  { models: 2, method: "linear", weights: [1.25, -0.25] },
  { models: 2, method: "slerp", weights: [0.7, 0.3] },
  { models: 2, method: "slerp", weights: [0.5, 0.5] },
];

export default part({
  help: `checkpoints merged by this kit and by mergekit: every weight
             MIDTRAIN_PEER_PYTHON must name a Python with mergekit`,
  async *verify(_given, _names, say) {
    const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
    const library = `mergekit ${await version(python)}`;
    say(library);
    const folder = await Deno.makeTempDir();
    try {
      for (const [at, config] of shapes().entries()) {
        const models = [1, 2, 3].map((seed) => initialCheckpoint(config, seed));
        // Two that are nearly parallel too: between them is a straight line.
        models[2].weights["layers.0.down"] = models[1].weights["layers.0.down"].map((x, i) =>
          2 * x + 1e-9 * i
        );
        const paths = models.map((_, i) => join(folder, `${at}-${i}`));
        for (const [i, model] of models.entries()) await saveCheckpoint(paths[i], model);
        for (const [i, { models: count, ...options }] of MERGES.entries()) {
          // The last models: slerp meets the parallel tensor.
          const taken = [...models.keys()].slice(-count);
          const ours = mergeCheckpoints(taken.map((i) => models[i]), options);
          const into = join(folder, `merged-${at}-${i}`);
          const theirs = await byMergekit(python, taken.map((i) => paths[i]), options, into);
          const shape = `${config.tieEmbeddings ? "tied" : "untied"}${
            config.qkNorm ? ", normed queries" : ""
          }`;
          yield worst(`${options.method} ${options.weights}, ${shape}`, library, theirs, ours);
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

function shapes(): LlamaConfig[] {
  const small = { layers: 2, width: 32, heads: 4, keyValueHeads: 2, feedForward: 48 };
  return [
    llamaConfig("1M", { ...small, tieEmbeddings: false }),
    llamaConfig("1M", { ...small, qkNorm: true }),
  ];
}

async function version(python: string): Promise<string> {
  const program = "from importlib.metadata import version; print(version('mergekit'))";
  const { success, stdout } = await new Deno.Command(python, { args: ["-c", program], stderr: "null" })
    .output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error(
    `Cannot run mergekit beside as MIDTRAIN_PEER_PYTHON must name a Python that has it: current value is ${python}`,
  );
}

/** A merge as its command line makes it, from folders to a folder. */
async function byMergekit(
  python: string,
  paths: readonly string[],
  { method, weights }: MergeOptions,
  into: string,
): Promise<Checkpoint> {
  const shares = Array.from(weights!);
  const models = paths.map((model, i) => ({
    model,
    ...(method === "linear" && { parameters: { weight: shares[i] } }),
  }));
  const recipe = {
    "merge_method": method,
    models,
    ...(method === "slerp" && { "base_model": paths[0], parameters: { t: shares[1] } }),
    dtype: "float32",
  };
  // JSON is YAML.
  await Deno.writeTextFile(`${into}.yaml`, JSON.stringify(recipe));
  const { success, stderr } = await new Deno.Command(python, {
    args: ["-m", "mergekit.scripts.run_yaml", `${into}.yaml`, into],
    env: { HF_HUB_OFFLINE: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`mergekit failed: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`);
  }
  return await loadCheckpoint(into);
}

function worst(item: string, source: string, theirs: Checkpoint, ours: Checkpoint): VerifyRow {
  let found = { name: "", theirs: 0, ours: 0 };
  for (const [name, values] of Object.entries(theirs.weights)) {
    values.forEach((value, i) => {
      const own = ours.weights[name][i];
      if (!(Math.abs(own - value) <= Math.abs(found.ours - found.theirs))) {
        found = { name, theirs: value, ours: own };
      }
    });
  }
  return near(`${item}: worst of all weights, in ${found.name || "none"}`, source, found.theirs, found.ours, {
    tolerance: TOLERANCE,
  });
}
