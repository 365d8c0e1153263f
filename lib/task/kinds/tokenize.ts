import { dirname, join } from "node:path";
import { must } from "../../base/mod.ts";
import { byteTokenizer, loadTokenizer, writeShards } from "../../anneal/mod.ts";
import type { StageWork } from "../../run/mod.ts";
import { Counts, documentsOf, READS_DOCUMENTS } from "./_documents.ts";

/** Token ids on disk, as `writeShards` writes them: by the `tokenizer` given, a folder or `tokenizer.json`, else bytes. */
const work: StageWork = {
  name: "tokenize",
  version: "1",
  reads: { ...READS_DOCUMENTS, tokenizer: { how: "whole", optional: true } },
  async work({ inputs, out }) {
    const file = inputs.tokenizer.find(({ name }) => name.endsWith("tokenizer.json"));
    must(
      "Cannot tokenize",
      "tokenizer must hold tokenizer.json",
      "none",
      file !== undefined || inputs.tokenizer.length === 0,
    );
    const tokenizer = file ? await loadTokenizer(dirname(file.path)) : byteTokenizer();
    const counts = new Counts();
    const documents = documentsOf(inputs.documents, counts);
    // A shard whose documents all went has no tokens, and no folder of them.
    const first = await documents.next();
    if (first.done) return { documents: 0, tokens: 0, bytes: 0 };
    async function* all() {
      yield first.value!;
      yield* documents;
    }
    const { tokens, bytes, documents: count } = await writeShards(join(out, "tokens"), all(), { tokenizer });
    return { documents: count, tokens, bytes };
  },
};

export default work;
