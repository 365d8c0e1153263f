import { oneOf } from "../base/mod.ts";
import { compilePattern, literalPattern } from "./_oniguruma.ts";
import type { Part } from "./_tokenizer_json.ts";

/** What becomes of that at which a text is cut. */
type Behavior = typeof BEHAVIORS[number];

/** As `tokenizers` names them. */
const BEHAVIORS = [
  "Isolated",
  "Removed",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
] as const;

/** A piece of a text, and whether it was found. */
type Segment = [from: number, to: number, found: boolean];

/**
 * The regular expression of a part's `pattern`, which is `{ Regex }` or `{ String }`.
 *
 * @throws {RangeError} If it is neither.
 */
export function patternOf({ type, pattern }: Part, cannot: string): RegExp {
  const { Regex, String } = (pattern ?? {}) as { Regex?: unknown; String?: unknown };
  if (typeof Regex === "string") return compilePattern(Regex, cannot);
  if (typeof String === "string" && String !== "") return literalPattern(String);
  throw new RangeError(
    `${cannot} as the pattern of ${type} must be a String or a Regex: current value is ${
      JSON.stringify(pattern)
    }`,
  );
}

/** Divide a text where a pattern is found; inverted, what lies between is what was found. */
export function splitter(
  pattern: RegExp,
  { behavior, invert = false, cannot }: { behavior: unknown; invert?: unknown; cannot: string },
): (text: string) => readonly string[] {
  oneOf(cannot, { behavior }, BEHAVIORS);
  const how = behavior as Behavior;
  const inverted = invert === true;
  const whole = (text: string, found: readonly string[]) => {
    let sum = 0;
    for (const { length } of found) sum += length;
    return sum === text.length;
  };
  return (text) => {
    // The usual pattern finds all there is, one thing after another.
    if (how === "Isolated" || (how === "Removed" && inverted)) {
      const found: string[] = text.match(pattern) ?? [];
      if (how === "Removed" || whole(text, found)) return found.includes("") ? found.filter(Boolean) : found;
    }
    const segments = segmentsOf(text, pattern);
    if (inverted) { for (const segment of segments) segment[2] = !segment[2]; }
    return joined(segments, how).flatMap(([from, to]) => from < to ? [text.slice(from, to)] : []);
  };
}

/** All of a text in pieces that a pattern finds, and those between; an empty one only where none ended. */
export function segmentsOf(text: string, pattern: RegExp): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  let last = -1;
  for (const { 0: { length }, index } of text.matchAll(pattern)) {
    if (length === 0 && index === last) continue;
    if (end < index) segments.push([end, index, false]);
    segments.push([index, last = end = index + length, true]);
  }
  if (end < text.length) segments.push([end, text.length, false]);
  return segments;
}

/** The pieces that stay: of several found side by side only the outermost joins its neighbour, as in Python. */
function joined(segments: Segment[], behavior: Behavior): Segment[] {
  if (behavior === "Isolated") return segments;
  if (behavior === "Removed") return segments.filter(([, , found]) => !found);
  const pieces: Segment[] = [];
  const backwards = behavior === "MergedWithNext";
  let before = false;
  for (const [from, to, found] of backwards ? segments.toReversed() : segments) {
    const last = pieces.at(-1);
    if (last && (behavior === "Contiguous" ? found === before : found && !before)) {
      last[backwards ? 0 : 1] = backwards ? from : to;
    } else pieces.push([from, to, found]);
    before = found;
  }
  return backwards ? pieces.reverse() : pieces;
}
