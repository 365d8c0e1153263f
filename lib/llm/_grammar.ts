import type { Llama, LlamaGrammar, LlamaGrammarEvaluationState, LlamaModel } from "node-llama-cpp";
import type { Json } from "../data/mod.ts";
import { SchemaError } from "./errors.ts";
import { grammarSchema } from "./_schema.ts";

/** What holds an answer to JSON. */
export type JsonFormat = "json" | { schema: Json; strict?: boolean | undefined };

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
  async begin(format: JsonFormat): Promise<LlamaGrammarEvaluationState> {
    const { LlamaGrammarEvaluationState } = await import("node-llama-cpp");
    return new LlamaGrammarEvaluationState({ model: this.#model, grammar: await this.#of(format) });
  }

  #of(format: JsonFormat): Promise<LlamaGrammar> {
    const key = JSON.stringify(format);
    const known = this.#kept.get(key);
    if (known) return known;
    const grammar = this.#build(format);
    if (this.#kept.size >= 64) this.#kept.clear();
    this.#kept.set(key, grammar);
    return grammar;
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
