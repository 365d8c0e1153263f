import { must } from "../base/mod.ts";
import { patternOf, segmentsOf } from "./_split.ts";
import { kindOf, type Part } from "./_tokenizer_json.ts";

/** What is done to a text before it is divided. */
export type Normalize = (text: string) => string;

/** By the names that `tokenizer.json` gives them. */
const NORMALIZERS: Readonly<Record<string, (part: Part, cannot: string) => Normalize>> = {
  NFC: () => (text) => text.normalize("NFC"),
  NFD: () => (text) => text.normalize("NFD"),
  NFKC: () => (text) => text.normalize("NFKC"),
  NFKD: () => (text) => text.normalize("NFKD"),
  // One character at a time, as in Python: a sigma at a word's end is like any.
  Lowercase: () => (text) =>
    text.replaceAll(/\p{Changes_When_Lowercased}/gu, (letter) => letter.toLowerCase()),
  StripAccents: () => (text) => text.replaceAll(/\p{M}/gu, ""),
  Strip: ({ strip_left: left = true, strip_right: right = true }) => (text) => {
    const from = left ? text.search(/\P{White_Space}/u) : 0;
    if (from < 0) return "";
    let to = text.length;
    if (right) { while (to > from && /\p{White_Space}/u.test(text[to - 1])) to--; }
    return text.slice(from, to);
  },
  Prepend: ({ prepend }, cannot) => {
    must(cannot, "the prepend of Prepend must be a text", prepend, typeof prepend === "string");
    return (text) => text === "" ? "" : `${prepend}${text}`;
  },
  Replace: (part, cannot) => {
    const { content } = part;
    must(cannot, "the content of Replace must be a text", content, typeof content === "string");
    return replacer(part, cannot);
  },
  Sequence: ({ normalizers }, cannot) => {
    must(cannot, "the normalizers of Sequence must be a list", normalizers, Array.isArray(normalizers));
    const steps = (normalizers as Part[]).map((part) => normalizerOf(part, cannot));
    return (text) => steps.reduce((text, step) => step(text), text);
  },
};

/**
 * A `normalizer` of a `tokenizer.json`.
 *
 * @throws {RangeError} If it is of a kind that is not read here.
 */
export function normalizerOf(part: Part, cannot: string): Normalize {
  return kindOf(NORMALIZERS, part, "normalizer", cannot)(part, cannot);
}

/** What a part's pattern finds becomes its content. */
export function replacer(part: Part, cannot: string): Normalize {
  const { pattern, content } = part as unknown as { pattern?: { String?: string }; content: string };
  const found = patternOf(part, cannot);
  const { String: text } = pattern!;
  if (text !== undefined) return (given) => given.replaceAll(text, () => content);
  return (given) =>
    segmentsOf(given, found).map(([from, to, isFound]) => isFound ? content : given.slice(from, to)).join("");
}
