/** What a value must be, as a message says it: `a text`, `a list of numbers`, `an object with name, steps`. */
export type Kind =
  | "a text"
  | "a function"
  | "a list"
  | `a list of ${"texts" | "numbers" | "functions" | "lists" | "objects"}`
  | `a list of objects with ${string}`
  | "a list or another iterable"
  | "a list or another iterable that is no stream"
  | "an object"
  | `an object with ${string}`;

/**
 * Throw unless each value is of the kind. Notebooks do not check types, so that a public function says what it was not given
 * before the engine stumbles over it. Texts are named by their kind only: one may be a key.
 *
 * @throws {TypeError} If a value is not; the message names it, its place in a list, and the fields that it lacks.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ofKind } from "midtrain/base";
 *
 * const data = [{ label: "too short", count: 12 }];
 * assert.throws(() => ofKind("Cannot draw bars", { data }, "a list of objects with label, value"), {
 *   message: "Cannot draw bars as data[0] must be an object with label, value: it lacks value and has label, count",
 * });
 * ```
 */
export function ofKind(cannot: string, values: Readonly<Record<string, unknown>>, kind: Kind): void {
  const [, noun, rest] = /^a list of (\w+)s\b(.*)$/.exec(kind) ?? [];
  const one = noun === undefined ? kind : `${noun === "object" ? "an" : "a"} ${noun}${rest}`;
  const [bare, names] = one.split(" with ");
  const fields = names?.split(", ") ?? [];
  for (const [name, value] of Object.entries(values)) {
    const whole = noun === undefined ? bare : "a list";
    if (!holds[whole](value)) refuse(cannot, name, value, kind);
    if (noun === undefined) {
      if (!hasAll(value, fields)) refuse(cannot, name, value, kind, fields);
      if (fields.includes("text")) mustBeText(cannot, name, value);
      continue;
    }
    // Numbers in a typed array are numbers.
    if (noun === "number" && ArrayBuffer.isView(value)) continue;
    const list = value as ArrayLike<unknown>;
    for (let i = 0; i < list.length; i++) {
      if (!holds[bare](list[i])) refuse(cannot, `${name}[${i}]`, list[i], one);
      if (!hasAll(list[i], fields)) refuse(cannot, `${name}[${i}]`, list[i], one, fields);
      if (fields.includes("text")) mustBeText(cannot, `${name}[${i}]`, list[i]);
    }
  }
}

/**
 * The items of a stream, each of which must be of the kind when its turn comes.
 *
 * @throws {TypeError} While iterating: if there is no stream, or an item is not of the kind.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { each } from "midtrain/base";
 *
 * const documents = [{ id: "a" }];
 * await assert.rejects(each("Cannot rate", { documents }, "an object with id, text").next(), {
 *   message: "Cannot rate as documents[0] must be an object with id, text: it lacks text and has id",
 * });
 * ```
 */
export async function* each<T>(
  cannot: string,
  streams: Readonly<Record<string, AsyncIterable<T> | Iterable<T>>>,
  kind: Kind,
): AsyncGenerator<T, void, undefined> {
  for (const [name, items] of Object.entries(streams)) {
    ofKind(cannot, { [name]: items }, "a list or another iterable");
    let at = 0;
    for await (const item of items) {
      ofKind(cannot, { [`${name}[${at++}]`]: item }, kind);
      yield item;
    }
  }
}

function hasAll(value: unknown, fields: readonly string[]): boolean {
  return fields.every((field) => (value as Record<string, unknown>)[field] !== undefined);
}

/** A document's text is one, wherever it is asked for. */
function mustBeText(cannot: string, name: string, value: unknown): void {
  const { text } = value as { text: unknown };
  if (typeof text !== "string") refuse(cannot, `the text of ${name}`, text, "a text");
}

/** Refuse a value that is of another kind, or an object that lacks some of the fields. */
function refuse(cannot: string, name: string, value: unknown, kind: string, lacking?: string[]): never {
  const known = typeof value === "object" && !isPromise(value) ? lacking : undefined;
  const found = known
    ? `it lacks ${known.filter((field) => !hasAll(value, [field])).join(", ")} and has ${
      fieldsOf(value) || "nothing"
    }`
    : `current value is ${foundFor(kind, value)}`;
  throw new TypeError(`${cannot} as ${name} must be ${kind}: ${found}`);
}

/** A value in a message that says of what kind it must be, with what makes it of that kind where that is known. */
function foundFor(kind: string, value: unknown): string {
  const fields = / with (.+)$/.exec(kind)?.[1].split(", ") ?? [];
  const one = typeof value === "object" && value !== null && !isPromise(value) ? value : undefined;
  if (kind.startsWith("a list")) {
    if (typeof value === "string") return "a text: give the values, not a path or a name";
    if (one && isRows(one)) return `${kindOf(value)}: its toRecords() is a list`;
    if (one && Symbol.asyncIterator in one) return "a stream: await Array.fromAsync(it) is a list";
    if (one && Symbol.iterator in one) return "an iterable: Array.from(it) is a list";
    const known = one && !isList(one) && fieldsOf(one);
    if (known) {
      // Where the fields are not known, a thing with methods is hardly one of them.
      const isOne = fields.length > 0
        ? hasAll(one, fields)
        : !Object.values(one).some((member) => typeof member === "function");
      return `an object with ${known}${isOne ? ": one alone goes in [ ]" : ""}`;
    }
  }
  const thing = /^an? (object|function)/.exec(kind)?.[1];
  if (typeof value === "string" && thing) return `a text: give the ${thing} itself`;
  if (fields.length > 0 && Array.isArray(value) && hasAll(value[0] ?? [], fields)) {
    return `${kindOf(value)} of such: give one`;
  }
  return kindOf(value);
}

/** The names of an object's first fields. */
function fieldsOf(value: unknown): string {
  const names = Object.keys(value as object);
  return names.slice(0, 8).join(", ") + (names.length > 8 ? " and others" : "");
}

const holds: Readonly<Record<string, (value: unknown) => boolean>> = {
  "a text": (value) => typeof value === "string",
  "a number": (value) => typeof value === "number",
  "a function": (value) => typeof value === "function",
  "a list": isList,
  "a list or another iterable": (value) =>
    typeof value === "object" && value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
  "a list or another iterable that is no stream": (value) =>
    typeof value === "object" && value !== null && Symbol.iterator in value,
  // Some are functions with members.
  "an object": (value) =>
    typeof value === "function" ||
    typeof value === "object" && value !== null && !isList(value) && !isPromise(value),
};

/** An array, a typed array, or another object that counts its values. */
function isList(value: unknown): boolean {
  return Array.isArray(value) ||
    typeof value === "object" && value !== null &&
      Number.isSafeInteger((value as { length?: unknown }).length);
}

/** Whether a value is still to come. */
function isPromise(value: unknown): boolean {
  return value instanceof Promise;
}

/** Whether a value is a table of Polars, which counts no values as lists do. */
function isRows(value: object): boolean {
  return typeof (value as { toRecords?: unknown }).toRecords === "function";
}

/**
 * A value in a message: numbers and the like as they are, all else by its kind, with what makes a value of it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kindOf } from "midtrain/base";
 *
 * assert.equal(kindOf(Promise.resolve([1, 2])), "a promise: await it");
 * assert.equal(kindOf(5n), "5n, a bigint: Number(it) is a number");
 * ```
 */
export function kindOf(value: unknown): string {
  if (typeof value === "bigint") return `${value}n, a bigint: Number(it) is a number`;
  if (typeof value === "function") return value.name ? `the function ${value.name}` : "a function";
  if (isPromise(value)) return "a promise: await it";
  if (value instanceof Date) return "a date";
  if (value === null || !["string", "object", "symbol"].includes(typeof value)) return `${value}`;
  if (typeof value === "object" && isRows(value)) return "a table of Polars";
  if (isList(value)) return "a list";
  if (holds["a list or another iterable"](value)) return "an iterable";
  return Object.keys(holds).find((kind) => holds[kind](value)) ?? `a ${typeof value}`;
}

/**
 * What stands where a number must be, in a message: a text in quotation marks, all else as {@linkcode kindOf} has it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { notNumber } from "midtrain/base";
 *
 * assert.equal(notNumber("1e-3"), 'the text "1e-3"');
 * assert.equal(notNumber(Infinity), "Infinity");
 * ```
 */
export function notNumber(value: unknown): string {
  return typeof value === "string" ? `the text ${JSON.stringify(value)}` : kindOf(value);
}
