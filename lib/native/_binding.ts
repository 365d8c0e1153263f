import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exists, sha256 } from "../base/mod.ts";
import type { Artefact } from "./artefacts.ts";
import { cannot, installCommand } from "./_install.ts";
import type { InstallOptions } from "./_install.ts";
import { publish } from "./_publish.ts";
import { findCompiler } from "./tools.ts";

// The package ships the source of its binding, and an install script that would fetch a libtensorflow of 2021 instead.
const PACKAGE = "@tensorflow/tfjs-node-gpu";
const HEADERS = "node-api-headers";
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SOURCES = ["./_shim.cc", "./_operators.cc", "./_attention.cc", "./_rows.cc"].map(file);
const HEADERS_OF_OURS = ["./_operators.h", "./_crew.h", "./_kernels.h"].map(file);
const KERNELS = file("./_kernels.cc");
const NAME = "tfjs_binding.node";
const FLAGS = ["-std=c++17", "-O2", "-fPIC", "-DNAPI_VERSION=8"];
// The inner loops are compiled once for each kind of processor, and the binding chooses when it is loaded: one cache may serve
// several machines.
const AVX512 = ["-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mprefer-vector-width=512", "-mfma"];
const KINDS: Record<string, string[]> = {
  base: [],
  avx2: ["-mavx2", "-mfma"],
  avx512: AVX512,
  bfloat16: [...AVX512, "-mavx512bf16"],
};
const RENAMED = "-Dnapi_register_module_v1=tfjs_register";
// An RPATH, unlike a RUNPATH, also serves the library that the library needs. With `now` a symbol that TensorFlow lacks
// is an error when the binding is loaded, not a crash when it is called.
const LINK = ["-shared", "-Wl,--disable-new-dtags,--no-as-needed,-z,now"];
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** Where an npm package lies, links resolved. */
function folderOfPackage(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    throw new Error(`Cannot find the package ${name} in node_modules: run \`deno install\``);
  }
}

/** The binding's path in the cache. Its folder is named by everything that goes into it. */
async function compiledPath(tensorflow: string): Promise<string> {
  const versions = await Promise.all(
    [PACKAGE, HEADERS].map((name) => Deno.readTextFile(join(folderOfPackage(name), "package.json"))),
  );
  const inputs = [
    ...versions.map((text) => JSON.parse(text).version),
    ...FLAGS,
    RENAMED,
    ...LINK,
    basename(tensorflow),
    JSON.stringify(KINDS),
    ...await Promise.all([...SOURCES, ...HEADERS_OF_OURS, KERNELS].map((path) => Deno.readTextFile(path))),
  ];
  const name = `tensorflow-binding-${sha256(inputs.join("\n")).slice(0, 8)}`;
  return join(dirname(tensorflow), name, NAME);
}

/** Whether the binding to the TensorFlow in a folder is compiled. */
export async function isCompiled(tensorflow: string): Promise<boolean> {
  return await exists(await compiledPath(tensorflow));
}

/** The compiler's command. @throws {Error} If there is none. */
export async function needCompiler(artefact: Artefact): Promise<string> {
  const compiler = await findCompiler();
  if (!compiler) {
    throw cannot(artefact, "no C++ compiler was found", `run \`${installCommand("g++", "gcc-c++")}\``);
  }
  return compiler.command[0];
}

/**
 * Compile the binding to the TensorFlow in a folder, unless that was done before.
 *
 * @returns The binding's path in the cache.
 */
export async function bind(artefact: Artefact, tensorflow: string, options: InstallOptions): Promise<string> {
  const binding = await compiledPath(tensorflow);
  await publish(dirname(binding), {
    whole: () => exists(binding),
    make: (staging) => compile(artefact, tensorflow, staging, options),
    signal: options.signal,
  });
  return binding;
}

async function compile(artefact: Artefact, tensorflow: string, staging: string, options: InstallOptions) {
  const compiler = await needCompiler(artefact);
  const source = join(folderOfPackage(PACKAGE), "binding");
  const includes = [
    join(tensorflow, "tensorflow", "include"),
    join(folderOfPackage(HEADERS), "include"),
    source,
  ]
    .map((folder) => `-I${folder}`);
  // A compiler older than these instructions takes the next lesser ones.
  const known = async (flags: string[]) =>
    (await new Deno.Command(compiler, {
      args: [...flags, "-fsyntax-only", "-x", "c++", "/dev/null"],
      stderr: "null",
    }).output()).success;
  const kinds = { ...KINDS, ...(await known(KINDS.bfloat16) ? {} : { bfloat16: KINDS.avx512 }) };
  const unit = (path: string, flags: string[] = []) => ({ path, flags, name: basename(path) });
  const units = [
    unit(join(source, "tfjs_backend.cc")),
    unit(join(source, "tfjs_binding.cc"), [RENAMED]),
    ...SOURCES.map((path) => unit(path, ["-O3"])),
    ...Object.entries(kinds).map(([kind, flags]) => ({
      path: KERNELS,
      flags: ["-O3", `-DMIDTRAIN_KIND=${kind}`, ...flags],
      name: `kernels_${kind}`,
    })),
  ];
  let done = 0;
  const report = () =>
    options.onProgress?.({
      label: "compile the binding",
      done,
      total: units.length + LIBRARIES.length + 1,
      unit: "steps",
    });
  const run = async (args: string[]) => {
    report();
    const { success, stderr } = await new Deno.Command(compiler, {
      args,
      // For the compiler's temporary files too, so that a full disk is the cache's.
      env: { TMPDIR: staging },
      ...options.signal ? { signal: options.signal } : {},
    }).output();
    options.signal?.throwIfAborted();
    if (!success) {
      const words = new TextDecoder().decode(stderr).trim().split("\n").slice(-5).join("\n");
      throw cannot(artefact, `${compiler} failed:\n${words}\n`);
    }
    done++;
    report();
  };
  const parts = join(staging, "parts");
  await Deno.mkdir(parts);
  const objects = units.map(({ name }) => join(parts, `${name}.o`));
  await Promise.all(
    units.map(({ path, flags }, i) => run([...FLAGS, ...flags, ...includes, "-c", path, "-o", objects[i]])),
  );
  // The linker needs only the libraries' names, and takes seconds to read 800 MB of symbols: it gets empty ones.
  for (const name of LIBRARIES) {
    await run([
      "-shared",
      "-nostdlib",
      "-x",
      "c",
      "/dev/null",
      `-Wl,-soname,${name}`,
      "-o",
      join(parts, name),
    ]);
  }
  const rpath = `-Wl,-rpath,$ORIGIN/../${basename(tensorflow)}/tensorflow`;
  const libraries = LIBRARIES.map((name) => `-l:${name}`);
  await run([...LINK, ...objects, `-L${parts}`, ...libraries, rpath, "-o", join(staging, NAME)]);
  await Deno.remove(parts, { recursive: true });
}
