import { endsOf } from "./ends.ts";
import { latexOfMathml } from "./mathml.ts";
import { OPEN, Page } from "./page.ts";
import { EDGE, END, INSIDE, type Pass, SEEN } from "./pass.ts";

/** Classes of elements that hold one formula, in each form that a page gives it, and say so. */
const wholes = new Set(
  ("katex katex-display mwe-math-element mathjax mathjax_display mathjax_svg mathjax_svg_display mathjax_chtml mjx-chtml " +
    "mathjax_mathml mathjax_preview mathjax_sre ztext-math").split(" "),
);
/** Of these, what a script with the same formula follows. */
const previews = /^(?:mathjax|mjx-chtml)/;
const inDisplay =
  /(?:^|[\s_-])(?:display|block)(?:$|[\s_-])|katex-display|mathjax_(?:svg_)?display|ltx_equation/i;
/** Images of formulas by class, and by the programs that draw them. */
const imageClasses =
  /(?:^|\s)(?:latex|tex|math|latexrender|wp-katex|ltx_math|mwe-math-fallback-\S+|mimetex|mathtex|equation|formula|texhtml|ql-img-\w+-formula|quicklatex-\S+)(?:$|\s)/i;
const isLatex = /[\\^_{}=+<>|/*()[\]$]|^[\p{L}\p{N}.,'′-]{1,12}$/u;

/** A row of an equation as LaTeXML writes it: formulas and the equation's number, in cells. */
const equationRow = /(?:^|\s)ltx_eqn_row(?:$|\s)/;
const equationNumber = /(?:^|\s)ltx_tag(?:$|\s)/;

/** A formula, and whether it stands on a line of its own. */
interface Formula {
  latex: string;
  display: boolean;
}

/** Each formula becomes its LaTeX, once, whatever forms the page gives it in. */
export const formulas: Pass = {
  name: "formulas",
  apply(page, draft) {
    const { count, kinds, tags, names } = page;
    const { places, steps, instead } = draft;
    const tag = (name: string) => names.indexOf(name);
    const [script, image, container] = [tag("script"), tag("img"), tag("mjx-container")];
    const isMath = names.map((name) => /^(?:\w+:)?math$/.test(name));
    const mayHold = page.mentions(/katex|mathjax|mjx-|mwe-math|ztext-math/i);
    const row = page.mentions(/ltx_eqn_row/) ? tag("tr") : -1;
    const canHold = names.map((name) => mayHold && /^(?:span|div|p|mjx-container)$/.test(name));
    if (!isMath.includes(true) && script < 0 && image < 0 && container < 0 && !canHold.includes(true)) return;
    const ends = endsOf(page);
    // Where a preview stands, in case the script follows with the formula itself.
    let preview = -1;
    for (let i = 0; i < count; i++) {
      if (tags[i] === 0 || kinds[i] !== OPEN || places[i] === INSIDE) {
        if (tags[i] === 0 && places[i] === SEEN && page.textOf(i).trim() !== "") preview = -1;
        continue;
      }
      let found: Formula | undefined;
      let end = ends[i];
      if (tags[i] === script) {
        const type = page.valuesOf(i, "type")[0] ?? "";
        if (!/^\s*math\/(?:tex|mml)/i.test(type)) continue;
        let content = "";
        // An unclosed script holds the rest of the page.
        for (let j = i + 1; j < ends[i]; j++) if (tags[j] === 0) content += page.textOf(j);
        const latex = /mml/i.test(type) ? mathmlIn(content) : cleaned(content);
        found = { latex, display: /mode\s*=\s*display/i.test(type) };
        if (preview >= 0) instead.delete(preview);
        preview = -1;
      } else if (places[i] !== SEEN) continue;
      else if (tags[i] === image) {
        found = imageOf(page, i);
        end = i + 1;
      } else if (tags[i] === row) {
        if (equationRow.test(page.valuesOf(i, "class")[0] ?? "")) found = equationOf(page, i, ends, isMath);
      } else if (isMath[tags[i]]) found = formulaOf(page, i, ends);
      else if (canHold[tags[i]]) {
        const classes = (page.valuesOf(i, "class")[0] ?? "").toLowerCase().split(/\s+/);
        const isWhole = tags[i] === container || classes.some((name) => wholes.has(name));
        if (!isWhole) continue;
        found = formulaOf(page, i, ends);
        if (classes.some((name) => previews.test(name))) {
          // A preview and the rendering may both stand before the script: the last one that says something is right.
          if (preview >= 0 && found.latex !== "") instead.delete(preview);
          if (found.latex !== "") preview = i;
        }
      }
      if (found === undefined) continue;
      places.fill(INSIDE, i, end);
      places[i] = EDGE;
      if (kinds[end - 1] !== OPEN && page.parents[end - 1] === i && end - 1 > i) places[end - 1] = EDGE;
      if (found.latex !== "") instead.set(i, found.latex);
      if (found.display) steps[i] |= END;
      i = end - 1;
    }
  },
};

/** The formula of an element: as its author wrote it, where the page has that, else by its MathML, else its text. */
function formulaOf(page: Page, whole: number, ends: Int32Array): Formula {
  const { kinds, tags, names } = page;
  const end = ends[whole];
  let [annotation, alternative, written, math, display] = ["", "", "", -1, false];
  let text = "";
  let rest = whole;
  for (let i = whole; i < end; i++) {
    const name = names[tags[i]];
    if (tags[i] === 0) {
      if (i >= rest) text += page.textOf(i);
      continue;
    }
    if (kinds[i] !== OPEN) continue;
    page.eachAttribute(i, (attribute, value) => {
      if (attribute === "class") display ||= inDisplay.test(value);
      else if (attribute === "display") display ||= /^(?:block|true)$/i.test(value);
      else if (attribute === "mode") display ||= value === "display";
      else if (attribute === "alttext" || attribute === "alt") alternative ||= value;
      else if (attribute === "data-tex" || attribute === "data-latex" || attribute === "data-mathml") {
        written ||= value;
      }
    });
    if (/(?:^|:)math$/.test(name) && math < 0) math = i;
    const isAnnotation = /(?:^|:)annotation$/.test(name);
    if (isAnnotation && annotation === "") {
      const encoding = page.valuesOf(i, "encoding")[0] ?? "";
      if (/tex/i.test(encoding)) {
        for (let j = i + 1; j < ends[i]; j++) if (tags[j] === 0) annotation += page.textOf(j);
      }
    }
    // What is not the formula's visible text.
    if (isAnnotation || /^(?:title|desc|script)$/.test(name)) rest = Math.max(rest, ends[i]);
  }
  const byMathml = () => math < 0 ? "" : latexOfMathml(page, math, ends);
  const inWords = alternative !== "" && !isLatex.test(alternative.trim());
  const latex = cleaned(annotation) || (inWords ? "" : cleaned(alternative)) ||
    (/^\s*</.test(written) ? mathmlIn(written) : cleaned(written)) || byMathml() ||
    cleaned(text) || alternative.trim();
  return { latex, display };
}

/** The formulas of a row side by side, and their number; `undefined` where the row holds words as well. */
function equationOf(page: Page, row: number, ends: Int32Array, isMath: boolean[]): Formula | undefined {
  const parts: string[] = [];
  let number = "";
  for (let i = row + 1; i < ends[row]; i++) {
    if (page.kinds[i] === OPEN && isMath[page.tags[i]]) parts.push(formulaOf(page, i, ends).latex);
    else if (page.kinds[i] === OPEN && equationNumber.test(page.valuesOf(i, "class")[0] ?? "")) {
      for (let j = i + 1; j < ends[i]; j++) if (page.tags[j] === 0) number += page.textOf(j);
    } else {
      if (page.tags[i] === 0 && page.textOf(i).trim() !== "") return undefined;
      continue;
    }
    i = ends[i] - 1;
  }
  if (parts.length === 0) return undefined;
  number = number.trim().replace(/^\((.*)\)$/, "$1");
  return { latex: `${parts.join(" ")}${number && ` \\tag{${number}}`}`, display: true };
}

/** An image of a formula: by its alternative text, else by the address of the program that draws it. */
function imageOf(page: Page, image: number): Formula | undefined {
  let [alternative, classes, source, written] = ["", "", "", ""];
  page.eachAttribute(image, (name, value) => {
    if (name === "alt") alternative = value;
    else if (name === "class") classes = value;
    else if (name === "src" || name === "data-src") source ||= value;
    else if (name === "data-tex" || name === "data-latex" || name === "data-formula") written = value;
  });
  const drawn = drawnBy(source);
  if (written === "" && drawn === undefined && !imageClasses.test(classes)) return undefined;
  // A picture of the class "equation" may be any picture.
  const latex = cleaned(written) || (isLatex.test(alternative) ? cleaned(alternative) : "") ||
    cleaned(drawn ?? "");
  return latex === "" ? undefined : { latex, display: /display/i.test(classes) };
}

/** The LaTeX in the address of an image, if a program that draws LaTeX has it. */
function drawnBy(source: string): string | undefined {
  if (!/latex|codecogs|chart|mimetex|mathtex|equation/i.test(source.slice(0, 200))) return undefined;
  const url = URL.parse(source, "https://a.invalid");
  if (!url || url.protocol === "data:") return undefined;
  const { pathname, searchParams, search, host } = url;
  if (/(?:^|\/)latex\.php$/.test(pathname)) return searchParams.get("latex") ?? undefined;
  if (/(?:^|\/)equation$/.test(pathname)) return searchParams.get("tex") ?? undefined;
  if (/(?:^|\/)chart$/.test(pathname)) {
    return searchParams.get("cht") === "tx" ? searchParams.get("chl") ?? undefined : undefined;
  }
  if (!/codecogs/.test(host) && !/(?:mimetex|mathtex)\.cgi$/.test(pathname)) return undefined;
  try {
    return decodeURIComponent(search.slice(1));
  } catch {
    return undefined;
  }
}

/** MathML that stands in the page as text. */
function mathmlIn(text: string): string {
  const page = new Page(text);
  const math = page.names.findIndex((name) => /^(?:\w+:)?math$/.test(name));
  const at = page.tags.subarray(0, page.count).indexOf(math);
  return math < 0 || at < 0 ? "" : latexOfMathml(page, at, endsOf(page));
}

/** LaTeX as its author wrote it, without what only says that it is LaTeX, and without comments. */
function cleaned(latex: string): string {
  let text = latex.replace(/(^|[^\\])%[^\n]*\n/g, "$1\n").replace(/<!\[CDATA\[|\]\]>/g, "").replace(
    /\s+/g,
    " ",
  ).trim();
  // A wrapper in a wrapper is seen; who nests more means it.
  for (let again = 0; again < 3; again++) {
    for (const [open, close] of wrappers) {
      if (text.startsWith(open) && text.endsWith(close) && text.length >= open.length + close.length) {
        const inner = text.slice(open.length, text.length - close.length);
        if (isOne(inner, close)) text = inner.trim();
      }
    }
  }
  return text.replace(/^\\(?:displaystyle|textstyle)(?![a-zA-Z])\s*/, "").trim();
}

const wrappers = [
  ["{\\displaystyle", "}"],
  ["{\\textstyle", "}"],
  ["$$", "$$"],
  ["$", "$"],
  ["\\(", "\\)"],
  ["\\[", "\\]"],
] as const;

/** Whether what a pair of marks holds does not end it before its end. */
function isOne(inner: string, close: string): boolean {
  if (close !== "}") return !inner.includes(close);
  let open = 0;
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === "\\") i++;
    else if (inner[i] === "{") open++;
    else if (inner[i] === "}" && --open < 0) return false;
  }
  return open === 0;
}
