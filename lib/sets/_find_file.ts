import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { cacheDir, exists, sha256File, writeAtomic } from "../base/mod.ts";
import type { FindFileOptions, Origin, SetFacts } from "./facts.ts";

/** The path of one file of a set, checked against its SHA-256. */
export async function findFile(set: SetFacts, path: string, options: FindFileOptions): Promise<string> {
  const { origin } = set;
  const checksum = Object.hasOwn(set.files, path) ? set.files[path] : undefined;
  if (
    origin.kind === "typed" || (origin.kind === "package" ? !isInside(path) : checksum === undefined)
  ) {
    throw new RangeError(
      `Cannot find a file of ${set.name} as it has no such path: current value is ${JSON.stringify(path)}`,
    );
  }
  const places = placesOf(origin, path);
  for (const place of places) {
    if (!await exists(place)) continue;
    if (checksum !== undefined) await check(place, checksum);
    return place;
  }
  const name = `${set.name}/${path}`;
  if (origin.kind === "package") {
    throw new Deno.errors.NotFound(
      `Cannot find ${name} in the package ${origin.package}: run \`deno install\` in the project`,
    );
  }
  const mirror = `set MIDTRAIN_MIRROR to a folder that holds ${mirrorPath(origin, path)}`;
  if (origin.kind === "derived") {
    throw new Deno.errors.NotFound(
      `Cannot find ${name}: it was sought in ${
        places.join(", ")
      }; it is converted from ${origin.from} and has no address, so ${mirror}`,
    );
  }
  const address = `https://raw.githubusercontent.com/${mirrorPath(origin, path)}`;
  const target = places.at(-1)!;
  let cause: unknown = "no download was allowed";
  if (options.download ?? true) {
    try {
      await download({ name, address, target, checksum: checksum! }, options);
      return target;
    } catch (error) {
      if (options.signal?.aborted) throw error;
      cause = error instanceof Error ? error.message : error;
    }
  }
  throw new Deno.errors.NotFound(
    `Cannot find ${name}: it was sought in ${
      places.join(", ")
    } and at ${address} (${cause}); connect to the network or ${mirror}`,
  );
}

/** The paths of a set's files; a package's sorted. */
export async function filePaths(set: SetFacts): Promise<string[]> {
  if (set.origin.kind !== "package") return Object.keys(set.files);
  const root = await findFile(set, ".", {});
  const paths: string[] = [];
  for await (const entry of Deno.readDir(root)) {
    if (entry.isFile) paths.push(entry.name);
    if (!entry.isDirectory) continue;
    for await (const file of Deno.readDir(join(root, entry.name))) paths.push(`${entry.name}/${file.name}`);
  }
  return paths.sort();
}

/** Whether every file of a set lies on this machine. */
export async function isComplete({ origin, files }: SetFacts): Promise<boolean> {
  const paths = origin.kind === "package" ? ["."] : Object.keys(files);
  for (const path of paths) {
    const found = await Promise.all(placesOf(origin, path).map(exists));
    if (!found.includes(true)) return false;
  }
  return true;
}

function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.includes("\0") && !path.split(/[/\\]/).includes("..");
}

/** The path of a file in a mirror, and of its public raw address. */
function mirrorPath(origin: Exclude<Origin, { kind: "package" | "typed" }>, path: string): string {
  return origin.kind === "derived"
    ? `${origin.folder}/${path}`
    : `${origin.repository}/${origin.commit}/${origin.folder}${path}`;
}

/** Where a file may lie on this machine, the best place first; the last is where a download goes. */
function placesOf(origin: Origin, path: string): string[] {
  if (origin.kind === "typed") return [];
  if (origin.kind === "package") {
    try {
      const manifest = createRequire(import.meta.url).resolve(`${origin.package}/package.json`);
      return [join(dirname(manifest), origin.folder, path)];
    } catch {
      return [];
    }
  }
  const roots = [];
  const named = Deno.env.get("MIDTRAIN_MIRROR");
  if (named) roots.push(named);
  else if (import.meta.url.startsWith("file:")) {
    const beside = origin.kind === "derived" ? "derived" : "mirror";
    roots.push(fileURLToPath(new URL(`../../../shared/${beside}`, import.meta.url)));
  }
  return [...roots, cacheDir("data")].map((root) => join(root, mirrorPath(origin, path)));
}

/** Files whose hash was checked in this process: a second look costs nothing. */
const checked = new Set<string>();

async function check(path: string, checksum: string): Promise<void> {
  if (checked.has(path)) return;
  const actual = await sha256File(path);
  if (actual !== checksum) {
    throw new Deno.errors.InvalidData(
      `Cannot trust ${path} as its SHA-256 must be ${checksum}: current value is ${actual}; remove it and run again`,
    );
  }
  checked.add(path);
}

async function download(
  { name, address, target, checksum }: { name: string; address: string; target: string; checksum: string },
  { onProgress, signal }: FindFileOptions,
): Promise<void> {
  // A server that accepts and then says nothing must not hold a run for ever.
  const patience = AbortSignal.timeout(300_000);
  const response = await fetch(address, { signal: signal ? AbortSignal.any([signal, patience]) : patience });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status}`);
  }
  const total = Number(response.headers.get("content-length")) || undefined;
  const hash = createHash("sha256");
  const body = response.body;
  // The hash is checked before the file takes its name, so that no wrong file is ever found.
  async function* checked() {
    let done = 0;
    for await (const part of body) {
      done += part.length;
      hash.update(part);
      onProgress?.({ label: `download ${name}`, done, ...(total ? { total } : {}), unit: "bytes" });
      yield part;
    }
    const actual = hash.digest("hex");
    if (actual !== checksum) throw new Error(`its SHA-256 must be ${checksum}: current value is ${actual}`);
  }
  await writeAtomic(target, checked());
}
