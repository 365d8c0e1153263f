import type { Part } from "./_tokenizer_json.ts";

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

/**
 * A `pre_tokenizer`, or nothing where it has a part that is not read here.
 *
 * @param part The part; none leaves a text whole.
 * @param compile Makes a regular expression of a `pattern`.
 */
export function wordsOf(part: Part | null, compile: (part: Part) => RegExp): Words | undefined {
  const parts = part === null ? [] : part.type === "Sequence" ? part.pretokenizers as Part[] : [part];
  if (!Array.isArray(parts)) return undefined;
  const steps: Divide[] = [];
  for (const [i, part] of parts.entries()) {
    // What comes after bytes would divide the characters that stand for them.
    if (part.type === "ByteLevel" && i < parts.length - 1) return undefined;
    const step = stepOf(part, compile);
    if (!step) return undefined;
    steps.push(step);
  }
  return {
    divide: (pieces, first) => steps.reduce((pieces, step) => step(pieces, first), pieces),
    byteLevel: parts.at(-1)?.type === "ByteLevel",
  };
}

function stepOf(part: Part, compile: (part: Part) => RegExp): Divide | undefined {
  const each = (divide: (piece: string) => readonly string[]): Divide => (pieces) =>
    pieces.length === 1 ? divide(pieces[0]) : pieces.flatMap(divide);
  if (part.type === "ByteLevel") {
    const { add_prefix_space: prefix = true, use_regex: divides = true } = part;
    const prefixed = (piece: string) => prefix && !piece.startsWith(" ") ? ` ${piece}` : piece;
    return each((piece) => divides ? prefixed(piece).match(GPT2) ?? [] : [prefixed(piece)]);
  }
  if (part.type === "Digits") {
    const digits = part.individual_digits ? /\p{N}/gu : /\p{N}+/gu;
    return each((piece) => cut(piece, digits, "Isolated", false));
  }
  if (part.type === "Split") {
    const { behavior, invert = false } = part;
    const merged = behavior === "MergedWithPrevious" || behavior === "MergedWithNext";
    if (!(behavior === "Isolated" || behavior === "Removed" || (merged && !invert))) return undefined;
    const pattern = compile(part);
    return each((piece) => cut(piece, pattern, behavior, invert === true));
  }
  if (part.type === "Metaspace") {
    const { replacement = "▁", prepend_scheme: scheme = "always", split = true, add_prefix_space: old } =
      part;
    if (typeof replacement !== "string" || replacement.length !== 1 || old !== undefined) return undefined;
    const word = new RegExp(`[${replacement}]?[^${replacement}]*`, "gu");
    return (pieces, first) =>
      pieces.flatMap((piece, i) => {
        const spaced = piece.replaceAll(" ", replacement);
        const begins = scheme === "always" || (scheme === "first" && first && i === 0);
        const whole = begins && !spaced.startsWith(replacement) ? replacement + spaced : spaced;
        return split ? whole.match(word)!.filter((word) => word !== "") : [whole];
      });
  }
}

type Behavior = "Isolated" | "Removed" | "MergedWithPrevious" | "MergedWithNext";

/** Cut a text where a pattern is found; inverted, what lies between is what was found. */
function cut(text: string, pattern: RegExp, behavior: Behavior, invert: boolean): readonly string[] {
  const found = text.match(pattern) ?? [];
  if (behavior === "Removed" && invert) return found.filter((piece) => piece !== "");
  // The usual pattern finds all there is, one thing after another.
  if (behavior === "Isolated" && found.reduce((sum, { length }) => sum + length, 0) === text.length) {
    return found.filter((piece) => piece !== "");
  }
  const cuts: [from: number, to: number][] = [];
  let end = 0;
  for (const { 0: { length }, index } of text.matchAll(pattern)) {
    const stop = index + length;
    if (behavior === "MergedWithPrevious") cuts.push([end, stop]);
    else {
      cuts.push([end, index]);
      if (behavior === "Isolated") cuts.push([index, stop]);
    }
    end = behavior === "MergedWithNext" ? index : stop;
  }
  cuts.push([end, text.length]);
  return cuts.filter(([from, to]) => from < to).map(([from, to]) => text.slice(from, to));
}
