import type { Llama, LlamaGrammar, LlamaGrammarEvaluationState, LlamaModel } from "node-llama-cpp";
import type { Json } from "../data/mod.ts";
import { SchemaError } from "./errors.ts";

/** A JSON schema as an object. */
type Schema = { [key: string]: Json };

/** Bounded integers up to this many values are written out: the grammar knows no numeric bounds. */
const WIDEST_RANGE = 1000;

/**
 * A JSON schema in the dialect of node-llama-cpp's grammars: `anyOf` becomes `oneOf`, an integer between two near bounds
 * becomes an `enum`, and definitions move to `$defs`. What a grammar cannot say (patterns, wide numeric bounds) is left out;
 * whoever asked validates the answer.
 */
export function grammarSchema(schema: Json): Schema {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw new TypeError(
      `Cannot read a JSON schema as it must be an object: current value is ${JSON.stringify(schema)}`,
    );
  }
  const { anyOf, allOf, definitions, minimum, maximum, ...rest } = schema;
  if (Array.isArray(allOf)) {
    if (allOf.length !== 1) throw new TypeError("Cannot build a grammar as allOf must hold one schema");
    return grammarSchema({ ...rest, ...(allOf[0] as Schema) });
  }
  const out: Schema = { ...rest };
  if (typeof out.$ref === "string") out.$ref = out.$ref.replace("#/definitions/", "#/$defs/");
  const alternatives = anyOf ?? out.oneOf;
  if (Array.isArray(alternatives)) out.oneOf = alternatives.map(grammarSchema);
  const definitionsOf = definitions ?? out.$defs;
  if (definitionsOf) out.$defs = each(definitionsOf);
  if (out.properties) out.properties = each(out.properties);
  if (Array.isArray(out.prefixItems)) out.prefixItems = out.prefixItems.map(grammarSchema);
  for (const key of ["items", "additionalProperties"]) {
    if (typeof out[key] === "object") out[key] = grammarSchema(out[key]);
  }
  if (out.type === "integer" && typeof minimum === "number" && typeof maximum === "number") {
    const low = Math.ceil(minimum);
    const count = Math.floor(maximum) - low + 1;
    if (count >= 1 && count <= WIDEST_RANGE) {
      return { enum: Array.from({ length: count }, (_, i) => low + i) };
    }
  }
  return out;
}

function each(schemas: Json): Schema {
  return Object.fromEntries(
    Object.entries(schemas as Schema).map(([key, value]) => [key, grammarSchema(value)]),
  );
}

/** The grammars of a model that hold it to JSON, kept for the next request. */
export class Grammars {
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #kept = new Map<string, Promise<LlamaGrammar>>();

  constructor(llama: Llama, model: LlamaModel) {
    this.#llama = llama;
    this.#model = model;
  }

  /**
   * The grammar at the beginning of an answer.
   *
   * @throws {SchemaError} If the schema cannot become one.
   */
  async begin(format: "json" | { schema: Json }): Promise<LlamaGrammarEvaluationState> {
    const { LlamaGrammarEvaluationState } = await import("node-llama-cpp");
    return new LlamaGrammarEvaluationState({ model: this.#model, grammar: await this.#of(format) });
  }

  #of(format: "json" | { schema: Json }): Promise<LlamaGrammar> {
    const key = JSON.stringify(format);
    const known = this.#kept.get(key);
    if (known) return known;
    const grammar = this.#build(format);
    if (this.#kept.size >= 64) this.#kept.clear();
    this.#kept.set(key, grammar);
    return grammar;
  }

  async #build(format: "json" | { schema: Json }): Promise<LlamaGrammar> {
    if (format === "json") return await this.#llama.getGrammarFor("json");
    try {
      // The library's type describes its dialect of JSON schema, which a run-time value cannot prove.
      return await this.#llama.createGrammarForJsonSchema(grammarSchema(format.schema) as never);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      throw new SchemaError(`Cannot guide the model by the schema: ${why}`, { cause: error });
    }
  }
}
