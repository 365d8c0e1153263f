import { Tokenizer } from "htmlparser2";

/** What one pass over HTML finds. */
export interface Rendered {
  /** The text a reader would see, a block a line, paragraphs parted by an empty line. */
  text: string;
  /** The page's `<title>`. */
  title: string;
  /** The `lang` of `<html>`, empty when it names none. */
  language: string;
  /** How many elements were opened. */
  elements: number;
  /** The deepest nesting of elements whose end tag is not optional. */
  depth: number;
}

const hidden = new Set(["script", "style", "noscript", "template", "svg", "iframe", "textarea"]);
const childless = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);
/** Elements that the next one of their kind ends: leaving out the end tag is right and does not nest. */
const optionalEnd = new Set(
  "p li dt dd tr td th thead tbody tfoot option optgroup html head body".split(" "),
);
const paragraphs = new Set(
  "p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dl article section header footer main nav aside figure hr form"
    .split(" "),
);
const lines = new Set(
  "div li tr dt dd br caption figcaption address option summary details legend thead tbody tfoot title body head html"
    .split(" "),
);

const SPACE = 32;
const TAB = 9;

interface List {
  ordered: boolean;
  items: number;
  /** Where its first line stands in the output. */
  from: number;
  /** How many characters were read before it, and how many of them in links. */
  read: number;
  linked: number;
}

/**
 * Render HTML as text in one pass and constant stack, whatever it holds: tags that nest a million deep, never end or make
 * no sense cost what their bytes cost. So it serves the whole page, the article cut out of it, and the pages that are no
 * business of a tree builder.
 *
 * With `prose` it leaves out what stands in an article without being of it: captions of figures, and lists whose every
 * word is a link (related pages, breadcrumbs).
 *
 * htmlparser2's tokenizer reads the tags and decodes the entities; html-to-text, html2plaintext and turndown build a tree
 * and recurse.
 */
export function render(html: string, options: { prose?: boolean } = {}): Rendered {
  const { prose = false } = options;
  const out: string[] = [];
  const lists: List[] = [];
  // The line's pieces, and its last code unit beside them: reading it off a long concatenation would flatten that each
  // time. 0 while the line is blank.
  let line: string[] = [];
  let last = 0;
  let prefix = "";
  let wantsGap = false;
  let preformatted = 0;
  let title = "";
  let inTitle = false;
  let hasTitle = false;
  let language = "";
  let skipped = "";
  let skippedDepth = 0;
  let elements = 0;
  let depth = 0;
  let deepest = 0;
  let read = 0;
  let linked = 0;
  let inLink = false;
  let name = "";
  let attribute = "";
  let value = "";
  let alternative = "";

  const endLine = () => {
    const text = line.join("").trimEnd();
    line = [];
    last = 0;
    if (text === "") return;
    if (wantsGap && out.length > 0) out.push("");
    out.push(prefix + text);
    // What follows in the same item stands below its first line.
    prefix = "";
    wantsGap = false;
  };
  const add = (part: string) => {
    if (part === "") return;
    line.push(part);
    const blank = last === 0 && part.trim() === "";
    if (!blank) last = part.charCodeAt(part.length - 1);
  };
  const write = (text: string) => {
    if (preformatted > 0) {
      const [first, ...rest] = text.split(/\r\n|\r|\n/);
      add(first);
      for (const part of rest) {
        if (last === 0 && out.length > 0 && !wantsGap) out.push("");
        endLine();
        add(part);
      }
      return;
    }
    const collapsed = text.replace(/[ \t\r\n\f]+/g, " ");
    const starts = last === 0 || last === SPACE || last === TAB;
    add(starts && collapsed.startsWith(" ") ? collapsed.slice(1) : collapsed);
  };
  const open = () => {
    if (skipped !== "") {
      if (name === skipped) skippedDepth++;
      return;
    }
    elements++;
    if (!childless.has(name) && !optionalEnd.has(name)) deepest = Math.max(deepest, ++depth);
    if (hidden.has(name) || (prose && name === "figcaption") || (name === "math" && alternative)) {
      if (alternative) write(alternative);
      skipped = name;
      skippedDepth = 1;
      return;
    }
    if (name === "title" && !hasTitle) inTitle = hasTitle = true;
    if (paragraphs.has(name)) {
      endLine();
      // Items stand close, whatever they are made of.
      if (lists.length === 0) wantsGap = true;
    } else if (name === "br") {
      if (preformatted > 0) write("\n");
      else if (last === 0) wantsGap = true;
      else endLine();
    } else if (name === "td" || name === "th") {
      if (last !== 0 && last !== TAB) add("\t");
    } else if (lines.has(name)) endLine();
    if (name === "pre") preformatted++;
    else if (name === "a") inLink = true;
    else if (name === "ul" || name === "ol") {
      lists.push({ ordered: name === "ol", items: 0, from: out.length, read, linked });
    } else if (name === "li") {
      const list = lists.at(-1);
      if (list) list.items++;
      // Indented by two for each list around it; a bomb of lists stays at a margin.
      const indent = "  ".repeat(Math.min(Math.max(lists.length - 1, 0), 8));
      prefix = indent + (list?.ordered ? `${list.items}. ` : "- ");
    }
  };
  const close = (closed: string) => {
    if (skipped !== "") {
      if (closed !== skipped || --skippedDepth > 0) return;
      skipped = "";
      depth = Math.max(0, depth - 1);
      return;
    }
    if (!childless.has(closed) && !optionalEnd.has(closed)) depth = Math.max(0, depth - 1);
    if (closed === "title") inTitle = false;
    if (closed === "a") inLink = false;
    if (paragraphs.has(closed)) {
      endLine();
      if (closed === "ul" || closed === "ol") {
        const list = lists.pop();
        if (prose && list && read > list.read && linked - list.linked >= 0.9 * (read - list.read)) {
          out.length = Math.min(out.length, list.from);
        }
      }
      if (closed === "pre") preformatted = Math.max(0, preformatted - 1);
      if (lists.length === 0) wantsGap = true;
    } else if (lines.has(closed)) {
      endLine();
      if (closed === "li") prefix = "";
    }
  };
  const text = (part: string) => {
    if (skipped !== "") return;
    if (inTitle) title += part;
    else {
      const size = part.trim().length;
      read += size;
      if (inLink) linked += size;
      write(part);
    }
  };

  const tokenizer = new Tokenizer({ decodeEntities: true }, {
    onopentagname(start, end) {
      name = html.slice(start, end).toLowerCase();
      alternative = "";
    },
    onattribname(start, end) {
      attribute = html.slice(start, end).toLowerCase();
      value = "";
    },
    onattribdata(start, end) {
      value += html.slice(start, end);
    },
    onattribentity(point) {
      value += String.fromCodePoint(point);
    },
    onattribend() {
      if (name === "math" && attribute === "alttext") alternative = value;
      else if (name === "html" && attribute === "lang") language ||= value.trim();
    },
    onopentagend: open,
    onselfclosingtag() {
      open();
      if (name === "svg" || name === "math" || name === "iframe") close(name);
    },
    onclosetag(start, end) {
      close(html.slice(start, end).toLowerCase());
    },
    ontext(start, end) {
      text(html.slice(start, end));
    },
    ontextentity(point) {
      text(String.fromCodePoint(point));
    },
    oncdata() {},
    oncomment() {},
    ondeclaration() {},
    onprocessinginstruction() {},
    onend() {},
  });
  tokenizer.write(html);
  tokenizer.end();
  endLine();
  return {
    text: out.join("\n"),
    title: title.replace(/\s+/g, " ").trim(),
    language,
    elements,
    depth: deepest,
  };
}
