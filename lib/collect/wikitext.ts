import { ofKind, oneOf, takes } from "../base/mod.ts";
import { blocksOf } from "./_wiki/blocks.ts";
import { expand } from "./_wiki/expand.ts";
import { commonNamespaces, type Namespaces } from "./_wiki/links.ts";
import { markdownOf } from "./_wiki/markdown.ts";
import { textOf } from "./_wiki/text.ts";

/** Options of {@linkcode wikitextToText}. */
export interface WikitextOptions {
  /** The language of the text, which names those of its foreign words. @default {"en"} */
  language?: string;
  /** The page's title, for what shows it. @default {""} */
  title?: string;
  /**
   * Headings, whatever their capitals, whose sections are left out.
   *
   * @default {those of notes, references and links, in the largest Wikipedias' languages}
   */
  leaveOut?: readonly string[];
  /**
   * How the text is written, as `htmlToText` writes it.
   * - `text`: a block a line, paragraphs parted by an empty line, cells by a tab, items marked, formulas bare.
   * - `markdown`: CommonMark with GitHub's tables, code in fences with its language, formulas in dollars.
   *
   * @default {"text"}
   */
  format?: "text" | "markdown";
}

/** The text of a page in wikitext. */
export interface WikitextExtraction {
  /** The text: in blocks, with each formula once in LaTeX. */
  text: string;
  /** The categories that the page is in. */
  categories: string[];
  /** How often each template was left out that is not known, by its name in lower case. */
  dropped: Record<string, number>;
  /** Where the page leads instead of having a text; empty when it has its own. */
  redirect: string;
  /** Whether the page lists what its title may mean. */
  isDisambiguation: boolean;
}

/** Headings of the sections that are no text of an article. */
export const notText: readonly string[] =
  ("references; references and notes; notes; notes and references; footnotes; citations; sources; bibliography; works cited; " +
    "further reading; external links; see also; einzelnachweise; weblinks; literatur; siehe auch; anmerkungen; références; " +
    "notes et références; liens externes; voir aussi; bibliographie; annexes; referencias; enlaces externos; véase también; " +
    "bibliografía; note; collegamenti esterni; voci correlate; altri progetti; bibliografia; referências; ligações externas; " +
    "ver também; bronnen; externe links; zie ook; przypisy; linki zewnętrzne; zobacz też; примечания; ссылки; литература; " +
    "см. также; referenser; externa länkar; se även; 参考文献; 外部链接; 外部連結; 参见; 參見; 脚注; 外部リンク; 関連項目")
    .split("; ");

/**
 * The text of a page in wikitext, the markup of Wikipedia: headings, paragraphs, lists, tables, code, and each formula once
 * in LaTeX: without dollars, one on display on a line of its own, and in Markdown between `$` or `$$`, as of pages. Notes, pictures and categories go. Of the templates those that are words, numbers, dates, quotations
 * or formulas are read as they are shown (of a conversion the number that was given); the others go, and `dropped` counts
 * them.
 *
 * Any input is read in time that grows with its length, whatever is nested in it.
 *
 * Our own, as wtf_wikipedia (10.4.2) lost formulas where it was tried. `deno task bench text --peers` counts the formulas that stay
 * and the speed, beside mwparserfromhell.
 *
 * @throws {TypeError} If `wikitext` is not a string.
 * @throws {RangeError} If `format` is none of its choices.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wikitextToText } from "midtrain/collect";
 *
 * const page = "'''Water''' is H<sub>2</sub>O.<ref>A note</ref> It [[boiling point|boils]] at {{convert|100|C|F}}: " +
 *   "<math>T_b = 373</math> {{nowrap|to 374}}. {{Unheard of}}\n\n== Uses ==\n* [[Tea]]\n\n[[Category:Oxides]]";
 * const { text, categories, dropped } = wikitextToText(page);
 * assert.equal(text, "Water is H_2O. It boils at 100 °C: T_b = 373 to 374.\n\nUses\n\n- Tea");
 * const { text: written } = wikitextToText(page, { format: "markdown" });
 * assert.equal(written, "**Water** is H_2O. It boils at 100 °C: $T_b = 373$ to 374.\n\n## Uses\n\n- Tea");
 * assert.deepEqual(categories, ["Oxides"]);
 * assert.deepEqual(dropped, { "unheard of": 1 });
 * ```
 */
export function wikitextToText(wikitext: string, options: WikitextOptions = {}): WikitextExtraction {
  takes("Cannot read wikitext", options, "language?, title?, leaveOut?, format?");
  ofKind("Cannot read wikitext", { wikitext }, "a text");
  const { language = "en", title = "", leaveOut = notText, format = "text" } = options;
  oneOf("Cannot read wikitext", { format }, ["text", "markdown"]);
  ofKind("Cannot read wikitext", { language, title }, "a text");
  return readWikitext(wikitext, { language, title, leaveOut, format, namespaces: commonNamespaces });
}

/** {@linkcode wikitextToText} with the names of the site's namespaces. */
export function readWikitext(
  wikitext: string,
  { language, title, leaveOut, format, namespaces }: Required<WikitextOptions> & { namespaces: Namespaces },
): WikitextExtraction {
  const marked = format === "markdown";
  const expanded = expand(wikitext.toWellFormed(), { language, title }, namespaces, marked);
  const headings = new Set(leaveOut.map((heading) => heading.toLowerCase()));
  const blocks = blocksOf(expanded, { leaveOut: headings, marked });
  const isDisambiguation = expanded.isDisambiguation || /__(?:DISAMBIG|BEGRIFFSKLÄRUNG)__/.test(wikitext);
  return {
    text: marked ? markdownOf(blocks, expanded.literals) : textOf(blocks, expanded.literals),
    categories: expanded.categories,
    dropped: Object.fromEntries(expanded.dropped),
    redirect: /^\s*#[\p{L}\p{M}]+\s*:?\s*\[\[([^\]|#\n]+)/u.exec(wikitext)?.[1].trim() ?? "",
    isDisambiguation,
  };
}
