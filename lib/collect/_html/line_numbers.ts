import { endsOf } from "./ends.ts";
import { OPEN, type Page } from "./page.ts";
import { EDGE, INSIDE, type Pass, SEEN } from "./pass.ts";

/** What highlighters call the numbers of lines: GitHub, Hexo, Pygments, Rouge, Prism, highlightjs-line-numbers, SyntaxHighlighter. */
const numbers =
  /(?:^|[\s_-])(?:gutter|linenos?|linenodiv|line-?numbers?(?:-rows)?|hljs-ln-(?:numbers|line|n)|blob-num|lnt?|lnum|code-line-number|linenumber)(?:$|[\s_-])/i;

/** The numbers of lines of code, where they stand in the page as text, buttons that copy code, and the name of its language, are not of the code. */
export const lineNumbers: Pass = {
  name: "line numbers",
  apply(page, { places }) {
    const { count, kinds, tags, names } = page;
    const pre = names.indexOf("pre");
    if (pre < 0 && !page.mentions(/blob-code|syntaxhighlighter/i)) return;
    const ends = endsOf(page);
    const canHold = names.map((name) => /^(?:span|td|th|div|pre|code|i|a)$/.test(name));
    const isButton = names.map((name) => name === "button" || name === "clipboard-copy");
    let preEnd = 0;
    // The first piece from here on that holds more than digits, so that elements in elements are looked through once.
    let other = 0;
    for (let i = 0; i < count; i++) {
      if (kinds[i] !== OPEN || places[i] !== SEEN) continue;
      if (tags[i] === pre) preEnd = Math.max(preEnd, ends[i]);
      const end = ends[i];
      if (!(isButton[tags[i]] && i < preEnd || isLabel(page, i))) {
        if (!canHold[tags[i]]) continue;
        const named = page.valuesOf(i, "class")[0] ?? "";
        if (
          !numbers.test(named) ||
          /(?:^|\s)lnt?(?:$|\s)/.test(named) && i >= preEnd && tags[i] === names.indexOf("a")
        ) continue;
        if (other <= i) other = i + 1;
        while (
          other < end &&
          (tags[other] !== 0 || places[other] !== SEEN || /^[\d\s\u00a0]*$/.test(page.textOf(other)))
        ) {
          other++;
        }
        if (other < end) continue;
      }
      places.fill(INSIDE, i, end);
      places[i] = EDGE;
      i = end - 1;
    }
  },
};

/** Whether it is the name of the language in the corner of a listing, as VitePress sets it. */
function isLabel(page: Page, at: number): boolean {
  return page.valuesOf(at, "class")[0] === "lang" && page.parents[at] >= 0 &&
    /(?:^|\s)language-/.test(page.valuesOf(page.parents[at], "class")[0] ?? "");
}
