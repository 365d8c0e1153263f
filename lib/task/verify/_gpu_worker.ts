// deno-lint-ignore-file no-console
/**
 * What `verify gpu` asks of one device, as a process of its own: TensorFlow chooses its device when it is loaded. A line of
 * JSON for each part of {@linkcode GpuAnswers}, in their order; the first argument is a folder to write to, the others are
 * the parts asked for.
 * @module
 */
import { join } from "node:path";
import { type Backend, backend, byteTokenizer, llamaConfig, packDocuments, train } from "../../anneal/mod.ts";
import { initialParameters } from "../../anneal/parameters.ts";
import { bindingOf, ELEMENT } from "../../anneal/_binding.ts";
import type { Engine, Learner } from "../../anneal/learner.ts";
import { openLearner } from "../../anneal/open_learner.ts";
import { checkOptimizer } from "../../anneal/optimizer.ts";
import { Random, sha256 } from "../../base/mod.ts";
import { constant } from "../../schedule/mod.ts";

/** What a device answers, by the part. */
export interface GpuAnswers {
  /** Where tensors are. */
  device: Pick<Backend, "device" | "deviceName"> & { line: string };
  /** Loss and gradients of a batch by engine: a file of float32 each, the parameters one after another. */
  gradients: { engine: Engine; loss: number; file: string }[];
  /** Losses of twenty steps. */
  losses: number[];
  /** SHA-256 of the weights after twelve steps in one go, and stopped after six and gone on with. */
  resume: { whole: string; resumed: string };
  /** What was said of a tensor that no memory holds, and the loss of the step after it. */
  memory: { said: string; next: number };
}

const CONFIG = llamaConfig("1M");
const SHAPE = { batch: 4, context: 128 };

/** Tokens of the batches, with a rule in them to learn. */
function ids(count: number): Int32Array {
  const random = new Random("gpu");
  let last = 0;
  return Int32Array.from(
    { length: count },
    () => last = random.next() < 0.8 ? (last * 7 + 3) % 257 : random.int(257),
  );
}

async function open(engine: Engine): Promise<Learner> {
  const options = { config: CONFIG, ...SHAPE, maskDocuments: false, precision: "float32" as const, engine };
  const optimizer = checkOptimizer({ clip: Infinity });
  return await openLearner({ weights: initialParameters(CONFIG, 1) }, { ...options, optimizer });
}

function batchOf({ batch, context }: typeof SHAPE) {
  const stream = ids(batch * context + 1);
  return { tokens: stream.subarray(0, -1), targets: stream.subarray(1) };
}

/** After the first update the first moments are a tenth of the gradients: nothing else reads them out of every engine. */
async function gradients(folder: string): Promise<GpuAnswers["gradients"]> {
  const { device } = await backend();
  const found: GpuAnswers["gradients"] = [];
  for (const engine of ["reference", "traced", "xla"] as const) {
    using learner = await open(engine);
    const { loss } = await learner.step(batchOf(SHAPE), 1e-3);
    const { optimizer } = await learner.read();
    const file = join(folder, `${device}-${engine}.f32`);
    const parts = Object.values(optimizer!.first).map((moment) =>
      new Uint8Array(moment.map((x) => 10 * x).buffer)
    );
    await Deno.writeFile(file, new Uint8Array(await new Blob(parts).arrayBuffer()));
    found.push({ engine, loss, file });
  }
  return found;
}

async function losses(): Promise<number[]> {
  using learner = await open("xla");
  const found: number[] = [];
  for (let step = 0; step < 20; step++) found.push((await learner.step(batchOf(SHAPE), 1e-3)).loss);
  return found;
}

async function resume(folder: string): Promise<GpuAnswers["resume"]> {
  const text = String.fromCharCode(...ids(20_000).map((id) => 32 + id % 90));
  const source = await packDocuments([{ id: "a", text, source: "gpu", meta: {} }], byteTokenizer());
  const options = { config: CONFIG, sources: [source], schedule: constant({ peak: 1e-3 }), ...SHAPE };
  const hash = (weights: Record<string, Float32Array>) =>
    sha256(Object.values(weights).map((values) => sha256(new Uint8Array(values.buffer))).join()).slice(0, 12);
  const whole = await train({ ...options, steps: 12 });
  const half = { ...options, steps: 12, folder: join(folder, "resumed"), checkpointEverySteps: 6 };
  const stop = new AbortController();
  await train({ ...half, signal: stop.signal, onStep: ({ step }) => step === 5 && stop.abort() });
  const resumed = await train(half);
  return { whole: hash(whole.checkpoint.weights), resumed: hash(resumed.checkpoint.weights) };
}

/** A tensor of 2^45 numbers, 141 TB, and a step after it. */
async function memory(): Promise<GpuAnswers["memory"]> {
  using learner = await open("traced");
  const binding = bindingOf((await backend()).tf);
  const row = binding.createTensor([], ELEMENT.float32, Float32Array.of(1));
  const shape = binding.createTensor([3], ELEMENT.int32, Int32Array.of(1 << 15, 1 << 15, 1 << 15));
  const type = binding.TF_ATTR_TYPE;
  const attributes = [
    { name: "T", type, value: ELEMENT.float32 },
    { name: "Tidx", type, value: ELEMENT.int32 },
  ];
  let said = "nothing";
  try {
    binding.executeOp("BroadcastTo", attributes, [row, shape], 1);
  } catch (error) {
    said = (error as Error).message;
  }
  return { said, next: (await learner.step(batchOf(SHAPE), 1e-3)).loss };
}

if (import.meta.main) {
  const [folder, ...parts] = Deno.args;
  const active = await backend();
  const { device, deviceName } = active;
  const answers: { [Part in keyof GpuAnswers]: () => Promise<GpuAnswers[Part]> } = {
    device: () => Promise.resolve({ device, deviceName, line: `${active}` }),
    gradients: () => gradients(folder),
    losses,
    resume: () => resume(folder),
    memory,
  };
  for (const part of parts) console.log(JSON.stringify(await answers[part as keyof GpuAnswers]()));
  Deno.exit(0);
}
