import { each, inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { bandKeys, distinct, jaccard, shingler, sketch } from "./_minhash.ts";
import { candidatePairs } from "./_pairs.ts";
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
  const { ids, compared, confirmed, stays, twins, similarities } = found;
  const places = new Int32Array(ids.length).fill(-1);
  const clusters: NearDuplicateCluster[] = [];
  for (let ordinal = 0; ordinal < ids.length; ordinal++) {
    const kept = stays[ordinal];
    if (kept < 0) continue;
    if (places[kept] < 0) places[kept] = clusters.push({ kept: ids[kept], removed: [] }) - 1;
    clusters[places[kept]].removed.push({
      id: ids[ordinal],
      twin: ids[twins[ordinal]],
      jaccard: similarities[ordinal],
    });
  }
  for (const { removed } of clusters) removed.sort((a, b) => compare(a.id, b.id));
  return {
    documents: ids.length,
    compared,
    confirmed,
    clusters: clusters.sort((a, b) => compare(a.kept, b.kept)),
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
  const { ids, stays, twins, similarities } = await find(source.read, settings);
  for await (const [ordinal, document] of again(source.read(), ids)) {
    if (stays[ordinal] < 0) {
      yield document;
      continue;
    }
    options.onDrop?.({
      id: document.id,
      source: document.source,
      stage: "select/near-duplicates",
      reason: "near-duplicate",
      excerpt: `Jaccard ${similarities[ordinal].toFixed(3)} with ${ids[twins[ordinal]]}, ${
        ids[stays[ordinal]]
      } stays: ${document.text.slice(0, 160)}`,
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
  /** For each document that goes the ordinal of the one that stays, -1 for the others. */
  stays: Int32Array;
  /** For each document the ordinal of its nearest confirmed relative, or -1. */
  twins: Int32Array;
  /** The similarity of that relative. */
  similarities: Float64Array;
}

type Read = () => Documents;

function settingsOf(options: NearDuplicateOptions): Settings {
  const { threshold = 0.7, shingleWords = 5, bands = 14, rows = 8, digits = "keep", score } = options;
  inRange("Cannot find near-duplicates", { threshold }, "in (0, 1]");
  wholeNumber("Cannot find near-duplicates", { shingleWords, bands, rows }, ">= 1");
  if (score !== undefined) ofKind("Cannot find near-duplicates", { score }, "a function");
  return { threshold, shingleWords, bands, rows, digits, score };
}

async function find(read: Read, settings: Settings): Promise<Found> {
  const { ids, scores, keys } = await index(read(), settings);
  const byId = Uint32Array.from(ids.keys()).sort((a, b) => compare(ids[a], ids[b]) || a - b);
  const pairs = candidatePairs(byId, keys);
  const edges = pairs.length === 0 ? [] : await confirmPairs(again(read(), ids), pairs, ids.length, settings);

  const parent = Int32Array.from(ids.keys());
  const root = (node: number): number => {
    while (parent[node] !== node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (const { a, b } of edges) parent[root(a)] = root(b);

  const best = new Int32Array(ids.length).fill(-1);
  for (const ordinal of byId) {
    const own = root(ordinal);
    if (best[own] < 0 || scores[ordinal] > scores[best[own]]) best[own] = ordinal;
  }
  const twins = new Int32Array(ids.length).fill(-1);
  const similarities = new Float64Array(ids.length);
  const offer = (ordinal: number, twin: number, jaccard: number) => {
    const held = similarities[ordinal];
    if (
      twins[ordinal] < 0 || jaccard > held ||
      (jaccard === held && compare(ids[twin], ids[twins[ordinal]]) < 0)
    ) {
      twins[ordinal] = twin;
      similarities[ordinal] = jaccard;
    }
  };
  for (const { a, b, jaccard } of edges) {
    offer(a, b, jaccard);
    offer(b, a, jaccard);
  }
  const stays = twins.map((twin, ordinal) => {
    const kept = best[root(ordinal)];
    return twin < 0 || kept === ordinal ? -1 : kept;
  });
  return { ids, compared: pairs.length, confirmed: edges.length, stays, twins, similarities };
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

/** Second reading: compare the pairs in full. A document's shingles are held from its turn to its last pair's. */
async function confirmPairs(
  documents: AsyncIterable<[number, Document]>,
  pairs: Float64Array,
  count: number,
  settings: Settings,
): Promise<{ a: number; b: number; jaccard: number }[]> {
  const edges: { a: number; b: number; jaccard: number }[] = [];
  const waiting = new Uint32Array(count);
  const held = new Map<number, Uint32Array>();
  const shingle = shingler(settings);
  for (const pair of pairs) waiting[pair % count]++;
  let next = 0;
  for await (const [ordinal, document] of documents) {
    const end = (ordinal + 1) * count;
    const later = waiting[ordinal] > 0;
    if (!later && !(pairs[next] < end)) continue;
    const set = distinct(shingle(document.text));
    for (; pairs[next] < end; next++) {
      const partner = pairs[next] % count;
      const similarity = jaccard(held.get(partner)!, set);
      if (similarity >= settings.threshold) edges.push({ a: partner, b: ordinal, jaccard: similarity });
      if (--waiting[partner] === 0) held.delete(partner);
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
