import { CLOSE, OPEN } from "../page.ts";
import { EDGE, INSIDE, SEEN } from "../pass.ts";
import { furniture } from "./furniture.ts";
import { ABOUT, AROUND, BESIDE, BODY, CONTENT, HEADER, POST, REMARKS, UNSEEN } from "./names.ts";
import { isParagraph, type Sums } from "./sums.ts";

/**
 * The pieces of a page that stay or go as one: the lines of a block up to the next block in it or an empty line, or a whole list,
 * table or listing of code.
 */
export interface Units {
  /** The unit of each element and each piece of text, named by its block or by its first piece; -1 for what lies in no block. */
  of: Int32Array;
  /** The units that hold text, in the page's order. */
  list: number[];
  /** Of each what {@linkcode unitFeatures} names. */
  features: Float64Array[];
  /** The text of each. */
  lines: ReadonlyMap<number, Line>;
}

/** What tells the lines of a text from those that a page sets into it. */
export const unitFeatures: readonly string[] = [
  ...[
    "one",
    "within the text, how likely",
    "within it rather than not",
    "its length",
    "short",
    "share of links",
    "marks",
  ],
  ...[
    "p",
    "heading",
    "list",
    "table",
    "pre",
    "paragraph",
    "beside",
    "around",
    "remarks",
    "about",
    "unseen",
    "header",
  ],
  ...[
    "before the first paragraph",
    "after the last",
    "paragraphs before it",
    "paragraphs after it",
    "says the title",
  ],
  ...[
    "links in what holds it",
    "links in what holds that",
    "begins as furniture",
    "stands again",
    "caption",
    "form",
  ],
  ...["named a text", "named a post", "has twins", "paragraph with twins", "short with twins"],
];

const sets = {
  lists: new Set(["ul", "ol", "dl"]),
  items: new Set(["li", "dt", "dd"]),
  cells: new Set(["td", "th"]),
  headings: new Set(["h1", "h2", "h3", "h4", "h5", "h6"]),
  captions: new Set(["figcaption", "figure"]),
};

/** The text of a unit. */
export interface Line {
  /** How much there is, how much of it in links, and how many marks. */
  size: number;
  linked: number;
  marks: number;
  /** How it begins. */
  start: string;
}

/** The units of a page, where it is known how likely each element lies in what holds the text. */
export function findUnits(sums: Sums, causes: Uint8Array, within: Float64Array): Units {
  const { page, draft, bits, blocks } = sums;
  const { tags, names } = page;
  const of = unitsOf(sums);
  const lines = linesOf(sums, of);
  const list = [...lines.keys()].filter((unit) => lines.get(unit)!.size > 0).sort((a, b) => a - b);

  const is = (set: ReadonlySet<string>) => names.map((name) => set.has(name));
  const [isList, isItem, isCell, isHeading, isCaption] = [
    ...[sets.lists, sets.items, sets.cells, sets.headings, sets.captions],
  ].map(is);
  const [p, pre, table, h1, form] = ["p", "pre", "table", "h1", "form"].map((name) => names.indexOf(name));
  const inCaption = inherited(sums, (i) => isCaption[tags[i]]);
  const inForm = inherited(sums, (i) => tags[i] === form && sums.good[i] < 300);
  const inPost = inherited(sums, (i) => (bits[i] & POST) !== 0);
  const inText = inherited(
    sums,
    (i) => (bits[i] & BODY) !== 0 || (bits[i] & POST) !== 0 && (bits[i] & CONTENT) !== 0,
  );

  const blockOf = list.map((unit) => unit < 0 ? -1 : blocks[unit]);
  const isGood = (block: number, { size, linked, marks }: Line) =>
    isParagraph(size, linked, marks) && !(block >= 0 && isHeading[tags[block]]);
  const strong = list.map((unit, k) => {
    const block = blockOf[k];
    const stays = block < 0 || within[block] > 0.5 && !(causes[block] & ~UNSEEN);
    return stays && isGood(block, lines.get(unit)!) ? 1 : 0;
  });
  const first = strong.indexOf(1);
  const last = strong.lastIndexOf(1);
  const near = (k: number, step: number) =>
    ((strong[k + step] ?? 0) + 0.6 * (strong[k + 2 * step] ?? 0) + 0.36 * (strong[k + 3 * step] ?? 0)) / 1.96;
  const starts = count(list.map((unit) => lines.get(unit)!.start));
  const signs = signsOf(sums, blockOf);
  const twins = count(signs);
  const title = lettersOf(draft.title);
  const linksOf = (at: number) => at < 0 || sums.text[at] === 0 ? 0.3 : sums.linked[at] / sums.text[at];
  const whether = (holds: boolean) => holds ? 1 : 0;

  const features = list.map((unit, k) => {
    const line = lines.get(unit)!;
    const { size, linked, marks, start } = line;
    const block = blockOf[k];
    const inBlock = block >= 0;
    const tag = inBlock ? tags[block] : 0;
    const cause = inBlock ? causes[block] : 0;
    const holder = inBlock ? blockAround(sums, block) : -1;
    const likely = inBlock ? within[block] : 1;
    const good = isGood(block, line);
    const isShort = size < 30;
    const hasTwins = twins.get(signs[k])! > 2;
    const heading = inBlock && isHeading[tag];
    const letters = heading ? lettersOf(start) : "";
    const saysTitle = inBlock && tag === h1 || letters.length > 8 && title.startsWith(letters.slice(0, 40));
    return Float64Array.of(
      ...[1, likely, whether(likely > 0.5), Math.log(size + 1) / 5, whether(isShort), linked / size],
      ...[Math.min(20 * marks / size, 1), whether(inBlock && tag === p), whether(heading)],
      ...[
        whether(inBlock && (isList[tag] || isItem[tag])),
        whether(inBlock && (isCell[tag] || tag === table)),
      ],
      ...[
        whether(inBlock && tag === pre),
        whether(good),
        whether((cause & BESIDE) !== 0),
        whether((cause & AROUND) !== 0),
      ],
      ...[whether((cause & REMARKS) !== 0), whether((cause & ABOUT) !== 0), whether((cause & UNSEEN) !== 0)],
      ...[
        whether((cause & HEADER) !== 0),
        whether(first < 0 || k < first),
        whether(k > last),
        near(k, -1),
        near(k, 1),
      ],
      ...[whether(saysTitle), linksOf(holder), linksOf(holder < 0 ? -1 : blockAround(sums, holder))],
      ...[whether(size < 200 && furniture.test(start)), whether(size > 8 && starts.get(start)! > 1)],
      ...[whether(inBlock && inCaption[block] === 1), whether(inBlock && inForm[block] === 1)],
      ...[whether(inBlock && inText[block] === 1), whether(inBlock && inPost[block] === 1)],
      ...[whether(hasTwins), whether(hasTwins && good), whether(hasTwins && isShort)],
    );
  });
  return { of, list, features, lines };
}

/** Keep some units, and the tags of what holds them. */
export function keepUnits({ page, draft, isBlock }: Sums, { of }: Units, kept: ReadonlySet<number>): void {
  const { count, kinds, tags, parents } = page;
  const { places, instead } = draft;
  const holds = new Uint8Array(count);
  for (let i = count - 1; i >= 0; i--) {
    const isText = tags[i] === 0;
    if (kinds[i] !== OPEN && !isText) continue;
    const parent = parents[i];
    if (kept.has(of[i])) holds[i] = 1;
    else if (isText || instead.has(i) && places[i] === EDGE) places[i] = INSIDE;
    if (holds[i] && parent >= 0) holds[parent] = 1;
  }
  for (let i = 0; i < count; i++) {
    const opening = kinds[i] === CLOSE ? parents[i] : i;
    if (tags[i] === 0 || opening < 0 || holds[opening]) continue;
    const above = parents[opening];
    // The tags of a block that goes still end a line of what is around it.
    if (!isBlock[tags[opening]] || above >= 0 && !holds[above]) places[i] = INSIDE;
  }
}

/** The lines of a block are a unit, but a listing of code, a list of lines and a table of cells are whole. */
function unitsOf({ page, draft, blocks, text }: Sums): Int32Array {
  const { count, kinds, tags, names, parents } = page;
  const is = (set: ReadonlySet<string>) => names.map((name) => set.has(name));
  const [isList, isItem, isCell] = [sets.lists, sets.items, sets.cells].map(is);
  const [pre, table, br] = ["pre", "table", "br"].map((name) => names.indexOf(name));
  const listing = table >= 0 && page.mentions(/syntaxhighlighter/i);
  // How much text stands in the items and cells themselves.
  const inItems = new Float64Array(count);
  const lists = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    const parent = parents[i];
    if (kinds[i] === OPEN) {
      const inherits = parent >= 0 ? lists[parent] : -1;
      const divides = blocks[i] === i && !isItem[tags[i]] && !isCell[tags[i]] &&
        !/^(?:tr|tbody|thead|tfoot)$/.test(names[tags[i]]);
      lists[i] = isList[tags[i]] || tags[i] === table ? i : divides ? -1 : inherits;
    } else if (tags[i] === 0 && parent >= 0 && lists[parent] >= 0) inItems[lists[parent]] += text[i];
  }
  const of = new Int32Array(count).fill(-1);
  const isWhole = new Uint8Array(count);
  // The unit that each block is at, and whether its next words begin another one.
  const current = new Int32Array(count);
  const isOver = new Uint8Array(count);
  let breaks = 0;
  for (let i = 0; i < count; i++) {
    const parent = parents[i];
    const isText = tags[i] === 0;
    if (!isText && kinds[i] !== OPEN) continue;
    const block = blocks[i];
    if (block === i && !(parent >= 0 && isWhole[parent])) {
      of[i] = current[i] = i;
      const holds = isList[tags[i]] || tags[i] === table;
      const listed = listing && tags[i] === table && parent >= 0 &&
        /syntaxhighlighter/i.test(page.valuesOf(parent, "class")[0] ?? "");
      if (tags[i] === pre || listed || holds && inItems[i] > 0.8 * text[i] && text[i] < 20_000) {
        isWhole[i] = 1;
      }
      if (parent >= 0 && blocks[parent] >= 0) isOver[blocks[parent]] = 1;
      breaks = 0;
      continue;
    }
    if (parent >= 0 && isWhole[parent]) {
      of[i] = of[parent];
      isWhole[i] = 1;
      continue;
    }
    if (block < 0) continue;
    if (tags[i] === br) {
      if (++breaks > 1) isOver[block] = 1;
    } else if (isText && text[i] > 0 || draft.instead.has(i)) {
      breaks = 0;
      if (isOver[block]) current[block] = i;
      isOver[block] = 0;
    }
    of[i] = current[block];
  }
  return of;
}

/** How much text each unit has, and how it begins. */
function linesOf({ page, draft, text, linked, marks }: Sums, of: Int32Array): Map<number, Line> {
  const { count, tags } = page;
  const lines = new Map<number, Line>();
  for (let i = 0; i < count; i++) {
    const isText = tags[i] === 0 && draft.places[i] === SEEN;
    if (!isText && !(draft.places[i] === EDGE && draft.instead.has(i))) continue;
    const unit = of[i];
    let line = lines.get(unit);
    if (!line) lines.set(unit, line = { size: 0, linked: 0, marks: 0, start: "" });
    line.size += text[i];
    line.linked += linked[i];
    line.marks += marks[i];
    if (isText && line.start.length < 80) line.start += page.textOf(i).slice(0, 200);
  }
  for (const line of lines.values()) line.start = line.start.replace(/\s+/g, " ").trim().slice(0, 80);
  return lines;
}

/** Which elements lie in one of which something holds, itself counted. */
function inherited({ page }: Sums, holds: (i: number) => boolean): Uint8Array {
  const { count, kinds, parents } = page;
  const found = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (kinds[i] === OPEN) found[i] = parents[i] >= 0 && found[parents[i]] || holds(i) ? 1 : 0;
  }
  return found;
}

function blockAround({ page, blocks }: Sums, block: number): number {
  const parent = page.parents[block];
  return parent < 0 ? -1 : blocks[parent];
}

/** What blocks look like to those who write style sheets: their tags, and the names of each and of what holds it. */
function signsOf({ page }: Sums, blocks: readonly number[]): string[] {
  const known = new Map<number, string>();
  const namesOf = (i: number) => {
    let names = known.get(i);
    if (names === undefined) {
      names = i < 0 ? "" : (page.valuesOf(i, "class")[0] ?? "").slice(0, 200).replace(/\d+/g, "");
      known.set(i, names);
    }
    return names;
  };
  return blocks.map((block) =>
    block < 0 ? "" : `${page.tags[block]} ${namesOf(block)} ${namesOf(page.parents[block])}`
  );
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

function count(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
