import { join } from "node:path";
import { inRange, oneOf, takes } from "../../base/mod.ts";
import { type Document, writeJsonl } from "../../data/mod.ts";
import type { Json, StageWork } from "../../run/mod.ts";
import { nearDuplicateClusters, type NearDuplicateOptions } from "../../select/mod.ts";
import { documentsOf } from "./_documents.ts";
import { placeOf, readKeys } from "./_keys.ts";

type Parameters = Required<Pick<NearDuplicateOptions, "threshold" | "link">>;

/**
 * Near-duplicates, third step: those documents alone that share a key with another are compared in full, which gives the
 * clusters that all documents would. `removed.jsonl` says who goes, and because of whom.
 */
const work: StageWork<Parameters & Record<string, Json>> = {
  name: "near-clusters",
  version: "1",
  reads: {
    documents: { how: "whole", file: () => "documents.jsonl" },
    pairs: { how: "whole", file: () => "paired.bin" },
  },
  parameters(given) {
    takes("Cannot cluster near-duplicates", given, "threshold?, link?");
    const { threshold = 0.7, link = "chain" } = given as Partial<Parameters>;
    inRange("Cannot cluster near-duplicates", { threshold }, "in (0, 1]");
    oneOf("Cannot cluster near-duplicates", { link }, ["chain", "kept"]);
    return { threshold, link };
  },
  async work({ inputs, parameters, out }) {
    const paired = new Set<number>();
    const parts = await Promise.all(inputs.pairs.map(({ path }) => readKeys(path)));
    for (const { values } of parts) for (const value of values) paired.add(value);
    async function* documents(): AsyncGenerator<Document> {
      for (const file of inputs.documents) {
        const shard = parseInt(file.name);
        let ordinal = 0;
        for await (const document of documentsOf([file])) {
          if (paired.has(placeOf(shard, ordinal++))) yield document;
        }
      }
    }
    const options = { ...parts[0]?.options, ...parameters, workers: 1 };
    const { compared, confirmed, clusters } = await nearDuplicateClusters(documents(), options);
    const removed = clusters.flatMap(({ kept, removed }) => removed.map((one) => ({ ...one, kept })));
    removed.sort((a, b) => a.id < b.id ? -1 : 1);
    await writeJsonl(join(out, "removed.jsonl"), removed);
    return { compared, confirmed, clusters: clusters.length, removed: removed.length };
  },
};

export default work;
