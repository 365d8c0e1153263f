import { type Document, documentId, findFile, listFiles } from "../data/mod.ts";

/**
 * Herman Melville's Moby-Dick, one Document a chapter, in the order of the book. `meta` holds `chapter` and `title`.
 *
 * @example The famous beginning
 * ```ts
 * import assert from "node:assert/strict";
 * import { novel } from "midtrain/collect";
 *
 * for await (const { text, meta } of novel()) {
 *   assert.deepEqual(meta, { chapter: 1, title: "Loomings" });
 *   assert.match(text, /^Call me Ishmael/);
 *   break;
 * }
 * ```
 */
export async function* novel(): AsyncGenerator<Document> {
  const chapters = (await listFiles("moby-dick")).flatMap((path) => {
    const number = /^chapter_(\d+)\.json$/.exec(path)?.[1];
    return number ? [{ path, chapter: Number(number) }] : [];
  });
  for (const { path, chapter } of chapters.sort((a, b) => a.chapter - b.chapter)) {
    const record = JSON.parse(await Deno.readTextFile(await findFile("moby-dick", path)));
    yield {
      id: documentId("moby-dick", path),
      text: record.text.trim(),
      source: "moby-dick",
      meta: { chapter, title: record.title.replace(/\.$/, "") },
    };
  }
}
