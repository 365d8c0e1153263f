import {
  described,
  type Description,
  each,
  explainFullDisk,
  inRange,
  must,
  ofKind,
  oneOf,
  percent,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { embedAll, type TextEmbedder } from "./embedding_rater.ts";
import { dot, kMeans, type Rows } from "./_k_means.ts";
import { replay } from "./_replay.ts";
import { workFolder } from "./_work_folder.ts";

/** Options of {@linkcode semanticDuplicates}, apart from what tells of the vectors. */
export interface SemanticOptions {
  /** The least cosine of two vectors that makes them duplicates, in (0, 1]. @default {0.95} */
  threshold?: number;
  /** How many clusters; only vectors of one cluster are compared. @default {the square root of their number} */
  clusters?: number;
  /**
   * Which of several alike stays, where scores are equal.
   * - `far`: the one least like its cluster's centroid, as in SemDeDup.
   * - `near`: the one most like it.
   *
   * @default {"far"}
   */
  keep?: "far" | "near";
  /** Draws the first centroids. @default {0} */
  seed?: number | string;
}

/** Options of {@linkcode semanticDuplicates}. */
export interface SemanticDuplicatesOptions extends SemanticOptions {
  /** Numbers in a vector. */
  dimensions: number;
  /** A score of each vector: the highest stays. @default {none: `keep` decides} */
  scores?: ArrayLike<number>;
}

/** Options of {@linkcode removeSemanticDuplicates}. */
export interface RemoveSemanticDuplicatesOptions extends SemanticOptions {
  /** Of several alike the one with the highest score stays. @default {none: `keep` decides} */
  score?: (document: Document) => number;
  /** How much of a text is embedded, in UTF-16 units from its start. @default {1000} */
  textUnits?: number;
  /** Called with each removed document and the document it is like. */
  onDrop?: OnDrop;
  /** Called with what was found, before the first document is given. */
  onReport?: (report: SemanticDuplicates) => void;
}

/** Vectors that are like one that stays. */
export interface SemanticGroup {
  /** The number of the vector that stays. */
  kept: number;
  /** Those that go, by their numbers, with their cosine to the one that stays. */
  removed: { at: number; cosine: number }[];
}

/** What {@linkcode semanticDuplicates} found. */
export interface SemanticDuplicates {
  /** How many vectors there are. */
  vectors: number;
  /** How many clusters they were put into. */
  clusters: number;
  /** How many vectors the largest cluster has. */
  largest: number;
  /** How many pairs of vectors were compared; all pairs are n (n - 1) / 2. */
  compared: number;
  /** Those that are alike, by the one that stays. */
  groups: SemanticGroup[];
}

/**
 * Find vectors that are nearly the same: SemDeDup (Abbas et al., arXiv 2303.09540). Spherical k-means puts like ones together;
 * within a cluster each is compared with those that stay, and goes if its cosine with one reaches the threshold. What two
 * clusters part is not compared, so that fewer clusters find more and take longer: one finds all. A vector goes only for
 * one that stays, never through a chain.
 *
 * With k clusters, n vectors of d numbers take n k d multiplications a round, at most fifty, and n n d / k for the pairs.
 *
 * @param vectors All numbers, one vector after the other; their lengths do not matter.
 * @returns The same for the same seed.
 * @throws {RangeError} If an option is out of its range, the numbers are no whole vectors, or a vector is 0 or not finite.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { semanticDuplicates } from "midtrain/select";
 *
 * const { groups } = semanticDuplicates(Float32Array.of(1, 0, 0, 1, 2, 0.1), { dimensions: 2, clusters: 1, keep: "near" });
 * assert.deepEqual(groups.map(({ kept, removed }) => [kept, removed.map(({ at }) => at)]), [[2, [0]]]);
 * ```
 */
export function semanticDuplicates(
  vectors: Float32Array,
  options: SemanticDuplicatesOptions,
): SemanticDuplicates {
  takes(CANNOT, options, `dimensions, scores?, ${OPTIONS}`);
  ofKind(CANNOT, { vectors }, "a list of numbers");
  const { dimensions, scores } = options;
  wholeNumber(CANNOT, { dimensions }, ">= 1");
  checkOptions(options);
  const count = vectors.length / dimensions;
  must(
    CANNOT,
    `the numbers of vectors must be a multiple of dimensions ${dimensions}`,
    vectors.length,
    Number.isInteger(count),
  );
  if (scores !== undefined) {
    ofKind(CANNOT, { scores }, "a list of numbers");
    must(CANNOT, `scores must be one a vector, ${count}`, scores.length, scores.length === count);
    for (let i = 0; i < count; i++) {
      must(CANNOT, `scores[${i}] must be a number`, scores[i], !Number.isNaN(scores[i]));
    }
  }
  const { threshold = 0.95, keep = "far", seed = 0 } = options;
  const clusters = Math.min(count, options.clusters ?? Math.ceil(Math.sqrt(count)));
  const rows = normalised(vectors, dimensions, count);
  const { cluster, cosine } = kMeans(rows, clusters, seed);
  const members: number[][] = Array.from({ length: clusters }, () => []);
  for (let row = 0; row < count; row++) members[cluster[row]].push(row);
  const sign = keep === "far" ? 1 : -1;
  const better = (a: number, b: number) =>
    scores && scores[a] !== scores[b] ? scores[b] - scores[a] : sign * (cosine[a] - cosine[b]) || a - b;
  let compared = 0;
  const groups: SemanticGroup[] = [];
  for (const own of members) {
    const staying: SemanticGroup[] = [];
    for (const at of own.sort(better)) {
      let like: SemanticGroup | undefined;
      let most = threshold;
      for (const group of staying) {
        compared++;
        const alike = Math.min(
          1,
          dot(rows.data, at * dimensions, rows.data, group.kept * dimensions, dimensions),
        );
        if (alike < most || like && alike === most) continue;
        most = alike;
        like = group;
      }
      if (like) like.removed.push({ at, cosine: most });
      else staying.push({ kept: at, removed: [] });
    }
    groups.push(...staying.filter(({ removed }) => removed.length > 0));
  }
  for (const { removed } of groups) removed.sort((a, b) => a.at - b.at);
  groups.sort((a, b) => a.kept - b.kept);
  const largest = members.reduce((most, { length }) => Math.max(most, length), 0);
  return described({ vectors: count, clusters, largest, compared, groups }, describe);
}

/**
 * Keep one of the documents that say the same in other words, as their embeddings have it; see {@linkcode semanticDuplicates}.
 *
 * The documents are read twice (a stream is first written to a temporary file, compressed); in memory stay 4 bytes for each
 * number of each vector, 1,536 bytes a document with MiniLM.
 *
 * @param embedder `openModel`'s model or an `openEmbedder`.
 * @throws {RangeError} If an option is out of its range, or a score is NaN.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { removeSemanticDuplicates } from "midtrain/select";
 *
 * const embedder = {
 *   embed: (texts: readonly string[]) => Promise.resolve(texts.map((text) => Float32Array.of(text.length, 1))),
 * };
 * const documents = ["It rained.", "Rain fell.", "I"].map((text, i) => ({ id: `d${i}`, text, source: "example", meta: {} }));
 * const kept = await Array.fromAsync(removeSemanticDuplicates(documents, embedder, { clusters: 1 }));
 * assert.deepEqual(kept.map(({ text }) => text), ["It rained.", "I"]);
 * ```
 */
export async function* removeSemanticDuplicates(
  documents: Documents,
  embedder: TextEmbedder,
  options: RemoveSemanticDuplicatesOptions = {},
): AsyncGenerator<Document> {
  takes(CANNOT, options, `score?, textUnits?, onDrop?, onReport?, ${OPTIONS}`);
  ofKind(CANNOT, { documents }, "a list or another iterable");
  ofKind(CANNOT, { embedder }, "an object with embed");
  checkOptions(options);
  const { score, textUnits = 1000, onDrop, onReport, threshold, clusters, keep, seed } = options;
  wholeNumber(CANNOT, { textUnits }, ">= 1");
  if (score !== undefined) ofKind(CANNOT, { score }, "a function");
  await using folder = await workFolder(CANNOT, undefined, {});
  await using source = await replay(documents, `${folder.path}/documents.jsonl.zst`).catch((error) => {
    throw explainFullDisk(error, CANNOT);
  });
  const { vectors, dimensions, ids, scores } = await readAll(source.read(), embedder, { textUnits, score });
  const report = semanticDuplicates(vectors, {
    dimensions,
    ...(score && { scores }),
    ...(threshold !== undefined && { threshold }),
    ...(clusters !== undefined && { clusters }),
    ...(keep !== undefined && { keep }),
    ...(seed !== undefined && { seed }),
  });
  onReport?.(report);
  const gone = new Map(
    report.groups.flatMap(({ kept, removed }) =>
      removed.map(({ at, cosine }) => [at, { kept, cosine }] as const)
    ),
  );
  let at = 0;
  for await (const document of source.read()) {
    const why = gone.get(at++);
    if (!why) yield document;
    else {
      onDrop?.({
        id: document.id,
        source: document.source,
        stage: "select/semantic-duplicates",
        reason: "semantic duplicate",
        excerpt: `cosine ${why.cosine.toFixed(3)} with ${ids[why.kept]}: ${document.text.slice(0, 160)}`,
      });
    }
  }
}

const CANNOT = "Cannot find semantic duplicates";
const OPTIONS = "threshold?, clusters?, keep?, seed?";

function checkOptions(options: SemanticOptions): void {
  const { threshold = 0.95, clusters = 1, keep = "far" } = options;
  inRange(CANNOT, { threshold }, "in (0, 1]");
  wholeNumber(CANNOT, { clusters }, ">= 1");
  oneOf(CANNOT, { keep }, ["far", "near"]);
}

/** The vectors at unit length. */
function normalised(vectors: Float32Array, dimensions: number, count: number): Rows {
  const data = new Float32Array(vectors.length);
  for (let row = 0; row < count; row++) {
    const from = row * dimensions;
    let square = 0;
    for (let d = from; d < from + dimensions; d++) square += vectors[d] ** 2;
    const length = Math.sqrt(square);
    must(
      CANNOT,
      `the length of vector ${row} must be finite and > 0`,
      length,
      Number.isFinite(length) && length > 0,
    );
    for (let d = from; d < from + dimensions; d++) data[d] = vectors[d] / length;
  }
  return { data, dimensions, count };
}

/** What is needed of all documents. */
async function readAll(
  documents: Documents,
  embedder: TextEmbedder,
  { textUnits, score }: { textUnits: number; score: ((document: Document) => number) | undefined },
): Promise<{ vectors: Float32Array; dimensions: number; ids: string[]; scores: number[] }> {
  const ids: string[] = [];
  const scores: number[] = [];
  const parts: Float32Array[] = [];
  let texts: string[] = [];
  const embed = async () => {
    for (const vector of await embedAll(texts, embedder, { textUnits, signal: undefined })) {
      parts.push(vector);
    }
    texts = [];
  };
  for await (const document of each(CANNOT, { documents }, "an object with id, text")) {
    ids.push(document.id);
    if (score) scores.push(score(document));
    if (texts.push(document.text) === 256) await embed();
  }
  await embed();
  const dimensions = parts[0]?.length ?? 1;
  const vectors = new Float32Array(parts.length * dimensions);
  for (const [i, part] of parts.entries()) {
    must(CANNOT, `all vectors must have ${dimensions} numbers`, part.length, part.length === dimensions);
    vectors.set(part, i * dimensions);
  }
  return { vectors, dimensions, ids, scores };
}

function describe({ vectors, clusters, largest, compared, groups }: SemanticDuplicates): Description {
  const removed = groups.reduce((sum, group) => sum + group.removed.length, 0);
  const all = vectors * (vectors - 1) / 2;
  return [
    {
      rows: [{
        vectors,
        clusters,
        "in the largest": largest,
        "pairs compared": percent(all === 0 ? 0 : compared / all),
        "groups alike": groups.length,
        "vectors that go": removed,
      }],
    },
    `${percent(vectors === 0 ? 0 : removed / vectors)} of the vectors are like one that stays.`,
  ];
}
