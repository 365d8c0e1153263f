import { refuseRenamed, takes } from "../base/mod.ts";
import type { LanguageModel, OpenModelOptions } from "./model.ts";

/**
 * Open a language model: any OpenAI-compatible endpoint, else the small model that is embedded in the kit, which then runs in a
 * process of its own for as long as anybody here has it open.
 *
 * An endpoint is asked for its models first, so that a wrong address, key or name is an error before anything is spent. A key alone
 * is not taken as leave to spend: name the endpoint or the model too.
 *
 * @throws {RequestError} If the endpoint cannot be reached, refuses the key, or does not have the model.
 * @example
 * ```ts ignore
 * import assert from "node:assert/strict";
 * import { openModel } from "midtrain/llm";
 *
 * await using model = await openModel();
 * const { text } = await model.chat({ messages: [{ role: "user", content: "What is the capital of France?" }] });
 * assert(model.kind === "endpoint" || text.includes("Paris"));
 * ```
 */
export async function openModel(options: OpenModelOptions = {}): Promise<LanguageModel> {
  refuseRenamed("Cannot open a model", options, { contextSize: "context" });
  takes(
    "Cannot open a model",
    options,
    "kind?, baseURL?, apiKey?, model?, embeddingModel?, cache?, maxRetries?, timeoutSeconds?, context?, threads?, onProgress?, onNotice?",
  );
  const env = (name: string) => Deno.env.get(name) || undefined;
  const baseURL = options.baseURL ?? env("OPENAI_BASE_URL");
  const apiKey = options.apiKey ?? env("OPENAI_API_KEY");
  const model = options.model ?? env("OPENAI_MODEL");
  const kind = options.kind ?? (baseURL || (apiKey && model) ? "endpoint" : "embedded");
  const { openEndpoint, openEmbeddedServer } = await import("./_client.ts");
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
