import { each, inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { bandKeys, distinct, jaccard, shingler, sketch } from "./_minhash.ts";
import { replay } from "./_replay.ts";

/** Options of {@linkcode nearDuplicateClusters}. */
export interface NearDuplicateOptions {
  /** The least Jaccard similarity of two texts' shingle sets that makes them near-duplicates, in (0, 1]. @default {0.7} */
  threshold?: number;
  /** Words in a shingle. @default {5} */
  shingleWords?: number;
  /** How many bands; two texts are compared when they agree on one whole band. @default {14} */
  bands?: number;
  /** Signature entries in a band. More make comparisons rarer, fewer find less alike texts. @default {8} */
  rows?: number;
  /** What becomes of numbers; see `WordOptions` in `midtrain/base`. @default {"keep"} */
  digits?: "keep" | "zero";
  /**
   * What a cluster's one kept document is chosen by: the highest score stays, the smallest id among equals.
   *
   * @default {none: the smallest id stays}
   */
  score?: (document: Document) => number;
}

/** Options of {@linkcode removeNearDuplicates}. */
export interface RemoveNearDuplicatesOptions extends NearDuplicateOptions {
  /** Called with each removed document and the document it repeats. */
  onDrop?: OnDrop;
}

/** A document that goes, and why. */
export interface NearDuplicate {
  /** The document's id. */
  id: string;
  /** Its most similar relative, through which it belongs to the cluster. */
  twin: string;
  /** The exact Jaccard similarity of the two shingle sets. */
  jaccard: number;
}

/** Documents joined by chains of near-duplicate pairs. */
export interface NearDuplicateCluster {
  /** The id of the one that stays. */
  kept: string;
  /** The others, by id. */
  removed: NearDuplicate[];
}

/** What {@linkcode nearDuplicateClusters} found. */
export interface NearDuplicates {
  /** How many documents were read. */
  documents: number;
  /** How many pairs agreed on a band and were compared in full. */
  compared: number;
  /** How many of these reach the threshold. */
  confirmed: number;
  /** The clusters of two and more, by the id that stays. */
  clusters: NearDuplicateCluster[];
}

/**
 * Find documents that repeat each other nearly word for word.
 *
 * MinHash signatures over word shingles, cut into bands, propose pairs (Broder 1997; the defaults are FineWeb's 14 bands
 * of 8: a pair of similarity s is compared with probability 1 - (1 - s^8)^14, which is 0.56 at 0.7 and 0.92 at 0.8). Each
 * proposed pair is then compared on its whole shingle sets, so every call is true to the threshold and recall alone is a
 * matter of chance. Clusters are the connected components of the confirmed pairs.
 *
 * The documents are read twice (a generator is first written to a temporary file); in memory stay 8 bytes a band and the
 * id for each document, and the shingles of those being compared. The result does not depend on the order of the
 * documents.
 *
 * @throws {RangeError} If an option is out of its range or a score is NaN.
 * @throws {TypeError} If the documents change between the readings.
 * @example Which mail repeats which
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearDuplicateClusters } from "midtrain/select";
 *
 * const text = "Call me Ishmael. Some years ago, never mind how long precisely, having little money in my purse";
 * const documents = [text, `${text} indeed`, "Something else entirely, which repeats nothing at all"].map((text, i) => ({
 *   id: `d${i}`,
 *   text,
 *   source: "example",
 *   meta: {},
 * }));
 * const { clusters } = await nearDuplicateClusters(documents);
 * assert.deepEqual(clusters, [{ kept: "d0", removed: [{ id: "d1", twin: "d0", jaccard: 13 / 14 }] }]);
 * ```
 */
export async function nearDuplicateClusters(
  documents: Documents,
  options: NearDuplicateOptions = {},
): Promise<NearDuplicates> {
  takes("Cannot find near-duplicates", options, "threshold?, shingleWords?, bands?, rows?, digits?, score?");
  ofKind("Cannot find near-duplicates", { documents }, "a list or another iterable");
  const settings = settingsOf(options);
  await using source = await replay(documents);
  const found = await find(source.read, settings);
  const clusters = new Map<number, NearDuplicateCluster>();
  for (const [removed, { kept, twin, jaccard }] of found.removed) {
    if (!clusters.has(kept)) clusters.set(kept, { kept: found.ids[kept], removed: [] });
    clusters.get(kept)!.removed.push({ id: found.ids[removed], twin: found.ids[twin], jaccard });
  }
  const { compared, confirmed } = found;
  return {
    documents: found.ids.length,
    compared,
    confirmed,
    clusters: [...clusters.values()].sort((a, b) => compare(a.kept, b.kept)).map(({ kept, removed }) => ({
      kept,
      removed: removed.sort((a, b) => compare(a.id, b.id)),
    })),
  };
}

/**
 * Keep one document of each cluster of near-duplicates, in the order they come; see {@linkcode nearDuplicateClusters}.
 *
 * @throws {RangeError} If an option is out of its range or a score is NaN.
 * @throws {TypeError} If the documents change between the readings.
 * @example The longest stays
 * ```ts
 * import assert from "node:assert/strict";
 * import { removeNearDuplicates } from "midtrain/select";
 *
 * const text = "Call me Ishmael. Some years ago, never mind how long precisely, having little money in my purse";
 * const documents = [text, `${text} indeed`].map((text, i) => ({ id: `d${i}`, text, source: "example", meta: {} }));
 * const kept = await Array.fromAsync(removeNearDuplicates(documents, { score: ({ text }) => text.length }));
 * assert.deepEqual(kept, [documents[1]]);
 * ```
 */
export async function* removeNearDuplicates(
  documents: Documents,
  options: RemoveNearDuplicatesOptions = {},
): AsyncGenerator<Document> {
  takes(
    "Cannot find near-duplicates",
    options,
    "onDrop?, threshold?, shingleWords?, bands?, rows?, digits?, score?",
  );
  ofKind("Cannot find near-duplicates", { documents }, "a list or another iterable");
  const settings = settingsOf(options);
  await using source = await replay(documents);
  const { ids, removed } = await find(source.read, settings);
  for await (const [ordinal, document] of again(source.read(), ids)) {
    const cause = removed.get(ordinal);
    if (!cause) {
      yield document;
      continue;
    }
    options.onDrop?.({
      id: document.id,
      source: document.source,
      stage: "select/near-duplicates",
      reason: "near-duplicate",
      excerpt: `Jaccard ${cause.jaccard.toFixed(3)} with ${ids[cause.twin]}, ${ids[cause.kept]} stays: ${
        document.text.slice(0, 160)
      }`,
    });
  }
}

interface Settings extends Required<Omit<NearDuplicateOptions, "score">> {
  score: ((document: Document) => number) | undefined;
}

interface Found {
  ids: string[];
  compared: number;
  confirmed: number;
  /** By ordinal, what goes: the ordinals of the one that stays and of the nearest confirmed relative. */
  removed: Map<number, { kept: number; twin: number; jaccard: number }>;
}

type Read = () => Documents;

function settingsOf(options: NearDuplicateOptions): Settings {
  const { threshold = 0.7, shingleWords = 5, bands = 14, rows = 8, digits = "keep", score } = options;
  inRange("Cannot find near-duplicates", { threshold }, "in (0, 1]");
  wholeNumber("Cannot find near-duplicates", { shingleWords, bands, rows }, ">= 1");
  return { threshold, shingleWords, bands, rows, digits, score };
}

async function find(read: Read, settings: Settings): Promise<Found> {
  const { ids, scores, keys } = await index(read(), settings);
  const byId = ids.map((_, ordinal) => ordinal).sort((a, b) => compare(ids[a], ids[b]) || a - b);
  const pairs = candidates(byId, keys);
  const edges = pairs.size === 0 ? [] : await confirmPairs(again(read(), ids), pairs, settings);

  const parent = Int32Array.from(ids.keys());
  const root = (node: number): number => {
    while (parent[node] !== node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (const { a, b } of edges) parent[root(a)] = root(b);

  const kept = new Map<number, number>();
  const nearest = new Map<number, { twin: number; jaccard: number }>();
  for (const ordinal of byId) {
    const best = kept.get(root(ordinal));
    if (best === undefined || scores[ordinal] > scores[best]) kept.set(root(ordinal), ordinal);
  }
  const offer = (ordinal: number, twin: number, jaccard: number) => {
    const held = nearest.get(ordinal);
    if (
      !held || jaccard > held.jaccard || (jaccard === held.jaccard && compare(ids[twin], ids[held.twin]) < 0)
    ) nearest.set(ordinal, { twin, jaccard });
  };
  for (const { a, b, jaccard } of edges) {
    offer(a, b, jaccard);
    offer(b, a, jaccard);
  }
  const removed: Found["removed"] = new Map();
  for (const [ordinal, near] of nearest) {
    const stays = kept.get(root(ordinal))!;
    if (stays !== ordinal) removed.set(ordinal, { kept: stays, ...near });
  }
  let compared = 0;
  for (const earlier of pairs.values()) compared += earlier.size;
  return { ids, compared, confirmed: edges.length, removed };
}

/** First reading: ids, scores, and for each band the documents' keys; NaN where a document has no words. */
async function index(
  documents: Documents,
  { bands, rows, score, ...shingles }: Settings,
): Promise<{ ids: string[]; scores: number[]; keys: Float64Array[] }> {
  const ids: string[] = [];
  const scores: number[] = [];
  const shingle = shingler(shingles);
  const signature = new Uint32Array(bands * rows);
  const own = new Float64Array(bands);
  let keys = Array.from({ length: bands }, () => new Float64Array(1024));
  for await (
    const document of each("Cannot find near-duplicates", { documents }, "an object with id, text")
  ) {
    const ordinal = ids.push(document.id) - 1;
    const value = score ? score(document) : 0;
    if (Number.isNaN(value)) {
      throw new RangeError(
        `Cannot choose among near-duplicates as every score must be a number: ${document.id} has NaN`,
      );
    }
    scores.push(value);
    if (ordinal === keys[0].length) {
      keys = keys.map((column) => {
        const grown = new Float64Array(column.length * 2);
        grown.set(column);
        return grown;
      });
    }
    const set = shingle(document.text);
    if (set.length > 0) {
      sketch(set, signature);
      bandKeys(signature, rows, own);
    } else own.fill(NaN);
    for (let band = 0; band < bands; band++) keys[band][ordinal] = own[band];
  }
  return { ids, scores, keys };
}

/**
 * The pairs to compare: for each document those read before it. In a bucket of many each document meets the first and the
 * one before it, by id: linear in the bucket, and any two still meet through the chain.
 */
function candidates(byId: number[], keys: Float64Array[]): Map<number, Set<number>> {
  const pairs = new Map<number, Set<number>>();
  const add = (a: number, b: number) => {
    const later = Math.max(a, b);
    const earlier = pairs.get(later);
    if (earlier) earlier.add(Math.min(a, b));
    else pairs.set(later, new Set([Math.min(a, b)]));
  };
  for (const column of keys) {
    const firsts = new Map<number, number>();
    const lasts = new Map<number, number>();
    for (const ordinal of byId) {
      const key = column[ordinal];
      const first = firsts.get(key);
      if (Number.isNaN(key)) continue;
      if (first === undefined) firsts.set(key, ordinal);
      else {
        add(first, ordinal);
        add(lasts.get(key) ?? first, ordinal);
        lasts.set(key, ordinal);
      }
    }
  }
  return pairs;
}

/** Second reading: compare the pairs in full. A document's shingles are held from its turn to its last pair's. */
async function confirmPairs(
  documents: AsyncIterable<[number, Document]>,
  pairs: Map<number, Set<number>>,
  settings: Settings,
): Promise<{ a: number; b: number; jaccard: number }[]> {
  const edges: { a: number; b: number; jaccard: number }[] = [];
  const waiting = new Map<number, number>();
  const held = new Map<number, Uint32Array>();
  const shingle = shingler(settings);
  for (const earlier of pairs.values()) {
    for (const ordinal of earlier) waiting.set(ordinal, (waiting.get(ordinal) ?? 0) + 1);
  }
  for await (const [ordinal, document] of documents) {
    const partners = pairs.get(ordinal);
    const later = waiting.has(ordinal);
    if (!partners && !later) continue;
    const set = distinct(shingle(document.text));
    for (const partner of partners ?? []) {
      const similarity = jaccard(held.get(partner)!, set);
      if (similarity >= settings.threshold) edges.push({ a: partner, b: ordinal, jaccard: similarity });
      const left = waiting.get(partner)! - 1;
      waiting.set(partner, left);
      if (left === 0) held.delete(partner);
    }
    if (later) held.set(ordinal, set);
  }
  return edges;
}

/** The documents with their ordinals, checked to be those of the first reading. */
async function* again(
  documents: Documents,
  ids: string[],
): AsyncGenerator<[number, Document]> {
  let ordinal = 0;
  for await (const document of documents) {
    if (ordinal >= ids.length || document.id !== ids[ordinal]) {
      throw new TypeError(
        `Cannot compare near-duplicates as the documents must stay the same between readings: document ${ordinal} was ${
          ids[ordinal]
        } and is ${document.id}`,
      );
    }
    yield [ordinal++, document];
  }
  if (ordinal < ids.length) {
    throw new TypeError(
      `Cannot compare near-duplicates as the documents must stay the same between readings: ${ids.length} were read, then ${ordinal}`,
    );
  }
}

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;
