import { BOLD, CODE, ITALIC } from "./marks.ts";

/** Elements that go with all that they hold: notes, pictures, scores, and what only templates use. */
export const hidden = new Set(
  ("ref references gallery timeline score imagemap hiero graph mapframe maplink templatedata templatestyles inputbox " +
    "categorytree indicator includeonly style script section dynamicpagelist rss charinsert languages").split(
      " ",
    ),
);

/** Elements whose tags go and whose text stays in its line. */
export const inline = new Set(
  ("b i u s em strong span small big font code tt kbd samp var cite dfn abbr q del ins strike bdi bdo ruby rb rt rp rtc " +
    "mark wbr time data noinclude onlyinclude nobr a label translate tvar img section").split(" "),
);

/** Elements within a line that Markdown has signs for. */
export const inlineMarks: Record<string, string> = {
  ...{ b: BOLD, strong: BOLD },
  ...{ i: ITALIC, em: ITALIC, cite: ITALIC, dfn: ITALIC },
  code: CODE,
};

/** Elements of lists. */
export const listTags = new Set(["ul", "ol", "li", "dl", "dt", "dd"]);

/** What tags of tables are in wikitext: the opening one, the closing one. */
export const tableTags: Record<string, readonly [string, string]> = {
  table: ["\n{|\n", "\n|}\n"],
  caption: ["\n|+ ", "\n"],
  tr: ["\n|-\n", "\n"],
  td: ["\n| | ", "\n"],
  th: ["\n! | ", "\n"],
  thead: ["\n", "\n"],
  tbody: ["\n", "\n"],
  tfoot: ["\n", "\n"],
};
