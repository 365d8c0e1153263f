import { OPEN } from "../page.ts";
import { AROUND, BESIDE, BODY, CONTENT, REMARKS } from "./names.ts";
import type { Sums } from "./sums.ts";

/** Elements that may hold the text of a page. */
export interface Candidates {
  /** Their opening tags, in the page's order. */
  list: number[];
  /** Of each what {@linkcode candidateFeatures} names. */
  features: number[][];
}

/** What tells the element that holds the text from those within it and around it. */
export const candidateFeatures: readonly string[] = [
  ...[
    "share of the page's paragraphs",
    "its logarithm",
    "share of links",
    "share of paragraphs",
    "marks",
    "article",
    "main",
  ],
  ...[
    "the whole page",
    "named a text",
    "named content",
    "has a first heading",
    "one paragraph",
    "a paragraph itself",
  ],
  ...["nearness of its paragraphs", "has twins", "articles in it", "beside", "ends before the first heading"],
];

/** The candidates of a page: every block that stays and holds a good part of what is written in paragraphs. */
export function findCandidates(sums: Sums, causes: Uint8Array): Candidates {
  const { page, draft, blocks, bits, core, ownGood } = sums;
  const { count, kinds, tags, names, parents } = page;
  const [article, main, body, head, h1, p, li, td] = [
    "article",
    "main",
    "body",
    "head",
    "h1",
    "p",
    "li",
    "td",
  ]
    .map((name) => names.indexOf(name));

  // Sums of what stays, and the last piece that each element holds.
  const [text, linked, good, marks, near] = Array.from({ length: 5 }, () => new Float64Array(count));
  const [paragraphs, headings, articles, ends] = Array.from({ length: 4 }, () => new Int32Array(count));
  let total = 0;
  let loose = 0;
  for (let i = count - 1; i >= 0; i--) {
    const parent = parents[i];
    ends[i] ||= i;
    if (parent >= 0 && ends[parent] < ends[i]) ends[parent] = ends[i];
    if (causes[i] || kinds[i] !== OPEN && tags[i] !== 0) continue;
    if (tags[i] === 0 || draft.instead.has(i)) {
      text[i] = sums.text[i];
      linked[i] = sums.linked[i];
      marks[i] = sums.marks[i];
    } else {
      good[i] += ownGood[i];
      if (ownGood[i] > 0) paragraphs[i]++;
      if (tags[i] === h1) headings[i]++;
    }
    if (parent < 0) {
      total += good[i];
      if (tags[i] === p) loose += good[i];
      continue;
    }
    text[parent] += text[i];
    linked[parent] += linked[i];
    good[parent] += good[i];
    marks[parent] += marks[i];
    paragraphs[parent] += paragraphs[i];
    headings[parent] += headings[i];
    articles[parent] += articles[i] + (tags[i] === article && good[i] > 0 ? 1 : 0);
  }

  // A page may leave out its body: what stands in nothing is held by no element.
  if (loose > total / 2) return { list: [], features: [] };

  // A paragraph is near to the blocks around it, the less the further they are.
  const inBeside = new Uint8Array(count);
  let firstHeading = -1;
  let nearest = 1;
  for (let i = 0; i < count; i++) {
    if (kinds[i] !== OPEN || causes[i]) continue;
    const parent = parents[i];
    if (tags[i] === h1 && firstHeading < 0) firstHeading = i;
    const isBeside = bits[i] & (AROUND | BESIDE | REMARKS) && !(bits[i] & BODY) && !core[i];
    inBeside[i] = isBeside || parent >= 0 && inBeside[parent] ? 1 : 0;
    if (ownGood[i] === 0) continue;
    near[i] += ownGood[i];
    let part = ownGood[i];
    let at = parents[i];
    for (let steps = 0; at >= 0 && steps < 12; steps++) {
      if (blocks[at] === at) {
        near[at] += part;
        part *= 0.6;
      }
      at = parents[at];
    }
  }

  // A list is a part of a text: what holds it may hold another one.
  const isList = names.map((name) => ["ul", "ol", "dl"].includes(name));
  const isCandidate = (i: number, part: number) =>
    kinds[i] === OPEN && !isList[tags[i]] && !causes[i] && blocks[i] === i && text[i] > 0 && good[i] > 0 &&
    good[i] >= part * total &&
    tags[i] !== head;
  // Blocks with text that bear the same names beside each other are twins: teasers, answers.
  const twins = new Map<string, number>();
  const signOf = (i: number) =>
    `${parents[i]} ${tags[i]} ${page.valuesOf(i, "class").join(" ").replace(/\d+/g, "")}`;
  for (let i = 0; i < count; i++) {
    if (!isCandidate(i, 0.02)) continue;
    twins.set(signOf(i), (twins.get(signOf(i)) ?? 0) + 1);
    nearest = Math.max(nearest, near[i]);
  }
  const list: number[] = [];
  const features: number[][] = [];
  for (let i = 0; i < count; i++) {
    if (!isCandidate(i, 0.15)) continue;
    const share = good[i] / total;
    const whether = (holds: boolean) => holds ? 1 : 0;
    list.push(i);
    features.push([
      ...[
        share,
        Math.log(share + 0.05),
        linked[i] / text[i],
        good[i] / text[i],
        Math.min(20 * marks[i] / text[i], 1),
      ],
      ...[
        whether(tags[i] === article),
        whether(tags[i] === main),
        whether(tags[i] === body || parents[i] < 0),
      ],
      ...[whether((bits[i] & BODY) !== 0), whether((bits[i] & CONTENT) !== 0), whether(headings[i] > 0)],
      ...[
        whether(paragraphs[i] === 1),
        whether(tags[i] === p || tags[i] === li || tags[i] === td),
        near[i] / nearest,
      ],
      ...[whether(twins.get(signOf(i))! > 1), Math.min(articles[i], 4) / 4, inBeside[i]],
      whether(firstHeading > ends[i]),
    ]);
  }
  return { list, features };
}

/** How likely each element is to hold a piece of the text, by the scores of the candidates. */
export function likelihood(sums: Sums, { list, features }: Candidates, weights: ArrayLike<number>): {
  /** The best candidate, -1 where there is none. */
  best: number;
  /** Of each element, how likely it lies in the one that holds the text. */
  within: Float64Array;
} {
  const { count, kinds, parents } = sums.page;
  const within = new Float64Array(count);
  if (list.length === 0) return { best: -1, within: within.fill(1) };
  const scores = features.map((row) => row.reduce((sum, value, k) => sum + value * weights[k], 0));
  const highest = scores.reduce((before, score) => Math.max(before, score), -Infinity);
  const odds = scores.map((score) => Math.exp(score - highest));
  const sum = odds.reduce((before, odd) => before + odd, 0);
  list.forEach((i, k) => within[i] = odds[k] / sum);
  for (let i = 0; i < count; i++) {
    if (kinds[i] === OPEN && parents[i] >= 0) within[i] += within[parents[i]];
  }
  return { best: list[scores.indexOf(highest)], within };
}
