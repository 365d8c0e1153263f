import { type Document, readJsonl } from "../../data/mod.ts";
import type { StageWork } from "../../run/mod.ts";
import type { NearDuplicate } from "../../select/mod.ts";
import { Counts, documentsOf, READS_DOCUMENTS, writeDocuments } from "./_documents.ts";

/** Near-duplicates, last step: the documents that stay. */
const work: StageWork = {
  name: "near-keep",
  version: "1",
  reads: { ...READS_DOCUMENTS, clusters: { how: "whole", file: () => "removed.jsonl" } },
  async work({ inputs, out }) {
    const removed = new Map<string, NearDuplicate & { kept: string }>();
    for (const { path } of inputs.clusters) {
      for await (const one of readJsonl(path)) {
        const gone = one as unknown as NearDuplicate & { kept: string };
        removed.set(gone.id, gone);
      }
    }
    const counts = new Counts();
    return await writeDocuments(out, counts, async function* (onDrop): AsyncGenerator<Document> {
      for await (const document of documentsOf(inputs.documents, counts)) {
        const gone = removed.get(document.id);
        if (!gone) yield document;
        else {
          onDrop({
            id: document.id,
            source: document.source,
            stage: "select/near-duplicates",
            reason: "near-duplicate",
            excerpt: `Jaccard ${gone.jaccard.toFixed(3)} with ${gone.twin}, ${gone.kept} stays`,
          });
        }
      }
    });
  },
};

export default work;
