import type { Members } from "./_members.ts";

/** What becomes of the documents. */
export interface Linked {
  /** For each document that goes the ordinal of the one that stays, -1 for the others. */
  stays: Int32Array<ArrayBuffer>;
  /** For each document that goes the relative through which it goes, else -1. */
  twins: Int32Array<ArrayBuffer>;
  /** The similarity to that relative. */
  similarities: Float64Array<ArrayBuffer>;
  /** Groups of documents that hold one whom only a chain joins to the one that stays. */
  chains: number;
  /** How many such documents there are. */
  chained: number;
}

/** Confirmed pairs. */
export interface Edges {
  /** All pairs, as `later * n + earlier`. */
  pairs: Float64Array;
  /** Their similarities; NaN where they are no edge. */
  similarities: Float64Array;
}

/** Whether two documents are alike, and how much; NaN where they are not. */
type Compare = (a: number, b: number) => number;

/** Every document that chains of edges join to a better one goes. */
export function linkChains(members: Members, edges: Edges, compare: Compare): Linked {
  const n = members.count;
  const { against } = members.data;
  const root = components(n, edges);
  const best = new Int32Array(n).fill(-1);
  for (let ordinal = 0; ordinal < n; ordinal++) {
    const own = root(ordinal);
    if (best[own] < 0 || members.rank(ordinal, best[own]) < 0) best[own] = ordinal;
  }
  const { stays, twins, similarities } = nobody(n);
  const direct = new Uint8Array(n);
  const offer = (ordinal: number, twin: number, similarity: number) => {
    const kept = best[root(ordinal)];
    if (twin === kept) direct[ordinal] = 1;
    const held = similarities[ordinal];
    if (
      twins[ordinal] < 0 || similarity > held ||
      similarity === held && members.byId(twin, twins[ordinal]) < 0
    ) {
      twins[ordinal] = twin;
      similarities[ordinal] = similarity;
    }
  };
  for (const [a, b, similarity] of each(n, edges)) {
    offer(a, b, similarity);
    offer(b, a, similarity);
  }
  const chained = new Set<number>();
  let count = 0;
  for (let ordinal = against; ordinal < n; ordinal++) {
    const kept = best[root(ordinal)];
    if (twins[ordinal] < 0 || kept === ordinal) continue;
    stays[ordinal] = kept;
    if (direct[ordinal] === 1 || compare(ordinal, kept) >= 0) continue;
    chained.add(kept);
    count++;
  }
  return { stays, twins, similarities, chains: chained.size, chained: count };
}

/**
 * A document goes when it is similar to a better one that stays. It is compared with its relatives that stay, and with those
 * for which its other relatives went.
 */
export function linkKept(members: Members, edges: Edges, compare: Compare): Linked {
  const n = members.count;
  const { against } = members.data;
  const { stays, twins, similarities } = nobody(n);
  const { starts, others, alike } = neighbours(n, edges);
  const involved = new Uint32Array(n);
  let count = 0;
  for (let ordinal = 0; ordinal < n; ordinal++) {
    if (starts[ordinal + 1] > starts[ordinal]) involved[count++] = ordinal;
  }
  const order = involved.subarray(0, count).sort((a, b) => members.rank(a, b));
  const done = new Uint8Array(n);
  for (const ordinal of order) {
    done[ordinal] = 1;
    if (ordinal < against) continue;
    const tried = new Set<number>();
    for (let i = starts[ordinal]; i < starts[ordinal + 1]; i++) {
      const relative = others[i];
      if (done[relative] === 0) continue;
      const kept = stays[relative] < 0 ? relative : stays[relative];
      const similarity = kept === relative ? alike[i] : tried.has(kept) ? NaN : compare(ordinal, kept);
      tried.add(kept);
      if (!(similarity > similarities[ordinal])) continue;
      stays[ordinal] = twins[ordinal] = kept;
      similarities[ordinal] = similarity;
    }
  }
  const root = components(n, edges);
  const staying = new Uint32Array(n);
  for (const ordinal of order) if (ordinal < against) staying[root(ordinal)] = 1;
  let chained = 0;
  const chains = new Set<number>();
  for (const ordinal of order) {
    if (ordinal < against || stays[ordinal] >= 0 || staying[root(ordinal)]++ === 0) continue;
    chained++;
    chains.add(root(ordinal));
  }
  return { stays, twins, similarities, chains: chains.size, chained };
}

function nobody(n: number): Pick<Linked, "stays" | "twins" | "similarities"> {
  return {
    stays: new Int32Array(n).fill(-1),
    twins: new Int32Array(n).fill(-1),
    similarities: new Float64Array(n),
  };
}

function* each(
  n: number,
  { pairs, similarities }: Edges,
): Generator<[a: number, b: number, similarity: number]> {
  for (let i = 0; i < pairs.length; i++) {
    if (!Number.isNaN(similarities[i])) yield [pairs[i] % n, Math.floor(pairs[i] / n), similarities[i]];
  }
}

/** Gives for each document one of its component, the same for all. */
function components(n: number, edges: Edges): (ordinal: number) => number {
  const parent = new Int32Array(n);
  for (let i = 0; i < n; i++) parent[i] = i;
  const root = (node: number): number => {
    while (parent[node] !== node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (const [a, b] of each(n, edges)) parent[root(a)] = root(b);
  return root;
}

/** For each document its relatives: those of `i` stand from `starts[i]` to `starts[i + 1]`. */
function neighbours(n: number, edges: Edges) {
  const starts = new Uint32Array(n + 1);
  for (const [a, b] of each(n, edges)) {
    starts[a + 1]++;
    starts[b + 1]++;
  }
  for (let i = 0; i < n; i++) starts[i + 1] += starts[i];
  const next = starts.slice();
  const others = new Uint32Array(starts[n]);
  const alike = new Float64Array(starts[n]);
  for (const [a, b, similarity] of each(n, edges)) {
    for (const [from, to] of [[a, b], [b, a]]) {
      others[next[from]] = to;
      alike[next[from]++] = similarity;
    }
  }
  return { starts, others, alike };
}
