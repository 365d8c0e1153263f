import { OPEN, type Page } from "../page.ts";
import { type Draft, EDGE, SEEN } from "../pass.ts";
import { ABOUT, AROUND, BESIDE, bitsOfName, BODY, POST, REMARKS, THREAD, UNSEEN } from "./names.ts";

const blockNames = new Set(
  ("p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dl article section header footer main nav aside figure hr form div li tr " +
    "td th dt dd caption figcaption address option select button summary details legend thead tbody tfoot title body head html " +
    "center fieldset dialog menu").split(" "),
);
const besideNames = new Set("nav footer aside button select dialog menu input object".split(" "));
const aroundNames = new Set("form fieldset label".split(" "));
/** Elements that are named after what they show: a row of a table of players, code that is a comment. */
const plainNames = new Set(
  "tr tbody thead table h1 h2 h3 h4 h5 h6 pre code em strong b i sup sub math p".split(" "),
);

const besideRoles = new Set(
  ("navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar tablist alert tooltip button")
    .split(" "),
);
const unseenStyle = /display\s*:\s*none|visibility\s*:\s*hidden/i;
const threadKinds = /DiscussionForumPosting|QAPage|schema\.org\/(?:Question|Answer)/;
const aboutProperties = new Set(
  "author datePublished dateModified publisher image keywords commentCount upvoteCount".split(" "),
);

/**
 * What each element of a page holds, found by reading the page once forwards and once backwards. Text is measured in letters of
 * an alphabet; a Chinese character says as much as two.
 */
export class Sums {
  /** The nearest element that makes a block, of each piece; -1 for none. */
  readonly blocks: Int32Array;
  /** Of each element with all it holds, and of each piece of text: how much text, how much of it in links, how many marks. */
  readonly text: Float64Array;
  readonly linked: Float64Array;
  readonly marks: Float64Array;
  /** How much text the paragraphs have that each element holds, and how much it has as a paragraph itself. */
  readonly good: Float64Array;
  readonly ownGood: Float64Array;
  /** Whether an element holds what names itself the text, or a first heading. */
  readonly core: Uint8Array;
  /** What the names of an element say: bits. */
  readonly bits: Uint8Array;
  /** Words of forums in the names of elements: a bit each. */
  forumWords = 0;
  /** Whether an element says that it is a thread, a question or an answer. */
  saysThread = false;
  /** Which tags make a block. */
  readonly isBlock: readonly boolean[];

  /** Read a page whose unwanted elements are marked. */
  constructor(readonly page: Page, readonly draft: Draft) {
    const { count, names } = page;
    this.isBlock = names.map((name) => blockNames.has(name));
    this.blocks = new Int32Array(count).fill(-1);
    this.text = new Float64Array(count);
    this.linked = new Float64Array(count);
    this.marks = new Float64Array(count);
    this.good = new Float64Array(count);
    this.ownGood = new Float64Array(count);
    this.core = new Uint8Array(count);
    this.bits = new Uint8Array(count);
    this.#readForwards();
    this.#sumBackwards();
  }

  #readForwards(): void {
    const { count, kinds, tags, names, parents } = this.page;
    const { places, instead } = this.draft;
    const { blocks } = this;
    const bitsOfTag = names.map((name) =>
      besideNames.has(name) ? BESIDE : aroundNames.has(name) ? AROUND : 0
    );
    const isPlain = names.map((name) => plainNames.has(name));
    const isHeading = names.map((name) => /^h[1-6]$/.test(name));
    const [link, pre] = [names.indexOf("a"), names.indexOf("pre")];
    const inLink = new Uint8Array(count);
    const inPre = new Uint8Array(count);
    const own = {
      text: new Float64Array(count),
      linked: new Float64Array(count),
      marks: new Float64Array(count),
    };
    for (let i = 0; i < count; i++) {
      const parent = parents[i];
      if (kinds[i] === OPEN) {
        inLink[i] = tags[i] === link || parent >= 0 && inLink[parent] ? 1 : 0;
        inPre[i] = tags[i] === pre || parent >= 0 && inPre[parent] ? 1 : 0;
        blocks[i] = this.isBlock[tags[i]] ? i : parent >= 0 ? blocks[parent] : -1;
        if (places[i] === SEEN) {
          let bits = bitsOfTag[tags[i]] | bitsAt(this.page, i);
          if (isPlain[tags[i]]) bits &= ~(AROUND | BESIDE | REMARKS);
          if (inPre[i]) bits &= UNSEEN;
          this.forumWords |= (bits & ~THREAD) >> 8;
          if (bits & THREAD) this.saysThread = true;
          this.bits[i] = bits & 255;
          continue;
        }
        // A formula is text.
        if (places[i] !== EDGE || !instead.has(i)) continue;
        this.text[i] = instead.get(i)!.length;
        if (blocks[i] >= 0) own.text[blocks[i]] += this.text[i];
        continue;
      }
      if (tags[i] !== 0 || places[i] !== SEEN) continue;
      const [size, marks] = measure(this.page.textOf(i));
      const block = blocks[i] = parent >= 0 ? blocks[parent] : -1;
      this.text[i] = size;
      this.marks[i] = marks;
      this.linked[i] = parent >= 0 && inLink[parent] ? size : 0;
      if (block < 0) continue;
      own.text[block] += size;
      own.linked[block] += this.linked[i];
      own.marks[block] += marks;
    }
    for (let i = 0; i < count; i++) {
      if (blocks[i] !== i || isHeading[tags[i]]) continue;
      if (isParagraph(own.text[i], own.linked[i], own.marks[i])) {
        this.ownGood[i] = own.text[i] - own.linked[i];
      }
    }
  }

  #sumBackwards(): void {
    const { count, kinds, tags, names, parents } = this.page;
    const h1 = names.indexOf("h1");
    for (let i = count - 1; i >= 0; i--) {
      const parent = parents[i];
      if (kinds[i] !== OPEN && tags[i] !== 0) continue;
      this.good[i] += this.ownGood[i];
      if (parent < 0) continue;
      this.text[parent] += this.text[i];
      this.linked[parent] += this.linked[i];
      this.marks[parent] += this.marks[i];
      this.good[parent] += this.good[i];
      const isBody = (this.bits[i] & (BODY | BESIDE)) === BODY && this.good[i] > 0;
      if (this.core[i] || isBody || tags[i] === h1 && h1 >= 0) this.core[parent] = 1;
    }
  }
}

/** Whether a block is a paragraph by its text: some of it stands outside links, and it has a mark or is long. */
export function isParagraph(text: number, linked: number, marks: number): boolean {
  const plain = text - linked;
  return plain >= 24 && linked < plain && (marks > 0 || plain >= 80);
}

/** . , ; : ! ? and the Arabic and Indian ones, and those of Chinese and Japanese. */
const isMark = new Set([
  46,
  44,
  59,
  33,
  63,
  0x60c,
  0x964,
  0x3001,
  0x3002,
  0xff0c,
  0xff1b,
  0xff1a,
  0xff01,
  0xff1f,
]);

function measure(text: string): [size: number, marks: number] {
  let size = 0;
  let marks = 0;
  let afterSpace = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 32 || code === 0xa0 || code === 0x3000) {
      if (!afterSpace) size++;
      afterSpace = true;
      continue;
    }
    afterSpace = false;
    size += code < 0x2e80 ? 1 : 2;
    if ((code < 64 || code > 0x5ff) && isMark.has(code)) marks++;
  }
  return [afterSpace && size > 0 ? size - 1 : size, marks];
}

/** The bits of names that were met: pages of a site, and sites of a program, name their parts alike. */
const known = new Map<string, number>();
const MOST_KNOWN = 20_000;

function bitsOfWord(word: string): number {
  let bits = known.get(word);
  if (bits === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    // Joined anew, as a part of a page holds on to all of it.
    known.set([...word].join(""), bits = bitsOfName(word));
  }
  return bits;
}

/** The lengths of the names of attributes that are looked at: id, role, class and style, hidden, itemprop and itemtype, aria-hidden. */
const seenLengths = 1 << 2 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 11;

function bitsAt(page: Page, i: number): number {
  let bits = 0;
  page.eachAttribute(i, (name, value) => {
    switch (name) {
      case "class":
      case "id":
        // A name of a thousand letters is none.
        if (value.length > 1000) break;
        if (!/\s/.test(value)) bits |= bitsOfWord(value);
        else for (const word of value.split(/\s+/)) if (word !== "") bits |= bitsOfWord(word);
        break;
      case "itemtype":
        if (threadKinds.test(value)) bits |= THREAD;
        break;
      case "role":
        if (besideRoles.has(value.toLowerCase())) bits |= BESIDE;
        break;
      case "itemprop":
        if (/articleBody|^text$|reviewBody/.test(value)) bits |= BODY;
        else if (aboutProperties.has(value)) bits |= ABOUT;
        else if (/comment|suggestedAnswer|acceptedAnswer/i.test(value)) bits |= POST;
        break;
      case "hidden":
        bits |= UNSEEN;
        break;
      case "aria-hidden":
        if (value === "true") bits |= UNSEEN;
        break;
      case "style":
        if (unseenStyle.test(value)) bits |= UNSEEN;
        break;
    }
  }, seenLengths);
  return bits;
}
