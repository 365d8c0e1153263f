import { described, type Description, ofKind, takes } from "../base/mod.ts";
import { readMarkers } from "./_marker.ts";
import { identityOf, layPlan, type Manifest } from "./manifest.ts";
import { openStore } from "./open_store.ts";
import type { Plan, PlanContext } from "./plan.ts";
import { differences } from "./stage_folder.ts";
import type { Store } from "./store.ts";

/** What would become of a stage, and why. */
export interface StageForecast {
  /** The stage's name. */
  stage: string;
  /** Its folder in the plan's. */
  folder: string;
  /** How many shards it has. */
  shards: number;
  /** How many of them are done. */
  done: number;
  /** Whether it is whole already, so that nothing of it runs. */
  merged: boolean;
  /** Why it runs, a line each; none where it does not. */
  why: string[];
  /** How many bytes its shards read: least, median and most. */
  bytes: { least: number; median: number; most: number };
}

/** Options of {@linkcode forecastPlan}. */
export interface ForecastPlanOptions extends PlanContext {
  /** Where the plan's stages are kept. */
  folder: string;
}

/**
 * What would run if a plan were run, and why; nothing is written.
 *
 * @throws What {@linkcode checkPlan} throws, and `NotFound` for files that are not there.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forecastPlan, runPlan } from "midtrain/run";
 *
 * const kind = (version: number) =>
 *   `data:text/javascript,export default { name: "n", version: "${version}", work: () => Promise.resolve({}) }`;
 * const plan = (version: number) => ({ name: "numbers", stages: { one: { kind: kind(version) } } });
 * const folder = await Deno.makeTempDir();
 * await runPlan(plan(1), { folder });
 * assert.equal((await forecastPlan(plan(1), { folder }))[0].merged, true);
 * assert.deepEqual((await forecastPlan(plan(2), { folder }))[0].why, ['code is "n@2", was "n@1"']);
 * ```
 */
export async function forecastPlan(plan: Plan, options: ForecastPlanOptions): Promise<StageForecast[]> {
  takes("Cannot forecast a plan", options, "folder, base?, kinds?");
  const { folder, base, kinds } = options;
  ofKind("Cannot forecast a plan", { folder }, "a text");
  const manifests = await layPlan(plan, { base, kinds });
  return described(await forecast(await openStore(folder), manifests), describe);
}

/** What would run and why. */
async function forecast(store: Store, manifests: readonly Manifest[]): Promise<StageForecast[]> {
  const folders = await store.names("");
  const forecasts: StageForecast[] = [];
  const again = new Set<string>();
  for (const manifest of manifests) {
    const { stage, folder, shards } = manifest;
    const merged = await store.read(`${folder}/merged.json`) !== undefined;
    const done = (await readMarkers(store, folder)).markers.size;
    const why: string[] = [];
    if (!merged) {
      const others = folders.filter((name) =>
        name.startsWith(`${stage}-`) && /^.{12}$/.test(name.slice(stage.length + 1)) && name !== folder
      );
      if (folders.includes(folder)) {
        why.push(`${shards.length - done} of ${shards.length} shards are not done`);
      } else if (others.length === 0) why.push("it has not been run");
      else why.push(...await nearestDifferences(store, others, manifest));
      again.add(stage);
    }
    const bytes = shards.map((shard) => shard.bytes).sort((a, b) => a - b);
    forecasts.push({
      stage,
      folder,
      shards: shards.length,
      done: merged ? shards.length : done,
      merged,
      why,
      bytes: { least: bytes[0], median: bytes[bytes.length >> 1], most: bytes.at(-1)! },
    });
  }
  return forecasts;
}

/** How a stage differs from the one of its name that was made before and is most alike. */
async function nearestDifferences(
  store: Store,
  others: readonly string[],
  manifest: Manifest,
): Promise<string[]> {
  let best: string[] | undefined;
  for (const other of others) {
    const text = await store.read(`${other}/manifest.json`);
    if (text === undefined) continue;
    const found = differences(identityOf(JSON.parse(text)), identityOf(manifest));
    if (best === undefined || found.length < best.length) best = found;
  }
  return best ?? ["it has not been run"];
}

function describe(forecasts: readonly StageForecast[]): Description {
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  const runs = forecasts.filter(({ merged }) => !merged).length;
  return [
    {
      rows: forecasts.map(({ stage, folder, shards, done, bytes: { least, median, most }, why, merged }) => ({
        stage,
        folder,
        shards,
        done,
        "MiB a shard": [least, median, most].map(mebibytes).join(" / "),
        "runs as": merged ? "nothing changed: it is done" : why.join("; "),
      })),
    },
    `${runs} of ${forecasts.length} stages would run.`,
  ];
}
