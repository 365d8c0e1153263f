import { resolve } from "node:path";
import { oneOf } from "../base/mod.ts";
import { differences } from "./stage_folder.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { readMarkers } from "./_marker.ts";
import type { Plan, PlanContext } from "./plan.ts";
import type { Store } from "./store.ts";

/** A plan and what its names stand for. */
export interface GivenPlan extends PlanContext {
  /** The plan. */
  plan: Plan;
}

/** What a plan's folder says of the plan: `plan.json`. */
export interface PlanRecord extends GivenPlan {
  /** The folders of its stages, in their order. */
  stages: { stage: string; folder: string }[];
}

/** The record of a plan's folder, or `undefined` where there is none. */
export async function readPlanRecord(store: Store): Promise<PlanRecord | undefined> {
  const text = await store.read("plan.json");
  if (text === undefined) return undefined;
  try {
    const record: PlanRecord = JSON.parse(text);
    if (typeof record.plan?.name === "string" && Array.isArray(record.stages)) return record;
  } catch {
    // Told below.
  }
  throw new TypeError(`Cannot read the plan in ${store.address} as its plan.json is damaged`);
}

/**
 * Write a plan's record and the manifests of its stages, so that any process can work on them.
 *
 * @param adopt Keep shards that other code has made.
 * @throws {RangeError} If the folder holds another plan, or other code has made some of its shards.
 */
export async function writePlan(
  store: Store,
  given: GivenPlan,
  manifests: readonly Manifest[],
  adopt: boolean,
): Promise<void> {
  const { name } = given.plan;
  const cannot = `Cannot submit ${name} to ${store.address}`;
  const record = await readPlanRecord(store);
  if (record && record.plan.name !== name) {
    throw new RangeError(`${cannot} as it holds another plan: ${record.plan.name}`);
  }
  for (const { folder, stage, kind, code } of manifests) {
    const text = await store.read(`${folder}/manifest.json`);
    if (text === undefined || adopt) continue;
    const before: Manifest = JSON.parse(text);
    if (before.code.sha256 === code.sha256) continue;
    const { markers } = await readMarkers(store, folder);
    if (markers.size === 0) continue;
    const changed = differences({ ...before.code.files, packages: before.code.packages }, {
      ...code.files,
      packages: code.packages,
    })
      .map((line) => line.split(" is ")[0]);
    throw new RangeError(
      `${cannot} as other code has made ${markers.size} shards of ${stage}: ${
        changed.slice(0, 3).join(", ")
      }${
        changed.length > 3 ? ` and ${changed.length - 3} more` : ""
      } changed; raise the version of ${kind.name}, or keep them with adopt`,
    );
  }
  for (const manifest of manifests) {
    await store.write(`${manifest.folder}/manifest.json`, JSON.stringify(manifest) + "\n");
    // What failed gets another chance; its log stays with its attempt.
    await store.remove(`${manifest.folder}/failed`);
  }
  const stages = manifests.map(({ stage, folder }) => ({ stage, folder }));
  const written: PlanRecord = { ...given, base: resolve(given.base ?? "."), stages };
  await store.write("plan.json", JSON.stringify(written) + "\n");
}

/** The plan that a store holds, and the manifests of its stages, in their order. */
export async function planIn(
  store: Store,
  cannot: string,
): Promise<{ record: PlanRecord; manifests: Manifest[] }> {
  const record = await readPlanRecord(store);
  if (!record) {
    throw new Deno.errors.NotFound(`${cannot} as ${store.address} holds no plan: it has no plan.json`);
  }
  const manifests = await Promise.all(record.stages.map(({ folder }) => readManifest(store, folder)));
  return { record, manifests };
}

/** The manifest of a stage by its name. */
export function stageNamed(cannot: string, manifests: readonly Manifest[], name: string): Manifest {
  oneOf(cannot, { stage: name }, manifests.map(({ stage }) => stage));
  return manifests.find(({ stage }) => stage === name)!;
}
