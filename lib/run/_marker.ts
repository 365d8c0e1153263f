import type { Fault } from "./fault.ts";
import type { Store } from "./store.ts";

/** A file that a shard made. */
export interface Output {
  /** Its path in the shard's folder. */
  name: string;
  /** Its size. */
  bytes: number;
  /** Its SHA-256. */
  sha256: string;
}

/** How a shard ended for good: `done/00012.json`, written last. */
export interface Marker {
  /** The stage's folder. */
  folder: string;
  /** The shard's number. */
  shard: number;
  /** Which attempt made it. */
  attempt: number;
  /** `quarantined` where its input is at fault: it made nothing. */
  status: "done" | "quarantined";
  /** Why it is put aside. */
  reason?: string;
  /** What it made. */
  outputs: Output[];
  /** What its work returned. */
  counts: Record<string, number>;
  /** The hash of the code that made it. */
  code: string;
  /** How long it took. */
  seconds: number;
  /** The most memory that its process had so far, in bytes. */
  memoryBytes: number;
  /** On which machine. */
  host: string;
}

/** An attempt that failed: `failed/00012-2.json`. */
export interface Failure {
  /** The shard's number. */
  shard: number;
  /** Which attempt. */
  attempt: number;
  /** Whose fault it was. */
  fault: Fault;
  /** What it said. */
  reason: string;
  /** Where it came from. */
  stack?: string;
  /** On which machine. */
  host: string;
}

/** A shard's number as it stands in names. */
export function numbered(shard: number): string {
  return String(shard).padStart(5, "0");
}

/** Where a shard's marker stands. */
export function markerKey(folder: string, shard: number): string {
  return `${folder}/done/${numbered(shard)}.json`;
}

/** Where an attempt's files stand. */
export function attemptKey(folder: string, shard: number, attempt: number): string {
  return `${folder}/shards/${numbered(shard)}/${attempt}`;
}

/** A shard's marker, `undefined` where there is none, or why it is no marker: then the shard is not done. */
export async function readMarker(
  store: Store,
  folder: string,
  shard: number,
): Promise<Marker | string | undefined> {
  const text = await store.read(markerKey(folder, shard));
  if (text === undefined) return undefined;
  let marker: Marker;
  try {
    marker = JSON.parse(text);
  } catch {
    return `its marker is cut off after ${text.length} characters`;
  }
  if (
    !Array.isArray(marker?.outputs) || typeof marker.attempt !== "number" || typeof marker.counts !== "object"
  ) {
    return "its marker lacks what it made";
  }
  if (marker.folder !== folder || marker.shard !== shard) {
    return `its marker belongs to shard ${marker.shard} of ${marker.folder}`;
  }
  return marker;
}

/** The markers of a stage's shards, and why others are none. */
export async function readMarkers(
  store: Store,
  folder: string,
): Promise<{ markers: Map<number, Marker>; broken: Map<number, string> }> {
  const markers = new Map<number, Marker>();
  const broken = new Map<number, string>();
  const shards = (await store.names(`${folder}/done`)).flatMap((name) =>
    /^(\d+)\.json$/.exec(name)?.[1] ?? []
  ).map(Number);
  for (let at = 0; at < shards.length; at += 64) {
    await Promise.all(
      shards.slice(at, at + 64).map(async (shard) => {
        const marker = await readMarker(store, folder, shard);
        if (typeof marker === "object") markers.set(shard, marker);
        else if (marker !== undefined) broken.set(shard, marker);
      }),
    );
  }
  return { markers, broken };
}

/** The failures of a stage, in the order of shards and attempts. */
export async function readFailures(store: Store, folder: string): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const name of await store.names(`${folder}/failed`)) {
    const text = await store.read(`${folder}/failed/${name}`);
    try {
      failures.push(JSON.parse(text ?? ""));
    } catch {
      // A full disk may have cut it; what counts is the marker.
    }
  }
  return failures.sort((a, b) => a.shard - b.shard || a.attempt - b.attempt);
}

/** Note that an attempt failed; that is told where it can be, and nothing depends on it. */
export async function noteFailure(store: Store, folder: string, failure: Failure): Promise<void> {
  const key = `${folder}/failed/${numbered(failure.shard)}-${failure.attempt}.json`;
  await store.create(key, JSON.stringify(failure) + "\n").catch(() => false);
}
