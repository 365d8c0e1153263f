import { type Document, documentId, findFile, listFiles } from "../data/mod.ts";

/**
 * The State of the Union addresses from 1790 on, one Document an address, in order of time. `meta` holds `year` and
 * `speaker`.
 *
 * @example The first one
 * ```ts
 * import assert from "node:assert/strict";
 * import { speeches } from "midtrain/collect";
 *
 * for await (const { text, meta } of speeches()) {
 *   assert.equal(meta.speaker, "George Washington");
 *   assert.match(text, /^Fellow-Citizens/);
 *   break;
 * }
 * ```
 */
export async function* speeches(): AsyncGenerator<Document> {
  for (const path of await listFiles("sotu")) {
    if (!/^\d{4}_.*\.json$/.test(path)) continue;
    const record = JSON.parse(await Deno.readTextFile(await findFile("sotu", path)));
    yield {
      id: documentId("sotu", path),
      text: record.text.trim(),
      source: "sotu",
      meta: { year: record.year, speaker: record.name },
    };
  }
}
