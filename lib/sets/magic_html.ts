import { gunzipSync } from "node:zlib";
import { readJsonl } from "../data/mod.ts";
import checksums from "./magic_html.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** A page with the main text that people marked in it. */
export interface MarkedPage {
  /** The name that the set gives it. */
  id: string;
  /** Whether it is an article, or a thread of a forum with its posts. */
  kind: "article" | "forum";
  /** Its address. */
  url: string;
  /** The page as crawled, in the encoding that it came in. */
  html: Uint8Array;
  /** Its main text; empty where it was marked to have none. */
  text: string;
}

/** magic-html's 81 article and 50 forum pages, English and Chinese, in the order of the set. */
export const magicHtml: PublicSet<MarkedPage> = publicSet({
  name: "magic-html",
  title: "131 article and forum pages, English and Chinese, as gzipped HTML with their main texts",
  licence: "Apache-2.0 (annotations); the pages belong to their publishers",
  origin: { kind: "derived", folder: "magic-html", from: "opendatalab/magic-html at 47d4a7fed120" },
  files: checksums,
  async *read(set) {
    for await (const record of readJsonl(await set.file("gold.jsonl"))) {
      const { id, kind, url, content } = record as Record<string, string>;
      const html = gunzipSync(await Deno.readFile(await set.file(`pages/${id}.html.gz`)));
      yield { id, kind: kind as MarkedPage["kind"], url, html: new Uint8Array(html), text: content };
    }
  },
});
