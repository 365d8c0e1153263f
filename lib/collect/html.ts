import { ofKind, takes } from "../base/mod.ts";
import { articlePasses, pagePasses, render } from "./_html/render.ts";

/** Options of {@linkcode htmlToText}. */
export interface HtmlOptions {
  /**
   * What to keep.
   * - `article`: the main text, where there is one, else all text. Of a thread it is all posts.
   * - `all`: every text a reader sees.
   *
   * @default {"article"}
   */
  keep?: "article" | "all";
}

/** The text of a page. */
export interface Extraction {
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
 * @throws {TypeError} If `html` is not a string, or an option is unknown.
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
export function htmlToText(html: string, options: HtmlOptions = {}): Promise<Extraction> {
  return Promise.try(() => read(html, options));
}

function read(html: string, options: HtmlOptions): Extraction {
  for (const limit of ["maxElements", "maxDepth", "maxUnits"]) {
    if (!Object.hasOwn(options ?? {}, limit)) continue;
    throw new TypeError(
      `Cannot read HTML as the option ${limit} is gone: leave it out, any page is read in linear time now`,
    );
  }
  takes("Cannot read HTML", options, "keep?");
  ofKind("Cannot read HTML", { html }, "a text");
  const { keep = "article" } = options;
  const all = keep === "all";
  const { text, title, language, elements, found } = render(
    html.toWellFormed(),
    all ? pagePasses : articlePasses,
  );
  const method = found ? "article" : "all";
  return { text, title, language, method, ...(all || found ? {} : { reason: "no article found" }), elements };
}
