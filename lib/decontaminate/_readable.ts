/** How texts are made alike before their words are read. */
export interface Readable {
  /** Whether number words read as digits. */
  numbers: "keep" | "digits";
}

/**
 * A text as its words are to be read, exactly as long as it was, so that places in it stay: HTML's references to spaces and
 * punctuation are blank, a word that a line's end broke is whole, `1,000` is `1000`, and where `numbers` is `digits`,
 * `forty-eight` is `48`. What is left over becomes soft hyphens, which no word has.
 */
export function readable(text: string, { numbers }: Readable): string {
  let read = text.includes("&") ? text.replace(entity, (one) => " ".repeat(one.length)) : text;
  if (read.includes("\n")) read = read.replace(brokenWord, (one) => SOFT.repeat(one.length));
  if (read.includes(",")) read = read.replace(thousands, SOFT);
  if (numbers === "digits") read = read.replace(numberWords, digitsOf);
  return read;
}

const SOFT = "\u00ad";

const entity =
  /&(?:nbsp|ensp|emsp|thinsp|amp|quot|apos|lt|gt|[lr][sd]quo|[mn]dash|hellip|#0*(?:160|3[489]|6[02])|#x0*(?:a0|2[267]|3[ce]));/gi;

/** As PDF and old mail break them: a letter, a hyphen, the line's end, a small letter. */
const brokenWord = /[-\u2010\u00ad][ \t]{0,8}\r?\n[ \t]{0,40}(?<=\p{L}[-\u2010\u00ad]\s*)(?=\p{Ll})/gu;

const thousands = /,(?<=\d,)(?=\d{3}(?!\d))/g;

const small = [
  ..."zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(
    " ",
  ),
  ..."sixteen seventeen eighteen nineteen".split(" "),
];
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const numberWords = new RegExp(
  `\\b(?:(${tens.join("|")})(?:[- ](${small.slice(1, 10).join("|")}))?|(${
    [...small].reverse().join("|")
  }))\\b`,
  "gi",
);

function digitsOf(whole: string, ten?: string, one?: string, low?: string): string {
  const at = (list: readonly string[], word: string | undefined) => list.indexOf((word ?? "").toLowerCase());
  const value = low === undefined ? 20 + 10 * at(tens, ten) + Math.max(0, at(small, one)) : at(small, low);
  return `${value}`.padEnd(whole.length, SOFT);
}
