import { type Document, readDocuments } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** Thirty pages of Common Crawl as Dolma stores them, each in the `meta` of its record; `file` gives the rest. */
export const dolmaSamples: PublicSet<Document> = publicSet({
  name: "dolma-samples",
  title: "Common Crawl documents as JSONL, two WARC files and two tokenizers",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "allenai/dolma",
    commit: "669f534823b08d266a8fff01f8a1c916a5a56576",
    folder: "tests/data/",
  },
  files: {
    "multiple_files/cc_en_head-0091.jsonl":
      "46a22f8aa42aaa50d9ddf11d0502800827f4b78d784fe09fbed848bae8fbeba8",
    "multiple_files/cc_en_head-0091.jsonl.gz":
      "21c78b2bd26e46092006a30d9a647763e3a60845b8911757aabead51daf075ba",
    "multiple_files/cc_en_head-0174.jsonl":
      "48a7174591620f19193344aa4c5474e686de93cc25142dd56c103ef2e6abc1c4",
    "multiple_files/cc_en_head-0174.jsonl.gz":
      "a89a333772c1025e507ff1bbcd1f61b6d7eb5a81028fc81165c9bd9f8a0be571",
    "provided/documents/000.json.gz": "73809a7b86ab3dde2f26dcc77184370691809761e433a184ef7bbd8035b188a2",
    "tokenizer/gpt-neo-test-tokenizer.json":
      "9ad33b4b39a9f83973c3f8c42a01948dd5b877a28ac9a5356956c4ff4ed0b714",
    "tokenizer/llama-test-tokenizer.json": "f1615914b04f4542ac5b4b14283a15095b9dee47a51b2e782ca6c15d331ae9a6",
    "warc/sample-0000.warc.gz": "53bca229270eb5f5f02f64af20807178b710bc2fa13de5c96f58c70114ab839a",
    "warc/sample-0001.warc.gz": "fe202be30b77ee0fd4819f1c58b6db6d7dc67ce1b3a3c0335729ca1a12fa77f8",
  },
  async *read(set) {
    for (
      const path of [
        "multiple_files/cc_en_head-0091.jsonl",
        "multiple_files/cc_en_head-0174.jsonl",
        "provided/documents/000.json.gz",
      ]
    ) yield* readDocuments(await set.file(path), { source: `dolma-samples/${path}` });
  },
});
