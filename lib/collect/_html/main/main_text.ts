import { OPEN, type Page } from "../page.ts";
import type { Draft, Pass } from "../pass.ts";
import { findBeside } from "./beside.ts";
import { type Candidates, findCandidates, likelihood } from "./candidates.ts";
import { ABOUT } from "./names.ts";
import { Sums } from "./sums.ts";
import { looksLikeThread } from "./thread.ts";
import { findUnits, keepUnits, unitFeatures, type Units } from "./units.ts";
import { weights } from "./weights.ts";

/** What is known of a page before anything of it is weighed. */
export interface Sight {
  sums: Sums;
  /** Why an element goes, as bits. */
  causes: Uint8Array;
  /** Whether the page is a thread of posts. */
  thread: boolean;
  /** What may hold the text. */
  candidates: Candidates;
}

/** Look at a page whose unwanted elements are marked. */
export function look(page: Page, draft: Draft): Sight {
  const sums = new Sums(page, draft);
  const { causes, thread } = findBeside(sums, looksLikeThread(sums));
  // All the posts of a thread are its text, and no element of it may hold them all without more.
  const candidates = thread ? { list: [], features: [] } : findCandidates(sums, causes);
  return { sums, causes, thread, candidates };
}

const heading = unitFeatures.indexOf("heading");
const links = unitFeatures.indexOf("share of links");
const paragraph = unitFeatures.indexOf("paragraph");
const post = unitFeatures.indexOf("named a post");
const begins = unitFeatures.indexOf("begins as furniture");
const title = unitFeatures.indexOf("says the title");

/**
 * How sure it must be that a unit in the text is none of it, before it goes, in log odds: more where it is not half links and does
 * not begin as furniture, as steps and short answers are.
 */
const SURE = { plain: 1, furnished: 0 };

/** The units that stay: those in what holds the text, but what stands around them or is surely none of it. */
export function choose(
  sight: Sight,
  units: Units,
  best: number,
  unitWeights: ArrayLike<number>,
): Set<number> {
  const { sums: { page, blocks }, causes } = sight;
  const { count, kinds, parents } = page;
  const within = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (kinds[i] === OPEN) {
      within[i] = best < 0 || i === best || parents[i] >= 0 && within[parents[i]] ? 1 : 0;
    }
  }
  const kept = new Set<number>();
  // Backwards: a heading stays with what it heads, unless it is the page's own.
  for (let k = units.list.length - 1; k >= 0; k--) {
    const unit = units.list[k];
    const block = unit < 0 ? -1 : blocks[unit];
    if (block >= 0 && (!within[block] || causes[block])) continue;
    let odds = 0;
    for (let f = 0; f < unitWeights.length; f++) odds += unitWeights[f] * units.features[k][f];
    const isPlain = units.features[k][links] < 0.5 && units.features[k][begins] === 0 || sight.thread;
    const sure = isPlain ? SURE.plain : SURE.furnished;
    // What is written in a post is of the thread.
    const isPosted = sight.thread && units.features[k][post] === 1 && units.features[k][paragraph] === 1 &&
      units.features[k][begins] === 0;
    const isHeading = units.features[k][heading] === 1 && units.features[k][title] === 0;
    if (odds > -sure || isPosted || isHeading && kept.has(units.list[k + 1])) kept.add(unit);
  }
  return kept;
}

/**
 * Keep the main text of the page: of an article the element that holds it, less what a page sets into its text; of a thread all
 * its posts. What names itself boilerplate goes first. Where nothing is left, all but the boilerplate stays,
 * and where that is nothing but links, everything.
 */
export const mainText = (beyond: Beyond): Pass => ({
  name: "main text",
  apply(page, draft) {
    const sight = look(page, draft);
    const { sums, causes, candidates, thread } = sight;
    const { best, within } = likelihood(sums, candidates, weights.candidates);
    const units = findUnits(sums, causes, within);
    let kept = choose(sight, units, best, thread ? weights.threadUnits : weights.units);
    for (const unit of asked(sums, units, causes, best, beyond)) kept.add(unit);
    // A page of a word or two: all but its boilerplate.
    if (!isText(units, kept)) {
      kept = new Set(units.list.filter((unit) => unit < 0 || !causes[sums.blocks[unit]]));
    }
    if (!isText(units, kept)) return;
    keepUnits(sums, units, kept);
    draft.found = true;
  },
});

/** What stays with a main text if asked for. */
export interface Beyond {
  /** The captions of its figures. */
  captions?: boolean | undefined;
  /** Its lists whose items are links and long, as lists of references are. */
  references?: boolean | undefined;
}

/** Items of lists of other pages are shorter, in characters. */
const REFERENCE = 35;

/** The units of the main text that are asked for beyond its lines. */
function asked(
  { page, blocks }: Sums,
  units: Units,
  causes: Uint8Array,
  best: number,
  { captions, references }: Beyond,
): number[] {
  if (!captions && !references) return [];
  const { count, kinds, tags, names, parents } = page;
  // Whether each element lies in the text and in a caption, by what it lies in; and how many items it has.
  const within = new Uint8Array(count);
  const captioned = new Uint8Array(count);
  const items = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    if (kinds[i] !== OPEN) continue;
    const parent = parents[i];
    within[i] = best < 0 || i === best || parent >= 0 && within[parent] ? 1 : 0;
    captioned[i] = names[tags[i]] === "figcaption" || parent >= 0 && captioned[parent] ? 1 : 0;
    if (parent >= 0 && names[tags[i]] === "li") items[parent]++;
  }
  return units.list.filter((unit) => {
    const block = unit < 0 ? -1 : blocks[unit];
    if (block < 0 || !within[block]) return false;
    if (captions && captioned[block] && (causes[block] & ~ABOUT) === 0) return true;
    const { size } = units.lines.get(unit)!;
    return references && causes[block] === 0 && items[block] > 0 && size >= REFERENCE * items[block];
  });
}

/** Whether something is left, and more than links. */
function isText({ lines }: Units, kept: ReadonlySet<number>): boolean {
  let plain = 0;
  let inLinks = 0;
  for (const unit of kept) {
    const { size, linked } = lines.get(unit)!;
    plain += size - linked;
    inLinks += linked;
  }
  return plain > 0 && plain > 0.2 * inLinks;
}
