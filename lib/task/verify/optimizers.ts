import { fileURLToPath } from "node:url";
import { join } from "node:path";
import {
  byteTokenizer,
  initialCheckpoint,
  llamaConfig,
  type MuonScale,
  type OptimizerOptions,
  packDocuments,
  type Parameters,
} from "../../anneal/mod.ts";
import { BatchSampler } from "../../anneal/batches.ts";
import { tensorSlices } from "../../anneal/hugging_face.ts";
import { openLearner } from "../../anneal/open_learner.ts";
import { checkOptimizer } from "../../anneal/optimizer.ts";
import { Random } from "../../base/mod.ts";
import { Contestant } from "../bench/_contestant.ts";
import { part } from "./_part.ts";
import { atMost, type VerifyRow } from "./_row.ts";

const STEPS = 20;
const MOMENTUM = 0.95;
const RATE = 0.01;
const WEIGHT_DECAY = 0.1;

export default part({
  help: `a run's matrices stepped by Muon here and by torch.optim.Muon on the same gradients, ${STEPS} steps
             MIDTRAIN_PEER_PYTHON must name a Python with torch 2.9 or later`,
  async *verify(_given, _names, say) {
    const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
    const program = fileURLToPath(new URL("../bench/peers/muon_torch.py", import.meta.url));
    await using peer = new Contestant(
      `torch beside (MIDTRAIN_PEER_PYTHON must name a Python with torch; now ${python})`,
      python,
      [program],
    );
    const { library } = await peer.answer<{ library: string }>();
    say(library);
    const folder = await Deno.makeTempDir();
    try {
      for (const scale of ["match-rms-adamw", "original"] as const) {
        yield* verify(peer, library, scale, folder);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** A projection's weights at the beginning and the end, and the gradients between. */
interface Trajectory {
  name: string;
  shape: readonly number[];
  start: Float32Array;
  end: Float32Array;
  gradients: Float32Array[];
}

async function* verify(
  peer: Contestant,
  library: string,
  scale: MuonScale,
  folder: string,
): AsyncGenerator<VerifyRow> {
  const worst = { rounded: { ratio: 0, name: "" }, exact: { ratio: 0, name: "" } };
  for (const { name, shape, start, end, gradients } of await trajectories(scale)) {
    const file = join(folder, "matrix");
    await Deno.writeFile(`${file}.start`, bytesOf(start));
    await Deno.writeFile(`${file}.gradients`, bytesOf(Float32Array.from(gradients.flatMap((g) => [...g]))));
    for (const [how, found] of Object.entries(worst)) {
      const settings = { lr: RATE, "weight_decay": WEIGHT_DECAY, momentum: MOMENTUM };
      await peer.answer({
        file,
        shape,
        steps: STEPS,
        scale: scale.replaceAll("-", "_"),
        exact: how === "exact",
        settings,
      });
      const theirs = new Float32Array((await Deno.readFile(`${file}.end`)).buffer);
      const norm = (of: (i: number) => number) => Math.hypot(...Array.from(start, (_, i) => of(i)));
      const ratio = norm((i) => end[i] - theirs[i]) / norm((i) => theirs[i] - start[i]);
      if (!(ratio <= found.ratio)) Object.assign(found, { ratio, name });
    }
  }
  const item = (what: string, name: string) =>
    `${scale}, ${what}: difference over the way gone, worst in ${name}`;
  yield atMost(item("its iterations in float32", worst.exact.name), library, 1e-4, worst.exact.ratio);
  yield atMost(item("its iterations in bfloat16", worst.rounded.name), library, 0.1, worst.rounded.ratio);
}

/** What a small model's projections went through. */
async function trajectories(scale: MuonScale): Promise<Trajectory[]> {
  const config = llamaConfig("1M", {
    ...{ layers: 2, width: 32, heads: 4, keyValueHeads: 2, feedForward: 48, context: 32 },
  });
  const random = new Random("optimizers");
  const text = Array.from({ length: 2000 }, () => random.pick(["the", "cat", "sees", "a", "dog"])).join(" ");
  const source = await packDocuments([{ id: "0", text, source: "words", meta: {} }], byteTokenizer());
  const shape = { batch: 4, context: 32, vocabularySize: config.vocabularySize };
  const sampler = new BatchSampler([source], shape);
  const open = (weights: Parameters, options: OptimizerOptions) =>
    openLearner({ weights }, {
      ...{ config, ...shape, maskDocuments: false, precision: "float32", engine: "traced" },
      optimizer: checkOptimizer({ clip: Infinity, ...options }),
    });
  const start = initialCheckpoint(config, 1).weights;
  using learner = await open(start, { muon: { scale, momentum: MOMENTUM }, weightDecay: WEIGHT_DECAY });
  const gradients: Parameters[] = [];
  for (let step = 0; step < STEPS; step++) {
    const batch = sampler.next(step);
    // A running mean of which nothing stays is the gradient.
    using bare = await open((await learner.read()).weights, { betas: [0, 0.95] });
    await bare.step(batch, 0);
    gradients.push((await bare.read()).optimizer!.first);
    await learner.step(batch, RATE);
  }
  const end = (await learner.read()).weights;
  return tensorSlices(config).filter(({ name }) => /layers\..*_proj/.test(name)).map((slice) => {
    const { name, parameter, offset, shape } = slice;
    const cut = (of: Parameters) => of[parameter].slice(offset, offset + shape[0] * shape[1]);
    return { name, shape, start: cut(start), end: cut(end), gradients: gradients.map(cut) };
  });
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
