/** What a value must be, as a message says it: `a text`, `a list of numbers`, `an object with name, steps`. */
export type Kind =
  | "a text"
  | "a function"
  | "a list"
  | `a list of ${"texts" | "numbers" | "functions" | "lists" | "objects"}`
  | `a list of objects with ${string}`
  | "a list or another iterable"
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
      continue;
    }
    // Numbers in a typed array are numbers.
    if (noun === "number" && ArrayBuffer.isView(value)) continue;
    const list = value as ArrayLike<unknown>;
    for (let i = 0; i < list.length; i++) {
      if (!holds[bare](list[i])) refuse(cannot, `${name}[${i}]`, list[i], one);
      if (!hasAll(list[i], fields)) refuse(cannot, `${name}[${i}]`, list[i], one, fields);
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

function refuse(cannot: string, name: string, value: unknown, kind: string, fields?: string[]): never {
  const lacks = fields?.filter((field) => !hasAll(value, [field])).join(", ");
  const has = fields && (Object.keys(value as object).slice(0, 8).join(", ") || "nothing");
  const found = fields ? `it lacks ${lacks} and has ${has}` : `current value is ${kindOf(value)}`;
  throw new TypeError(`${cannot} as ${name} must be ${kind}: ${found}`);
}

const holds: Readonly<Record<string, (value: unknown) => boolean>> = {
  "a text": (value) => typeof value === "string",
  "a number": (value) => typeof value === "number",
  "a function": (value) => typeof value === "function",
  "a list": isList,
  "a list or another iterable": (value) =>
    typeof value === "object" && value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
  // Some are functions with members.
  "an object": (value) =>
    typeof value === "function" || typeof value === "object" && value !== null && !isList(value),
};

/** An array, a typed array, or another object that counts its values. */
function isList(value: unknown): boolean {
  return Array.isArray(value) ||
    typeof value === "object" && value !== null &&
      Number.isSafeInteger((value as { length?: unknown }).length);
}

/** A value in a message: numbers and the like as they are, all else by its kind. */
export function kindOf(value: unknown): string {
  if (value === null || !["string", "function", "object", "symbol"].includes(typeof value)) return `${value}`;
  return Object.keys(holds).find((kind) => holds[kind](value)) ?? typeof value;
}
