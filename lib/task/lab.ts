// deno-lint-ignore-file no-console
/**
 * `deno task lab`: JupyterLab with this project's kernel, installed with pip into the cache at the first call.
 * @module
 */
import { type Given, refuse, task } from "./_task.ts";
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir, exists, writeAtomic } from "../base/mod.ts";

const help = `deno task lab [DIR] [--no-browser] [--port N] [--install-only] [--lock]

  DIR             the folder to open; default: where you stand
  --no-browser    print the address instead of opening it
  --port N        the port on this machine; default 8888, or the next free one
  --install-only  install, write the kernel's description, and end
  --lock          resolve JupyterLab and what it needs anew, write lib/task/lab_requirements.txt, and end`;

const flags = {
  "no-browser": "switch",
  port: { min: 1, max: 65535 },
  "install-only": "switch",
  lock: "switch",
} as const;

/** The version that the notebooks were tried in. */
const jupyterLab = "jupyterlab==4.6.6";
/** The least Python that it runs on. */
const leastPython = "3.10";
/** What `--lock` resolves with: unlike pip it writes one file for several versions of Python, with all their hashes. */
const resolver = "uv==0.13.9";
const requirements = fileURLToPath(new URL("lab_requirements.txt", import.meta.url));

/** Where JupyterLab and the kernel's description are. */
export interface Lab {
  /** The `jupyter-lab` program. */
  program: string;
  /** The folder with `kernels/deno`, for `JUPYTER_PATH`. */
  jupyterPath: string;
}

/** Install JupyterLab into the cache if it is missing, and describe the kernel. */
export async function installLab(): Promise<Lab> {
  const venv = cacheDir("jupyter", "venv");
  const done = join(venv, "midtrain-installed");
  const wanted = await Deno.readTextFile(requirements);
  const installed = await exists(done) && await Deno.readTextFile(done) === wanted;
  if (!installed) {
    console.error(`Installing ${jupyterLab} into ${venv} (once, about 100 MB)`);
    await Deno.remove(venv, { recursive: true }).catch(() => {});
    await makeVenv(venv);
    // No package runs code of its own to be installed, and none is another than the one that was resolved.
    await pipInstall(venv, ["--require-hashes", "--requirement", requirements]);
    await writeAtomic(done, wanted);
  }
  // It asks nobody for news or updates.
  await writeAtomic(
    join(venv, "share", "jupyter", "lab", "settings", "overrides.json"),
    '{ "@jupyterlab/apputils-extension:notification": { "fetchNews": "false", "checkForUpdates": false } }\n',
  );
  const jupyterPath = cacheDir("jupyter", "share");
  await writeAtomic(
    join(jupyterPath, "kernels", "deno", "kernel.json"),
    JSON.stringify(kernelDescription(Deno.execPath()), null, 1) + "\n",
  );
  return { program: join(venv, "bin", "jupyter-lab"), jupyterPath };
}

/** Resolve JupyterLab and what it needs, for every Python from the least one on, and write the versions and their hashes. */
async function lock(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "midtrain-lab-" });
  try {
    await makeVenv(folder);
    await pipInstall(folder, [resolver]);
    const [source, target] = [join(folder, "in.txt"), join(folder, "out.txt")];
    await Deno.writeTextFile(source, `${jupyterLab}\n`);
    const compile = ["pip", "compile", "--universal", "--python-version", leastPython, "--generate-hashes"];
    const plain = [
      "--no-annotate",
      "--no-header",
      "--only-binary",
      ":all:",
      "--quiet",
      "--output-file",
      target,
    ];
    await command(
      join(folder, "bin", "uv"),
      [...compile, ...plain, source],
      "a package index that uv reaches",
    );
    await writeAtomic(requirements, await Deno.readTextFile(target));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function makeVenv(folder: string): Promise<void> {
  await command("python3", ["-m", "venv", folder], "Python's venv: on Debian, apt-get install python3-venv");
}

async function pipInstall(venv: string, what: string[]): Promise<void> {
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
  const need = `Python ${leastPython} or newer and a package index that pip reaches: see pip config list`;
  await command(join(venv, "bin", "python"), [...pip, ...what], need);
}

/**
 * The kernel's description. Written here, because `deno jupyter --install` would point into npx's cache, and without
 * `interrupt_mode: message`, which makes the Stop button hang a cell that awaits.
 */
export function kernelDescription(deno: string): Record<string, unknown> {
  return {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "midtrain (Deno)",
    language: "typescript",
    env: { NO_COLOR: "1" },
  };
}

/** The first port that is free, of `count` from `first` on. */
export function freePort(first: number, count: number): number {
  for (let port = first; port < first + count && port <= 65535; port++) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  const tried = count === 1 ? `port ${first} is` : `ports ${first} to ${first + count - 1} are`;
  throw new Error(`Cannot open JupyterLab as ${tried} in use: choose another with --port`);
}

async function command(program: string, args: string[], need: string): Promise<void> {
  let success = false;
  try {
    ({ success } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).output());
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `Cannot install JupyterLab as ${program} is missing: it needs Python 3 with venv and pip`,
    );
  }
  if (!success) {
    throw new Error(`Cannot install JupyterLab as ${program} ${args.join(" ")} failed: it needs ${need}`);
  }
}

async function lab(given: Given<typeof flags>, words: string[]): Promise<number | void> {
  if (words.length > 1) refuse(`one folder may be given: there are ${words.length}; see --help`);
  const wanted = given.port ?? 8888;
  const folder = resolve(words[0] ?? ".");
  if (!(await Deno.stat(folder).catch(() => undefined))?.isDirectory) {
    refuse(`DIR must be a folder: current value is ${folder}`);
  }
  if (given.lock) return await lock();
  const { program, jupyterPath } = await installLab();
  if (given["install-only"]) {
    console.log(program);
    return 0;
  }
  const token = Deno.env.get("JUPYTER_TOKEN") ?? randomBytes(24).toString("hex");
  const port = freePort(wanted, given.port === undefined ? 50 : 1);
  console.error(`JupyterLab: http://127.0.0.1:${port}/lab?token=${token} (Ctrl+C ends it)`);
  const child = new Deno.Command(program, {
    args: [
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      "--LabApp.extension_manager=readonly",
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.root_dir=${folder}`,
      "--ServerApp.log_level=WARN",
      ...(Deno.uid() === 0 ? ["--allow-root"] : []),
      ...(given["no-browser"] ? ["--no-browser"] : []),
    ],
    env: {
      JUPYTER_TOKEN: token,
      JUPYTER_PATH: [jupyterPath, Deno.env.get("JUPYTER_PATH")].filter(Boolean).join(":"),
    },
    cwd: folder,
  }).spawn();
  // JupyterLab gets Ctrl+C from the terminal and asks back; this program waits for it.
  const wait = () => {};
  Deno.addSignalListener("SIGINT", wait);
  Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  const { code } = await child.status;
  return code;
}

if (import.meta.main) await task({ help, flags, words: true, here: true, run: lab });
