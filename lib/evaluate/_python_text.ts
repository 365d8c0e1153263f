/** What stands in Python's `string.punctuation`. */
export const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** Articles as whole words; Python's `\b` knows all letters, JavaScript's only those of ASCII. */
export const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** What Python's `str.split` splits at. */
// deno-lint-ignore no-control-regex -- Python's spaces are more than JavaScript's
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** The words of a text, as Python's `str.split` gives them. */
export function splitWords(text: string): string[] {
  return text.split(SPACE).filter((word) => word !== "");
}

const FLOAT = /^[+-]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?)$/i;
const NAMED_FLOAT = /^([+-]?)(inf(?:inity)?|nan)$/i;

const ENDS = /^[\t-\r ]+|[\t-\r ]+$/g;

/** What Python's `float` makes of a text; undefined where it raises. */
export function pythonFloat(text: string): number | undefined {
  // In a text of ASCII its `float` takes away fewer spaces than its `split`.
  // deno-lint-ignore no-control-regex -- all of ASCII
  const [word, ...more] = /^[\x00-\x7f]*$/.test(text) ? [text.replace(ENDS, "")] : splitWords(text);
  if (word === undefined || word === "" || more.length > 0) return undefined;
  const named = NAMED_FLOAT.exec(word);
  if (named) return named[2].toLowerCase() === "nan" ? NaN : named[1] === "-" ? -Infinity : Infinity;
  const plain = word.replace(/\p{Nd}/gu, asciiDigit);
  return FLOAT.test(plain) ? Number(plain.replaceAll("_", "")) : undefined;
}

/** A digit of any script as one of ASCII: each script has its ten in a row, from zero. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}

/** What Python's `str` makes of a float. */
export function pythonFloatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  const text = String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** What NumPy's `round(value, 2)` gives: hundredths, a tie to the even one. */
export function roundToHundredths(value: number): number {
  const hundredths = value * 100;
  const below = Math.floor(hundredths);
  const up = hundredths - below === 0.5 ? below % 2 === 1 : hundredths - below > 0.5;
  return (below + Number(up)) / 100;
}
