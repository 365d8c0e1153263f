import { crc32 } from "node:zlib";
import { each, explainFullDisk } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import { type Replay, replay } from "./_replay.ts";

const CANNOT = "Cannot find near-duplicates";

/** Documents to be read several times: those compared against, then those to choose from. */
export class Reading implements AsyncDisposable {
  /** A document's checksum, of its id and text, from the first reading on. */
  checks = new Uint32Array();
  /** How many documents are compared against, from the first reading on. */
  against = 0;
  #against: Replay;
  #documents: Replay;

  private constructor(against: Replay, documents: Replay) {
    this.#against = against;
    this.#documents = documents;
  }

  /** What can be read only once is first written to `folder`, compressed. */
  static async open(folder: string, against: Documents, documents: Documents): Promise<Reading> {
    try {
      return new Reading(
        await replay(against, `${folder}/against.jsonl.zst`),
        await replay(documents, `${folder}/documents.jsonl.zst`),
      );
    } catch (error) {
      throw explainFullDisk(error, `${CANNOT} in ${folder}`);
    }
  }

  /** The first reading. */
  async *first(): AsyncGenerator<Document> {
    this.against = 0;
    const fields = "an object with id, text";
    for await (const document of each(CANNOT, { against: this.#against.read() }, fields)) {
      this.against++;
      yield document;
    }
    yield* each(CANNOT, { documents: this.#documents.read() }, fields);
  }

  /** The documents with their ordinals again, checked to be those of the first reading. */
  async *again(options: { against: boolean }): AsyncGenerator<[ordinal: number, document: Document]> {
    if (options.against) yield* this.#checked(this.#against, 0, this.against);
    yield* this.#checked(this.#documents, this.against, this.checks.length);
  }

  async *#checked(
    source: Replay,
    first: number,
    end: number,
  ): AsyncGenerator<[ordinal: number, document: Document]> {
    const changed = (what: string) =>
      new TypeError(
        `Cannot compare near-duplicates as the documents must stay the same between readings: ${what}`,
      );
    let ordinal = first;
    for await (const document of source.read()) {
      if (ordinal === end) throw changed(`${end - first} were read, then more`);
      if (checkOf(document) !== this.checks[ordinal]) {
        throw changed(`document ${ordinal - first} is ${document.id}, whose id or text was another`);
      }
      yield [ordinal++, document];
    }
    if (ordinal < end) throw changed(`${end - first} were read, then ${ordinal - first}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#against[Symbol.asyncDispose]();
    await this.#documents[Symbol.asyncDispose]();
  }
}

/** A checksum of what must not change. */
export function checkOf({ id, text }: Document): number {
  return crc32(`${text}`, crc32(`${id}`));
}
