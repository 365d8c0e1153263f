// deno-lint-ignore-file no-console -- into the log
import { join } from "node:path";
import process from "node:process";
import { exists, inRange, ofKind, sha256File } from "../base/mod.ts";
import { changedFiles } from "./_code.ts";
import { logTo } from "./_log.ts";
import {
  attemptKey,
  type Marker,
  markerKey,
  noteFailure,
  numbered,
  type Output,
  readMarker,
} from "./_marker.ts";
import { copyLines, lookAt } from "./_pieces.ts";
import { type Fault, faultOf } from "./fault.ts";
import { loadWork, type Manifest, readManifest } from "./manifest.ts";
import { readMerged } from "./merge.ts";
import type { InputFile, StageWork } from "./stage_work.ts";
import type { Store } from "./store.ts";

/** How an attempt at a shard ended. */
export interface ShardOutcome {
  /** The shard's number. */
  shard: number;
  /**
   * - `done`: this attempt made it.
   * - `had`: it was done before, or another attempt was faster.
   * - `quarantined`: its input is at fault.
   * - `failed`: the machine or the program is at fault.
   */
  status: "done" | "had" | "quarantined" | "failed";
  /** Whose fault it was. */
  fault?: Fault;
  /** Why it failed. */
  reason?: string;
  /** How long it took. */
  seconds: number;
}

/** Begin to work on shards of a stage: its manifest, its code and what it reads are looked at once. */
export async function stageWorker(
  store: Store,
  folder: string,
): Promise<(shard: number) => Promise<ShardOutcome>> {
  const manifest = await readManifest(store, folder);
  const cannot = `Cannot work on ${folder} of ${store.address}`;
  const changed = await changedFiles(manifest.kind.module, manifest.code);
  if (changed.length > 0) {
    throw new RangeError(
      `${cannot} as its code must be what it was when the plan was submitted: ${
        changed.slice(0, 3).join(", ")
      }${changed.length > 3 ? ` and ${changed.length - 3} more` : ""} changed; submit the plan again`,
    );
  }
  const work = await loadWork(manifest.kind.module, cannot);
  const merged = new Map<string, ReturnType<typeof readMerged>>();
  const sourceAt = (source: string) => {
    const known = merged.get(source);
    if (known) return known;
    const read = readMerged(store, source);
    merged.set(source, read);
    return read;
  };
  return (shard) => new Attempt(store, manifest, work, sourceAt, shard).run();
}

class Attempt {
  readonly #folder: string;
  #number = 0;

  constructor(
    readonly store: Store,
    readonly manifest: Manifest,
    readonly work: StageWork,
    readonly sourceAt: (folder: string) => ReturnType<typeof readMerged>,
    readonly shard: number,
  ) {
    this.#folder = manifest.folder;
  }

  async run(): Promise<ShardOutcome> {
    const began = performance.now();
    const { store, shard } = this;
    const end = (outcome: Omit<ShardOutcome, "shard" | "seconds">): ShardOutcome => ({
      shard,
      ...outcome,
      seconds: (performance.now() - began) / 1000,
    });
    let local: string | undefined;
    try {
      if (typeof await readMarker(store, this.#folder, shard) === "object") return end({ status: "had" });
      this.#number = await this.#begin();
      local = await store.open(this.#key);
      const { counts, outputs } = await this.#make(local);
      await store.keep(this.#key, local);
      return end({ status: await this.#mark({ status: "done", outputs, counts }, began) ? "done" : "had" });
    } catch (error) {
      return end(await this.#failed(error, local, began));
    } finally {
      if (local !== undefined) await store.close(local);
    }
  }

  get #key(): string {
    return attemptKey(this.#folder, this.shard, this.#number);
  }

  /** Take the next number of an attempt: two that come at once take two. */
  async #begin(): Promise<number> {
    const { store, shard } = this;
    const taken = await store.names(`${this.#folder}/shards/${numbered(shard)}`);
    const begun = JSON.stringify({
      host: Deno.hostname(),
      pid: Deno.pid,
      at: new Date().toISOString(),
      slurm: Deno.env.get("SLURM_JOB_ID"),
    });
    for (let number = Math.max(0, ...taken.map(Number)) + 1;; number++) {
      if (await store.create(`${attemptKey(this.#folder, shard, number)}/begun.json`, begun + "\n")) {
        return number;
      }
    }
  }

  async #make(local: string): Promise<Pick<Marker, "counts" | "outputs">> {
    const [inputs, out] = [join(local, "in"), join(local, "out")];
    await Deno.mkdir(out);
    const { manifest: { parameters, shards }, shard } = this;
    using _log = logTo(join(local, "log.jsonl"));
    const files = await this.#inputs(inputs);
    const counts = await this.work.work({ index: shard, of: shards.length, parameters, inputs: files, out });
    await Deno.remove(inputs, { recursive: true }).catch(() => {});
    checkCounts(this.work.name, counts);
    return { counts, outputs: await outputsOf(out) };
  }

  async #inputs(folder: string): Promise<Record<string, InputFile[]>> {
    const { manifest: { sources, shards, stage, parameters }, work, shard, store } = this;
    const inputs: Record<string, InputFile[]> = {};
    for (const [role, { how, file }] of Object.entries(work.reads ?? {})) {
      const source = sources[role];
      const files: InputFile[] = inputs[role] = [];
      if (source === undefined) continue;
      const into = join(folder, role);
      if ("stage" in source) {
        const { outputs, attempts } = await this.sourceAt(source.folder);
        const wanted = file?.(shard, parameters);
        for (const { shard: from, name, bytes, sha256 } of outputs) {
          if (how === "divided" && from !== shard || wanted !== undefined && name !== wanted) continue;
          const key = `${attemptKey(source.folder, from, attempts[from])}/out/${name}`;
          const path = await store.fetch(key, join(into, numbered(from)));
          const found = await sha256File(path).catch(() => "");
          if (found !== sha256) {
            const is = found === "" ? "it is not there" : `it is not the ${bytes} bytes that were written`;
            throw new Deno.errors.NotFound(
              `Cannot read ${numbered(from)}/${name} of ${source.stage} for ${stage}: ${is}`,
            );
          }
          files.push({ name: `${numbered(from)}/${name}`, path });
        }
        continue;
      }
      const pieces = how === "divided"
        ? shards[shard].pieces[role] ?? []
        : source.files.map(({ bytes }, file) => ({ file, bytes, from: undefined }));
      for (const piece of pieces) {
        const planned = source.files[piece.file];
        await sameAsPlanned(planned, stage);
        if (piece.from === undefined) {
          files.push({ name: planned.name, path: planned.path });
          continue;
        }
        await Deno.mkdir(into, { recursive: true });
        const path = join(into, `${files.length}.jsonl`);
        await copyLines(planned.path, piece, path);
        files.push({ name: `${planned.name}@${piece.from}`, path });
      }
    }
    return inputs;
  }

  /** Write the marker. @returns Whether it is this attempt's; another's was there first and has made the same. */
  async #mark(
    made: Pick<Marker, "status" | "outputs" | "counts"> & { reason?: string },
    began: number,
  ): Promise<boolean> {
    const { store, shard, manifest } = this;
    const marker: Marker = {
      folder: this.#folder,
      shard,
      attempt: this.#number,
      ...made,
      code: manifest.code.sha256,
      seconds: (performance.now() - began) / 1000,
      memoryBytes: process.resourceUsage().maxRSS * 1024,
      host: Deno.hostname(),
    };
    const key = markerKey(this.#folder, shard);
    for (;;) {
      if (await store.create(key, JSON.stringify(marker) + "\n")) return true;
      const other = await readMarker(store, this.#folder, shard);
      if (typeof other !== "object") {
        // Cut off by a kill or a full disk: it says nothing, and makes way.
        await store.remove(key);
        continue;
      }
      // What a network lost may have been written all the same.
      if (other.attempt === this.#number) return true;
      await store.remove(`${this.#key}/out`);
      if (JSON.stringify(other.outputs) !== JSON.stringify(marker.outputs)) {
        throw new Error(
          `Cannot trust shard ${shard} of ${manifest.stage} as attempts ${other.attempt} and ${this.#number} made ` +
            `different bytes: ${manifest.kind.name} must make the same from the same`,
        );
      }
      return false;
    }
  }

  async #failed(
    error: unknown,
    local: string | undefined,
    began: number,
  ): Promise<Pick<ShardOutcome, "status" | "fault" | "reason">> {
    const { store, shard } = this;
    const fault = faultOf(error ?? new Error("nothing was said"));
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const stack = error instanceof Error ? error.stack : undefined;
    if (local !== undefined) {
      {
        using _log = logTo(join(local, "log.jsonl"));
        console.error(stack ?? reason);
      }
      await Deno.remove(join(local, "in"), { recursive: true }).catch(() => {});
      await Deno.remove(join(local, "out"), { recursive: true }).catch(() => {});
      await store.keep(this.#key, local).catch(() => {});
    }
    const host = Deno.hostname();
    await noteFailure(store, this.#folder, {
      shard,
      attempt: this.#number,
      fault,
      reason,
      host,
      ...stack && { stack },
    });
    if (fault !== "input" || this.#number === 0) return { status: "failed", fault, reason };
    const aside = await this.#mark({ status: "quarantined", reason, outputs: [], counts: {} }, began);
    return aside ? { status: "quarantined", fault, reason } : { status: "had" };
  }
}

function checkCounts(name: string, counts: unknown): void {
  ofKind(`Cannot count what ${name} made`, { "what its work returns": counts }, "an object");
  for (const [count, value] of Object.entries(counts as object)) {
    inRange(`Cannot count what ${name} made`, { [count]: value }, "finite and >= 0");
  }
}

/** What lies in a folder, in the order of the names. */
async function outputsOf(folder: string, prefix = ""): Promise<Output[]> {
  const outputs: Output[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, prefix))) {
    const path = join(folder, prefix, name);
    if (isDirectory) outputs.push(...await outputsOf(folder, `${prefix}${name}/`));
    else {outputs.push({
        name: prefix + name,
        bytes: (await Deno.stat(path)).size,
        sha256: await sha256File(path),
      });}
  }
  return outputs.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function sameAsPlanned(
  { name, path, bytes, sha256 }: { name: string; path: string; bytes: number; sha256: string },
  stage: string,
): Promise<void> {
  if (!await exists(path)) {
    throw new Deno.errors.NotFound(`Cannot read ${name} for ${stage} as it is not there`);
  }
  const now = await lookAt(path);
  if (now.bytes === bytes && now.sha256 === sha256) return;
  throw new RangeError(
    `Cannot read ${name} for ${stage} as it must be what it was when the plan was submitted: it has ${now.bytes} ` +
      `bytes, had ${bytes}${now.bytes === bytes ? ", others" : ""}; submit the plan again`,
  );
}
