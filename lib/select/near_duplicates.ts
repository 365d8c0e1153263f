import { join } from "node:path";
import {
  described,
  type Description,
  explainFullDisk,
  inRange,
  ofKind,
  oneOf,
  type OnProgress,
  percent,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { candidatePairs, compareAll, shelve } from "./_comparing.ts";
import { linkChains, type Linked, linkKept } from "./_linking.ts";
import type { Members } from "./_members.ts";
import { jaccard } from "./_minhash.ts";
import { readFound, writeFound } from "./_found.ts";
import { Reading } from "./_reading.ts";
import { Shelf } from "./_shelf.ts";
import { sketchAll } from "./_sketching.ts";
import { claim, workFolder } from "./_work_folder.ts";

/** Options of {@linkcode nearDuplicateClusters}. */
export interface NearDuplicateOptions {
  /** The least Jaccard similarity of two texts' shingle sets that makes them near-duplicates, in (0, 1]. @default {0.7} */
  threshold?: number;
  /** Words in a shingle. @default {5} */
  shingleWords?: number;
  /** How many bands, at most 1000; two texts are compared when they agree on one whole band. @default {14} */
  bands?: number;
  /** Signature entries in a band, at most 1000. More make comparisons rarer, fewer find less alike texts. @default {8} */
  rows?: number;
  /** What becomes of numbers; see `WordOptions` in `midtrain/base`. @default {"keep"} */
  digits?: "keep" | "zero";
  /**
   * What a cluster's one kept document is chosen by: the highest score stays, the smallest id among equals.
   *
   * @default {none: the smallest id stays}
   */
  score?: (document: Document) => number;
  /**
   * Which documents go with the one that stays.
   * - `chain`: all that chains of near-duplicate pairs join to it, however far: 30 steps of a few words lead to another text.
   * - `kept`: only those that are similar to it; of a chain several stay.
   *
   * @default {"chain"}
   */
  link?: "chain" | "kept";
  /** Documents that always stay and are never given, such as what was trained on before: what repeats them goes. @default {none} */
  against?: Documents;
  /** Threads at work; the result is the same. @default {the machine's cores, once there is enough to do} */
  workers?: number;
  /**
   * Where sketches and pairs are kept, so that a call with the same documents and options that was killed goes on where it
   * was; it stays until you remove it.
   *
   * @default {a temporary folder, which is removed}
   */
  folder?: string;
  /** Called while the documents are read and the bands sorted. */
  onProgress?: OnProgress;
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
  /** Its most similar relative, through which it belongs to the cluster; with `link: "kept"` the one that stays. */
  twin: string;
  /** The exact Jaccard similarity of the two shingle sets. */
  jaccard: number;
}

/** Documents joined by near-duplicate pairs. */
export interface NearDuplicateCluster {
  /** The id of the one that stays. */
  kept: string;
  /** The others, by id. */
  removed: NearDuplicate[];
}

/** What {@linkcode nearDuplicateClusters} found. */
export interface NearDuplicates {
  /** How many documents were read, without those compared against. */
  documents: number;
  /** How many pairs agreed on a band and were compared in full. */
  compared: number;
  /** How many of these reach the threshold. */
  confirmed: number;
  /** How many groups hold documents that only a chain joins to the one that stays. */
  chains: number;
  /** How many such documents there are: they go with `link: "chain"`, and stay with `link: "kept"`. */
  chained: number;
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
 * The documents are read twice (a generator is first written to the folder, compressed), on all cores. Keys lie in the
 * folder, 8 bytes a band and document, and are sorted band by band. In memory are at most 250 bytes a document, beside some
 * hundred megabytes that do not grow (`deno task verify duplicates` measures it: 17 million took 91 each), and here the
 * clusters themselves. Up to 94,906,265 documents. The result does not depend on
 * the order of the documents nor on the workers.
 *
 * @throws {RangeError} If an option is out of its range, a score is NaN, or the folder holds other work or is at work.
 * @throws {TypeError} If the documents change between the readings.
 * @throws {Error} If the disk is full: a temporary folder is removed, a named one can be gone on with.
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
  takes(CANNOT, options, OPTIONS);
  const settings = settingsOf(documents, options);
  await using work = await workFolder(CANNOT, options.folder, identity(settings));
  await using reading = await Reading.open(work.path, settings.against, documents);
  const { members, compared, confirmed, linked } = await find(reading, work.path, settings);
  const { stays, twins, similarities, chains, chained } = linked;
  const places = new Int32Array(members.count).fill(-1);
  const clusters: NearDuplicateCluster[] = [];
  for (let ordinal = 0; ordinal < members.count; ordinal++) {
    const kept = stays[ordinal];
    if (kept < 0) continue;
    if (places[kept] < 0) places[kept] = clusters.push({ kept: members.id(kept), removed: [] }) - 1;
    clusters[places[kept]].removed.push({
      id: members.id(ordinal),
      twin: members.id(twins[ordinal]),
      jaccard: similarities[ordinal],
    });
  }
  for (const { removed } of clusters) removed.sort((a, b) => compare(a.id, b.id));
  return described({
    documents: members.count - reading.against,
    compared,
    confirmed,
    chains,
    chained,
    clusters: clusters.sort((a, b) => compare(a.kept, b.kept)),
  }, describe);
}

/**
 * Keep one document of each cluster of near-duplicates, in the order they come; see {@linkcode nearDuplicateClusters}. The
 * documents are read a third time and given one by one.
 *
 * @throws {RangeError} If an option is out of its range, a score is NaN, or the folder holds other work or is at work.
 * @throws {TypeError} If the documents change between the readings.
 * @throws {Error} If the disk is full: a temporary folder is removed, a named one can be gone on with.
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
 * @example What an earlier set has
 * ```ts
 * import assert from "node:assert/strict";
 * import { removeNearDuplicates } from "midtrain/select";
 *
 * const text = "Call me Ishmael. Some years ago, never mind how long precisely, having little money in my purse";
 * const [old, repeated, own] = [text, `${text} indeed`, "Something else entirely, which repeats nothing at all"].map(
 *   (text, i) => ({ id: `d${i}`, text, source: "example", meta: {} }),
 * );
 * const kept = await Array.fromAsync(removeNearDuplicates([repeated, own], { against: [old] }));
 * assert.deepEqual(kept, [own]);
 * ```
 */
export async function* removeNearDuplicates(
  documents: Documents,
  options: RemoveNearDuplicatesOptions = {},
): AsyncGenerator<Document> {
  takes(CANNOT, options, `onDrop?, ${OPTIONS}`);
  const settings = settingsOf(documents, options);
  await using work = await workFolder(CANNOT, options.folder, identity(settings));
  await using reading = await Reading.open(work.path, settings.against, documents);
  const { members, linked: { stays, twins, similarities } } = await find(reading, work.path, settings);
  for await (const [ordinal, document] of reading.again({ against: false })) {
    if (stays[ordinal] < 0) {
      yield document;
      continue;
    }
    options.onDrop?.({
      id: document.id,
      source: document.source,
      stage: "select/near-duplicates",
      reason: "near-duplicate",
      excerpt: `Jaccard ${similarities[ordinal].toFixed(3)} with ${members.id(twins[ordinal])}, ${
        members.id(stays[ordinal])
      } stays: ${document.text.slice(0, 160)}`,
    });
  }
}

const CANNOT = "Cannot find near-duplicates";
const OPTIONS =
  "threshold?, shingleWords?, bands?, rows?, digits?, score?, link?, against?, workers?, folder?, onProgress?";

interface Settings
  extends Required<Omit<NearDuplicateOptions, "score" | "folder" | "onProgress" | "workers">> {
  score: ((document: Document) => number) | undefined;
  folder: string | undefined;
  workers: number | undefined;
  onProgress: OnProgress | undefined;
}

function settingsOf(documents: Documents, options: NearDuplicateOptions): Settings {
  ofKind(CANNOT, { documents }, "a list or another iterable");
  const { threshold = 0.7, shingleWords = 5, bands = 14, rows = 8, digits = "keep", link = "chain" } =
    options;
  const { score, against = [], workers, folder, onProgress } = options;
  inRange(CANNOT, { threshold }, "in (0, 1]");
  wholeNumber(CANNOT, { shingleWords }, ">= 1");
  wholeNumber(CANNOT, { bands, rows }, "in [1, 1000]");
  if (workers !== undefined) wholeNumber(CANNOT, { workers }, ">= 1");
  oneOf(CANNOT, { digits }, ["keep", "zero"]);
  oneOf(CANNOT, { link }, ["chain", "kept"]);
  ofKind(CANNOT, { against }, "a list or another iterable");
  if (score !== undefined) ofKind(CANNOT, { score }, "a function");
  if (folder !== undefined) ofKind(CANNOT, { folder }, "a text");
  return { threshold, shingleWords, bands, rows, digits, link, score, against, workers, folder, onProgress };
}

/** What another process must have been told to have done the same. */
function identity(settings: Settings): Record<string, string | number | boolean> {
  const { threshold, shingleWords, bands, rows, digits, link, score } = settings;
  return { format: 1, threshold, shingleWords, bands, rows, digits, link, scored: score !== undefined };
}

interface Found {
  members: Members;
  compared: number;
  confirmed: number;
  linked: Linked;
}

async function find(reading: Reading, folder: string, settings: Settings): Promise<Found> {
  const { threshold, shingleWords, digits, bands, rows, link, score, workers, onProgress } = settings;
  const told = (label: string, total?: number, unit = "documents") => (done: number) =>
    onProgress?.({ label, done, unit, ...(total === undefined ? {} : { total }) });
  try {
    const sketching = { folder, workers, score, shingleWords, digits, bands, rows };
    const members = await sketchAll(reading, { ...sketching, onRead: told("sketched") });
    const n = members.count;
    const { against } = reading;
    await claim(`${CANNOT} in ${folder}`, join(folder, "documents.json"), {
      documents: n - against,
      against,
    });
    const known = await readFound(folder, n);
    if (known) return { members, ...known };
    const pairs = await candidatePairs(members, {
      folder,
      bands,
      workers,
      onBand: told("bands sorted", bands, "bands"),
    });
    using shelf = new Shelf(folder, n);
    const onRead = told("read again", n);
    if (pairs.length > 0) await shelve(reading, shelf, pairs, { shingleWords, digits, workers, onRead });
    const similarities = compareAll(shelf, pairs, { n, threshold });
    const confirmed = similarities.reduce((count, similarity) => count + (similarity >= 0 ? 1 : 0), 0);
    const alike = (a: number, b: number) => {
      const similarity = jaccard(shelf.get(a), shelf.get(b));
      return similarity >= threshold ? similarity : NaN;
    };
    const linked = (link === "chain" ? linkChains : linkKept)(members, { pairs, similarities }, alike);
    const found = { compared: pairs.length, confirmed, linked };
    if (settings.folder !== undefined) await writeFound(folder, found);
    return { members, ...found };
  } catch (error) {
    throw explainFullDisk(error, `${CANNOT} in ${folder}`);
  }
}

function describe(
  { documents, compared, confirmed, chains, chained, clusters }: NearDuplicates,
): Description {
  const removed = clusters.reduce((sum, cluster) => sum + cluster.removed.length, 0);
  const largest = clusters.toSorted((a, b) => b.removed.length - a.removed.length).slice(0, 5);
  return [
    {
      rows: [{
        documents,
        "pairs compared": compared,
        "of them alike": confirmed,
        clusters: clusters.length,
        "documents that go": removed,
        "of them by a chain alone": chained,
      }],
    },
    `${
      percent(documents === 0 ? 0 : removed / documents)
    } of the documents repeat another; ${chains} groups hold chains.`,
    {
      title: "The largest clusters",
      rows: largest.map(({ kept, removed }) => ({
        stays: kept,
        "documents that go": removed.length,
        "least similarity": Math.min(...removed.map(({ jaccard }) => jaccard)),
      })),
    },
  ];
}

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;
