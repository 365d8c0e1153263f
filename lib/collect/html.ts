import { inRange, ofKind, takes } from "../base/mod.ts";
import { articlePasses, pagePasses, render } from "./_html/render.ts";

/** Options of {@linkcode htmlToText}. */
export interface HtmlOptions {
  /**
   * What to keep.
   * - `article`: the main content, where there is one, else all text.
   * - `all`: every text a reader sees.
   *
   * @default {"article"}
   */
  keep?: "article" | "all";
  /** The most elements a page may have to be searched for its article; it bounds the time. @default {50000} */
  maxElements?: number;
  /** The deepest nesting that is searched for an article. @default {512} */
  maxDepth?: number;
  /** The longest page that is searched for an article, in UTF-16 units. @default {8388608} */
  maxUnits?: number;
}

/** The text of a page. */
export interface Extraction {
  /** The text: a block a line, paragraphs parted by an empty line, cells by a tab, list items marked. */
  text: string;
  /** The title, empty when it has none. */
  title: string;
  /** The language the page says it is in, for example `en-GB`; empty when it says none. */
  language: string;
  /** Whether the text is the main content or all of the page. */
  method: "article" | "all";
  /** Why the text is not the main content although that was asked for. */
  reason?: "no article found" | "too long" | "too many elements" | "nested too deep" | "not parsed";
  /** How many elements the page opens. */
  elements: number;
}

/**
 * The text of an HTML page: its main content by Readability, else everything a reader sees. Scripts, styles and comments
 * go, entities are decoded, code keeps its lines and loses their numbers, the columns of a table stay, lists are numbered as
 * the page numbers them, soft hyphens go and no-break spaces are spaces.
 *
 * A formula becomes its LaTeX once, whether the page has it as MathML, as KaTeX, MathJax 2 to 4 or LaTeXML write it, as a
 * `math/tex` script, or as an image: as its author wrote it where the page has that, else by its MathML. It stands without
 * dollars, one on display on a line of its own; dollars and `\\( \\)` that stand in the text stay. A power is `10^6`, an index
 * `H_2O`, more than a word in braces `2^{n+1}`; a reference to a note is `[1]`, and `1st` stays.
 *
 * Any input gives an answer in bounded time: a page too long, too large or nested too deep for the article search is read
 * in one linear pass, and `reason` says so.
 *
 * On the 181 pages of article-extraction-benchmark see `tests/collect/html_test.ts`. Weighed: Defuddle (lower there and
 * four times slower), jsdom in place of linkedom (a second to load).
 *
 * @throws {TypeError} If `html` is not a string.
 * @throws {RangeError} If a limit is not >= 0.
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
export async function htmlToText(html: string, options: HtmlOptions = {}): Promise<Extraction> {
  takes("Cannot read HTML", options, "keep?, maxElements?, maxDepth?, maxUnits?");
  ofKind("Cannot read HTML", { html }, "a text");
  const { keep = "article", maxElements = 50_000, maxDepth = 512, maxUnits = 8 << 20 } = options;
  if (typeof html !== "string") {
    throw new TypeError(`Cannot read HTML as it must be a string: current value is ${typeof html}`);
  }
  inRange("Cannot read HTML", { maxElements, maxDepth, maxUnits }, ">= 0");
  const { text, title, language, elements, depth } = render(html.toWellFormed(), pagePasses);
  const all = (reason?: NonNullable<Extraction["reason"]>): Extraction => ({
    text,
    title,
    language,
    method: "all",
    ...(reason ? { reason } : {}),
    elements,
  });
  if (keep === "all") return all();
  if (text === "") return all("no article found");
  if (html.length > maxUnits) return all("too long");
  if (elements > maxElements) return all("too many elements");
  if (depth > maxDepth) return all("nested too deep");
  const article = await articleOf(html);
  if (typeof article === "string") return all(article);
  return { text: article.text, title: article.title || title, language, method: "article", elements };
}

async function articleOf(
  html: string,
): Promise<{ text: string; title: string } | "no article found" | "not parsed"> {
  const [{ parseHTML }, { Readability }] = await Promise.all([
    import("linkedom"),
    import("@mozilla/readability"),
  ]);
  // Readability looks for a body, and linkedom makes none of its own.
  const page = /<body[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`;
  let article;
  try {
    // linkedom's types call its result a Window without saying that it holds a document.
    const { document } = parseHTML(page) as unknown as { document: never };
    article = new Readability<string>(document).parse();
  } catch {
    // linkedom's tree lacks corners of the standard that a broken page can reach; its text is still to be had.
    return "not parsed";
  }
  const text = article?.content ? render(article.content, articlePasses).text : "";
  return text === "" ? "no article found" : { text, title: article?.title?.trim() ?? "" };
}
