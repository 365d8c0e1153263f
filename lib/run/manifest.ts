import { resolve } from "node:path";
import { type Json, knownOptions, must, ofKind } from "../base/mod.ts";
import { type Code, codeOf } from "./_code.ts";
import { divide, findFiles, type Piece, type PlanFile } from "./_pieces.ts";
import { checked, moduleOf, type Plan, type PlanContext, type PlanSource, type PlanStage } from "./plan.ts";
import { canonical, stageFolder, type StageIdentity } from "./stage_folder.ts";
import type { StageWork } from "./stage_work.ts";
import type { Store } from "./store.ts";

/** What a stage reads as one thing: files, or the folder of another stage. */
export type ManifestSource = { files: PlanFile[] } | { stage: string; folder: string };

/** One shard of a stage: which parts of its files are its own. */
export interface ManifestShard {
  /** About how much work it is, in bytes. */
  bytes: number;
  /** Its pieces by what they are read as. */
  pieces: Record<string, Piece[]>;
}

/** A stage as it is laid out: `manifest.json` of its folder. */
export interface Manifest {
  /** The plan's name. */
  plan: string;
  /** The stage's name. */
  stage: string;
  /** Its folder in the plan's, named by {@linkcode stageFolder}. */
  folder: string;
  /** Its kind of work. */
  kind: { name: string; version: string; module: string };
  /** The code that makes it. */
  code: Code;
  /** What the kind is told, with all defaults. */
  parameters: Record<string, Json>;
  /** What it reads. */
  sources: Record<string, ManifestSource>;
  /** How its shards are cut. */
  shards: ManifestShard[];
  /** How many of them may be put aside because of their input. */
  quarantined: number;
}

const SHARD_BYTES = 64 << 20;

/**
 * Lay a plan out: every stage with its folder, its files with their hashes, and its shards, which depend on nothing but these.
 * Nothing is written or run.
 */
export async function layPlan(plan: Plan, context: PlanContext): Promise<Manifest[]> {
  const cannot = `Cannot lay out ${plan?.name ?? "a plan"}`;
  const base = resolve(context.base ?? ".");
  const laid = new Map<string, Manifest>();
  for (const [stage, given] of Object.entries(checked(plan, context, cannot).stages)) {
    const here = `${cannot} at ${stage}`;
    const module = moduleOf(given.kind, { ...context, base }, here);
    const work = await loadWork(module, here);
    const parameters = parametersOf(work, given, here);
    const sources: Record<string, ManifestSource> = {};
    for (const [role, source] of Object.entries(sourcesOf(work, given, here))) {
      sources[role] = typeof source === "string"
        ? { stage: source, folder: laid.get(source)!.folder }
        : { files: await findFiles(here, source, base) };
    }
    const shards = shardsOf(work, { given, parameters, sources, laid, cannot: here });
    laid.set(stage, {
      plan: plan.name,
      stage,
      folder: stageFolder(stage, identityOf({ kind: work, parameters, sources, shards })),
      kind: { name: work.name, version: work.version, module },
      code: await codeOf(module),
      parameters,
      sources,
      shards,
      quarantined: plan.quarantined ?? 0,
    });
  }
  return [...laid.values()];
}

/** What decides a stage's bytes: not where its files lie, nor how much may be put aside. */
export function identityOf(
  { kind, parameters, sources, shards }: Pick<Manifest, "parameters" | "sources" | "shards"> & {
    kind: { name: string; version: string };
  },
): StageIdentity {
  const inputs = Object.entries(sources).map(([role, source]) => [
    role,
    "files" in source
      ? source.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))
      : source.folder,
  ]);
  return {
    inputs: Object.fromEntries(inputs),
    parameters: { ...parameters, shards: shards.length },
    code: `${kind.name}@${kind.version}`,
  };
}

/** The work that a module exports. */
export async function loadWork(module: string, cannot: string): Promise<StageWork> {
  let found: { default?: unknown };
  try {
    found = await import(module);
  } catch (error) {
    throw new Error(`${cannot} as ${module} cannot be loaded: ${(error as Error).message.split("\n")[0]}`, {
      cause: error,
    });
  }
  const work = found.default as Partial<StageWork> | undefined;
  if (typeof work?.name === "string" && typeof work.version === "string" && typeof work.work === "function") {
    return work as StageWork;
  }
  throw new TypeError(
    `${cannot} as the default export of ${module} must have a name, a version and work: it has not`,
  );
}

function parametersOf(work: StageWork, { parameters = {} }: PlanStage, cannot: string): Record<string, Json> {
  if (!work.parameters) {
    knownOptions(`${cannot}, parameters of ${work.name}`, parameters, []);
    return {};
  }
  try {
    return JSON.parse(canonical(work.parameters({ ...parameters })));
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(`${cannot}: ${message}`, { cause: error });
  }
}

/** What a stage reads, by the kind's names: each once, and nothing else. */
function sourcesOf(work: StageWork, { from = {} }: PlanStage, cannot: string): Record<string, PlanSource> {
  const reads = work.reads ?? {};
  const roles = Object.keys(reads);
  if (typeof from === "string" || Array.isArray(from)) {
    must(cannot, `${work.name} must read nothing`, from, roles.length > 0);
    return check({ [roles[0]]: from as PlanSource });
  }
  return check(from as Record<string, PlanSource>);

  function check(given: Record<string, PlanSource>): Record<string, PlanSource> {
    ofKind(cannot, { from: given }, "an object");
    const optional = roles.filter((role) => reads[role].optional);
    knownOptions(`${cannot} (from)`, given, optional, roles.filter((role) => !reads[role].optional));
    return given;
  }
}

interface Cutting {
  given: PlanStage;
  parameters: Record<string, Json>;
  sources: Record<string, ManifestSource>;
  laid: ReadonlyMap<string, Manifest>;
  cannot: string;
}

function shardsOf(work: StageWork, { given, parameters, sources, laid, cannot }: Cutting): ManifestShard[] {
  const divided = Object.entries(sources).filter(([role]) => work.reads![role].how === "divided");
  if (divided.length === 0) {
    const parts = work.parts?.(parameters) ?? 1;
    must(
      cannot,
      `${work.name} must be cut by its own parameters, not by shards`,
      given.shards,
      !given.shards,
    );
    return Array.from({ length: parts }, () => ({ bytes: 1, pieces: {} }));
  }
  const stages = divided.flatMap(([, source]) => "stage" in source ? [laid.get(source.stage)!] : []);
  if (stages.length === 0) {
    const cut = divided.map(([role, source]) => {
      const { files } = source as { files: PlanFile[] };
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { role, pieces: divide(files, given.shards ?? Math.ceil(Math.max(1, bytes) / SHARD_BYTES)) };
    });
    must(cannot, "only one thing may be divided", cut.map(({ role }) => role), cut.length === 1);
    const [{ role, pieces }] = cut;
    return pieces.map((own) => ({
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      pieces: { [role]: own },
    }));
  }
  must(
    cannot,
    "stages must be read shard by shard, not beside files that are divided",
    divided.map(([role]) => role),
    stages.length === divided.length,
  );
  must(
    cannot,
    `shards must be left to ${stages[0].stage}, which is read shard by shard`,
    given.shards,
    !given.shards,
  );
  const counts = stages.map(({ shards }) => shards.length);
  must(
    cannot,
    "stages that are read shard by shard must have as many shards",
    counts,
    new Set(counts).size === 1,
  );
  return stages[0].shards.map(({ bytes }) => ({ bytes, pieces: {} }));
}

/** The manifest of a stage's folder, or an error if it is none or another's. */
export async function readManifest(store: Store, folder: string): Promise<Manifest> {
  const cannot = `Cannot work on ${folder} of ${store.address}`;
  const text = await store.read(`${folder}/manifest.json`);
  if (text === undefined) throw new Deno.errors.NotFound(`${cannot} as it has no manifest.json`);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text);
    if (manifest.folder === folder && stageFolder(manifest.stage, identityOf(manifest)) === folder) {
      return manifest;
    }
  } catch {
    throw new TypeError(`${cannot} as its manifest.json is damaged`);
  }
  throw new RangeError(
    `${cannot} as its manifest.json belongs to ${manifest.folder} of the plan ${manifest.plan}`,
  );
}
