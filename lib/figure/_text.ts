import type { Spec } from "./_theme.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Letters that take the room of two. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u;

/** How long a text is, in letters of common width. */
export function lengthOf(text: string): number {
  let sum = 0;
  for (const { segment } of graphemes.segment(text)) sum += wide.test(segment) ? 2 : 1;
  return sum;
}

/** A text cut to the room of so many letters; no emoji or accent is torn. */
export function shorten(text: string, letters: number): string {
  if (lengthOf(text) <= letters) return text;
  let kept = "";
  let room = letters - 1;
  for (const { segment } of graphemes.segment(text)) {
    room -= lengthOf(segment);
    if (room < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The `labelExpr` that shortens those of some labels that are longer; nothing where none is. */
export function labelExpr(labels: readonly string[], letters: number): Spec {
  const cut = labels.flatMap((label) => {
    const short = shorten(label, letters);
    return short === label ? [] : [[label, short]];
  });
  if (cut.length === 0) return {};
  // Pairs, as a key of an object literal could be "__proto__".
  const long = JSON.stringify(cut.map(([label]) => label));
  const short = JSON.stringify(cut.map(([, label]) => label));
  return {
    labelExpr: `indexof(${long}, datum.label) < 0 ? datum.label : ${short}[indexof(${long}, datum.label)]`,
  };
}

/** A vertical axis of labels, cut at 60 letters. */
export function labelAxis(labels: readonly string[]): Spec {
  return { labelFontSize: 12, ...labelExpr(labels, 60) };
}

/** An axis or a legend of numbers in d3's `format`; its origin is `0`, never `0k` or `0e+0`, and 10⁴ is `1e4`. */
export function numberAxis(format: string): Spec {
  return { format, labelExpr: "datum.value === 0 ? '0' : replace(datum.label, 'e+', 'e')" };
}

/** The d3 format that writes such numbers in full, or by a power of ten where that would be long. */
export function formatOf(values: Iterable<number>): string {
  let most = 0;
  let least = Infinity;
  for (const value of values) {
    const size = Math.abs(value);
    if (!Number.isFinite(size) || size === 0) continue;
    most = Math.max(most, size);
    least = Math.min(least, size);
  }
  return most >= 1e9 || least < 1e-4 ? ".4~g" : ",.6~r";
}

/** An axis of such numbers, by powers of ten where they would be long. */
export function valueAxis(values: Iterable<number>): Spec {
  return formatOf(values) === ".4~g" ? numberAxis("~g") : {};
}

/** One line of a tooltip: the field, what it is with its unit, and how its number is written; without a format it is a name. */
export function tip(field: string, title: string, format?: string): Spec {
  return format === undefined
    ? { field, type: "nominal", title }
    : { field, type: "quantitative", title, format };
}

/** A number in a sentence: four digits, thousands parted by commas. */
export function said(value: number): string {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(4));
  if (size !== 0 && (size >= 1e9 || size < 1e-3)) {
    return rounded.toExponential().replace("e+", "e").replace("-", "−");
  }
  return rounded.toLocaleString("en", { maximumSignificantDigits: 4 }).replace("-", "−");
}

/** `from 1 to 3`, or `3` where all are one; without a finite value `without a value`. */
export function rangeOf(values: Iterable<number | null>): string {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return "without a value";
  return low === high ? said(low) : `from ${said(low)} to ${said(high)}`;
}

/** Names in a sentence: at most five, then how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => shorten(name, 40));
  const rest = names.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** The sentence that says a figure to those who do not see it: the heading, then what is drawn. */
export function describe(title: string | undefined, ...sentences: string[]): string {
  return [...(title ? [title] : []), ...sentences].map((text) => text.replace(/[.\s]*$/, ".")).join(" ");
}
