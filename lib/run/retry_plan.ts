import { ofKind } from "../base/mod.ts";
import { markerKey, readMarkers } from "./_marker.ts";
import type { Manifest } from "./manifest.ts";
import { openStore } from "./open_store.ts";
import type { Plan, PlanContext } from "./plan.ts";
import { planIn } from "./plan_folder.ts";

/** What {@linkcode retryPlan} made ready. */
export interface Retry extends PlanContext {
  /** The plan, to be submitted again. */
  plan: Plan;
  /** How many shards that were put aside get another chance, by their stages. */
  freed: Record<string, number>;
}

/**
 * Give the shards that are put aside another chance, after their input was mended elsewhere or their kind has learnt to read
 * it: what was made without them goes too, in their stage's merge and in all stages that read it. What failed otherwise is
 * tried again by submitting the plan, without this.
 *
 * @param folder Where the plan's stages are kept.
 * @returns The plan as it was submitted, to be run or submitted again.
 * @throws {Deno.errors.NotFound} If there is no plan.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { retryPlan, runPlan } from "midtrain/run";
 *
 * const kind = `data:text/javascript,export default { name: "n", version: "1", work: () => Promise.resolve({}) }`;
 * const folder = await Deno.makeTempDir();
 * await runPlan({ name: "numbers", stages: { one: { kind } } }, { folder });
 * const { plan, base, freed } = await retryPlan(folder);
 * assert.deepEqual(freed, {});
 * assert.equal((await runPlan(plan, { folder, base }))[0].made, 0);
 * ```
 */
export async function retryPlan(folder: string): Promise<Retry> {
  ofKind("Cannot retry a plan", { folder }, "a text");
  const store = await openStore(folder);
  const { record: { plan, base, kinds }, manifests } = await planIn(store, "Cannot retry a plan");
  const freed: Record<string, number> = {};
  const stale = new Set<string>();
  for (const { stage, folder, sources } of manifests) {
    if (readsAny(sources, stale)) {
      stale.add(folder);
      for (const key of ["merged.json", "attempts.json", "out", "done"]) {
        await store.remove(`${folder}/${key}`);
      }
      continue;
    }
    const { markers } = await readMarkers(store, folder);
    const aside = [...markers.values()].filter(({ status }) => status === "quarantined");
    if (aside.length === 0) continue;
    freed[stage] = aside.length;
    stale.add(folder);
    await store.remove(`${folder}/merged.json`);
    for (const { shard } of aside) await store.remove(markerKey(folder, shard));
  }
  return { plan, base, kinds, freed };
}

function readsAny(sources: Manifest["sources"], folders: ReadonlySet<string>): boolean {
  return Object.values(sources).some((source) => "stage" in source && folders.has(source.folder));
}
