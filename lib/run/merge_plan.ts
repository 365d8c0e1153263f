import { ofKind } from "../base/mod.ts";
import { type Merged, mergeStage } from "./merge.ts";
import { openStore } from "./open_store.ts";
import { planIn } from "./plan_folder.ts";

/**
 * Merge every stage of a plan anew, in their order: a fold over the markers of the shards and nothing else.
 *
 * @param folder Where the plan's stages are kept.
 * @returns What the stages made.
 * @throws {MissingShards} If a stage has shards that are not done, or too many are put aside; the message names them.
 * @throws {Deno.errors.NotFound} If there is no plan.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergePlan, runPlan } from "midtrain/run";
 *
 * const kind = `data:text/javascript,export default { name: "n", version: "1", work: () => Promise.resolve({ n: 2 }) }`;
 * const folder = await Deno.makeTempDir();
 * const [{ merged }] = await runPlan({ name: "numbers", stages: { one: { kind } } }, { folder });
 * assert.deepEqual(await mergePlan(folder), [merged]);
 * ```
 */
export async function mergePlan(folder: string): Promise<Merged[]> {
  ofKind("Cannot merge a plan", { folder }, "a text");
  const store = await openStore(folder);
  const { manifests } = await planIn(store, "Cannot merge a plan");
  const merged: Merged[] = [];
  for (const { folder } of manifests) merged.push(await mergeStage(store, folder));
  return merged;
}
