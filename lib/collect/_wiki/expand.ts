import { decodeHTMLStrict } from "entities";
import { Arguments, type Site } from "./arguments.ts";
import { Links, type Namespaces } from "./links.ts";
import { BLOCK, BREAK, GONE, Literals } from "./marks.ts";
import { script } from "./script.ts";
import { hidden, inline, inlineMarks, listTags, tableTags } from "./tags.ts";
import { templateFor } from "./templates.ts";

/**
 * Templates deeper than this in others have no text, and links and what is raised show it as it is, so that the time stays
 * linear; MediaWiki refuses templates deeper than 40.
 */
const deepest = 60;

/** Wikitext whose templates, links and tags are read: what is left is made of lines. */
export interface Expanded {
  text: string;
  literals: Literals;
  categories: string[];
  /** How often each template was left out that is not known, by its name. */
  dropped: Map<string, number>;
  /** Whether the page lists what its title may mean. */
  isDisambiguation: boolean;
}

/** What is open: a template or parameter, a link, something raised or lowered, a poem, or the page. */
interface Frame {
  kind: "page" | "braces" | "link" | "sup" | "sub" | "poem";
  /** How many braces opened it that no closing ones have matched. */
  braces: number;
  /** The parts before the last bar, and where in each the first equals sign stands, -1 if nowhere. */
  parts: string[];
  equals: number[];
  /** The part that is being read. */
  text: string;
  equal: number;
}

const special = /\{{2,}|\}{2,}|\[\[|\]\]|\||</g;
const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/iy;
const opening: Record<Frame["kind"], string> = {
  page: "",
  braces: "{",
  link: "[[",
  sup: "",
  sub: "",
  poem: "",
};

/**
 * Read templates, links and tags of wikitext, nested to any depth, in time that grows with its length.
 *
 * @param marked Whether marks stand where bold, italics and code begin and end that HTML writes.
 */
export function expand(wikitext: string, site: Site, namespaces: Namespaces, marked: boolean): Expanded {
  return new Expansion(wikitext, site, namespaces, marked).run();
}

class Expansion {
  readonly #text: string;
  readonly #site: Site;
  readonly #marked: boolean;
  readonly #literals = new Literals();
  readonly #links: Links;
  readonly #dropped = new Map<string, number>();
  readonly #frames: Frame[] = [frame("page")];
  /** Where the next closing tag of each name stands, from the last place that it was looked for. */
  readonly #closing = new Map<string, { from: number; at: number; end: number }>();
  /** The lists in HTML that are open, a sign each. */
  #lists = "";
  #isDisambiguation = false;
  /** How many frames are of braces. */
  #open = 0;

  constructor(wikitext: string, site: Site, namespaces: Namespaces, marked: boolean) {
    this.#marked = marked;
    this.#text = wikitext.replace(/\r\n?/g, "\n").replace(/[\ufdd0-\ufdd7]/g, "");
    this.#site = site;
    this.#links = new Links(namespaces);
  }

  run(): Expanded {
    const text = this.#text;
    let at = 0;
    for (;;) {
      special.lastIndex = at;
      const found = special.exec(text);
      this.#raw(text.slice(at, found?.index));
      if (!found) break;
      const [mark] = found;
      at = found.index + mark.length;
      if (mark === "<") at = this.#tag(found.index);
      else if (mark === "|") this.#bar();
      else if (mark === "[[") this.#frames.push(frame("link"));
      else if (mark === "]]") this.#closeLink();
      else if (mark.startsWith("{")) this.#openBraces(mark.length);
      else this.#closeBraces(mark.length);
    }
    this.#unwind(1);
    return {
      text: this.#frames[0].text,
      literals: this.#literals,
      categories: [...this.#links.categories],
      dropped: this.#dropped,
      isDisambiguation: this.#isDisambiguation,
    };
  }

  get #top(): Frame {
    return this.#frames[this.#frames.length - 1];
  }

  /** Text as it is written, whose equals signs name arguments. */
  #raw(text: string): void {
    if (text === "") return;
    const top = this.#top;
    if (top.kind === "braces" && top.equal < 0) {
      const equal = text.indexOf("=");
      if (equal >= 0) top.equal = top.text.length + equal;
    }
    top.text += text;
  }

  /** Text that something became. */
  #add(text: string): void {
    this.#top.text += text;
  }

  #bar(): void {
    const top = this.#top;
    if (top.kind !== "braces" && top.kind !== "link") return this.#add("|");
    top.parts.push(top.text);
    top.equals.push(top.equal);
    top.text = "";
    top.equal = -1;
  }

  /** What was open from a frame on is text as it is written, as nothing closes it. */
  #unwind(from: number): void {
    const target = this.#frames[from - 1];
    for (const { kind, braces, parts, text } of this.#frames.splice(from)) {
      target.text += kind === "braces" ? "{".repeat(braces) : opening[kind];
      for (const part of parts) target.text += part + "|";
      target.text += text;
    }
  }

  #closeLink(): void {
    if (this.#top.kind !== "link") return this.#add("]]");
    const isDeep = this.#frames.length > deepest;
    const { parts, text } = this.#frames.pop()!;
    this.#add(isDeep ? text : this.#links.shown([...parts, text]));
  }

  #closeBraces(count: number): void {
    let left = count;
    while (left >= 2 && this.#open > 0) {
      let at = this.#frames.length - 1;
      while (this.#frames[at].kind !== "braces") at--;
      // A link that is still open here is none.
      if (at < this.#frames.length - 1) this.#unwind(at + 1);
      const top = this.#frames.pop()!;
      this.#open--;
      const matched = Math.min(left, top.braces, 3);
      left -= matched;
      const parts = [...top.parts, top.text];
      const shown = matched === 3 ? parts[1] ?? "" : this.#template(parts, [...top.equals, top.equal]);
      const rest = top.braces - matched;
      if (rest >= 2) this.#openBraces(rest);
      else if (rest === 1) this.#raw("{");
      this.#add(shown);
    }
    if (left > 0) this.#raw("}".repeat(left));
  }

  #openBraces(braces: number): void {
    this.#frames.push({ ...frame("braces"), braces });
    this.#open++;
  }

  #template(parts: string[], equals: number[]): string {
    if (this.#frames.length > deepest) return this.#drop("(nested too deep)");
    const template = templateFor(parts, equals);
    if (template.isDisambiguation) this.#isDisambiguation = true;
    if (template.name === "tmath") {
      return this.#formula(new Arguments(template.parts, template.equals).of(1), false);
    }
    if (!template.render) return template.isKnown ? GONE : this.#drop(template.name);
    const given = new Arguments(template.parts, template.equals);
    return template.render(given, this.#site) || GONE;
  }

  #drop(name: string): string {
    this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + 1);
    return GONE;
  }

  /** Read what begins with `<`; returns where it ends. */
  #tag(start: number): number {
    const text = this.#text;
    if (text.startsWith("<!--", start)) {
      const end = text.indexOf("-->", start + 4);
      if (end < 0) return text.length;
      // A comment that has its lines for itself takes the end of the last one with it.
      const alone = /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, start - 40), start));
      const after = alone ? /[ \t]*\n/y : undefined;
      if (!after) return end + 3;
      after.lastIndex = end + 3;
      return after.test(text) ? after.lastIndex : end + 3;
    }
    tag.lastIndex = start;
    const found = tag.exec(text);
    if (!found) return this.#literally(start);
    const [whole, slash, written, attributes] = found;
    const name = written.toLowerCase();
    const end = start + whole.length;
    if (hidden.has(name) || raw.has(name)) {
      if (slash) return end;
      if (attributes.endsWith("/")) {
        this.#add(GONE);
        return end;
      }
      const close = this.#close(name, end);
      if (!close) {
        this.#add(GONE);
        return end;
      }
      this.#add(hidden.has(name) ? GONE : this.#kept(name, attributes, text.slice(end, close.at)));
      return close.end;
    }
    if (!slash && /display\s*:\s*none/i.test(attributes)) {
      const close = this.#close(name, end);
      if (close) {
        this.#add(GONE);
        return close.end;
      }
    }
    if (name === "sup" || name === "sub" || name === "poem") this.#frameTag(name, slash !== "");
    else if (name === "br") this.#add(BREAK);
    else if (tableTags[name]) this.#add(tableTags[name][slash ? 1 : 0]);
    else if (listTags.has(name)) this.#listTag(name, slash !== "", start);
    else if (inline.has(name)) {
      if (this.#marked && inlineMarks[name]) this.#add(inlineMarks[name]);
    } else if (/^(?:div|p|blockquote|center|hr|h[1-6]|section|figure|figcaption)$/.test(name)) {
      this.#add(BLOCK);
    } else return this.#literally(start);
    return end;
  }

  #literally(start: number): number {
    this.#raw("<");
    return start + 1;
  }

  #close(name: string, from: number): { at: number; end: number } | undefined {
    let close = this.#closing.get(name);
    if (!close || close.at < from && close.at >= 0) {
      const pattern = new RegExp(`</${name}\\s*>`, "gi");
      pattern.lastIndex = from;
      const found = pattern.exec(this.#text);
      close = { from, at: found?.index ?? -1, end: pattern.lastIndex };
      this.#closing.set(name, close);
    }
    return close.at < 0 ? undefined : close;
  }

  /** What an element becomes whose text is not wikitext. */
  #kept(name: string, attributes: string, content: string): string {
    const literals = this.#literals;
    switch (name) {
      case "nowiki":
        return literals.keep({ kind: "text", text: decodeHTMLStrict(content.replace(/\n/g, " ")) });
      case "math":
      case "chem":
      case "ce": {
        const latex = decodeHTMLStrict(content).replace(/\s+/g, " ").trim();
        const display = /display\s*=\s*["']?block/i.test(attributes);
        return this.#formula(latex && name !== "math" ? `\\ce{${latex}}` : latex, display);
      }
      case "pre": {
        const text = decodeHTMLStrict(unwiki(content)).replace(/^\n|\s+$/g, "");
        return literals.keep({ kind: "code", text, block: true });
      }
      default: {
        const block = !/\binline\b/i.test(attributes);
        const language = /\blang\s*=\s*["']?\s*([\w+#.-]+)/i.exec(attributes)?.[1].toLowerCase() ?? "";
        return literals.keep({ kind: "code", text: content.replace(/^\s*\n|\s+$/g, ""), block, language });
      }
    }
  }

  #formula(latex: string, block: boolean): string {
    return latex === "" ? GONE : this.#literals.keep({ kind: "formula", text: latex, block });
  }

  #frameTag(name: "sup" | "sub" | "poem", closes: boolean): void {
    if (!closes) {
      this.#frames.push(frame(name));
      return;
    }
    if (this.#top.kind !== name) return;
    const isDeep = this.#frames.length > deepest;
    const { text } = this.#frames.pop()!;
    if (isDeep) this.#add(text);
    else if (name === "poem") this.#add(BLOCK + text.trim().replaceAll("\n", BREAK) + BLOCK);
    else this.#add(script(name === "sup" ? "^" : "_", text));
  }

  /** Lists in HTML become those of wikitext. */
  #listTag(name: string, closes: boolean, start: number): void {
    if (name === "ul" || name === "ol") {
      if (closes) this.#lists = this.#lists.slice(0, -1);
      // A bomb of lists stays at a margin.
      else if (this.#lists.length < 20) this.#lists += name === "ul" ? "*" : "#";
      if (this.#lists === "") this.#add("\n");
    } else if (!closes) {
      const sign = name === "li" ? this.#lists || "*" : name === "dt" ? ";" : ":";
      const isLineStart = /\n\s*$/.test(this.#text.slice(Math.max(0, start - 40), start));
      this.#add(`${isLineStart ? "" : "\n"}${sign} `);
    }
  }
}

/** Elements whose text is taken as it is written. */
const raw = new Set("nowiki math chem ce pre syntaxhighlight source".split(" "));

function unwiki(text: string): string {
  return text.replace(/<\/?nowiki\s*\/?>/gi, "");
}

function frame(kind: Frame["kind"]): Frame {
  return { kind, braces: 0, parts: [], equals: [], text: "", equal: -1 };
}
