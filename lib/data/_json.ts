import type { Json } from "../base/mod.ts";

/**
 * A JSON text's value without loss: an integer that a number does not hold becomes its digits as text, as does a number
 * beyond the largest. `NaN` and infinities, which Python writes, become `null`.
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
  return holdsLong(value) ? JSON.parse(text, keepDigits) : value;
}

/** Whether a number among the values may have lost digits; a walk over values is faster than any over the text. */
function holdsLong(value: Json): boolean {
  if (typeof value === "number") return isLong(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (holdsLong(value[i])) return true;
    return false;
  }
  for (const name in value) if (holdsLong(value[name])) return true;
  return false;
}

function isLong(value: number): boolean {
  return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER;
}

function keepDigits(_: string, value: Json, context?: { source: string }): Json {
  if (typeof value !== "number" || !isLong(value) || !context) return value;
  return Number.isFinite(value) && /[.eE]/.test(context.source) ? value : context.source;
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
