import { bytesAsText } from "./_byte_level.ts";
import { Merges } from "./_merges.ts";
import type { BpeModel } from "./_tokenizer_json.ts";

/** Words whose ids are remembered; then they are forgotten together, which costs less than to keep their order. */
const REMEMBERED = 100_000;

/** A word longer than this is met once. */
const LONGEST_REMEMBERED = 64;

/** Byte-pair encoding of words: the `BPE` model of a `tokenizer.json`. */
export class Bpe {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #merges: Merges;
  readonly #unknown: number | undefined;
  readonly #fuseUnknown: boolean;
  /** The ids of the 256 bytes that stand for a character that is no token. */
  readonly #bytes: readonly (number | undefined)[] | undefined;
  readonly #wholeWords: boolean;
  /** What stands before a character that begins no word, and after one that ends it. */
  readonly #prefix: string;
  readonly #suffix: string;
  /** Whether words arrive as text, and are to be encoded as the characters that stand for their bytes. */
  readonly #byteLevel: boolean;
  /**
   * Whether two characters meet where some merge joins its halves, by a hash of them; none where a word may not be cut. Two
   * pairs of one hash cost a cut, no more.
   */
  readonly #joined: Uint8Array | undefined;
  #remembered = new Map<string, number | readonly number[]>();

  /** The encoder of a checked model. */
  constructor(model: BpeModel, ids: ReadonlyMap<string, number>, byteLevel: boolean) {
    const { merges, unk_token: unknown, continuing_subword_prefix: prefix, end_of_word_suffix: suffix } =
      model;
    this.#prefix = prefix ?? "";
    this.#suffix = suffix ?? "";
    this.#ids = ids;
    this.#byteLevel = byteLevel;
    this.#wholeWords = model.ignore_merges ?? false;
    this.#fuseUnknown = model.fuse_unk ?? false;
    this.#unknown = unknown === undefined || unknown === null ? undefined : ids.get(unknown);
    this.#merges = new Merges(merges);
    const joined = new Uint8Array(PAIRS);
    for (const seam of merges.seam) joined[pairOf(seam >>> 16, seam & 0xffff)] = 1;
    if (model.byte_fallback) {
      this.#bytes = Array.from({ length: 256 }, (_, byte) => ids.get(`<0x${hexOf(byte)}>`));
      // Without a whole set, unknown characters side by side may become one.
      // A byte of ASCII is wanted for its own character alone.
      const whole = this.#bytes.every((id, byte) =>
        id !== undefined || (byte < 0x80 && ids.has(String.fromCharCode(byte)))
      );
      if (whole && !this.#wholeWords && !prefix && !suffix) this.#joined = joined;
    }
  }

  /** Put the ids of a word at the end of a list. */
  encode(word: string, into: number[]): void {
    if (!this.#joined) return this.#encode(word, into);
    // A text that no rule divides is one word. It is cut where no merge reaches across, which changes no id.
    let start = 0;
    for (let i = 1; i < word.length; i++) {
      const left = word.charCodeAt(i - 1);
      const right = word.charCodeAt(i);
      const halves = (left & 0xfc00) === 0xd800 && (right & 0xfc00) === 0xdc00;
      if (halves || this.#joined[pairOf(left, right)]) continue;
      this.#encode(word.slice(start, i), into);
      start = i;
    }
    this.#encode(word.slice(start), into);
  }

  #encode(word: string, into: number[]): void {
    let ids = this.#remembered.get(word);
    if (ids === undefined) {
      const merged = this.#merge(this.#byteLevel ? bytesAsText(word) : word);
      ids = merged.length === 1 ? merged[0] : merged;
      if (word.length <= LONGEST_REMEMBERED) {
        if (this.#remembered.size >= REMEMBERED) this.#remembered = new Map();
        this.#remembered.set(word, ids);
      }
    }
    if (typeof ids === "number") into.push(ids);
    else for (let i = 0; i < ids.length; i++) into.push(ids[i]);
  }

  #merge(word: string): readonly number[] {
    if (this.#wholeWords) {
      const id = this.#ids.get(word);
      if (id !== undefined) return [id];
    }
    const ids = this.#symbols(word);
    ids.length = this.#merges.apply(ids);
    return ids;
  }

  /** The ids of a word's characters. */
  #symbols(word: string): number[] {
    const ids: number[] = [];
    let unknown: number | undefined;
    let at = 0;
    for (const character of word) {
      const marked = this.#marked(character, at === 0, (at += character.length) === word.length);
      const id = this.#ids.get(marked);
      if (id !== undefined) {
        if (unknown !== undefined) ids.push(unknown);
        unknown = undefined;
        ids.push(id);
        continue;
      }
      // As in Python, an unknown character waits for one that is known, and bytes overtake it.
      const bytes = this.#bytesOf(marked);
      if (bytes) ids.push(...bytes);
      else if (this.#unknown !== undefined) {
        if (unknown !== undefined && !this.#fuseUnknown) ids.push(unknown);
        unknown = this.#unknown;
      }
    }
    if (unknown !== undefined) ids.push(unknown);
    return ids;
  }

  #marked(character: string, first: boolean, last: boolean): string {
    if (this.#prefix === "" && this.#suffix === "") return character;
    return `${first ? "" : this.#prefix}${character}${last ? this.#suffix : ""}`;
  }

  /** The ids of a character's bytes, where each has one. */
  #bytesOf(character: string): number[] | undefined {
    if (!this.#bytes) return undefined;
    const ids = Array.from(utf8.encode(character), (byte) => this.#bytes![byte]);
    return ids.every((id) => id !== undefined) ? ids as number[] : undefined;
  }
}

const utf8 = new TextEncoder();

/** A power of two. */
const PAIRS = 2 ** 20;

const pairOf = (left: number, right: number) => (Math.imul(left, 0x9e3779b1) >>> 8 ^ right) & (PAIRS - 1);

const hexOf = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");
