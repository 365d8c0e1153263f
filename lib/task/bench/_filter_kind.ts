/** What the bench of plans does for a shard: documents of at least twenty words stay. */
import { join } from "node:path";
import { type Document, readDocuments, writeJsonl } from "../../data/mod.ts";
import type { StageWork } from "../../run/mod.ts";

const work: StageWork = {
  name: "filter",
  version: "1",
  reads: { documents: { how: "divided" } },
  async work({ inputs, out }) {
    let read = 0;
    async function* long(): AsyncGenerator<Document> {
      for (const { path, name } of inputs.documents) {
        for await (const document of readDocuments(path, { source: name })) {
          read++;
          if (document.text.trim().split(/\s+/).length >= 20) yield document;
        }
      }
    }
    const documents = await writeJsonl(join(out, "documents.jsonl"), long());
    return { read, documents };
  },
};

export default work;
