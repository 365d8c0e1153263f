import { join } from "node:path";
import { explainFullDisk } from "../base/mod.ts";
import { Ledger, type Place } from "../run/mod.ts";
import type { Accepted, Answer, Rejected } from "./method.ts";

/** What became of one document. */
export interface Outcome {
  /** The new texts and the losses, in the method's order. */
  results: (Accepted | Rejected)[];
  /** Tokens read and written for all of them. */
  usage: { promptTokens: number; completionTokens: number };
  /** The seed of each prompt's answer. */
  seeds: number[];
  /** How the prompts of later rounds were sampled. @default {there were none} */
  samplings?: Record<string, number>[];
  /** How often the document was asked for again by its cause of loss. @default {0} */
  round?: number;
}

/** An answer of a round that others follow, without its prompt. */
export interface Kept {
  /** The answer. */
  answer: Omit<Answer, "prompt">;
  /** Tokens read and written for it. */
  usage: { promptTokens: number; completionTokens: number };
  /** The seed that gave it. */
  seed: number;
}

/** Options of {@linkcode Journal.open}. */
export interface JournalOptions {
  /** Called with a sentence for every line that is no journal line: it is left out. @default refuses the journal */
  onBroken?: ((line: string) => void) | undefined;
  /** How long a finished document waits for others that go to the disk with it, in milliseconds. @default {0} */
  groupMilliseconds?: number;
}

/** A line of the journal: a finished document, or a round of one that is not. */
type Entry = { key: string; outcome: Outcome } | { key: string; round: Kept[] };

/**
 * Finished documents on disk, and rounds that others follow, one JSON line each, appended as they finish and in no order. A line that a kill cut short is
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
   * @throws {SyntaxError} If a line before the last is no journal line, and `onBroken` is not there.
   * @throws {Error} If another process writes there, or the disk is full.
   */
  static async open(folder: string, options: JournalOptions = {}): Promise<Journal> {
    const { onBroken, groupMilliseconds = 0 } = options;
    const path = join(folder, "journal.jsonl");
    const places = new Map<string, Place>();
    const cannot = `Cannot write to ${path}`;
    await Deno.mkdir(folder, { recursive: true }).catch((error) => {
      throw explainFullDisk(error, cannot);
    });
    const ledger = await Ledger.open<Entry>(path, {
      cannot,
      groupMilliseconds,
      held: () => new Error(`${cannot} as another process holds it`),
      onRow(row, { line, text, place }) {
        const { key, outcome, round } = (row ?? {}) as { key?: unknown; outcome?: Outcome; round?: Kept[] };
        if (typeof key !== "string" || !Array.isArray(outcome?.results ?? round)) {
          const where = `line ${line} of ${path} is broken: it begins "${text.slice(0, 40)}"`;
          if (!onBroken) {
            throw new SyntaxError(
              `Cannot read the journal as ${where}; dropBrokenLines: true leaves such lines out and asks for their documents again`,
            );
          }
          onBroken(`${where}, and is left out`);
          return;
        }
        places.set(key, place);
      },
    });
    return new Journal(ledger, places);
  }

  /** What became of a document, if it is finished. */
  get(key: string): Outcome | undefined {
    const entry = this.#read(key);
    return entry && "outcome" in entry ? entry.outcome : undefined;
  }

  /** The answers of a round of an unfinished document, if they are there. */
  round(key: string): Kept[] | undefined {
    const entry = this.#read(key);
    return entry && "round" in entry ? entry.round : undefined;
  }

  /** Add a finished document; it is on the disk when this resolves. */
  async put(key: string, outcome: Outcome): Promise<void> {
    this.#places.set(key, await this.#ledger.append({ key, outcome }));
  }

  /** Add a round that another follows. */
  async putRound(key: string, round: Kept[]): Promise<void> {
    this.#places.set(key, await this.#ledger.append({ key, round }));
  }

  #read(key: string): Entry | undefined {
    const place = this.#places.get(key);
    return place && this.#ledger.read(place);
  }

  [Symbol.dispose](): void {
    this.#ledger[Symbol.dispose]();
  }
}
