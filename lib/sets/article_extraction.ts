import { inRange, takes } from "../base/mod.ts";
import { htmlToText } from "../collect/mod.ts";
import { type Document, documentId, type OnDrop } from "../data/mod.ts";
import checksums from "./article_extraction.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** A news page with the article that people marked in it. */
export interface ArticlePage {
  /** Made of its path in the set. */
  id: string;
  /** Its address. */
  url: string;
  /** The page as crawled. */
  html: string;
  /** The body of its article, as text. */
  article: string;
}

/** article-extraction-benchmark's 181 news pages, in the order of their names. */
export const articleExtraction: PublicSet<ArticlePage> = publicSet({
  name: "article-extraction",
  title: "181 news pages as gzipped HTML with their article bodies",
  licence: "MIT (annotations); the pages belong to their publishers",
  origin: {
    kind: "repository",
    repository: "scrapinghub/article-extraction-benchmark",
    commit: "4a3bc979f76c0df73cb95fe272e2fc1b96f9f010",
    folder: "",
  },
  files: checksums,
  async *read(set) {
    const truth = JSON.parse(await Deno.readTextFile(await set.file("ground-truth.json"))) as {
      [name: string]: { url: string; articleBody: string };
    };
    for (const path of await set.paths()) {
      const name = /^html\/(\w+)\.html\.gz$/.exec(path)?.[1];
      if (!name) continue;
      const page = new Blob([await Deno.readFile(await set.file(path))]).stream();
      const html = await new Response(page.pipeThrough(new DecompressionStream("gzip"))).text();
      const { url, articleBody } = truth[name];
      yield { id: documentId(set.name, path), url, html, article: articleBody };
    }
  },
});

/** Options of {@linkcode newsPages}. */
export interface NewsPagesOptions {
  /** Read this many pages, in the order of their names. @default {Infinity} */
  limit?: number;
  /** Called with each page that gives no article, and why. */
  onDrop?: OnDrop;
}

/**
 * The articles of {@linkcode articleExtraction}'s pages as Documents, taken from their HTML as crawled; `meta` holds `title`
 * and `language`.
 *
 * @throws {RangeError} If `limit` is not >= 0.
 * @throws {Deno.errors.NotFound} If a page is neither on this machine nor reached.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { newsPages } from "midtrain/sets";
 *
 * assert.deepEqual(await Array.fromAsync(newsPages({ limit: 0 })), []);
 * ```
 */
export async function* newsPages(options: NewsPagesOptions = {}): AsyncGenerator<Document> {
  takes("Cannot collect news", options, "limit?, onDrop?");
  const { limit = Infinity, onDrop } = options;
  inRange("Cannot collect news", { limit }, ">= 0");
  let left = Math.floor(limit);
  if (left === 0) return;
  for await (const { id, html } of articleExtraction.read()) {
    const { text, title, language, reason } = await htmlToText(html);
    const source = articleExtraction.name;
    // A page without an article is menus and notices.
    const why = text.trim() === "" ? "no text" : reason;
    if (why) onDrop?.({ id, source, stage: "collect/news", reason: why, excerpt: text.slice(0, 200) });
    else yield { id, text, source, meta: { title, language } };
    if (--left === 0) return;
  }
}
