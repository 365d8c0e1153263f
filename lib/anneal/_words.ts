import { must } from "../base/mod.ts";
import { bytesAsText } from "./_byte_level.ts";
import { literal } from "./_oniguruma.ts";
import { patternOf, splitter } from "./_split.ts";
import { kindOf, type Part } from "./_tokenizer_json.ts";

/** Divides pieces of a text into smaller ones; `first` says whether the first is the text's beginning. */
export type Divide = (pieces: readonly string[], first: boolean) => readonly string[];

/** How a text becomes the words of a model. */
export interface Words {
  divide: Divide;
  /** Whether a word is encoded as the characters that stand for its bytes. */
  byteLevel: boolean;
}

/** White space as Unicode has it: JavaScript's own takes U+FEFF and leaves U+0085. */
const SPACE = "\\p{White_Space}";

/** The words of GPT-2. */
const GPT2 = new RegExp(
  `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^${SPACE}\\p{L}\\p{N}]+|${SPACE}+(?!\\P{White_Space})|${SPACE}+`,
  "gu",
);

/** Runs of what a word has, and of all else but white space. */
const WORDS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

/** By the names that `tokenizer.json` gives them. */
const PRE_TOKENIZERS: Readonly<Record<string, (part: Part, cannot: string) => Divide>> = {
  ByteLevel: (part) => {
    const divide = byteLevel(part);
    // What comes after divides the characters that stand for bytes.
    return (pieces, first) => divide(pieces, first).map(bytesAsText);
  },
  Digits: ({ individual_digits: individual }, cannot) =>
    cut(individual ? /\p{N}/gu : /\p{N}+/gu, { behavior: "Isolated", cannot }),
  Split: (part, cannot) => {
    const { behavior, invert } = part;
    return cut(patternOf(part, cannot), { behavior, invert, cannot });
  },
  Metaspace: metaspace,
  Whitespace: (_, cannot) => cut(WORDS, { behavior: "Removed", invert: true, cannot }),
  WhitespaceSplit: (_, cannot) => cut(/\p{White_Space}/gu, { behavior: "Removed", cannot }),
  Punctuation: ({ behavior = "Isolated" }, cannot) => cut(/[!-\/:-@\[-`{-~\p{P}]/gu, { behavior, cannot }),
};

/**
 * A `pre_tokenizer` of a `tokenizer.json`.
 *
 * @param part The part; none leaves a text whole.
 * @throws {RangeError} If it has a part of a kind that is not read here.
 */
export function wordsOf(part: Part | null, cannot: string): Words {
  const parts = part === null ? [] : flat(part, cannot);
  const steps = parts.map((part, i) => {
    const read = kindOf(PRE_TOKENIZERS, part, "pre_tokenizer", cannot);
    return part.type === "ByteLevel" && i === parts.length - 1 ? byteLevel(part) : read(part, cannot);
  });
  return {
    divide: (pieces, first) => steps.reduce((pieces, step) => step(pieces, first), pieces),
    byteLevel: parts.at(-1)?.type === "ByteLevel",
  };
}

/** The parts of a sequence, and of sequences in it. */
function flat(part: Part, cannot: string): Part[] {
  if (part.type !== "Sequence") return [part];
  const { pretokenizers: parts } = part;
  must(cannot, "the pretokenizers of Sequence must be a list", parts, Array.isArray(parts));
  return (parts as Part[]).flatMap((part) => flat(part, cannot));
}

const each = (divide: (piece: string) => readonly string[]): Divide => (pieces) =>
  pieces.length === 1 ? divide(pieces[0]) : pieces.flatMap(divide);

const cut = (...of: Parameters<typeof splitter>): Divide => each(splitter(...of));

/** GPT-2's words, as text. */
function byteLevel({ add_prefix_space: prefix = true, use_regex: divides = true }: Part): Divide {
  const prefixed = (piece: string) => prefix && !piece.startsWith(" ") ? ` ${piece}` : piece;
  return each((piece) => divides ? prefixed(piece).match(GPT2) ?? [] : [prefixed(piece)]);
}

/** Spaces as a character that is seen. */
function metaspace(part: Part, cannot: string): Divide {
  const { replacement = "▁", split = true, add_prefix_space: old } = part;
  const { prepend_scheme: scheme = old === false ? "never" : "always" } = part;
  must(
    cannot,
    "the replacement of Metaspace must be one character",
    replacement,
    typeof replacement === "string" && Array.from(replacement).length === 1,
  );
  must(
    cannot,
    "the prepend_scheme of Metaspace must be one of always, first, never",
    scheme,
    ["always", "first", "never"].includes(scheme as string),
  );
  const space = replacement as string;
  const word = new RegExp(`${literal(space)}[^${literal(space)}]*|[^${literal(space)}]+`, "gu");
  return (pieces, first) =>
    pieces.flatMap((piece, i) => {
      const spaced = piece.replaceAll(" ", space);
      const begins = scheme === "always" || (scheme === "first" && first && i === 0);
      const whole = begins && !spaced.startsWith(space) ? space + spaced : spaced;
      return split ? whole.match(word) ?? [] : [whole];
    });
}
