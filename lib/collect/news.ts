import { type Document, documentId, findFile, listFiles, type OnDrop } from "../data/mod.ts";
import { htmlToText } from "./html.ts";

/** Options of {@linkcode newsPages}. */
export interface NewsPagesOptions {
  /** Read this many pages, in the order of their names. @default {Infinity} */
  limit?: number;
  /** Called with each page that gives no article, and why. */
  onDrop?: OnDrop;
}

/**
 * The articles of article-extraction-benchmark's 181 news pages as Documents, taken from their HTML as crawled; `meta` holds
 * `title` and `language`. The data set comes from the mirror or the network, see `midtrain/data`.
 *
 * @throws {RangeError} If `limit` is not >= 0.
 * @throws {Deno.errors.NotFound} If a page is neither on this machine nor reached.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { newsPages } from "midtrain/collect";
 *
 * assert.deepEqual(await Array.fromAsync(newsPages({ limit: 0 })), []);
 * ```
 */
export async function* newsPages(options: NewsPagesOptions = {}): AsyncGenerator<Document> {
  const { limit = Infinity, onDrop } = options;
  if (!(limit >= 0)) {
    throw new RangeError(`Cannot collect news as limit must be >= 0: current value is ${limit}`);
  }
  const source = "article-extraction";
  const paths = (await listFiles(source)).filter((path) => path.endsWith(".html.gz"));
  for (const path of paths.slice(0, Math.floor(Math.min(limit, paths.length)))) {
    const page = await Deno.readFile(await findFile(source, path));
    const id = documentId(source, path);
    const html = await new Response(
      new Blob([page]).stream().pipeThrough(new DecompressionStream("gzip")),
    ).text();
    const { text, title, language, reason } = await htmlToText(html);
    // A page without an article is menus and notices.
    const why = text.trim() === "" ? "no text" : reason;
    if (why) onDrop?.({ id, source, stage: "collect/news", reason: why, excerpt: text.slice(0, 200) });
    else yield { id, text, source, meta: { title, language } };
  }
}
