/**
 * Training on an NVIDIA GPU, for who has one: what is installed, where tensors are, and the same numbers as on the CPU. Without
 * one it looks at what can be looked at, and says so.
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { artefactOf, available, ensure, runsHere } from "../../native/mod.ts";
import { Contestant } from "../bench/_contestant.ts";
import { benchTraining } from "../bench/anneal.ts";
import type { GpuAnswers } from "./_gpu_worker.ts";
import { part } from "./_part.ts";
import { atMost, claim, same, skipped, type VerifyRow } from "./_row.ts";

/** TensorFlow uses TF32 for float32 products by default, which keeps ten bits; comparisons with the CPU are made without. */
const EXACT = { NVIDIA_TF32_OVERRIDE: "0" };

/** Deterministic kernels: sums in one order, so that a run can be gone on with bit for bit. */
const REPEATABLE = { TF_DETERMINISTIC_OPS: "1" };

const PROGRAM = fileURLToPath(new URL("./_gpu_worker.ts", import.meta.url));

export default part({
  help:
    `training on an NVIDIA GPU: libraries, devices, gradients and losses beside the CPU's, resuming, memory, speed (after
deno task setup --gpu; not timed on a GPU yet); half a minute without one`,
  async *verify(_given, _names, say) {
    const folder = await Deno.makeTempDir();
    try {
      yield* installed();
      if (!await available("tensorflow", "cpu")) {
        return yield skipped("the CPU beside it", "TensorFlow is not set up: deno task setup");
      }
      say("the CPU ...");
      const cpu = await ask("0", folder, ["device", "gradients", "losses", "memory"]);
      yield* gradientRows(cpu.gradients, cpu.gradients[0], 1e-5);
      yield* memoryRows(cpu);
      if (!await available("tensorflow", "gpu")) {
        return yield skipped("the GPU", "its build is not set up: deno task setup --gpu --only tensorflow");
      }
      const { device } = await ask("1", folder, ["device"]);
      say(device.line);
      if (device.device !== "gpu") {
        return yield skipped("the GPU", "no GPU: TensorFlow lists none on this machine");
      }
      yield same("device of tensors", "TensorFlow's own list", "gpu", device.device);
      const gpu = await ask("1", folder, ["device", "gradients", "losses"], EXACT);
      yield* gradientRows(gpu.gradients, cpu.gradients[0], 1e-4);
      const apart = Math.max(...gpu.losses.map((loss, i) => Math.abs(loss - cpu.losses[i])));
      yield atMost("losses of 20 steps, nats apart", "the CPU", 1e-3, apart);
      const { resume } = await ask("1", folder, ["resume"], REPEATABLE);
      yield same("weights after a stop and a resume, SHA-256", "in one go", resume.whole, resume.resumed);
      yield* memoryRows(await ask("1", folder, ["memory"]));
      yield* speedRows();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** The pinned files, and that each library of NVIDIA's opens from where TensorFlow looks for it. */
async function* installed(): AsyncGenerator<VerifyRow> {
  const artefact = artefactOf("tensorflow", "gpu");
  if (!runsHere(artefact)) {
    return yield skipped("GPU build of TensorFlow", `not on this platform: ${artefact.platform} only`);
  }
  const members = artefact.wheels.flatMap((wheel) => wheel.members);
  if (!await available("tensorflow", "gpu")) {
    return yield skipped(
      `GPU build, ${members.length} pinned files`,
      "not set up: deno task setup --gpu --only tensorflow",
    );
  }
  const { library } = await ensure("tensorflow", { variant: "gpu" });
  const root = dirname(dirname(library));
  const libraries = members.map(({ path }) => path).filter((path) => /^nvidia.*\.so/.test(path));
  const closed = libraries.map((path) => whyClosed(join(root, path))).filter((why) => why !== undefined);
  yield same(
    "NVIDIA's libraries that do not open",
    `${libraries.length} libraries`,
    "none",
    closed.join(" ") || "none",
  );
}

/** Why a library cannot be opened; the driver's own, `libcuda`, comes with a GPU and is not held against it. */
function whyClosed(path: string): string | undefined {
  try {
    Deno.dlopen(path, {}).close();
  } catch (error) {
    const { message } = error as Error;
    return message.includes("libcuda.so") ? undefined : message;
  }
}

/** Ask a process on one device: `gpu` is what MIDTRAIN_GPU says to it. */
async function ask<Part extends keyof GpuAnswers>(
  gpu: "0" | "1",
  folder: string,
  parts: Part[],
  env: Record<string, string> = {},
): Promise<Pick<GpuAnswers, Part>> {
  const args = ["run", "-A", PROGRAM, folder, ...parts];
  await using worker = new Contestant("the worker", Deno.execPath(), args, { MIDTRAIN_GPU: gpu, ...env });
  const answers: Partial<GpuAnswers> = {};
  for (const name of parts) answers[name] = await worker.answer<GpuAnswers[Part]>();
  return answers as Pick<GpuAnswers, Part>;
}

/** Gradients by engine beside one's: the norm of what is between over the norm. */
async function* gradientRows(
  found: GpuAnswers["gradients"],
  beside: GpuAnswers["gradients"][number],
  allowed: number,
): AsyncGenerator<VerifyRow> {
  const read = async (file: string) => new Float32Array((await Deno.readFile(file)).buffer);
  const theirs = await read(beside.file);
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
  for (const { engine, file } of found) {
    if (file === beside.file) continue;
    const ours = await read(file);
    const device = file.includes("gpu-") ? "GPU" : "CPU";
    const far = norm(ours.map((x, i) => x - theirs[i])) / norm(theirs);
    yield atMost(
      `gradients, ${engine} on the ${device}, relative`,
      "plain operators on the CPU",
      allowed,
      far,
    );
  }
}

function* memoryRows(
  { memory, device }: Pick<GpuAnswers, "memory"> & Partial<GpuAnswers>,
): Generator<VerifyRow> {
  const where = (device?.device ?? "gpu").toUpperCase();
  yield claim(`a tensor that memory does not hold, ${where}`, "", {
    ours: memory.said.slice(0, 60),
    allowed: "one sentence, then steps go on",
    holds: memory.said.startsWith("Cannot compute as the memory of the") && Number.isFinite(memory.next),
  });
}

/** Our fastest way beside the fastest of PyTorch and JAX; the notes tell the share of the device's published peak. */
async function* speedRows(): AsyncGenerator<VerifyRow> {
  for (const size of ["20M", "135M"]) {
    const rows = await benchTraining({ seconds: 20, peers: true, sizes: [size] });
    for (const kind of ["float32", "bfloat16"]) {
      const best = (peer: boolean) =>
        rows.filter((row) =>
          (row.peer !== undefined) === peer && row.name.includes("bfloat16") === (kind === "bfloat16")
        )
          .toSorted((a, b) => b.value - a.value).at(0);
      const [ours, theirs] = [best(false), best(true)];
      const item = `training ${size}, ${kind}, tokens/s`;
      if (!ours || !theirs) {
        yield skipped(item, "MIDTRAIN_PEER_PYTHON names no Python whose PyTorch or JAX sees the GPU");
        continue;
      }
      yield claim(item, `${theirs.name}, ${theirs.peer}`, {
        theirs: theirs.value.toFixed(0),
        ours: `${ours.value.toFixed(0)} (${ours.note})`,
        allowed: "not slower",
        holds: ours.value >= theirs.value,
      });
    }
  }
}
