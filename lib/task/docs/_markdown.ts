import { Marked } from "marked";
import { highlight } from "../../notebook/_highlight.ts";
import { escapeHtml } from "../../notebook/_words.ts";

/** Where a name in a docstring or in code leads; `undefined` where it leads nowhere. */
export type Target = (name: string) => string | undefined;

/** Before an address that was looked up already. */
const told = "told:";

/** A heading's text as a word of an address. */
export function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
}

/**
 * Markdown of this project as HTML: a heading has an anchor, code is marked, tags stand for themselves, and a link to another
 * notebook or text leads to its page, or nowhere where there is none.
 */
export function markdownHtml(source: string, page: Target): string {
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text }) => escapeHtml(text),
      code: ({ text, lang }) =>
        codeHtml(lang === "ts" || lang?.startsWith("ts ") ? highlight(text) : escapeHtml(text)),
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${slug(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const to = /^(?:https?:|#)/.test(href)
          ? href
          : href.startsWith(told)
          ? href.slice(told.length)
          : page(href);
        return to === undefined ? words : `<a href="${escapeHtml(to)}">${words}</a>`;
      },
      table(token) {
        const row = (cells: typeof token.header) =>
          `<tr>${
            cells.map(({ header, tokens }) =>
              header
                ? `<th>${this.parser.parseInline(tokens)}</th>`
                : `<td>${this.parser.parseInline(tokens)}</td>`
            ).join("")
          }</tr>`;
        return tableHtml(row(token.header), token.rows.map(row));
      },
      codespan: ({ text }) => {
        const to = /\.ipynb$/.test(text) ? page(text) : undefined;
        const code = `<code>${escapeHtml(text)}</code>`;
        return to === undefined ? code : `<a href="${to}">${code}</a>`;
      },
    },
  });
  return marked.parse(source, { async: false });
}

/** A docstring as HTML; what it links leads to where that is told. */
export function docstringHtml(text: string, target: Target, page: Target): string {
  const source = text.replace(
    /\{@link(?:code|plain)?\s+([^}|\s]+)(?:\s*\|\s*|\s*)([^}]*)\}/g,
    (_, name: string, words: string) => {
      if (/^https?:/.test(name)) return `[${words.trim() || name}](${name})`;
      const to = target(name.split(".")[0]);
      const said = words.trim() || `\`${name}\``;
      return to === undefined ? said : `[${said}](${told}${to})`;
    },
  );
  return markdownHtml(source, page);
}

/** Code that is HTML already. */
export function codeHtml(html: string, kind = ""): string {
  return `<div class="${`source ${kind}`.trim()}"><pre>${html}</pre></div>`;
}

/** A table that scrolls by itself where the page is narrow. */
export function tableHtml(head: string, rows: readonly string[], kind = "words"): string {
  return `<div class="output ${kind}"><table><thead>${head}</thead><tbody>${
    rows.join("")
  }</tbody></table></div>`;
}

/** Marked code with the names in it that lead somewhere as links. */
export function linked(html: string, target: Target, names = /[A-Za-z_$][\w$]*/g): string {
  return html.split(/(<[^>]*>|&#?\w+;)/).map((part, i) =>
    i % 2 === 1 ? part : part.replace(names, (name) => {
      const to = target(name);
      return to === undefined ? name : `<a href="${to}">${name}</a>`;
    })
  ).join("");
}

/** HTML in whose code every name imported from a room leads to what is told of it. */
export function linkImports(html: string, room: (name: string) => Target | undefined): string {
  const statement =
    /(<span class="keyword">import<\/span>(?:(?!<\/pre>)[^{])*?\{)((?:(?!<\/pre>)[^}])*)(\}\s*<span class="keyword">from<\/span>\s*<span class="string">&#34;midtrain\/(\w+)&#34;)/g;
  return html.replace(statement, (whole, before, names, after, name) => {
    const target = room(name);
    return target ? `${before}${linked(names, target)}${after}` : whole;
  });
}
