/** How the weights of `lib/collect/_html/main/weights.ts` are fitted to pages whose main text is known. */
import { candidateFeatures, likelihood } from "../../collect/_html/main/candidates.ts";
import { choose, look, type Sight } from "../../collect/_html/main/main_text.ts";
import { findUnits, keepUnits, unitFeatures, type Units } from "../../collect/_html/main/units.ts";
import { OPEN, Page } from "../../collect/_html/page.ts";
import { EDGE, SEEN } from "../../collect/_html/pass.ts";
import { draftOf, readPasses, writePasses } from "../../collect/_html/render.ts";
import { lbfgs, type Objective } from "../../laws/_lbfgs.ts";
import { f1, match, type Matching, words, wordsAndCharacters } from "./_shingles.ts";

/** A page and its main text. */
export interface KnownPage {
  /** What pages it is of. */
  set: "news" | "article" | "forum";
  /** The end of its address's host, as two pages of a site may look alike. */
  site: string;
  /** The page. */
  html: string;
  /** Its main text, as people marked it. */
  truth: string;
}

/** What is fitted. */
export interface Weights {
  candidates: Float64Array;
  units: Float64Array;
  threadUnits: Float64Array;
}

/** A page that was read once, and what it would give by each choice. */
export interface Prepared extends KnownPage {
  sight: Sight;
  /** F1 of each candidate with all that stays in it. */
  worths: number[];
  /** How much of each unit is of the main text, and how many words it has. */
  truths: Map<number, { share: number; words: number }>;
  length: number;
}

const PENALTY = { candidates: 1e-3, units: 3e-4, threadUnits: 1e-3 };

/** Read a page, and compare each piece of it with its main text. */
export function prepare(known: KnownPage): Prepared {
  const page = new Page(known.html.toWellFormed());
  const draft = draftOf(page);
  for (const pass of readPasses) pass.apply(page, draft);
  const sight = look(page, draft);
  const cut = known.set === "news" ? words : wordsAndCharacters;
  const seen = new Map<string, number>();
  const worths = sight.candidates.list.map((root) => {
    const text = textWithin(sight, root);
    if (!seen.has(text)) seen.set(text, f1(match(known.truth, text, cut)));
    return seen.get(text)!;
  });
  const truth = wordsAndCharacters(known.truth);
  return { ...known, sight, worths, truths: truthsOf(sight, ` ${truth.join(" ")} `), length: truth.length };
}

/** The weights that do best on some pages. */
export function fit(pages: readonly Prepared[]): Weights {
  const articles = pages.filter(({ sight }) => !sight.thread);
  const threads = pages.filter(({ sight }) => sight.thread);
  const candidates = fitCandidates(articles);
  const unitsOf = ({ sight }: Prepared) =>
    findUnits(sight.sums, sight.causes, likelihood(sight.sums, sight.candidates, candidates).within);
  return {
    candidates,
    units: fitUnits(articles, articles.map(unitsOf), PENALTY.units),
    threadUnits: fitUnits(threads, threads.map(unitsOf), PENALTY.threadUnits),
  };
}

/** What a page gives by some weights, beside its main text. */
export function judge({ sight, truth, set }: Prepared, weights: Weights): Matching {
  const { sums, candidates, thread } = sight;
  const { page } = sums;
  const { best, within } = likelihood(sums, candidates, weights.candidates);
  const units = findUnits(sums, sight.causes, within);
  const kept = choose(sight, units, best, thread ? weights.threadUnits : weights.units);
  const draft = {
    ...draftOf(page),
    instead: sums.draft.instead,
    marks: new Map(sums.draft.marks),
    places: sums.draft.places.slice(),
  };
  if (kept.size > 0) keepUnits({ ...sums, page, draft } as typeof sums, units, kept);
  for (const pass of writePasses) pass.apply(page, draft);
  return match(truth, draft.text, set === "news" ? words : wordsAndCharacters);
}

/** The expected F1 of a candidate that is drawn by its odds, as large as it gets. */
function fitCandidates(pages: readonly Prepared[]): Float64Array {
  const rows = pages.map(({ sight }) => sight.candidates.features);
  const scale = scaleOf(rows.flat(), candidateFeatures.length);
  const parts = partsOf(pages);
  return minimise(scale, PENALTY.candidates, false, (w, gradient) => {
    let loss = 0;
    pages.forEach(({ worths }, at) => {
      if (worths.length < 2) return;
      const scores = rows[at].map((row) => dot(row, w, scale));
      const highest = scores.reduce((a, b) => Math.max(a, b));
      const odds = scores.map((score) => Math.exp(score - highest));
      const sum = odds.reduce((a, b) => a + b);
      const expected = odds.reduce((before, odd, k) => before + odd / sum * worths[k], 0);
      loss -= parts[at] * expected;
      odds.forEach((odd, k) =>
        add(gradient, rows[at][k], scale, parts[at] * odd / sum * (expected - worths[k]))
      );
    });
    return loss;
  });
}

/** A logistic regression of what share of a unit is of the main text, each unit by its part of the page. */
function fitUnits(pages: readonly Prepared[], units: readonly Units[], penalty: number): Float64Array {
  const scale = scaleOf(units.flatMap(({ features }) => features), unitFeatures.length);
  scale[0] = 1;
  const parts = partsOf(pages);
  const rows = pages.flatMap(({ truths, length }, at) =>
    units[at].list.map((unit, k) => ({ unit, row: units[at].features[k] })).filter(({ unit }) =>
      truths.has(unit)
    ).map((
      { unit, row },
    ) => {
      const { share, words } = truths.get(unit)!;
      return { row, share, part: parts[at] * Math.min(words / (length + 20), 0.5) };
    })
  );
  return minimise(scale, penalty, true, (w, gradient) => {
    let loss = 0;
    for (const { row, share, part } of rows) {
      const odds = dot(row, w, scale);
      loss += part * (Math.log1p(Math.exp(-Math.abs(odds))) + Math.max(odds, 0) - share * odds);
      add(gradient, row, scale, part * (1 / (1 + Math.exp(-odds)) - share));
    }
    return loss;
  });
}

function minimise(scale: Float64Array, penalty: number, hasConstant: boolean, loss: Objective): Float64Array {
  const size = scale.length;
  const { x } = lbfgs(
    (w, gradient) => {
      gradient.fill(0);
      let value = loss(w, gradient);
      for (let k = hasConstant ? 1 : 0; k < size; k++) {
        value += penalty * w[k] ** 2 / 2;
        gradient[k] += penalty * w[k];
      }
      return value;
    },
    new Float64Array(size),
    {
      lower: new Float64Array(size).fill(-60),
      upper: new Float64Array(size).fill(60),
      maxIterations: 200,
      tolerance: 1e-6,
    },
  );
  return x.map((value, k) => value / scale[k]);
}

/** The part of each page in the whole: a set of few pages counts for more than their number. */
function partsOf(pages: readonly Prepared[]): number[] {
  const counts = new Map<string, number>();
  for (const { set } of pages) counts.set(set, (counts.get(set) ?? 0) + 1);
  return pages.map(({ set }) => Math.sqrt(pages.length / counts.size / counts.get(set)!) / pages.length);
}

function scaleOf(rows: readonly ArrayLike<number>[], size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, k) => {
    const mean = rows.reduce((sum, row) => sum + row[k], 0) / rows.length;
    return Math.sqrt(rows.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0) / rows.length) + 1e-3;
  });
}

function dot(row: ArrayLike<number>, w: Float64Array, scale: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < w.length; k++) sum += row[k] / scale[k] * w[k];
  return sum;
}

function add(gradient: Float64Array, row: ArrayLike<number>, scale: Float64Array, by: number): void {
  for (let k = 0; k < gradient.length; k++) gradient[k] += by * row[k] / scale[k];
}

function textWithin({ sums, causes }: Sight, root: number): string {
  const { page, draft, isBlock } = sums;
  const on = new Uint8Array(page.count);
  on[root] = 1;
  const texts: string[] = [];
  for (let i = root + 1; i < page.count; i++) {
    const parent = page.parents[i];
    if (parent < 0 || !on[parent]) continue;
    on[i] = 1;
    if (page.tags[i] !== 0) {
      texts.push(isBlock[page.tags[i]] || page.names[page.tags[i]] === "br" ? "\n" : "");
    } else if (!causes[parent] && draft.places[i] === SEEN) texts.push(page.textOf(i));
  }
  return texts.join("");
}

function truthsOf({ sums, causes }: Sight, truth: string): Prepared["truths"] {
  const { page, draft, isBlock } = sums;
  const { of } = findUnits(sums, causes, new Float64Array(page.count));
  const texts = new Map<number, string>();
  const push = (unit: number, text: string) => texts.set(unit, (texts.get(unit) ?? "") + text);
  for (let i = 0; i < page.count; i++) {
    if (page.tags[i] === 0 && draft.places[i] === SEEN) push(of[i], page.textOf(i));
    else if (draft.places[i] === EDGE && draft.instead.has(i)) push(of[i], draft.instead.get(i)!);
    else if (page.kinds[i] === OPEN && (isBlock[page.tags[i]] || page.names[page.tags[i]] === "br")) {
      push(of[i], "\n");
    }
  }
  const truths: Prepared["truths"] = new Map();
  for (const [unit, text] of texts) {
    const found = wordsAndCharacters(text);
    if (found.length === 0) continue;
    const starts = Array.from(
      { length: Math.max(1, found.length - 3) },
      (_, k) => ` ${found.slice(k, k + 4).join(" ")} `,
    );
    truths.set(unit, {
      share: starts.filter((shingle) => truth.includes(shingle)).length / starts.length,
      words: found.length,
    });
  }
  return truths;
}
