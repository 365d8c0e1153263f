/** What stands for long work: a shard that takes as many seconds as it is told, in a plan that is watched while it runs. */
import { join } from "node:path";
import type { Json, StageWork } from "../../run/mod.ts";

type Parameters = { shards: number; seconds: number };

const work: StageWork<Parameters & Record<string, Json>> = {
  name: "slow",
  version: "1",
  parameters: ({ shards = 6, seconds = 1 }) => ({ shards: Number(shards), seconds: Number(seconds) }),
  parts: ({ shards }) => shards,
  async work({ index, parameters, out }) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * parameters.seconds));
    await Deno.writeTextFile(join(out, "number"), `${index}\n`.repeat(1000));
    return { shards: 1 };
  },
};

export default work;
