import type { Json } from "../data/mod.ts";

type Schema = { [key: string]: Json };

/** Keywords that hold schemas by names of their own. */
const named = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/** Keywords that hold a schema or a list of them. */
const nested = [
  "items",
  "prefixItems",
  "additionalProperties",
  "additionalItems",
  "contains",
  "propertyNames",
  "not",
  "if",
  "then",
  "else",
  "anyOf",
  "oneOf",
  "allOf",
];

/** A JSON schema in its newest words: Pydantic's and older drafts' `definitions`, OpenAPI's `nullable`. */
export function inNewWords(schema: Schema): Schema {
  const made: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "nullable" && typeof value === "boolean") continue;
    if (key === "$ref" && typeof value === "string") {
      made[key] = value.replace(/^#\/definitions\//, "#/$defs/");
    } else if (named.includes(key) && isSchema(value)) {
      const schemas = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, rewrite(one)]));
      const word = key === "definitions" ? "$defs" : key;
      made[word] = { ...(made[word] as Schema | undefined), ...schemas };
    } else made[key] = nested.includes(key) ? rewrite(value) : value;
  }
  return schema.nullable === true ? orNull(made) : made;
}

function rewrite(value: Json): Json {
  return Array.isArray(value) ? value.map(rewrite) : isSchema(value) ? inNewWords(value) : value;
}

function isSchema(value: Json | undefined): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function orNull(schema: Schema): Schema {
  const { type, enum: values } = schema;
  if (typeof type !== "string" && !Array.isArray(type)) return { anyOf: [schema, { type: "null" }] };
  const types = [...new Set([type, "null"].flat())];
  const list = Array.isArray(values) ? { enum: [...new Set([...values, null])] } : {};
  return { ...schema, type: types, ...list };
}
