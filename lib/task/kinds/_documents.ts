import { join } from "node:path";
import { type Document, type Documents, type Drop, readDocuments, writeJsonl } from "../../data/mod.ts";
import type { InputFile, Reads } from "../../run/mod.ts";

/** What most kinds read: documents that a stage made, or files of them. */
export const READS_DOCUMENTS = {
  documents: { how: "divided", file: () => "documents.jsonl" },
} as const satisfies Record<string, Reads>;

/** Counts that are added up, with what was dropped by its reason. */
export class Counts {
  readonly all: Record<string, number> = {};

  /** Add to a count. */
  add(name: string, much = 1): void {
    this.all[name] = (this.all[name] ?? 0) + much;
  }
}

/** The documents of files, one file after the other. */
export async function* documentsOf(files: readonly InputFile[], counts?: Counts): AsyncGenerator<Document> {
  for (const { name, path } of files) {
    for await (const document of readDocuments(path, { source: name })) {
      counts?.add("read");
      yield document;
    }
  }
}

/** Write documents, and what was dropped beside them, into a shard's folder. */
export async function writeDocuments(
  out: string,
  counts: Counts,
  documents: (onDrop: (drop: Drop) => void) => Documents,
): Promise<Record<string, number>> {
  const drops: string[] = [];
  async function* counted(): AsyncGenerator<Document> {
    const onDrop = (drop: Drop) => {
      drops.push(JSON.stringify(drop));
      counts.add(`dropped: ${drop.reason}`);
    };
    for await (const document of documents(onDrop)) {
      counts.add("documents");
      counts.add("characters", document.text.length);
      yield document;
    }
  }
  await writeJsonl(join(out, "documents.jsonl"), counted());
  await Deno.writeTextFile(join(out, "drops.jsonl"), drops.map((line) => line + "\n").join(""));
  return counts.all;
}
