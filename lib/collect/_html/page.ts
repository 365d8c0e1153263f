import { Tokenizer } from "htmlparser2";

/** A tag that opens an element. */
export const OPEN = 1;
/** A tag that closes one, or closes nothing. */
export const CLOSE = 2;
/** A tag that the page ends within. */
export const BROKEN = 3;
/** Text as it stands in the page. */
export const TEXT = 4;
/** One character, decoded from an entity. */
export const CHARACTER = 5;

/** Elements that hold nothing and have no end tag. */
export const childless: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/** Elements that may close themselves: those of drawings and of formulas, where all may. */
const selfClosing =
  /^(?:svg|iframe|(?:\w+:)?(?:math|mspace|none|mprescripts|mglyph|malignmark|maligngroup|m[inos]|mtext|mrow|mtd|mtr|mphantom))$/;

/** Which opening tags end an open element without its end tag. */
const endedBy = new Map(
  Object.entries({
    p: "p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dl div article section header footer main nav aside figure hr form",
    li: "li",
    dt: "dt dd",
    dd: "dt dd",
    tr: "tr thead tbody tfoot",
    td: "td th tr thead tbody tfoot",
    th: "td th tr thead tbody tfoot",
    thead: "tbody tfoot",
    tbody: "tbody tfoot",
    option: "option optgroup",
    optgroup: "optgroup",
    head: "body",
  }).map(([name, openers]) => [name, new Set(openers.split(" "))]),
);

/**
 * A page as flat arrays, one entry for each piece (a tag, or a stretch of text) in the page's order. It is read in one go
 * and constant stack, whatever the page holds: tags that nest a million deep, never end or make no sense cost what their
 * bytes cost.
 *
 * htmlparser2's tokenizer reads the tags and decodes the entities; html-to-text, html2plaintext and turndown build a tree
 * of objects and recurse.
 */
export class Page {
  /** How many pieces there are; the arrays are longer. */
  count = 0;
  /** What each piece is. */
  kinds: Uint8Array;
  /** The tag of each piece as its number in {@linkcode Page.names}, 0 for text. */
  tags: Int32Array;
  /** The names of the tags that the page has, in lower case; the first is none. */
  readonly names: string[] = [""];
  /** The opening tag that each piece lies in, and the one that a closing tag closes; -1 for none. */
  parents: Int32Array;
  /** Where a piece of text starts in the page; of a decoded character the code point. */
  #starts: Int32Array;
  #ends: Int32Array;
  /** The first attribute of each piece. */
  #attributes: Int32Array;
  /** Of each attribute where its name starts and ends, and its value. */
  #places: Int32Array;
  #attributeCount = 0;
  /** Values that do not stand in the page as they are. */
  readonly #decoded = new Map<number, string>();
  readonly #html: string;
  readonly #numbers = new Map<string, number>();
  /** The opening tags of the elements that are open, and how many of them each tag has. */
  readonly #open: number[] = [];
  readonly #openOf: number[] = [];

  /** Read a page. */
  constructor(html: string) {
    this.#html = html;
    // Most pages have fewer pieces than this.
    const room = 64 + (html.length >> 5);
    this.kinds = new Uint8Array(room);
    this.tags = new Int32Array(room);
    this.parents = new Int32Array(room);
    this.#starts = new Int32Array(room);
    this.#ends = new Int32Array(room);
    this.#attributes = new Int32Array(room);
    this.#places = new Int32Array(4 * room);
    let hasValue = false;
    const tokenizer = new Tokenizer({ decodeEntities: true }, {
      onopentagname: (start, end) => this.#begin(OPEN, this.#numberOf(start, end)),
      onattribname: (start, end) => {
        const at = 4 * this.#attributeCount;
        if (at === this.#places.length) this.#places = doubled(this.#places);
        this.#places[at] = start;
        this.#places[at + 1] = end;
        this.#places[at + 2] = this.#places[at + 3] = 0;
        hasValue = false;
      },
      onattribdata: (start, end) => {
        if (hasValue) return this.#decode(this.#html.slice(start, end));
        hasValue = true;
        this.#places[4 * this.#attributeCount + 2] = start;
        this.#places[4 * this.#attributeCount + 3] = end;
      },
      onattribentity: (point) => {
        hasValue = true;
        this.#decode(String.fromCodePoint(point));
      },
      onattribend: () => {
        this.#attributeCount++;
      },
      onopentagend: () => this.#opened(),
      onselfclosingtag: () => {
        const tag = this.tags[this.count];
        this.#opened();
        if (selfClosing.test(this.names[tag])) this.#closed(tag);
      },
      onclosetag: (start, end) => this.#closed(this.#numberOf(start, end)),
      ontext: (start, end) => this.#text(TEXT, start, end),
      ontextentity: (point) => this.#text(CHARACTER, point, 0),
      oncdata() {},
      oncomment() {},
      ondeclaration() {},
      onprocessinginstruction() {},
      onend() {},
    });
    tokenizer.write(html);
    tokenizer.end();
    this.#begin(0, 0);
  }

  /** The text of a piece that is text. */
  textOf(piece: number): string {
    return this.kinds[piece] === CHARACTER
      ? String.fromCodePoint(this.#starts[piece])
      : this.#html.slice(this.#starts[piece], this.#ends[piece]);
  }

  /** The values that an opening tag gives for an attribute, in order: one at most, unless it is named again. */
  valuesOf(piece: number, name: string): string[] {
    const values: string[] = [];
    this.eachAttribute(piece, (named, value) => {
      if (named === name) values.push(value);
    }, 1 << Math.min(name.length, 31));
    return values;
  }

  /**
   * Each attribute of an opening tag, in order: its name in lower case, and its value. `lengths` has a bit for each length of
   * names that are wanted: most attributes of a page are told from them by that.
   */
  eachAttribute(piece: number, see: (name: string, value: string) => void, lengths = -1): void {
    for (let attribute = this.#attributes[piece]; attribute < this.#attributes[piece + 1]; attribute++) {
      const at = 4 * attribute;
      const start = this.#places[at];
      const end = this.#places[at + 1];
      if ((lengths >> Math.min(end - start, 31) & 1) === 0) continue;
      const decoded = this.#decoded.size > 0 ? this.#decoded.get(attribute) : undefined;
      see(
        this.#html.slice(start, end).toLowerCase(),
        decoded ?? this.#html.slice(this.#places[at + 2], this.#places[at + 3]),
      );
    }
  }

  /** Whether the page has the words anywhere, be it in a tag: what spares a pass that looks at every element. */
  mentions(words: RegExp): boolean {
    return words.test(this.#html);
  }

  #numberOf(start: number, end: number): number {
    const written = this.#html.slice(start, end);
    let number = this.#numbers.get(written);
    if (number === undefined) {
      const name = written.toLowerCase();
      number = this.#numbers.get(name) ?? this.names.push(name) - 1;
      this.#numbers.set(name, number);
      this.#numbers.set(written, number);
    }
    return number;
  }

  /** Start a piece; it counts once it ends. The attributes of each end where those of the next start. */
  #begin(kind: number, tag: number): void {
    if (this.kinds[this.count] === OPEN) this.kinds[this.count++] = BROKEN;
    if (this.count + 1 === this.kinds.length) {
      this.kinds = doubled(this.kinds);
      this.tags = doubled(this.tags);
      this.parents = doubled(this.parents);
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
      this.#attributes = doubled(this.#attributes);
    }
    this.kinds[this.count] = kind;
    this.tags[this.count] = tag;
    this.parents[this.count] = this.#open.at(-1) ?? -1;
    this.#attributes[this.count] = this.#attributeCount;
  }

  #opened(): void {
    const tag = this.tags[this.count];
    const name = this.names[tag];
    while (this.#open.length > 0) {
      const last = this.tags[this.#open.at(-1)!];
      if (!endedBy.get(this.names[last])?.has(name)) break;
      this.#open.pop();
      this.#openOf[last]--;
    }
    this.parents[this.count] = this.#open.at(-1) ?? -1;
    if (!childless.has(name)) {
      this.#open.push(this.count);
      this.#openOf[tag] = (this.#openOf[tag] ?? 0) + 1;
    }
    this.count++;
  }

  #closed(tag: number): void {
    this.#begin(CLOSE, tag);
    this.parents[this.count] = -1;
    while (this.#openOf[tag] > 0 && this.parents[this.count] === -1) {
      const ended = this.#open.pop()!;
      this.#openOf[this.tags[ended]]--;
      if (this.tags[ended] === tag) this.parents[this.count] = ended;
    }
    this.count++;
  }

  #text(kind: number, start: number, end: number): void {
    this.#begin(kind, 0);
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.count++;
  }

  /** Add to the value of the attribute that is being read. */
  #decode(more: string): void {
    const at = 4 * this.#attributeCount;
    const before = this.#decoded.get(this.#attributeCount) ??
      this.#html.slice(this.#places[at + 2], this.#places[at + 3]);
    this.#decoded.set(this.#attributeCount, before + more);
  }
}

function doubled<T extends Uint8Array | Int32Array>(from: T): T {
  const to = new (from.constructor as new (length: number) => T)(2 * from.length);
  to.set(from);
  return to;
}
