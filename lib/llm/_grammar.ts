import type { Llama, LlamaGrammar } from "node-llama-cpp";
import type { Json } from "../data/mod.ts";
import { SchemaError } from "./errors.ts";
import { grammarSchema } from "./_schema.ts";

/** What holds an answer to JSON. */
export type JsonFormat = "json" | { schema: Json; strict?: boolean | undefined };

/** The grammars that hold a model to JSON, kept for the next request. */
export class Grammars {
  readonly #llama: Llama;
  readonly #kept = new Map<string, Promise<LlamaGrammar>>();

  constructor(llama: Llama) {
    this.#llama = llama;
  }

  /**
   * The grammar of a format, as GBNF.
   *
   * @throws {SchemaError} If the schema cannot become one.
   */
  async of(format: JsonFormat): Promise<string> {
    const key = JSON.stringify(format);
    const known = this.#kept.get(key);
    if (known) return (await known).grammar;
    const grammar = this.#build(format);
    if (this.#kept.size >= 64) this.#kept.clear();
    this.#kept.set(key, grammar);
    return (await grammar).grammar;
  }

  async #build(format: JsonFormat): Promise<LlamaGrammar> {
    if (format === "json") return await this.#llama.getGrammarFor("json");
    try {
      // The library's type describes its dialect of JSON schema, which a run-time value cannot prove.
      return await this.#llama.createGrammarForJsonSchema(grammarSchema(format.schema, format) as never);
    } catch (error) {
      if (error instanceof SchemaError) throw error;
      const why = error instanceof Error ? error.message : error;
      const hint = why === "Failed to parse grammar" ? ", as it repeats something too often" : "";
      throw new SchemaError(`Cannot guide the model by the schema: ${why}${hint}`, { cause: error });
    }
  }
}
