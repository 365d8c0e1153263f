import type { Json } from "../data/mod.ts";
import { SchemaError } from "./errors.ts";
import { mostChoices, type Schema } from "./_choices.ts";

/** Bounded integers up to this many values are written out: the grammar knows no numeric bounds. */
const WIDEST_RANGE = 1000;

/** What a schema may hold, so that its grammar is built and followed in less than a second. */
const LARGEST = { levels: 128, values: 10_000, characters: 2 ** 18, choices: 1024 };

/** What says something to readers and nothing about values. */
const annotations: readonly string[] = [
  ...["$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly"],
  "writeOnly",
];

/** What constrains the values of one type, and a grammar can hold. */
const keywords: Record<string, readonly string[]> = {
  object: [
    "properties",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "propertyNames",
  ],
  array: ["items", "prefixItems", "minItems", "maxItems"],
  string: ["minLength", "maxLength", "format"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  number: [],
  boolean: [],
  null: [],
};

/**
 * A JSON schema in the dialect of node-llama-cpp's grammars: `anyOf` becomes `oneOf`, as a list of types does, an integer
 * between two near bounds becomes an `enum`, definitions move to `$defs`, and what refers to the whole refers to one of them.
 *
 * @param options `strict`: refuse what a grammar cannot hold (patterns, wide numeric bounds) instead of leaving it out; who
 * leaves it out checks the answer.
 * @throws {SchemaError} If the schema is too large, is no schema, or holds what is not held; the message names it.
 */
export function grammarSchema(schema: Json, options: { strict?: boolean | undefined } = {}): Schema {
  if (!isObject(schema)) {
    throw new SchemaError(
      `Cannot read a JSON schema as it must be an object: current value is ${said(schema)}`,
    );
  }
  checkSize(schema);
  const { $defs = {}, definitions = {}, ...root } = schema;
  const defs = { ...asObject($defs, "$defs"), ...asObject(definitions, "definitions") };
  let whole = "root";
  while (Object.hasOwn(defs, whole)) whole += "_";
  const reader = new Reader(Object.keys(defs), whole, options.strict ?? true);
  const converted = reader.read(root, []);
  const readDefs = Object.fromEntries(
    Object.entries(defs).map(([name, def]) => [name, reader.read(def, ["$defs", name])]),
  );
  const out = reader.recursive
    ? { $ref: `#/$defs/${whole}`, $defs: { ...readDefs, [whole]: converted } }
    : Object.keys(readDefs).length > 0
    ? { ...converted, $defs: readDefs }
    : converted;
  checkLargest("choices", mostChoices(out));
  return out;
}

class Reader {
  /** Whether something referred to the whole. */
  recursive = false;

  constructor(readonly defs: readonly string[], readonly whole: string, readonly strict: boolean) {}

  read(given: Json, path: readonly string[]): Schema {
    if (given === true) return {};
    if (!isObject(given)) this.#refuse(path, `${said(given)} is no schema that a value could fit`);
    const schema = Object.fromEntries(Object.entries(given).filter(([key]) => !annotations.includes(key)));
    if (schema.$ref !== undefined) return this.#reference(schema, path);
    if (schema.allOf !== undefined) return this.#read(this.#joined(schema, path), path);
    return this.#read(schema, path);
  }

  #read(schema: Schema, path: readonly string[]): Schema {
    if (schema.$ref !== undefined) return this.#reference(schema, path);
    const alternatives = schema.anyOf !== undefined ? "anyOf" : "oneOf";
    if (schema[alternatives] !== undefined) {
      this.#only(schema, [alternatives], path);
      return { oneOf: this.#list(schema[alternatives], [...path, alternatives]) };
    }
    if (schema.const !== undefined) {
      this.#only(schema, ["const", "type"], path);
      return { const: schema.const };
    }
    if (schema.enum !== undefined) {
      this.#only(schema, ["enum", "type"], path);
      const { enum: values } = schema;
      if (!Array.isArray(values) || values.length === 0) this.#refuse(path, "enum must be a list of values");
      return { enum: values };
    }
    const type = schema.type ??
      Object.keys(keywords).find((type) => keywords[type].some((key) => key in schema));
    if (Array.isArray(type)) {
      return { oneOf: type.map((one) => this.#typed({ ...schema, type: one }, path)) };
    }
    return this.#typed(type === undefined ? schema : { ...schema, type }, path);
  }

  #typed(schema: Schema, path: readonly string[]): Schema {
    const { type } = schema;
    if (type === undefined) {
      this.#only(schema, [], path);
      return {};
    }
    if (typeof type !== "string" || !Object.hasOwn(keywords, type)) {
      this.#refuse(
        path,
        `type must be one of ${Object.keys(keywords).join(", ")}: current value is ${said(type)}`,
      );
    }
    // What constrains other types says nothing about this one.
    const others = Object.keys(keywords).filter((other) =>
      other !== type && !(type === "number" && other === "integer")
    );
    const known = Object.fromEntries(
      Object.entries(schema).filter(([key]) =>
        keywords[type].includes(key) || !others.some((other) => keywords[other].includes(key))
      ),
    );
    this.#only(known, ["type", ...keywords[type]], path);
    if (type === "object") return this.#object(known, path);
    if (type === "array") return this.#array(known, path);
    if (type === "integer") return this.#integer(known, path);
    if (type !== "string") return { type };
    const { minLength, maxLength, format } = known;
    this.#order(minLength, maxLength, "maxLength", path);
    if (format === undefined) return defined({ type, minLength, maxLength });
    if (!["date", "time", "date-time"].includes(format as string) || (minLength ?? maxLength) !== undefined) {
      this.#drop("format", path);
      return defined({ type, minLength, maxLength });
    }
    return { type, format };
  }

  #object(schema: Schema, path: readonly string[]): Schema {
    const { type, required, additionalProperties, minProperties, maxProperties, propertyNames } = schema;
    const properties = Object.entries(asObject(schema.properties ?? {}, "properties"));
    const names = properties.map(([name]) => name);
    if (Array.isArray(required) && required.some((name) => !names.includes(name as string))) {
      this.#drop("required", path);
    }
    if (propertyNames !== undefined && said(propertyNames) !== '{"type":"string"}') {
      this.#drop("propertyNames", path);
    }
    const open = additionalProperties !== undefined && additionalProperties !== false;
    if (!open && Number(minProperties ?? 0) > names.length) this.#drop("minProperties", path);
    this.#order(Math.max(names.length, Number(minProperties ?? 0)), maxProperties, "maxProperties", path);
    return defined({
      type,
      properties: schema.properties &&
        Object.fromEntries(
          properties.map(([name, value]) => [name, this.read(value, [...path, "properties", name])]),
        ),
      additionalProperties: isObject(additionalProperties)
        ? this.read(additionalProperties, [...path, "additionalProperties"])
        : additionalProperties,
      minProperties,
      maxProperties,
    });
  }

  #array(schema: Schema, path: readonly string[]): Schema {
    const { type, items, minItems } = schema;
    const prefixItems = schema.prefixItems === undefined
      ? undefined
      : this.#list(schema.prefixItems, [...path, "prefixItems"]);
    const first = prefixItems?.length ?? 0;
    const maxItems = items === false ? Math.min(first, Number(schema.maxItems ?? first)) : schema.maxItems;
    this.#order(Math.max(first, Number(minItems ?? 0)), maxItems, "maxItems", path);
    return defined({
      type,
      items: items === undefined || items === false ? undefined : this.read(items, [...path, "items"]),
      prefixItems,
      minItems,
      maxItems,
    });
  }

  #integer(schema: Schema, path: readonly string[]): Schema {
    const bound = (key: string, otherwise: number) => {
      const value = schema[key] ?? otherwise;
      if (typeof value !== "number") {
        this.#refuse(path, `${key} must be a number: current value is ${said(value)}`);
      }
      return value;
    };
    const most = Number.MAX_SAFE_INTEGER;
    const low = Math.max(
      Math.ceil(bound("minimum", -most)),
      Math.floor(bound("exclusiveMinimum", -Infinity)) + 1,
    );
    const high = Math.min(
      Math.floor(bound("maximum", most)),
      Math.ceil(bound("exclusiveMaximum", Infinity)) - 1,
    );
    // The grammar's own integers have at most 16 digits.
    if (low <= -most && high >= most) return { type: "integer" };
    const count = high - low + 1;
    if (count >= 1 && count <= WIDEST_RANGE) {
      return { enum: Array.from({ length: count }, (_, i) => low + i) };
    }
    this.#drop(low <= -most ? "maximum" : "minimum", path);
    return { type: "integer" };
  }

  #reference(schema: Schema, path: readonly string[]): Schema {
    this.#only(schema, ["$ref"], path);
    const { $ref } = schema;
    if ($ref === "#") {
      this.recursive = true;
      return { $ref: `#/$defs/${this.whole}` };
    }
    const [, escaped] = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(String($ref)) ?? [];
    const name = escaped?.replaceAll("~1", "/").replaceAll("~0", "~");
    if (name === undefined || !this.defs.includes(name)) {
      this.#refuse(path, `$ref must be # or name a definition: current value is ${said($ref)}`);
    }
    return { $ref: `#/$defs/${name}` };
  }

  /** A schema with its one `allOf` beside it. */
  #joined({ allOf, ...rest }: Schema, path: readonly string[]): Schema {
    if (!Array.isArray(allOf) || allOf.length !== 1 || !isObject(allOf[0])) {
      this.#refuse(path, "allOf must hold one schema");
    }
    const [one] = allOf;
    for (const key of Object.keys(rest)) {
      if (key in one && said(one[key]) !== said(rest[key])) this.#refuse(path, `allOf says ${key} anew`);
    }
    return Object.fromEntries(
      Object.entries({ ...rest, ...one }).filter(([key]) => !annotations.includes(key)),
    );
  }

  #list(schemas: Json | undefined, path: readonly string[]): Schema[] {
    if (!Array.isArray(schemas) || schemas.length === 0) this.#refuse(path, "it must be a list of schemas");
    return schemas.map((schema, i) => this.read(schema, [...path, `${i}`]));
  }

  /** Drop every keyword that is not one of these. */
  #only(schema: Schema, held: readonly string[], path: readonly string[]): void {
    for (const key of Object.keys(schema)) if (!held.includes(key)) this.#drop(key, path);
  }

  #order(low: Json | undefined, high: Json | undefined, name: string, path: readonly string[]): void {
    if (low !== undefined && high !== undefined && Number(low) > Number(high)) {
      this.#refuse(path, `${name} must be >= ${low}: current value is ${high}`);
    }
  }

  #drop(key: string, path: readonly string[]): void {
    if (!this.strict) return;
    this.#refuse(
      path,
      `a grammar cannot hold ${key}: leave it out, or ask with strict: false and check the answer`,
    );
  }

  #refuse(path: readonly string[], why: string): never {
    const where = path.length > 0 ? ` at ${path.join(".")}` : "";
    throw new SchemaError(`Cannot guide the model by the schema${where}: ${why}`);
  }
}

/** Refuse what would take long to read, before anything is read: by counting, without recursion. */
function checkSize(schema: Schema): void {
  const open: { value: Json; level: number }[] = [{ value: schema, level: 1 }];
  let values = 0;
  let characters = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, level } = next;
    values++;
    if (typeof value === "string") characters += value.length;
    checkLargest("levels", level);
    checkLargest("values", values);
    checkLargest("characters", characters);
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.entries(value);
    checkLargest("values", values + open.length + inner.length);
    for (const [key, value] of inner) {
      if (!Array.isArray(next.value)) characters += key.length;
      open.push({ value, level: level + 1 });
    }
  }
}

function checkLargest(what: keyof typeof LARGEST, value: number): void {
  if (value <= LARGEST[what]) return;
  const most = `${LARGEST[what]} ${what}${what === "choices" ? " in one place" : ""}`;
  throw new SchemaError(
    `Cannot guide the model by the schema as it must have at most ${most}: current value is ${value}`,
  );
}

function asObject(value: Json, name: string): Schema {
  if (isObject(value)) return value;
  throw new SchemaError(
    `Cannot guide the model by the schema as ${name} must be an object: current value is ${said(value)}`,
  );
}

function isObject(value: Json | undefined): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members that are there. */
function defined(members: Record<string, Json | undefined>): Schema {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Schema;
}

function said(value: Json | undefined): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 100);
}
