import { join } from "node:path";
import { Ledger, type Place } from "../run/mod.ts";
import type { Accepted, Rejected } from "./method.ts";

/** What became of one document. */
export interface Outcome {
  /** The new texts and the losses, in the method's order. */
  results: (Accepted | Rejected)[];
  /** Tokens read and written for all of them. */
  usage: { promptTokens: number; completionTokens: number };
  /** The seed of each prompt's answer. */
  seeds: number[];
}

/** A line of the journal. */
interface Entry {
  key: string;
  outcome: Outcome;
}

/**
 * Finished documents on disk, one JSON line each, appended as they finish and in no order. A line that a kill cut short is
 * taken off; everything before it counts. Outcomes stay on disk: memory holds their places.
 */
export class Journal implements Disposable {
  readonly #ledger: Ledger<Entry>;
  readonly #places: Map<string, Place>;

  private constructor(ledger: Ledger<Entry>, places: Map<string, Place>) {
    this.#ledger = ledger;
    this.#places = places;
  }

  /**
   * Open `journal.jsonl` in a folder, which is made.
   *
   * @throws {SyntaxError} If a line before the last is no journal line.
   * @throws {Error} If another process writes there.
   */
  static async open(folder: string): Promise<Journal> {
    await Deno.mkdir(folder, { recursive: true });
    const path = join(folder, "journal.jsonl");
    const places = new Map<string, Place>();
    const cannot = `Cannot write to ${path}`;
    const ledger = await Ledger.open<Entry>(path, {
      cannot,
      held: () => new Error(`${cannot} as another process holds it`),
      onRow(row, { line, text, place }) {
        const { key, outcome } = (row ?? {}) as Partial<Entry>;
        if (typeof key !== "string" || !Array.isArray(outcome?.results)) {
          throw new SyntaxError(
            `Cannot read the journal as line ${line} of ${path} is broken: it begins "${text.slice(0, 40)}"`,
          );
        }
        places.set(key, place);
      },
    });
    return new Journal(ledger, places);
  }

  /** What became of a document, if it is finished. */
  get(key: string): Outcome | undefined {
    const place = this.#places.get(key);
    return place && this.#ledger.read(place).outcome;
  }

  /** Add a finished document; it is on the disk when this resolves. */
  async put(key: string, outcome: Outcome): Promise<void> {
    this.#places.set(key, await this.#ledger.append({ key, outcome }));
  }

  [Symbol.dispose](): void {
    this.#ledger[Symbol.dispose]();
  }
}
