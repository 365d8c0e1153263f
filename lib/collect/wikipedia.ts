import { must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { type Document, documentId, type OnDrop } from "../data/mod.ts";
import { type ElementBytes, elementsOf } from "./_elements.ts";
import { pageOf, type Wiki, wikiOf, type WikiPage } from "./_wiki/page.ts";
import { streamOf } from "./_wiki/stream_index.ts";
import { notText, readWikitext } from "./wikitext.ts";

/** Options of {@linkcode readWikipedia}. */
export interface ReadWikipediaOptions {
  /**
   * Called with each page that gives no document, and why: a redirect, a disambiguation, another namespace, no text, or
   * damage. Without it the first damaged page throws.
   */
  onDrop?: OnDrop;
  /** The namespaces whose pages are read, by their numbers. @default {[0], articles} */
  namespaces?: readonly number[];
  /** Headings whose sections are left out, as `wikitextToText` does. */
  leaveOut?: readonly string[];
  /** How the text is written, as `wikitextToText` does. @default {"text"} */
  format?: "text" | "markdown";
  /** The last document of an earlier run, or where it was: reading goes on behind it. */
  after?: { offset: number; pageId: number };
  /** What documents name as their source. @default {the name that the dump says, such as enwiki; else the path} */
  source?: string;
  /** The licence of the texts, by its SPDX identifier. @default {"CC-BY-SA-4.0"} */
  license?: string;
  /** The longest page that is read, in bytes; a longer one is never held. @default {16777216} */
  maxPageBytes?: number;
}

/** Options of {@linkcode readWikipediaPage}. */
export interface ReadWikipediaPageOptions extends Omit<ReadWikipediaOptions, "after"> {
  /** The page's title, */
  title?: string;
  /** or its number. */
  pageId?: number;
  /** The path of the index. @default {the name that Wikipedia gives it, beside the dump} */
  index?: string;
}

const pages = {
  marks: { opening: "<page>", closing: "</page>", root: "</mediawiki>" },
  wanted: "a dump of a wiki in XML",
};
const known = "onDrop?, namespaces?, leaveOut?, format?, source?, license?, maxPageBytes?";

/**
 * Read the pages of a dump of Wikipedia, or of another wiki of MediaWiki (`pages-articles.xml`, plain or compressed; of
 * bzip2 also in several streams), as Documents, in constant memory. The text is that of `wikitextToText`; `meta` holds
 * `title`, `pageId`, `revisionId`, `timestamp`, `url`, `language`, `license`, `attribution`, `categories`,
 * `droppedTemplates` and `offset`, where its stream begins (or, where there are no streams, its byte).
 *
 * To go on after an interruption give as `after` the `meta` of the last document; the id depends on the source and
 * the page's number alone.
 *
 * @throws {Deno.errors.InvalidData} If the file is no dump, or its compressed bytes are damaged or cut off; of several
 * streams of bzip2 `onDrop` hears of the damaged one, and the others are read.
 * @throws {SyntaxError} If a page is damaged and there is no `onDrop`.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readWikipedia } from "midtrain/collect";
 *
 * const page = (id: number, title: string, text: string) =>
 *   `<page><title>${title}</title><ns>0</ns><id>${id}</id><revision><id>9</id><timestamp>2026-01-02T03:04:05Z</timestamp>` +
 *   `<text xml:space="preserve">${text}</text></revision></page>`;
 * const path = await Deno.makeTempFile({ suffix: ".xml" });
 * const pages = page(1, "Tea", "'''Tea''' is [[water|hot]].") + page(2, "Chai", "#REDIRECT [[Tea]]");
 * await Deno.writeTextFile(path, `<mediawiki xml:lang="en">${pages}</mediawiki>`);
 * const reasons: string[] = [];
 * const [document] = await Array.fromAsync(readWikipedia(path, { onDrop: ({ reason }) => reasons.push(reason) }));
 * assert.equal(document.text, "Tea is hot.");
 * assert.equal(document.meta.title, "Tea");
 * assert.deepEqual(reasons, ["redirect"]);
 * ```
 */
export async function* readWikipedia(
  path: string,
  options: ReadWikipediaOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot read a dump", options, `${known}, after?`);
  ofKind("Cannot read a dump", { path }, "a text");
  const { after, maxPageBytes = 16 << 20, onDrop } = options;
  wholeNumber(`Cannot read ${path}`, { maxPageBytes }, ">= 1");
  if (after !== undefined) {
    // The meta of a document holds more.
    const { offset, pageId } = typeof after === "object" && after !== null ? after : {};
    wholeNumber(`Cannot go on with ${path}`, { "after.offset": offset, "after.pageId": pageId }, ">= 0");
  }
  const reader = new Reader(path, await wikiOf(path), options);
  let isBehind = after === undefined;
  const from = after?.offset ?? 0;
  const onDamage = onDrop && ((offset: number, message: string) => {
    reader.drop(`stream ${offset}`, "damaged", message);
  });
  for await (const page of elementsOf(path, { ...pages, from, maxBytes: maxPageBytes, onDamage })) {
    if (isBehind) {
      const document = reader.read(page);
      if (document) yield document;
      continue;
    }
    const read = pageOf(page.bytes);
    isBehind = typeof read !== "string" && read.id === after!.pageId;
    if (page.offset !== from || page.fault) {
      must(`Cannot go on with ${path}`, `page ${after!.pageId} must be at ${from}`, "another page", isBehind);
    }
  }
  must(`Cannot go on with ${path}`, `page ${after?.pageId} must be at ${from}`, "no page", isBehind);
}

/**
 * Read one page of a dump in several streams of bzip2 by its title or number, through the index that Wikipedia gives with
 * it: only the page's stream is decompressed.
 *
 * @returns `undefined` when the index has no such page; or the page gives no document, and `onDrop` hears why.
 * @throws {TypeError} If neither a title nor a number is given, or both.
 * @throws {Deno.errors.NotFound} If there is no index.
 * @throws {Deno.errors.InvalidData} If the index does not fit the dump.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readWikipediaPage } from "midtrain/collect";
 *
 * const dump = "enwiki-20260101-pages-articles-multistream.xml.bz2";
 * await assert.rejects(readWikipediaPage(dump, { title: "Tea" }), {
 *   message: "Cannot read enwiki-20260101-pages-articles-multistream-index.txt.bz2: there is no such file",
 * });
 * ```
 */
export async function readWikipediaPage(
  path: string,
  options: ReadWikipediaPageOptions = {},
): Promise<Document | undefined> {
  takes("Cannot read a page", options, `${known}, title?, pageId?, index?`);
  ofKind("Cannot read a page", { path }, "a text");
  const { title, pageId, index = indexOf(path), maxPageBytes = 16 << 20 } = options;
  wholeNumber(`Cannot read ${path}`, { maxPageBytes }, ">= 1");
  if ((title === undefined) === (pageId === undefined)) {
    throw new TypeError(
      `Cannot read a page as title or pageId must be given: ${
        title === undefined ? "neither is" : "both are"
      }`,
    );
  }
  if (title !== undefined) ofKind("Cannot read a page", { title }, "a text");
  else wholeNumber("Cannot read a page", { pageId }, ">= 0");
  const found = await streamOf(index, { title, pageId });
  if (!found) return;
  const reader = new Reader(path, await wikiOf(path), options);
  for await (const page of elementsOf(path, { ...pages, from: found.offset, maxBytes: maxPageBytes })) {
    const read = pageOf(page.bytes);
    if (typeof read !== "string" && read.id === found.pageId) return reader.read(page);
    if (page.offset !== found.offset) break;
  }
  throw new Deno.errors.InvalidData(
    `Cannot read ${path} as ${index} must be its index: page ${found.pageId} is not in the stream at ${found.offset}`,
  );
}

/** The name that Wikipedia gives the index of a dump. */
function indexOf(path: string): string {
  const name = path.replace(/-multistream(\d*)\.xml(.*)$/, "-multistream-index$1.txt$2");
  if (name !== path) return name;
  throw new TypeError(
    `Cannot read a page as index must be given where the dump is not called *-multistream.xml.bz2: current value is ${path}`,
  );
}

/** Makes Documents of pages. */
class Reader {
  readonly #path: string;
  readonly #wiki: Wiki;
  readonly #source: string;
  readonly #options: ReadWikipediaOptions;

  constructor(path: string, wiki: Wiki, options: ReadWikipediaOptions) {
    this.#path = path;
    this.#wiki = wiki;
    this.#source = options.source ?? (wiki.database || path);
    this.#options = options;
  }

  read({ bytes, offset, fault }: ElementBytes): Document | undefined {
    const page = fault ?? pageOf(bytes);
    if (typeof page === "string") return this.#bad(page, bytes, offset);
    const { namespaces = [0], leaveOut = notText, license = "CC-BY-SA-4.0", format = "text" } = this.#options;
    const drop = (reason: string) => this.drop(page.id, reason, page.title);
    if (!namespaces.includes(page.namespace)) return drop(`namespace ${page.namespace}`);
    if (page.redirect) return drop("redirect");
    if (page.model !== "wikitext") return drop(`${page.model} instead of wikitext`);
    const { language, namespaces: names } = this.#wiki;
    const { text, categories, dropped, redirect, isDisambiguation } = readWikitext(page.text, {
      language,
      title: page.title,
      leaveOut,
      format,
      namespaces: names,
    });
    if (redirect) return drop("redirect");
    if (isDisambiguation) return drop("disambiguation");
    if (text === "") return drop("no text");
    const url = this.#addressOf(page);
    return {
      id: documentId(this.#source, page.id),
      text,
      source: this.#source,
      meta: {
        title: page.title,
        pageId: page.id,
        revisionId: page.revision,
        timestamp: page.timestamp,
        url,
        language,
        license,
        attribution: [`"${page.title}"`, this.#wiki.name, url].filter((part) => part).join(", "),
        categories,
        droppedTemplates: dropped,
        offset,
      },
    };
  }

  drop(position: number | string, reason: string, excerpt: string): undefined {
    const source = this.#source;
    this.#options.onDrop?.({
      id: documentId(source, position),
      source,
      stage: "collect/wikipedia",
      reason,
      excerpt: excerpt.slice(0, 200),
    });
  }

  /** A damaged page, which only a listener passes over. */
  #bad(reason: string, bytes: Uint8Array, offset: number): undefined {
    const excerpt = new TextDecoder().decode(bytes.subarray(0, 200));
    if (this.#options.onDrop) return this.drop(`byte ${offset}`, reason, excerpt);
    throw new SyntaxError(
      `Cannot read ${this.#path} as a page from byte ${offset} on is ${reason}; onDrop passes over such pages`,
    );
  }

  #addressOf({ title, revision }: WikiPage): string {
    const { base } = this.#wiki;
    if (!base) return "";
    const name = encodeURI(title.replaceAll(" ", "_")).replace(/[?#+&]/g, encodeURIComponent);
    return `${base}${name}?oldid=${revision}`;
  }
}
