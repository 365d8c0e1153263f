import { openStore } from "./open_store.ts";
import { type ShardOutcome, stageWorker } from "./work_shard.ts";

/** A shard to work on, as it is sent to a process. */
export interface ShardItem {
  /** The store's address. */
  address: string;
  /** The stage's folder. */
  folder: string;
  /** The shard's number. */
  shard: number;
}

/** Works on shards of any stage, one after the other. */
export function stageLane(): (item: ShardItem) => Promise<ShardOutcome> {
  const workers = new Map<string, ReturnType<typeof stageWorker>>();
  return async ({ address, folder, shard }) => {
    let worker = workers.get(folder);
    if (!worker) workers.set(folder, worker = stageWorker(await openStore(address), folder));
    return await (await worker)(shard);
  };
}
