import type { Random } from "../../base/mod.ts";
import { segments, spansOf } from "../segments.ts";
import { byWords } from "./_similarity.ts";

/** From and to, in UTF-16 code units. */
export type Span = [number, number];

interface Choosing {
  random: Random;
  /** How many choices. */
  count: number;
  /** Parts of each. */
  parts: number;
  maxPartTokens: number;
  /** As a share of the text. */
  minDistance: number;
}

/** Parts of a text that share words and stand far apart, in their order; no part twice over all choices, as far as there are enough. */
export function distantParts(text: string, choosing: Choosing): Span[][] {
  const { random, count, parts, maxPartTokens, minDistance } = choosing;
  const pieces = segments(text, { maxTokens: maxPartTokens });
  const spans = spansOf(text, pieces);
  const far = (a: number, b: number) => Math.abs(spans[a][0] - spans[b][0]) >= minDistance * text.length;
  // What is repeated, such as a page's header, joins nothing.
  const likest = byWords(pieces, pieces.length).map((list) =>
    list.filter(({ similarity }) => similarity < 0.8).map(({ other }) => other)
  );
  const used = new Set<number>();
  const chosen: Span[][] = [];
  for (const start of random.shuffle([...pieces.keys()])) {
    if (chosen.length === count) break;
    if (used.has(start)) continue;
    const group = [start];
    for (const other of likest[start]) {
      if (group.length === parts) break;
      if (!used.has(other) && group.every((one) => far(one, other))) group.push(other);
    }
    if (group.length < parts) continue;
    for (const one of group) used.add(one);
    chosen.push(group.sort((a, b) => a - b).map((one) => spans[one]));
  }
  return chosen;
}
