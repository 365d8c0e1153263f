import { OPEN, type Page } from "../page.ts";
import { ABOUT, AROUND, BESIDE, BODY, HEADER, POST, REMARKS, UNSEEN } from "./names.ts";
import type { Sums } from "./sums.ts";

/** What stands around the text of a page. */
export interface Beside {
  /** Why an element goes with all it holds, as bits; 0 for one that stays. */
  causes: Uint8Array;
  /** Whether the page is a thread of posts, and what its readers say is its text. */
  thread: boolean;
}

/** What holds more of a page's text than this share does not stand beside it, whatever its name. */
const MOST_BESIDE = 0.6;

/**
 * What stands around the text by the tags, roles and names of elements. A name counts for little where the element holds much of
 * the page's text: sites name containers after anything.
 */
export function findBeside({ page, bits, good, text, core }: Sums, looksLikeThread: boolean): Beside {
  const { count, kinds, tags, names, parents } = page;
  const causes = new Uint8Array(count);
  const all = good.reduce((sum, value, i) => parents[i] < 0 ? sum + value : sum, 0);
  let besides = 0;
  let remarks = 0;
  const within = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (kinds[i] !== OPEN) continue;
    if (parents[i] >= 0) within[i] = within[parents[i]];
    if (within[i] || bits[i] & BODY) continue;
    if (bits[i] & BESIDE && good[i] <= MOST_BESIDE * all) besides += good[i];
    else if (bits[i] & REMARKS && parents[i] >= 0) remarks += good[i];
    else continue;
    within[i] = 1;
  }
  const rest = all - besides;
  // Where there is nothing but remarks, they are what the page is about.
  const thread = looksLikeThread || remarks > 0.95 * rest;

  const header = names.indexOf("header");
  const article = names.indexOf("article");
  const caption = names.indexOf("figcaption");
  const inArticle = new Uint8Array(count);
  const isFrame = names.map((name) => ["body", "html", "head", "main"].includes(name));
  const named = namedGood(
    page,
    good,
    (i) => isFrame[tags[i]] ? 0 : bits[i] & (thread ? BODY | POST | BESIDE : BODY | BESIDE),
  );
  const total = named.reduce((sum, value, i) => parents[i] < 0 ? sum + value : sum, 0);
  const titled = thread ? holdersOf(page, page.names.indexOf("h1")) : new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const parent = parents[i];
    if (parent >= 0 && causes[parent]) {
      causes[i] = causes[parent];
      continue;
    }
    if (kinds[i] !== OPEN) continue;
    inArticle[i] = parent >= 0 && inArticle[parent] || tags[i] === article ? 1 : 0;
    const bit = titled[i] ? bits[i] & ~AROUND : bits[i];
    if (tags[i] === caption) causes[i] |= ABOUT;
    if (tags[i] === header && !inArticle[i] && good[i] <= 0.2 * all) causes[i] |= HEADER;
    if (bit === 0 || isFrame[tags[i]]) continue;
    const isBody = (bit & BODY) !== 0;
    if (bit & UNSEEN && good[i] <= 0.4 * all) causes[i] |= UNSEEN;
    if (bit & BESIDE) {
      if (good[i] <= (isBody ? 0 : core[i] ? 0.02 : total > named[i] ? 1 : MOST_BESIDE) * all) {
        causes[i] |= BESIDE;
      }
    } else if (bit & AROUND && tags[i] !== article && !(thread && bit & POST && good[i] > 0)) {
      if (good[i] <= (isBody ? 0 : core[i] ? 0.02 : 0.3) * rest) causes[i] |= AROUND;
    }
    if (bit & REMARKS && !thread && !(isBody && good[i] > 0.3 * rest)) causes[i] |= REMARKS;
    if (bit & ABOUT && !isBody && text[i] <= 300 && good[i] <= (thread ? 0 : 0.2) * rest) causes[i] |= ABOUT;
  }
  return { causes, thread };
}

/** How much text the paragraphs have that lie in what names itself the text or a post, and in nothing that stands beside. */
function namedGood(
  { count, kinds, parents }: Page,
  good: Float64Array,
  nameOf: (i: number) => number,
): Float64Array {
  const named = new Float64Array(count);
  const within = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (kinds[i] !== OPEN) continue;
    within[i] = parents[i] >= 0 ? within[parents[i]] : 0;
    if (within[i]) continue;
    const name = nameOf(i);
    if (name !== 0) within[i] = 1;
    if (name !== 0 && !(name & BESIDE)) named[i] = good[i];
  }
  for (let i = count - 1; i >= 0; i--) {
    if (kinds[i] === OPEN && parents[i] >= 0) named[parents[i]] += named[i];
  }
  return named;
}

/** The elements that hold the first one of a tag. */
function holdersOf({ count, kinds, tags, parents }: Page, tag: number): Uint8Array {
  const found = new Uint8Array(count);
  let i = 0;
  while (i < count && !(tags[i] === tag && kinds[i] === OPEN)) i++;
  for (; i >= 0 && i < count; i = parents[i]) found[i] = 1;
  return found;
}
