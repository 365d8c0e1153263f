import { ofKind } from "../base/mod.ts";
import { readMarkers } from "./_marker.ts";
import { layPlan, type Manifest } from "./manifest.ts";
import { openStore } from "./open_store.ts";
import type { Plan, PlanContext } from "./plan.ts";
import { writePlan } from "./plan_folder.ts";
import type { Store } from "./store.ts";

/** What every engine is told of a plan. */
export interface SubmitOptions extends PlanContext {
  /** Where the plan's stages are kept: a folder, which is made, or an object store, `s3://BUCKET/PREFIX`. */
  folder: string;
  /** Keep shards that other code has made. @default {false} */
  adopt?: boolean | undefined;
}

/** A plan laid out in its store, where any worker finds all that it must know. */
export async function submitted(
  plan: Plan,
  { folder, base, kinds, adopt = false }: SubmitOptions,
  cannot: string,
): Promise<{ store: Store; manifests: Manifest[] }> {
  ofKind(cannot, { folder }, "a text");
  const manifests = await layPlan(plan, { base, kinds });
  const store = await openStore(folder);
  await writePlan(store, { plan, base, kinds }, manifests, adopt);
  return { store, manifests };
}

/** The shards of a stage that are not done, the largest first. */
export async function todoOf(store: Store, { folder, shards }: Manifest): Promise<number[]> {
  const { markers } = await readMarkers(store, folder);
  return [...shards.keys()].filter((shard) => !markers.has(shard))
    .sort((a, b) => shards[b].bytes - shards[a].bytes || a - b);
}
