import { endsOf } from "./ends.ts";
import { CLOSE, OPEN, type Page } from "./page.ts";
import { BREAK, CELL, COLUMN, END, GAP, INSIDE, ITEM, KEEP, MARK, type Pass, SEEN, SPACE } from "./pass.ts";

/** Classes of elements that are one line of code each. */
const line = /(?:^|\s)(?:line|token-line|code-line|view-line|cl)(?:$|\s)/;

/** Text in `pre`, and in the tables that GitHub and SyntaxHighlighter set code in, keeps its lines and its white space. */
export const code: Pass = {
  name: "code",
  apply(page, { places, steps, code: languages }) {
    const { count, kinds, tags, names } = page;
    const [pre, table] = ["pre", "table"].map((name) => names.indexOf(name));
    const mayBeTable = table >= 0 && page.mentions(/blob-code|syntaxhighlighter/i);
    if (pre < 0 && !mayBeTable) return;
    const ends = endsOf(page);
    const isBlock = names.map((name) => blocks.has(name));
    const isSpan = names.map((name) => name === "span" || name === "code");
    for (let i = 0; i < count; i++) {
      if (kinds[i] !== OPEN || places[i] !== SEEN) continue;
      const isTable = mayBeTable && tags[i] === table && isCode(page, i, ends);
      if (tags[i] !== pre && !isTable) continue;
      const end = ends[i];
      steps[i] |= KEEP | END | GAP;
      // A block that is not closed ends with what it lies in.
      if (kinds[end - 1] === CLOSE) steps[end - 1] |= KEEP | END | GAP;
      languages.set(i, languageOf(page, i, end));
      let hasLines = false;
      const spans: number[] = [];
      let afterBlock = true;
      for (let j = i + 1; j < end; j++) {
        if (places[j] !== SEEN) continue;
        if (tags[j] === 0) {
          const text = page.textOf(j);
          // A line's end after a block is the page's, not the code's.
          const nextIsTag = j + 1 < count && tags[j + 1] !== 0;
          if (afterBlock && j > i + 1 && nextIsTag && /^[ \t]*\r?\n\s*$/.test(text)) places[j] = INSIDE;
          else if (/\n/.test(text)) hasLines = true;
          if (text !== "") afterBlock = false;
          continue;
        }
        afterBlock = isBlock[tags[j]];
        if (afterBlock || names[tags[j]] === "br") hasLines = true;
        else if (isSpan[tags[j]] && kinds[j] === OPEN && line.test(page.valuesOf(j, "class")[0] ?? "")) {
          spans.push(j);
        }
        // What the table had taken for blocks in a cell are lines of code.
        if (isTable && afterBlock && (steps[j] & SPACE)) steps[j] |= END;
        const isLast = j === end - 1 && kinds[j] === CLOSE;
        if (!isLast) steps[j] &= ~(GAP | ITEM | CELL | COLUMN | SPACE | MARK);
      }
      // Lines that only a style sheet parts.
      if (!hasLines && spans.length > 1) { for (const span of spans.slice(1)) steps[span] |= BREAK; }
      i = end - 1;
    }
  },
};

const blocks = new Set("div p li ol ul tr td th tbody thead table section".split(" "));

/** Whether a table is a listing of code. */
function isCode(page: Page, table: number, ends: Int32Array): boolean {
  const most = Math.min(ends[table], table + 60);
  for (let i = table; i < most; i++) {
    if (page.kinds[i] === OPEN && page.names[page.tags[i]] === "pre") return false;
    if (
      page.kinds[i] === OPEN &&
      /(?:^|\s)(?:blob-code|js-file-line)(?:$|[\s-])/.test(page.valuesOf(i, "class")[0] ?? "")
    ) return true;
  }
  const around = page.parents[table];
  return around >= 0 && /(?:^|\s)syntaxhighlighter(?:$|\s)/i.test(page.valuesOf(around, "class")[0] ?? "");
}

/** The language of a block of code, by its own names, those of what it holds first, or those of what it lies in. */
function languageOf(page: Page, block: number, end: number): string {
  const { kinds, tags, names, parents } = page;
  const near: number[] = [block];
  for (let i = block + 1; i < Math.min(end, block + 4); i++) {
    if (kinds[i] === OPEN && names[tags[i]] === "code") near.push(i);
  }
  let at = parents[block];
  for (let k = 0; at >= 0 && k < 6; k++, at = parents[at]) {
    near.push(at);
    // Beyond the listing other languages may be named.
    if (k >= 1 && /^(?:article|section|body|main|li)$/.test(names[tags[at]])) break;
  }
  for (const named of near) {
    let language = "";
    page.eachAttribute(named, (name, value) => {
      if (language !== "") return;
      if (name === "data-lang" || name === "data-language" || name === "data-code-language") language = value;
      else if (name === "lang" && named === block && /^[a-z+#]{3,}$/i.test(value)) language = value;
      else if (name === "class") language = languageIn(value);
    });
    if (/^[\w+#.-]{1,30}$/.test(language) && !none.test(language)) return language.toLowerCase();
  }
  return "";
}

const none = /^(?:none|plain|plaintext|text|txt|nohighlight|no-highlight|auto|undefined|default)$/i;

/** The language that classes name: `language-js`, `lang-js`, `highlight-source-js`, `brush: js`, `highlight js`, `sourceCode js`. */
function languageIn(classes: string): string {
  const named =
    /(?:^|[\s])(?:language|lang|highlight-source|highlight-text|highlight|brush:?|src|hljs-lang|code)[-:]\s*([\w+#.-]+)/i
      .exec(classes) ??
      /(?:^|\s)brush:\s*([\w+#.-]+)/i.exec(classes);
  if (
    named &&
    !/^(?:wrapper?|block|container|box|toolbar|area|content|snippet|view|line|lines|listing|table|fragment|example)$/i
      .test(named[1])
  ) {
    return named[1].replace(/-basic$/, "");
  }
  const beside =
    /(?:^|\s)(?:highlight|hljs|sourceCode|prettyprint|syntaxhighlighter|code|prism)\s+([\w+#.]+)/i.exec(
      classes,
    );
  return beside && languages.has(beside[1].toLowerCase()) ? beside[1] : "";
}

/** Languages that a class names without saying that it is a language. */
const languages = new Set(
  ("bash c c++ cpp cs csharp css clojure coffeescript cuda dart diff dockerfile elixir erlang fortran fsharp go golang groovy haskell html " +
    "ini java javascript js json jsx julia kotlin latex less lisp lua make makefile markdown matlab nginx objectivec ocaml octave pascal perl " +
    "php plsql powershell prolog python py r rb ruby rust rs scala scheme scss sh shell sql swift toml ts tsx typescript vb verilog vhdl vim " +
    "xml yaml yml zig console").split(" "),
);
