// deno-lint-ignore-file no-console
/**
 * One process of a plan on a cluster: `deno run -A _plan_worker.ts ADDRESS shards FOLDER 3 7`, `merge FOLDER`, or `todo FOLDER`,
 * which prints the shards that are not done as JSON, the largest first. It ends with 0 where all is done, 1 where a shard
 * failed, 3 where a merge misses shards, 75 where it was told to stop.
 */
import { readFailures } from "./_marker.ts";
import { readManifest } from "./manifest.ts";
import { mergeStage, MissingShards } from "./merge.ts";
import { openStore } from "./open_store.ts";
import { MOST_TRIES, SAME_ERRORS } from "./run_plan.ts";
import type { Store } from "./store.ts";
import { todoOf } from "./submit.ts";
import { stageWorker } from "./work_shard.ts";

/** What the system's `EX_TEMPFAIL` says: try again. */
const STOPPED = 75;

/** The shard that is in work. */
let inWork: number | undefined;

const [address, mode, folder, ...shards] = Deno.args;

async function run(store: Store): Promise<number> {
  if (mode === "todo") console.log(JSON.stringify(await todoOf(store, await readManifest(store, folder))));
  else if (mode === "merge") await mergeStage(store, folder);
  else return await work(store);
  return 0;
}

async function work(store: Store): Promise<number> {
  const same = new Map<string, number>();
  for (const { fault, reason } of await readFailures(store, folder)) {
    if (fault === "program") same.set(reason, (same.get(reason) ?? 0) + 1);
  }
  const stopped = [...same].find(([, times]) => times >= SAME_ERRORS);
  if (stopped) {
    throw new Error(
      `Cannot go on with ${folder} as ${stopped[1]} shards failed by the same error: ${stopped[0]}`,
    );
  }
  const worker = await stageWorker(store, folder);
  let failed = false;
  for (const shard of shards.map(Number)) {
    for (let tries = 1;; tries++) {
      inWork = shard;
      const outcome = await worker(shard);
      inWork = undefined;
      console.log(JSON.stringify(outcome));
      if (outcome.fault === "machine" && tries < MOST_TRIES) {
        // A disk or a network that is back in a moment.
        await new Promise((resolve) => setTimeout(resolve, 2000 * tries));
        continue;
      }
      failed ||= outcome.status === "failed";
      break;
    }
  }
  return failed ? 1 : 0;
}

if (import.meta.main) {
  for (const signal of ["SIGUSR1", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      const left = inWork === undefined ? "no shard is in work" : `shard ${inWork} is left, to be begun anew`;
      // The console is the shard's log while it is in work.
      const said = `Stopped by ${signal}: ${left}; those before it are done\n`;
      Deno.stderr.writeSync(new TextEncoder().encode(said));
      Deno.exit(STOPPED);
    });
  }
  try {
    Deno.exit(await run(await openStore(address)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(error instanceof MissingShards ? 3 : 1);
  }
}
