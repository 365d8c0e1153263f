import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The release whose structures are written down here. */
const RELEASE = "v0.4.0";

/** `llama_model_params`: 80 bytes. */
const MODEL_PARAMETERS = {
  struct: [
    ...["pointer", "pointer", "i32", "i32", "i32", "i32", "i32"],
    ...["pointer", "pointer", "pointer", "pointer", "u8", "u8", "u8", "u8", "u8", "u8"],
  ] as Deno.NativeType[],
} as const;

/** `llama_context_params`: 160 bytes. */
const CONTEXT_PARAMETERS = {
  struct: [
    ...["u32", "u32", "u32", "u32", "u32", "u32", "u32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    ...["f32", "f32", "f32", "f32", "f32", "f32", "u32", "f32", "pointer", "pointer", "i32", "i32"],
    ...["pointer", "pointer", "u8", "u8", "u8", "u8", "u8", "u8", "pointer", "usize", "pointer"],
  ] as Deno.NativeType[],
} as const;

/** Where the settings that differ from the library's own lie, in bytes. */
export const FIELDS = {
  contextTokens: 0,
  batch: 4,
  microBatch: 8,
  sequences: 12,
  threads: 28,
  batchThreads: 32,
};

/** `llama_batch`: 56 bytes, as many numbers as the struct's first field says behind each pointer. */
const BATCH = {
  struct: ["i32", "pointer", "pointer", "pointer", "pointer", "pointer", "pointer"] as Deno.NativeType[],
} as const;

const SYMBOLS = {
  llama_model_default_params: { parameters: [], result: MODEL_PARAMETERS },
  llama_model_load_from_file: {
    parameters: ["buffer", MODEL_PARAMETERS],
    result: "pointer",
    nonblocking: true,
  },
  llama_model_get_vocab: { parameters: ["pointer"], result: "pointer" },
  llama_model_free: { parameters: ["pointer"], result: "void" },
  llama_vocab_n_tokens: { parameters: ["pointer"], result: "i32" },
  llama_context_default_params: { parameters: [], result: CONTEXT_PARAMETERS },
  llama_init_from_model: { parameters: ["pointer", CONTEXT_PARAMETERS], result: "pointer" },
  llama_free: { parameters: ["pointer"], result: "void" },
  llama_attach_threadpool: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  llama_decode: { parameters: ["pointer", BATCH], result: "i32", nonblocking: true },
  llama_get_logits_ith: { parameters: ["pointer", "i32"], result: "pointer" },
  llama_get_memory: { parameters: ["pointer"], result: "pointer" },
  llama_memory_seq_rm: { parameters: ["pointer", "i32", "i32", "i32"], result: "bool" },
  llama_sampler_init_grammar: { parameters: ["pointer", "buffer", "buffer"], result: "pointer" },
  llama_sampler_apply: { parameters: ["pointer", "buffer"], result: "void" },
  llama_sampler_accept: { parameters: ["pointer", "i32"], result: "void" },
  llama_sampler_free: { parameters: ["pointer"], result: "void" },
  // Of the libraries that it brings along; not every system finds them by its handle.
  ggml_threadpool_params_init: { parameters: ["buffer", "i32"], result: "void", optional: true },
  ggml_backend_dev_by_type: { parameters: ["i32"], result: "pointer", optional: true },
  ggml_backend_dev_backend_reg: { parameters: ["pointer"], result: "pointer", optional: true },
  ggml_backend_reg_get_proc_address: { parameters: ["pointer", "buffer"], result: "pointer", optional: true },
} as const;

/** The functions of llama.cpp that are called directly. */
export type LibLlama = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/**
 * llama.cpp's own library, which node-llama-cpp brings and has loaded. Called directly, what is in flight is decoded in one batch and
 * its logits are read where they lie; by way of the package each token costs a round of its own.
 *
 * @param release What node-llama-cpp says that it brings.
 * @throws {Error} If it is another release than the one whose structures are known here.
 */
export async function openLibLlama(release: string): Promise<LibLlama> {
  if (release !== RELEASE) {
    throw new Error(
      `Cannot call llama.cpp ${release} as the structures known here are those of ${RELEASE}: install node-llama-cpp as deno.json pins it`,
    );
  }
  return Deno.dlopen(await libraryPath(), SYMBOLS).symbols;
}

/** Where the package for this system has the library. */
async function libraryPath(): Promise<string> {
  const system = { linux: "linux", darwin: "mac", windows: "win" }[Deno.build.os as string];
  const processor = { x86_64: "x64", aarch64: "arm64" }[Deno.build.arch];
  const folder = `${system}-${processor}${system === "mac" && processor === "arm64" ? "-metal" : ""}`;
  const { resolve } = createRequire(import.meta.resolve("node-llama-cpp"));
  const { getBinsDir } = await import(pathToFileURL(resolve(`@node-llama-cpp/${folder}`)).href);
  const binaries = join(getBinsDir().binsDir, folder);
  for await (const { name } of Deno.readDir(binaries)) {
    if (/^(lib)?llama(\.v[\d.]+)?\.(so|dylib|dll)$/.test(name)) return join(binaries, name);
  }
  throw new Error(`Cannot find llama.cpp's library in ${binaries}`);
}
