import type { Json } from "../data/mod.ts";
import { SchemaError } from "./errors.ts";

/** A JSON schema as an object. */
export type Schema = { [key: string]: Json };

/** Definitions are followed this far into each other; by then what doubles at each level is beyond any bound. */
const LEVELS = 64;

/** What takes longer to count has too many. */
const MOST_WORK = 1e6;

/**
 * How many ways a grammar may have to follow at once, at most, through definitions too: each token is tried against all of
 * them. Alternatives part where their first bracket, first name or first enumerated value does; until then they are followed
 * side by side, and what lies in them as well, so that recursion can double them at each level.
 *
 * @param root A schema in the grammars' dialect.
 * @throws {SchemaError} If a definition is only itself.
 */
export function mostChoices(root: Schema): number {
  const defs = (root.$defs ?? {}) as Record<string, Schema>;
  const beginnings = new Map<string, number>();
  const begin = (schema: Schema): number => {
    if (Array.isArray(schema.enum)) return schema.enum.length;
    if (Array.isArray(schema.oneOf)) return sum((schema.oneOf as Schema[]).map(begin));
    if (typeof schema.$ref !== "string") return 1;
    const name = nameOf(schema);
    if (!beginnings.has(name)) {
      beginnings.set(name, NaN);
      beginnings.set(name, begin(defs[name]));
    }
    const count = beginnings.get(name)!;
    if (!Number.isNaN(count)) return count;
    throw new SchemaError(`Cannot guide the model by the schema as the definition ${name} is only itself`);
  };
  let most = Math.max(...[root, ...Object.values(defs)].flatMap(parts).map(begin));

  const resolve = (schema: Schema): Schema[] =>
    typeof schema.$ref === "string"
      ? resolve(defs[nameOf(schema)])
      : Array.isArray(schema.oneOf)
      ? (schema.oneOf as Schema[]).flatMap(resolve)
      : [schema];
  // A beginning with too many alternatives is refused for that already.
  if (most > 1e4) return most;
  let work = 0;
  let known = new Map(Object.keys(defs).map((name) => [name, 1]));
  const within = (schema: Schema): number => {
    if (typeof schema.$ref === "string") return known.get(nameOf(schema))!;
    if (!Array.isArray(schema.oneOf)) return inside(schema);
    const alternatives = resolve(schema);
    work += alternatives.length;
    return work > MOST_WORK ? Infinity : sideBySide(alternatives, inside);
  };
  const inside = (schema: Schema): number => Math.max(1, ...children(schema).map(within));
  for (let level = 0; level < LEVELS && most <= 1e4; level++) {
    const next = new Map(Object.entries(defs).map(([name, def]) => [name, within(def)]));
    most = Math.max(most, within(root), ...next.values());
    if ([...next].every(([name, count]) => known.get(name) === count)) break;
    known = next;
  }
  return most;
}

/** The most of the alternatives that can be followed together, each with all that is followed inside it. */
function sideBySide(alternatives: readonly Schema[], inside: (schema: Schema) => number): number {
  let arrays = 0;
  let unnamed = 0;
  const named = new Map<string, { any: number; values: Map<string, number> }>();
  for (const schema of alternatives) {
    if (schema.type === "array") arrays += inside(schema);
    if (schema.type !== "object") continue;
    const [first] = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    if (first === undefined) {
      unnamed += inside(schema);
      continue;
    }
    const [name, value] = first;
    const group = named.get(name) ?? { any: 0, values: new Map<string, number>() };
    named.set(name, group);
    const values = value.const !== undefined
      ? [value.const]
      : Array.isArray(value.enum)
      ? value.enum
      : undefined;
    if (values === undefined) group.any += inside(schema);
    for (const one of new Set(values?.map((value) => JSON.stringify(value)))) {
      group.values.set(one, (group.values.get(one) ?? 0) + inside(schema));
    }
  }
  const groups = [...named.values()].map(({ any, values }) => any + Math.max(0, ...values.values()));
  return Math.max(1, arrays, unnamed + Math.max(0, ...groups));
}

/** A schema and all inside it. */
function parts(schema: Schema): Schema[] {
  return [schema, ...[...children(schema), ...(schema.oneOf ?? []) as Schema[]].flatMap(parts)];
}

/** What an object or a list holds. */
function children({ properties = {}, prefixItems = [], items, additionalProperties }: Schema): Schema[] {
  const lists = [
    ...Object.values(properties as Schema),
    ...prefixItems as Json[],
    items,
    additionalProperties,
  ];
  return lists.filter((one): one is Schema => typeof one === "object" && one !== null);
}

function nameOf({ $ref }: Schema): string {
  return String($ref).slice("#/$defs/".length);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
