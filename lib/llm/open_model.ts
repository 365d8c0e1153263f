import { inRange, ofKind, oneOf, refuseRenamed, takes, wholeNumber } from "../base/mod.ts";
import type { LanguageModel, OpenModelOptions } from "./model.ts";

/** Options that only one kind of model has. */
const OWN = {
  endpoint: ["baseURL", "apiKey", "model", "embeddingModel"],
  embedded: ["modelPath", "context", "threads", "sequences"],
} as const;

/**
 * Open a language model: any OpenAI-compatible endpoint, else the small model that is embedded in the kit, which then runs in a
 * process of its own for as long as anybody here has it open.
 *
 * An endpoint is asked for its models first, so that a wrong address, key or name is an error before anything is spent. A key alone
 * is not taken as leave to spend: name the endpoint or the model too.
 *
 * @throws {RequestError} If the endpoint cannot be reached, refuses the key, or does not have the model.
 * @throws {TypeError} If an option is of the other kind of model: it would change nothing.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openModel } from "midtrain/llm";
 *
 * await assert.rejects(openModel({ kind: "endpoint", baseURL: "localhost:8000/v1" }), {
 *   message:
 *     "Cannot use an endpoint as its address must be a URL of http or https: current value is localhost:8000/v1",
 * });
 * ```
 */
export async function openModel(options: OpenModelOptions = {}): Promise<LanguageModel> {
  const cannot = "Cannot open a model";
  refuseRenamed(cannot, options, { contextSize: "context" });
  takes(
    cannot,
    options,
    "kind?, baseURL?, apiKey?, model?, embeddingModel?, checkModel?, cache?, maxRetries?, timeoutSeconds?, modelPath?, context?, threads?, sequences?, onProgress?, onNotice?",
  );
  if (options.kind !== undefined) oneOf(cannot, { kind: options.kind }, ["endpoint", "embedded"]);
  if (options.maxRetries !== undefined) wholeNumber(cannot, { maxRetries: options.maxRetries }, ">= 0");
  if (options.timeoutSeconds !== undefined) {
    inRange(cannot, { timeoutSeconds: options.timeoutSeconds }, "finite and positive");
  }
  const env = (name: string) => Deno.env.get(name) || undefined;
  const baseURL = options.baseURL ?? env("OPENAI_BASE_URL");
  const apiKey = options.apiKey ?? env("OPENAI_API_KEY");
  const model = options.model ?? env("OPENAI_MODEL");
  const { modelPath } = options;
  if (modelPath !== undefined) ofKind(cannot, { modelPath }, "a text");
  const kind = options.kind ??
    (modelPath === undefined && (baseURL || (apiKey && model)) ? "endpoint" : "embedded");
  const foreign = OWN[kind === "endpoint" ? "embedded" : "endpoint"].find((name) =>
    options[name] !== undefined
  );
  if (foreign) {
    throw new TypeError(
      kind === "endpoint"
        ? `${cannot} at an endpoint with ${foreign}, which only the embedded one has: leave it out`
        : `${cannot} by ${foreign}, which only an endpoint has: give baseURL, or apiKey with model`,
    );
  }
  const { openEndpoint, openEmbeddedServer } = await import("./_open.ts");
  if (kind === "embedded") return await openEmbeddedServer(options);
  const embeddingModel = options.embeddingModel ?? env("OPENAI_EMBEDDING_MODEL");
  return await openEndpoint({
    ...options,
    baseURL: baseURL ?? "https://api.openai.com/v1",
    apiKey,
    model,
    embeddingModel,
  });
}
