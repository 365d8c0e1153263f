import { bytesAsText } from "./_byte_level.ts";
import type { TokenizerJson } from "./_tokenizer_json.ts";

/** A table of whole words: the `WordLevel` model of a `tokenizer.json`. */
export class WordLevel {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #unknown: number;
  readonly #byteLevel: boolean;

  /** The encoder of a checked model. @throws {RangeError} If it has no token for words that it does not know. */
  constructor(
    { unk_token: unknown = "<unk>" }: TokenizerJson["model"],
    ids: ReadonlyMap<string, number>,
    { byteLevel, cannot }: { byteLevel: boolean; cannot: string },
  ) {
    const id = ids.get(unknown as string);
    if (id === undefined) {
      throw new RangeError(
        `${cannot} as model.unk_token must be one of its tokens: current value is ${JSON.stringify(unknown)}`,
      );
    }
    this.#ids = ids;
    this.#unknown = id;
    this.#byteLevel = byteLevel;
  }

  /** Put the id of a word at the end of a list. */
  encode(word: string, into: number[]): void {
    into.push(this.#ids.get(this.#byteLevel ? bytesAsText(word) : word) ?? this.#unknown);
  }
}
