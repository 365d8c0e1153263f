import type { Json } from "../base/mod.ts";

/**
 * A JSON text's value without loss: an integer that a number does not hold becomes its digits as text, as does a number
 * beyond the largest and one of more than 17 digits that a number cuts. `NaN` and infinities, which Python writes, become
 * `null`.
 *
 * @throws {SyntaxError} If the text is not JSON.
 * @throws {RangeError} If it is nested too deeply.
 */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const finite = withoutNaN(text);
    if (finite === undefined) throw error;
    value = JSON.parse(text = finite);
  }
  const held = longest(value);
  const long = held === "fraction" ? manyDigits.test(text) : held === "long";
  return long ? JSON.parse(text, keepDigits) : value;
}

/** More than 17 digits with a point among them, as no text but a record with fractions is searched for. */
const manyDigits = /\d\.?(?:\d\.?){17}/;

/** Whether numbers among the values may have lost digits; a walk over values is faster than any over the text. */
function longest(value: Json): "long" | "fraction" | undefined {
  if (typeof value === "number") {
    return isLong(value) ? "long" : Number.isInteger(value) ? undefined : "fraction";
  }
  if (typeof value !== "object" || value === null) return undefined;
  let most: "fraction" | undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const one = longest(value[i]);
      if (one === "long") return one;
      most ??= one;
    }
    return most;
  }
  for (const name in value) {
    const one = longest(value[name]);
    if (one === "long") return one;
    most ??= one;
  }
  return most;
}

function isLong(value: number): boolean {
  return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER;
}

function keepDigits(_: string, value: Json, context?: { source: string }): Json {
  if (typeof value !== "number" || !context) return value;
  const { source } = context;
  if (!Number.isFinite(value)) return source;
  if (/[.eE]/.test(source)) return isCut(value, source) ? source : value;
  return isLong(value) ? source : value;
}

/** Whether a number has other digits than were written. Who prints all digits of a double has written the number itself. */
function isCut(value: number, source: string): boolean {
  const written = digitsOf(source);
  return written.length > 17 &&
    (written.length > 100 || digitsOf(value.toPrecision(written.length)) !== written);
}

/** The significant digits of a number as it is written. */
function digitsOf(number: string): string {
  return number.replace(/[eE].*/, "").replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
}

/** The text with `null` for each `NaN` and infinity outside of strings, if there is one. */
function withoutNaN(text: string): string | undefined {
  if (!/NaN|Infinity/.test(text)) return undefined;
  const sought = /"|NaN|-?Infinity/g;
  let out = "";
  let from = 0;
  for (let found = sought.exec(text); found; found = sought.exec(text)) {
    if (found[0] !== '"') {
      out += `${text.slice(from, found.index)}null`;
      from = sought.lastIndex;
      continue;
    }
    let end = text.indexOf('"', sought.lastIndex);
    while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) return undefined;
    sought.lastIndex = end + 1;
  }
  return from === 0 ? undefined : out + text.slice(from);
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
