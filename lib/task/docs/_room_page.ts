import type { DocRoom, DocSymbol } from "../../notebook/_documentation.ts";
import { beginWith, functionsOf, lookUp, symbolBlocks } from "../../notebook/help.ts";
import { type Block, firstSentence, type Item, readable } from "../../notebook/_help_text.ts";
import { highlight } from "../../notebook/_highlight.ts";
import { escapeHtml } from "../../notebook/_words.ts";
import type { GalleryFigure } from "./_gallery_page.ts";
import { codeHtml, docstringHtml, linked, tableHtml, type Target } from "./_markdown.ts";
import { contentsHtml, type SitePage } from "./_page.ts";

/** What stands in the first column under a label. */
const singular: Record<string, string> = { Parameters: "parameter", Options: "option", Errors: "error" };

/** The names that a room's text says to begin with, in its order. */
function beginNames(doc: string): string[] {
  return [...beginWith(doc).matchAll(/\{@linkcode (\w+)\}/g)].map(([, name]) => name);
}

/** The rooms with what leads to their names. */
export class Rooms {
  /** In the order in which data flow. */
  readonly all: DocRoom[];
  #page: Target;
  #figures: readonly GalleryFigure[];

  /** `page` says where a notebook's or text's page is; `figures` are the gallery's. */
  constructor(all: DocRoom[], page: Target, figures: readonly GalleryFigure[] = []) {
    this.all = all;
    this.#page = page;
    this.#figures = figures;
  }

  /** Where a name is told, seen from a room. */
  target(room: string): Target {
    return (name) => {
      if (this.all.some((one) => one.name === name)) return `room_${name}.html`;
      const found = lookUp(this.all, name, room);
      return found && `room_${this.#home(found)}.html#${name}`;
    };
  }

  /** Where a name is told that is imported from a room, if that room exports it. */
  imported(room: string): Target | undefined {
    const exported = this.all.find(({ name }) => name === room)?.symbols;
    return exported &&
      ((name) => exported.some((one) => one.name === name) ? this.target(room)(name) : undefined);
  }

  /** A docstring of a room as HTML. */
  html(text: string, room: string): string {
    return docstringHtml(text, this.target(room), this.#page);
  }

  /** The first sentence of a docstring, as HTML in a line. */
  sentence(text: string | undefined, room: string): string {
    return this.html(firstSentence(text), room).trim().replace(/^<p>([^]*)<\/p>$/, "$1");
  }

  /** A room's names to begin with, as links. */
  begin({ name, doc }: DocRoom): string {
    return beginNames(doc).map((one) => `<a href="${this.target(name)(one)}"><code>${one}</code></a>`).join(
      ", ",
    );
  }

  /** The room where a name is told in full: where it is declared, if that exports it. */
  #home({ name, room, declaration }: DocSymbol): string {
    const declared = declaration.location.filename.split("/")[0];
    const there = this.all.find((one) => one.name === declared)?.symbols.some((one) => one.name === name);
    return there ? declared : room;
  }

  /** A room's page: what it is, where to begin, then every export. */
  page(room: DocRoom): SitePage {
    const first = beginNames(room.doc);
    const functions = functionsOf(room);
    const types = room.symbols.filter((one) => !functions.includes(one) && !first.includes(one.name));
    const groups = [
      {
        name: "Begin with",
        symbols: first.flatMap((name) => room.symbols.filter((one) => one.name === name)),
      },
      {
        name: "Functions and values",
        symbols: functions.filter(({ name }) => !first.includes(name)),
      },
      { name: "Types, and what other rooms lend", symbols: types },
    ].filter(({ symbols }) => symbols.length > 0);
    const at = this.all.indexOf(room);
    const others = [["Before it", this.all[at - 1]], ["Next", this.all[at + 1]]] as const;
    return {
      file: `room_${room.name}.html`,
      title: `midtrain/${room.name}`,
      kind: "room",
      html: `<h1>midtrain/${room.name}</h1>
${
        codeHtml(highlight(`import { ${
          first.filter((name) =>
            functions.some((one) => one.name === name)
          ).slice(0, 3).join(", ")
        } } from "midtrain/${room.name}";`))
      }
${this.html(room.doc.replace(beginWith(room.doc), ""), room.name)}
${
        contentsHtml(
          groups.map(({ name, symbols }) => ({ name, links: symbols.map((one) => [one.name, one.name]) })),
        )
      }
${
        groups.map(({ name, symbols }) =>
          `<h2>${name}</h2>\n${symbols.map((one) => this.#symbol(one)).join("\n")}`
        )
          .join("\n")
      }
<p class="onward">${
        others.flatMap(([word, other]) =>
          other ? [`${word}: <a href="room_${other.name}.html">midtrain/${other.name}</a>`] : []
        ).join(" · ")
      }</p>`,
    };
  }

  #symbol(symbol: DocSymbol): string {
    const { name, room, declaration: { kind, location, jsDoc } } = symbol;
    const home = this.#home(symbol);
    const word =
      { interface: "type", typeAlias: "type", variable: "value", reference: "value" }[kind as string] ?? kind;
    const head = `<h3 id="${name}" data-kind="${word} of ${room}"><a href="#${name}">${name}</a></h3>`;
    if (home !== room) {
      return `<section class="symbol lent">${head}<p>Of <a href="room_${home}.html#${name}">midtrain/${home}</a>: ${
        this.sentence(jsDoc?.doc, room)
      }</p></section>`;
    }
    return `<section class="symbol">${head}
<p class="path">${word} · <code>lib/${location.filename}:${location.line}</code>${this.#drawn(symbol)}</p>
${this.#blocks(symbolBlocks(this.all, symbol).slice(1), room)}</section>`;
  }

  /** Where the gallery shows what a figure's function draws. */
  #drawn({ name, room }: DocSymbol): string {
    if (room !== "figure") return "";
    const shown = this.#figures.filter(({ code }) => new RegExp(`\\b${name}\\(`).test(code));
    const links = shown.map((one) =>
      `<a href="gallery.html#${one.name}">${one.name.replaceAll(/[-_]/g, " ")}</a>`
    );
    return links.length > 0 ? ` · in the gallery: ${links.join(", ")}` : "";
  }

  #blocks(blocks: readonly Block[], room: string): string {
    let label = "";
    return blocks.map((block) => {
      if ("code" in block) return codeHtml(this.#code(block.code, room), label === "" ? "signature" : "");
      if ("text" in block) return this.html(block.text, room);
      if ("items" in block) return this.#table(block.items, singular[label] ?? "member", room);
      label = "label" in block ? block.label.replace(/^Members of options$/, "Options") : block.heading;
      return `<h4>${escapeHtml(label)}</h4>`;
    }).join("\n");
  }

  /** Code in which names of types lead to them. */
  #code(code: string, room: string): string {
    return linked(highlight(code), this.target(room), /\b[A-Z]\w*/g);
  }

  #table(items: readonly Item[], what: string, room: string): string {
    const presets = items.some(({ note }) => note !== undefined);
    const rows = items.map(({ term, note, what }) => {
      const preset = note ? `<code>${escapeHtml(readable(note).replace(/^by default /, ""))}</code>` : "";
      return `<tr><td><code>${linked(escapeHtml(term), this.target(room), /\b[A-Z]\w*/g)}</code></td>${
        presets ? `<td class="default">${preset}</td>` : ""
      }<td>${this.html(what, room)}</td></tr>`;
    });
    const head = [what, ...(presets ? ["default"] : []), "meaning"].map((name) => `<th>${name}</th>`);
    return tableHtml(`<tr>${head.join("")}</tr>`, rows, "words items");
  }
}
