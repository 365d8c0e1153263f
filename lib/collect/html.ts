import { ofKind, oneOf, takes } from "../base/mod.ts";
import { decodePage } from "./_html/decode.ts";
import type { Metadata } from "./_html/metadata.ts";
import { articlePasses, asMarkdown, pagePasses, render } from "./_html/render.ts";

export type { Metadata };

/** Options of {@linkcode htmlToText}. */
export interface HtmlOptions {
  /** The page's `Content-Type` header, of a page given as bytes: its charset is believed where the bytes allow it. */
  contentType?: string;
  /** The page's address: a canonical address is completed by it, and a date may stand in it. */
  url?: string;
  /**
   * What to keep.
   * - `article`: the main text, where there is one, else all text. Of a thread it is all posts.
   * - `all`: every text a reader sees.
   *
   * @default {"article"}
   */
  keep?: "article" | "all";
  /** Whether the captions of figures stay with a main text. @default {false} */
  captions?: boolean;
  /** Whether lists of long links, as of references, stay with a main text. @default {false} */
  references?: boolean;
  /**
   * How the text is written.
   * - `text`: a block a line, paragraphs parted by an empty line, cells by a tab, list items marked, formulas bare.
   * - `markdown`: CommonMark with GitHub's tables, code in fences with its language, formulas in dollars; links are their
   *   words. Characters are escaped only where they would be read as signs, and never in code or in a formula.
   *
   * @default {"text"}
   */
  format?: "text" | "markdown";
}

/** The text of a page, and what the page says of itself: absent where it says nothing. */
export interface Extraction extends Metadata {
  /** The text: a block a line, paragraphs parted by an empty line, cells by a tab, list items marked. */
  text: string;
  /** The title, empty when it has none. */
  title: string;
  /** The language the page says it is in, for example `en-GB`; empty when it says none. */
  language: string;
  /** Whether the text is the main text or all of the page. */
  method: "article" | "all";
  /** Why the text is not the main text although that was asked for: the page has none, or nothing but links. */
  reason?: "no article found";
  /** How many elements the page opens. */
  elements: number;
  /** The encoding of a page given as bytes, by its name in the WHATWG standard, for example `windows-1252`. */
  encoding?: string;
  /** What told the encoding: a mark at the start, the header, the page itself, or the letters that it makes likely. */
  encodingBy?: "byte order mark" | "content type" | "page" | "letters";
}

/**
 * The text of an HTML page: its main text, else everything a reader sees. Scripts, styles and comments
 * go, entities are decoded, code keeps its lines and loses their numbers, the columns of a table stay, lists are numbered as
 * the page numbers them, soft hyphens go and no-break spaces are spaces.
 *
 * A formula becomes its LaTeX once, whether the page has it as MathML, as KaTeX, MathJax 2 to 4 or LaTeXML write it, as a
 * `math/tex` script, or as an image: as its author wrote it where the page has that, else by its MathML. It stands without
 * dollars, one on display on a line of its own; dollars and `\\( \\)` that stand in the text stay. A power is `10^6`, an index
 * `H_2O`, more than a word in braces `2^{n+1}`; a reference to a note is `[1]`, and `1st` stays.
 *
 * The main text is found in one reading of the page, in time and memory that grow with its length, whatever it holds: what names
 * itself boilerplate by tag, role, class or id goes, unless it holds much of the page; of an article the element stays that looks
 * most like one, of a thread every post; lines that a page sets into its text go last. What that is worth on sites that it was
 * not fitted to, beside Trafilatura, is said by `deno task verify extraction`.
 *
 * @param html The page, or its bytes: these are decoded by their byte order mark, by `contentType`, by the charset that the page
 * names, else by their letters; a charset that the bytes belie is passed over.
 * @throws {TypeError} If `html` is neither text nor bytes, or an option is unknown.
 * @example Everything a reader sees
 * ```ts
 * import assert from "node:assert/strict";
 * import { htmlToText } from "midtrain/collect";
 *
 * const page = "<title>Tea</title><h1>Tea &amp; milk</h1><script>x()</script><ul><li>Boil<li>Pour</ul>";
 * const { text, title } = await htmlToText(page, { keep: "all" });
 * assert.equal(text, "Tea & milk\n\n- Boil\n- Pour");
 * assert.equal(title, "Tea");
 * ```
 */
export async function htmlToText(html: string | Uint8Array, options: HtmlOptions = {}): Promise<Extraction> {
  for (const limit of ["maxElements", "maxDepth", "maxUnits"]) {
    if (!Object.hasOwn(options ?? {}, limit)) continue;
    throw new TypeError(
      `Cannot read HTML as the option ${limit} is gone: leave it out, any page is read in linear time now`,
    );
  }
  takes("Cannot read HTML", options, "contentType?, url?, keep?, captions?, references?, format?");
  if (!(html instanceof Uint8Array)) ofKind("Cannot read HTML", { html }, "a text");
  const { contentType, url, keep = "article", captions, references, format = "text" } = options;
  oneOf("Cannot read HTML", { keep }, ["article", "all"]);
  oneOf("Cannot read HTML", { format }, ["text", "markdown"]);
  const { html: page, ...decoding } = typeof html === "string"
    ? { html }
    : await decodePage(html, contentType);
  const all = keep === "all";
  const passes = all ? pagePasses : articlePasses({ captions, references });
  const { text, title, language, elements, found, metadata } = render(
    page.toWellFormed(),
    format === "markdown" ? asMarkdown(passes) : passes,
    url,
  );
  const reason = all || found ? {} : { reason: "no article found" as const };
  return {
    text,
    title,
    language,
    method: found ? "article" : "all",
    ...reason,
    elements,
    ...metadata,
    ...decoding,
  };
}
