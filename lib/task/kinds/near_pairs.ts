import { join } from "node:path";
import { must, takes, wholeNumber } from "../../base/mod.ts";
import type { StageWork } from "../../run/mod.ts";
import { type Keys, partName, readKeys, writeKeys } from "./_keys.ts";

type Parameters = { parts: number };

/** Near-duplicates, second step: of one part of the keys, the documents that share one with another. */
const work: StageWork<Parameters> = {
  name: "near-pairs",
  version: "1",
  reads: { keys: { how: "whole", file: (part, { parts }) => partName(part, Number(parts)) } },
  parameters(given) {
    takes("Cannot pair keys", given, "parts?");
    const { parts = 16 } = given as Partial<Parameters>;
    wholeNumber("Cannot pair keys", { parts }, "in [1, 9999]");
    return { parts };
  },
  parts: ({ parts }) => parts,
  async work({ inputs, parameters: { parts }, out }) {
    must("Cannot pair keys", "parts must be that of near-keys", parts, inputs.keys.length > 0);
    const shards: Keys[] = [];
    for (const { path } of inputs.keys) shards.push(await readKeys(path));
    const count = shards.reduce((sum, { values }) => sum + values.length / 2, 0);
    const keys = new Float64Array(count);
    const places = new Float64Array(count);
    let at = 0;
    for (const { values } of shards) {
      for (let i = 0; i < values.length; i += 2) {
        keys[at] = values[i];
        places[at++] = values[i + 1];
      }
    }
    const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || places[a] - places[b]);
    const paired = new Set<number>();
    for (let i = 1; i < count; i++) {
      if (keys[order[i]] !== keys[order[i - 1]]) continue;
      paired.add(places[order[i - 1]]);
      paired.add(places[order[i]]);
    }
    const values = Float64Array.from(paired).sort();
    await writeKeys(join(out, "paired.bin"), { options: shards[0].options, values });
    return { keys: count, paired: values.length };
  },
};

export default work;
