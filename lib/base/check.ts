import { elsewhere } from "./_elsewhere.ts";
import { kindOf, notNumber } from "./kind.ts";

/** Values by the names their caller gave them: `{ steps }`, or `{ "uniqueTokens of web": tokens }`. */
export type Named = Readonly<Record<string, unknown>>;

/** A range as a message says it: `>= 0`, `< 1`, `in (0, 1]`. */
export type WholeRange =
  | `${">" | ">=" | "<" | "<="} ${number}`
  | `in ${"(" | "["}${number}, ${number}${")" | "]"}`;

/** A range, which may leave infinity out: `> 0`, `in (0, 1]`, `finite and >= 0`, `a finite number > 0`, `finite and positive`. */
export type Range =
  | WholeRange
  | `${"finite and" | "a finite number"} ${">" | ">=" | "<" | "<="} ${number}`
  | "finite and positive";

/**
 * Throw unless a rule holds, in the house's sentence: what cannot be done, the rule, the value.
 *
 * @throws {RangeError} If `holds` is false.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { must } from "midtrain/base";
 *
 * assert.throws(() => must("Cannot split", "the parts must sum to 1", 0.9, false), {
 *   name: "RangeError",
 *   message: "Cannot split as the parts must sum to 1: current value is 0.9",
 * });
 * ```
 */
export function must(cannot: string, rule: string, value: unknown, holds: boolean): void {
  if (!holds) throw new RangeError(`${cannot} as ${rule}: current value is ${written(value)}`);
}

/**
 * Throw unless each value is a number in the range; the message says the range as it is written here.
 *
 * @throws {RangeError} If a value is no number or lies outside.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inRange } from "midtrain/base";
 *
 * const decayFraction = 1.5;
 * assert.throws(() => inRange("Cannot build a WSD schedule", { decayFraction }, "in (0, 1]"), {
 *   message: "Cannot build a WSD schedule as decayFraction must be in (0, 1]: current value is 1.5",
 * });
 * ```
 */
export function inRange(cannot: string, values: Named, range: Range): void {
  for (const [name, value] of Object.entries(values)) {
    if (!isIn(range, value)) must(cannot, `${name} must be ${range}`, notNumber(value), false);
  }
}

/**
 * Throw unless each value is a safe whole number in the range.
 *
 * @throws {RangeError} If a value is no whole number or lies outside.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wholeNumber } from "midtrain/base";
 *
 * const budgetTokens = 0.5;
 * assert.throws(() => wholeNumber("Cannot allocate tokens", { budgetTokens }, ">= 1"), {
 *   message: "Cannot allocate tokens as budgetTokens must be a whole number >= 1: current value is 0.5",
 * });
 * ```
 */
export function wholeNumber(cannot: string, values: Named, range: WholeRange): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isSafeInteger(value) || !isIn(range, value)) {
      const large = Number.isInteger(value) && isIn(range, value) ? ", at most 2^53 - 1 in size" : "";
      must(cannot, `${name} must be a whole number ${range}${large}`, notNumber(value), false);
    }
  }
}

/**
 * Throw unless each value is one of those allowed, or a key of an object.
 *
 * @throws {RangeError} If a value is none of them; the message lists them.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oneOf } from "midtrain/base";
 *
 * const style = "easy";
 * assert.throws(() => oneOf("Cannot rephrase", { style }, ["wiki", "qa"]), {
 *   message: "Cannot rephrase as style must be one of wiki, qa: current value is easy",
 * });
 * ```
 */
export function oneOf(cannot: string, values: Named, allowed: readonly unknown[] | object): void {
  const known: readonly unknown[] = Array.isArray(allowed) ? allowed : Object.keys(allowed);
  for (const [name, value] of Object.entries(values)) {
    if (!known.includes(value)) must(cannot, `${name} must be one of ${known.join(", ")}`, value, false);
  }
}

/**
 * Throw where a list, by the name that its caller gave it, holds a value twice.
 *
 * @throws {RangeError} If a value stands twice; the message names it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { distinct } from "midtrain/base";
 *
 * assert.throws(() => distinct("Cannot form a mixture", { names: ["web", "code", "web"] }), {
 *   message: 'Cannot form a mixture as names must differ: "web" stands twice',
 * });
 * ```
 */
export function distinct(cannot: string, lists: Readonly<Record<string, readonly string[]>>): void {
  for (const [name, values] of Object.entries(lists)) {
    const twice = values.find((value, at) => values.indexOf(value) !== at);
    if (twice !== undefined) {
      throw new RangeError(`${cannot} as ${name} must differ: "${twice}" stands twice`);
    }
  }
}

/**
 * Throw unless every member of an object is a known option, and every required one is there; the message names the one that
 * is meant, where one is near.
 *
 * @param known The options that there are; the names of `required` need not stand here again.
 * @throws {TypeError} If the options are no object, hold an unknown name, or lack a required one.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { knownOptions } from "midtrain/base";
 *
 * assert.throws(() => knownOptions("Cannot allocate tokens", { budgetToken: 5 }, ["caps"], ["budgetTokens"]), {
 *   message: "Cannot allocate tokens as there is no option budgetToken: did you mean budgetTokens?",
 * });
 * ```
 */
export function knownOptions(
  cannot: string,
  given: unknown,
  known: readonly string[],
  required: readonly string[] = [],
): void {
  if (
    typeof given !== "object" || given === null || Array.isArray(given) || given instanceof Promise
  ) {
    const members = required.length === 0 ? "" : ` with ${required.join(", ")}`;
    // A text may be a key.
    throw new TypeError(
      `${cannot} as its options must be an object${members}: current value is ${kindOf(given)}`,
    );
  }
  const all = [...required, ...known];
  for (const name of Object.keys(given)) {
    if (all.includes(name)) continue;
    const meant = nearest(name, all) ?? elsewhere(name).find((other) => all.includes(other));
    const hint = meant === undefined ? `known are ${all.join(", ")}` : `did you mean ${meant}?`;
    throw new TypeError(`${cannot} as there is no option ${name}: ${hint}`);
  }
  for (const name of required) {
    if ((given as Named)[name] === undefined) {
      throw new TypeError(`${cannot} as ${name} must be given: it is not`);
    }
  }
}

/**
 * {@linkcode knownOptions} of names that are written as in a type, those that may be left out with a question mark.
 *
 * @throws {TypeError} If the options are no object, hold an unknown name, or lack a required one.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { takes } from "midtrain/base";
 *
 * assert.throws(() => takes("Cannot draw lines", { x: "step" }, "x, y, title?"), {
 *   message: "Cannot draw lines as y must be given: it is not",
 * });
 * ```
 */
export function takes(cannot: string, given: unknown, names: string): void {
  const all = names.split(", ");
  const known = all.filter((name) => name.endsWith("?")).map((name) => name.slice(0, -1));
  knownOptions(cannot, given, known, all.filter((name) => !name.endsWith("?")));
}

/**
 * Throw where an option is given by a name that it had before.
 *
 * @param renamed The new name of each old one.
 * @throws {TypeError} If an old name is given; the message says the new one.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { refuseRenamed } from "midtrain/base";
 *
 * assert.throws(() => refuseRenamed("Cannot synthesize", { concurrency: 4 }, { concurrency: "workers" }), {
 *   message: "Cannot synthesize as the option concurrency is called workers now",
 * });
 * ```
 */
export function refuseRenamed(
  cannot: string,
  given: object,
  renamed: Readonly<Record<string, string>>,
): void {
  for (const [before, now] of Object.entries(renamed)) {
    if (Object.hasOwn(given ?? {}, before)) {
      throw new TypeError(`${cannot} as the option ${before} is called ${now} now`);
    }
  }
}

/**
 * The nearest of some names, if one is near enough to be meant: at most a third of its letters changed, added, lost or
 * swapped with a neighbour; capitals do not count.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearest } from "midtrain/base";
 *
 * assert.equal(nearest("maxToken", ["maxTokens", "seed"]), "maxTokens");
 * assert.equal(nearest("colour", ["maxTokens", "seed"]), undefined);
 * ```
 */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const other of names) {
    const changes = editDistance(name.toLowerCase(), other.toLowerCase());
    if (changes < least && 3 * changes <= Math.max(name.length, other.length)) {
      best = other;
      least = changes;
    }
  }
  return best;
}

/** Changed, added, lost or swapped letters that make one word of the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(changed, row[j] + 1, next[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        next[j] = Math.min(next[j], before[j - 2] + 1);
      }
    }
    before = row;
    row = next;
  }
  return row[b.length];
}

/** A value in a message: what is no value in itself by its kind. */
function written(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) {
    return value.map(String).join(",");
  }
  return typeof value === "string" ? value : kindOf(value);
}

interface Limits {
  low: number;
  high: number;
  /** Whether the ends belong to the range. */
  closed: [boolean, boolean];
  finite: boolean;
}

/** Ranges that were read; those with numbers of the caller's are few. */
const read = new Map<string, Limits>();

function isIn(range: Range, value: unknown): boolean {
  if (typeof value !== "number") return false;
  let limits = read.get(range);
  if (!limits) {
    limits = limitsOf(range);
    if (read.size < 1000) read.set(range, limits);
  }
  const { low, high, closed, finite } = limits;
  return (closed[0] ? value >= low : value > low) && (closed[1] ? value <= high : value < high) &&
    (!finite || Number.isFinite(value));
}

function limitsOf(range: Range): Limits {
  const finite = /finite/.test(range);
  if (range === "finite and positive") return { low: 0, high: Infinity, closed: [false, true], finite };
  const between = /^in ([([])(\S+), (\S+)([)\]])$/.exec(range);
  if (between) {
    const [, open, low, high, close] = between;
    return { low: Number(low), high: Number(high), closed: [open === "[", close === "]"], finite };
  }
  const side = /(>=|>|<=|<) (\S+)$/.exec(range);
  if (!side) throw new TypeError(`Cannot check a range as it cannot be read: "${range}"`);
  const [, sign, text] = side;
  const end = Number(text);
  return sign.startsWith(">")
    ? { low: end, high: Infinity, closed: [sign === ">=", true], finite }
    : { low: -Infinity, high: end, closed: [true, sign === "<="], finite };
}
