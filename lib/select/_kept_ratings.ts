import { sha256 } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { Ledger } from "../run/mod.ts";
import type { DocumentRater, Rating } from "./document_rater.ts";

/** A row of `ratings.jsonl`; JSON has no NaN. */
interface Row {
  id: string;
  /** Of the text, so that another text under the same id is rated anew. */
  text: string;
  score: number | null;
  known: boolean;
  cause?: string;
}

type Rows = Ledger<Row | { rater: string }>;

/** One rater's ratings, in memory where there is a folder, and on the disk. */
export class KeptRatings implements Disposable {
  readonly #cannot: string;
  readonly #rater: DocumentRater;
  readonly #ledger: Rows | undefined;
  readonly #ratings: Map<string, Rating>;

  private constructor(
    cannot: string,
    rater: DocumentRater,
    ledger: Rows | undefined,
    ratings: Map<string, Rating>,
  ) {
    this.#cannot = cannot;
    this.#rater = rater;
    this.#ledger = ledger;
    this.#ratings = ratings;
  }

  /** Open a folder, or keep nothing. */
  static async open(cannot: string, folder: string | undefined, rater: DocumentRater): Promise<KeptRatings> {
    const ratings = new Map<string, Rating>();
    if (folder === undefined) return new KeptRatings(cannot, rater, undefined, ratings);
    await Deno.mkdir(folder, { recursive: true });
    const path = `${folder}/ratings.jsonl`;
    let owner: unknown;
    const ledger = await Ledger.open<Row | { rater: string }>(path, {
      cannot: `${cannot} into ${path}`,
      held: () => new RangeError(`${cannot} into ${path} as one rater must own it: another is at work on it`),
      onRow(row, { line, text }) {
        if (line === 1) owner = (row as { rater?: unknown } | undefined)?.rater;
        else if (isRow(row)) {
          const { id, text, score, ...rest } = row;
          ratings.set(key(id, text), { score: score ?? NaN, ...rest });
        } else {
          throw new SyntaxError(
            `${cannot} into ${path} as every line must be a rating: line ${line} is ${text.slice(0, 60)}`,
          );
        }
        if (owner !== rater.name) {
          throw new RangeError(
            `${cannot} into ${path} as it must be ${rater.name}'s own: it has the ratings of ${
              typeof owner === "string" ? owner : "nobody who is named"
            }`,
          );
        }
      },
    });
    if (owner === undefined) ledger.write({ rater: rater.name });
    return new KeptRatings(cannot, rater, ledger, ratings);
  }

  /** The ratings of some documents, those that are not kept by the rater. */
  async rate(documents: readonly Document[], signal: AbortSignal | undefined): Promise<Rating[]> {
    signal?.throwIfAborted();
    const keys = documents.map(({ id, text }) => this.#ledger === undefined ? "" : key(id, hashOf(text)));
    const missing = documents.filter((_, at) => !this.#ratings.has(keys[at]));
    const fresh = missing.length === 0 ? [] : await this.#rater.rateDocuments(missing, { signal });
    if (fresh.length !== missing.length) {
      throw new RangeError(
        `${this.#cannot} as ${this.#rater.name} must give one rating a document: it gives ${fresh.length} for ${missing.length}`,
      );
    }
    if (this.#ledger === undefined) return [...fresh];
    for (const [at, { id, text }] of missing.entries()) {
      const { score, ...rest } = fresh[at];
      const hash = hashOf(text);
      this.#ratings.set(key(id, hash), fresh[at]);
      this.#ledger.write({ id, text: hash, score: Number.isFinite(score) ? score : null, ...rest });
    }
    if (missing.length > 0) this.#ledger.flush();
    return keys.map((one) => this.#ratings.get(one)!);
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    this.#ledger?.[Symbol.dispose]();
  }
}

function hashOf(text: string): string {
  return sha256(text).slice(0, 16);
}

function key(id: string, hash: string): string {
  return `${hash} ${id}`;
}

function isRow(row: unknown): row is Row {
  return typeof row === "object" && row !== null && "id" in row && "text" in row && "score" in row &&
    "known" in row;
}
