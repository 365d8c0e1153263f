// deno-lint-ignore-file camelcase -- TensorFlow's names
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import util from "node:util";
import type * as Tensors from "@tensorflow/tfjs";
import { must, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { available, ensure, quietly, tensorflowVariant } from "../native/mod.ts";
import { loadBindingFrom } from "./_load_binding.ts";

/**
 * The tensor backends by name.
 *
 * - `node-gpu`: TensorFlow's C library, on an NVIDIA GPU or on the CPU
 * - `webgpu`: TensorFlow.js on Deno's own WebGPU
 * - `cpu`: TensorFlow.js in plain JavaScript, for very small models only
 */
export type BackendName = "node-gpu" | "webgpu" | "cpu";

/** An active tensor backend. */
export interface Backend {
  /** Which one. */
  name: BackendName;
  /** Where tensors really are: told by the list of devices, never assumed. */
  device: "gpu" | "cpu";
  /** The device's own name, for example `NVIDIA H100` or the processor's model. */
  deviceName: string;
  /** The library that computes, and its version: `TensorFlow 2.21.0`. */
  library: string;
  /** How many threads one operation may use. */
  threads: number;
  /** TensorFlow.js, with this backend set. */
  tf: typeof Tensors;
  /** What one should know about it, or "". */
  note: string;
  /** All of it in one line. */
  toString(): string;
}

/** Options of {@linkcode backend}. */
export interface BackendOptions {
  /** Which backend. @default {MIDTRAIN_BACKEND, else "node-gpu"} */
  prefer?: BackendName | undefined;
  /** How many threads one operation may use; TensorFlow takes it once, when it is loaded. @default {all} */
  threads?: number | undefined;
}

const opened = new Map<BackendName, Promise<Backend>>();

/**
 * Open the tensor backend: the one door to tensors. The second call returns the first one's.
 *
 * Nothing is chosen silently: if the backend cannot be opened, this throws and says how to set it up, or which others
 * there are.
 *
 * @throws {RangeError} If `prefer`, `MIDTRAIN_BACKEND` or `threads` is not allowed, or `threads` differs from those that
 *   TensorFlow was loaded with.
 * @throws {Error} If the backend is not set up, or cannot be opened on this machine.
 * @example The plain one, which needs no set-up
 * ```ts
 * import assert from "node:assert/strict";
 * import { backend } from "midtrain/anneal";
 *
 * const { tf, device } = await backend({ prefer: "cpu" });
 * assert.equal(device, "cpu");
 * assert.deepEqual([...tf.add([1, 2], [3, 4]).dataSync()], [4, 6]);
 * ```
 */
export async function backend(options: BackendOptions = {}): Promise<Backend> {
  const cannot = "Cannot open a tensor backend";
  takes(cannot, options, "prefer?, threads?");
  const name = options.prefer ?? (Deno.env.get("MIDTRAIN_BACKEND") || "node-gpu") as BackendName;
  oneOf(cannot, { [options.prefer ? "prefer" : "MIDTRAIN_BACKEND"]: name }, ENGINE);
  const { threads } = options;
  if (threads !== undefined) wholeNumber(cannot, { threads }, ">= 1");
  if (!opened.has(name)) {
    const opening = OPEN[name](threads);
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
  }
  const active = await opened.get(name)!;
  if (threads !== undefined && name === "node-gpu") {
    const rule = `threads must be ${active.threads}, with which TensorFlow was loaded`;
    must(cannot, rule, threads, threads === active.threads);
  }
  // The library has one active backend; another may have been opened since.
  await active.tf.setBackend(ENGINE[name]);
  return active;
}

/** The library's own names. */
const ENGINE: Record<BackendName, string> = { "node-gpu": "tensorflow", webgpu: "webgpu", cpu: "cpu" };

const OPEN: Record<BackendName, (threads: number | undefined) => Promise<Backend>> = {
  "node-gpu": openTensorFlow,
  webgpu: openWebGpu,
  cpu: openCpu,
};

async function openTensorFlow(wanted: number | undefined): Promise<Backend> {
  const variant = await tensorflowVariant();
  if (!await available("tensorflow", variant)) {
    const because = variant === "gpu" ? " (its GPU build; MIDTRAIN_GPU=0 takes the CPU's)" : "";
    throw new Error(
      `Cannot open the tensor backend node-gpu as TensorFlow is not set up${because}: run \`deno task setup --only tensorflow\`` +
        ", or choose another with MIDTRAIN_BACKEND=webgpu or MIDTRAIN_BACKEND=cpu",
    );
  }
  const { binding: path, library } = await ensure("tensorflow", { variant });
  const threads = wanted ?? (Number(Deno.env.get("TF_NUM_INTRAOP_THREADS")) || navigator.hardwareConcurrency);
  Deno.env.set("TF_NUM_INTRAOP_THREADS", String(threads));
  // Errors only, unless told otherwise.
  const verbose = Deno.env.has("TF_CPP_MIN_LOG_LEVEL");
  if (!verbose) Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  if (variant === "gpu") {
    const cuda = join(dirname(library), "..", "nvidia", "cuda_nvcc");
    const flags = Deno.env.get("XLA_FLAGS") ?? "";
    if (!flags.includes("xla_gpu_cuda_data_dir")) {
      Deno.env.set("XLA_FLAGS", `${flags} --xla_gpu_cuda_data_dir=${cuda}`.trim());
    }
  }
  // The package still calls two functions that runtimes have dropped.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  await loadBindingFrom(path);
  const load = () => import("@tensorflow/tfjs-node-gpu") as Promise<unknown> as Promise<typeof Tensors>;
  const tf = await (verbose ? load() : quietly(load));
  const { binding } = tf.backend() as unknown as { binding: TensorFlow };
  const gpu = deviceOf(binding.listDevices()) === "gpu";
  return describe({
    name: "node-gpu",
    device: gpu ? "gpu" : "cpu",
    deviceName: gpu ? await gpuName() : cpuName(),
    library: `TensorFlow ${binding.TF_Version}`,
    threads,
    tf,
    note: variant === "gpu" && !gpu ? "the GPU build sees no GPU and runs on the CPU" : "",
  });
}

/** What this file uses of the native binding. */
interface TensorFlow {
  TF_Version: string;
  /** `CPU` or `GPU`; XLA lists its own kinds beside them. */
  listDevices(): { type: string }[];
}

/** Where tensors are put: the binding takes a GPU whenever one is listed. */
export function deviceOf(devices: readonly { type: string }[]): "gpu" | "cpu" {
  return devices.some((device) => device.type === "GPU") ? "gpu" : "cpu";
}

async function openWebGpu(): Promise<Backend> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    throw new Error(
      "Cannot open the tensor backend webgpu as no WebGPU adapter was found: install a Vulkan driver " +
        "(`apt-get install mesa-vulkan-drivers` has one for the CPU), or choose another with MIDTRAIN_BACKEND",
    );
  }
  const tf = await importTfjs();
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!await tf.setBackend("webgpu")) {
    throw new Error("Cannot open the tensor backend webgpu as it did not start");
  }
  const { description, device, vendor } = adapter.info;
  const deviceName = description || device || vendor || "unnamed";
  const software = /llvmpipe|swiftshader|lavapipe/i.test(deviceName);
  return describe({
    name: "webgpu",
    device: software ? "cpu" : "gpu",
    deviceName,
    library: `TensorFlow.js ${tf.version["tfjs-core"]}`,
    threads: software ? navigator.hardwareConcurrency : 1,
    tf,
    note: software ? "the driver emulates a GPU on the CPU" : "",
  });
}

async function openCpu(): Promise<Backend> {
  const tf = await importTfjs();
  await tf.setBackend("cpu");
  return describe({
    name: "cpu",
    device: "cpu",
    deviceName: cpuName(),
    library: `TensorFlow.js ${tf.version["tfjs-core"]}`,
    threads: 1,
    tf,
    note: "plain JavaScript, some hundred times slower than node-gpu",
  });
}

async function importTfjs(): Promise<typeof Tensors> {
  const tf = await import("@tensorflow/tfjs");
  // Else the first tensor prints an advertisement for a backend that cannot be installed the way it says.
  tf.env().set("IS_TEST", true);
  return tf;
}

function describe(parts: Omit<Backend, "toString">): Backend {
  const { name, library, device, deviceName, threads, note } = parts;
  const count = `${threads} ${threads === 1 ? "thread" : "threads"}`;
  const line = `${name}: ${library} on the ${device.toUpperCase()} (${deviceName}), ${count}${
    note && `; ${note}`
  }`;
  return { ...parts, toString: () => line };
}

function cpuName(): string {
  return cpus()[0]?.model.trim() || Deno.build.arch;
}

async function gpuName(): Promise<string> {
  try {
    const args = ["--query-gpu=name", "--format=csv,noheader"];
    const { success, stdout } = await new Deno.Command("nvidia-smi", { args, stderr: "null" }).output();
    if (success) return new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
  } catch {
    // Only the name is lost.
  }
  return "NVIDIA GPU";
}
