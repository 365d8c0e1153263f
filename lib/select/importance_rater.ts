import { createHash } from "node:crypto";
import { each, must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Documents } from "../data/mod.ts";
import type { DocumentRater } from "./document_rater.ts";

/** Options of {@linkcode importanceRater}. */
export interface ImportanceRaterOptions {
  /** How many buckets words and pairs of words fall in. @default {10000} */
  buckets?: number | undefined;
  /** Names it. @default {"importance"} */
  name?: string | undefined;
}

/** What {@linkcode importanceRater} gives. */
export interface ImportanceRater extends DocumentRater {
  /** For each bucket the log of how much more frequent it is in the target. */
  readonly logRatios: Float64Array;
}

/**
 * How much likelier a document is as one of the target than as one of the raw documents: the log importance weight of DSIR
 * (arXiv 2302.03169), over hashed words and pairs of words, in nats. Give the scores to `sampleByScore` at temperature 1, each
 * with `tokens: 1` for a number of documents, to draw raw documents that are distributed as the target's.
 *
 * Words, hashes (SHA-256) and smoothing (1e-8) are those of the authors' package `data-selection`, whose weights these are.
 * The sum over a text grows with its length, so that at temperature 1 the first few draws are all but certain, as there.
 *
 * @param target Documents of the kind that is wanted.
 * @param raw A sample of what there is.
 * @throws {RangeError} If an option is out of range, or one side has no word.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { importanceRater, rate } from "midtrain/select";
 *
 * const page = (text: string) => ({ id: text, text, source: "x", meta: {} });
 * const raw = [page("buy pills"), page("the sea")];
 * const rater = await importanceRater([page("the whale in the sea")], raw);
 * const [pills, sea] = await Array.fromAsync(rate(raw, rater));
 * assert(sea.score > pills.score);
 * ```
 */
export async function importanceRater(
  target: Documents,
  raw: Documents,
  options: ImportanceRaterOptions = {},
): Promise<ImportanceRater> {
  const cannot = "Cannot weigh documents by importance";
  takes(cannot, options, "buckets?, name?");
  const { buckets = 10_000, name = "importance" } = options;
  wholeNumber(cannot, { buckets }, "in [1, 1073741824]");
  ofKind(cannot, { name }, "a text");
  const hash = bucketHash(buckets);
  const frequencies = async (documents: Record<string, Documents>) => {
    const counts = new Float64Array(buckets);
    let total = 0;
    for await (const { text } of each(cannot, documents, "an object with id, text")) {
      for (const bucket of bucketsOf(text, hash)) {
        counts[bucket]++;
        total++;
      }
    }
    must(cannot, `${Object.keys(documents)[0]} must hold words`, 0, total > 0);
    return counts.map((count) => count / total + 1e-8);
  };
  const wanted = await frequencies({ target });
  const given = await frequencies({ raw });
  const logRatios = wanted.map((share, bucket) => Math.log(share) - Math.log(given[bucket]));
  return {
    name,
    logRatios,
    rateDocuments: (documents) =>
      documents.map(({ text }) => {
        let score = 0;
        let words = 0;
        for (const bucket of bucketsOf(text, hash)) {
          score += logRatios[bucket];
          words++;
        }
        return words === 0 ? { score, known: false, cause: "no word" } : { score, known: true };
      }),
  };
}

/** Buckets of words and of pairs of neighbours; runs of signs are words, as in NLTK's WordPunctTokenizer. */
function* bucketsOf(text: string, hash: (gram: string) => number): Generator<number> {
  let before: string | undefined;
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu)) {
    yield hash(word);
    if (before !== undefined) yield hash(`${before} ${word}`);
    before = word;
  }
}

/** SHA-256 of a text, as a whole number, modulo the buckets. */
function bucketHash(buckets: number): (gram: string) => number {
  const known = new Map<string, number>();
  return (gram) => {
    const found = known.get(gram);
    if (found !== undefined) return found;
    const digest = createHash("sha256").update(gram).digest();
    let bucket = 0;
    for (let at = 0; at < digest.length; at += 2) {
      bucket = (bucket * 65536 + digest.readUInt16BE(at)) % buckets;
    }
    if (known.size >= 1 << 20) known.clear();
    known.set(gram, bucket);
    return bucket;
  };
}
