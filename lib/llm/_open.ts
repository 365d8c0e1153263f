import { cacheDir } from "../base/mod.ts";
import { ensure } from "../native/mod.ts";
import { type Address, addressOf } from "./_address.ts";
import { type AnswerCache, openCache } from "./cache.ts";
import { Client, type Parts } from "./_client.ts";
import { RequestError } from "./errors.ts";
import type { LanguageModel, OpenModelOptions } from "./model.ts";
import { acquireServer } from "./_process.ts";
import { Sender } from "./_send.ts";

/** Open an endpoint: ask it for its models, and check the one that is wanted. */
export async function openEndpoint(options: OpenModelOptions & { baseURL: string }): Promise<LanguageModel> {
  const address = addressOf(options.baseURL, options.apiKey);
  const common = commonOf(options, address);
  const name = await modelOf(common.sender, address, options);
  return new Client({
    ...common,
    kind: "endpoint",
    name,
    embeddingModel: options.embeddingModel ?? name,
    identity: `${address.shown} ${name}`,
    cache: await cacheOf(options),
  });
}

/** The name of the wanted model, else of the first that the endpoint lists. */
async function modelOf(
  sender: Sender,
  { shown }: Address,
  { model, checkModel = true, maxRetries = 2 }: OpenModelOptions,
): Promise<string> {
  if (!checkModel) {
    if (model !== undefined) return model;
    throw new TypeError(
      "Cannot open an endpoint without a look at its models as none is named: give model too",
    );
  }
  let listed: string[] = [];
  try {
    const { data } = (await sender.send("/models", undefined, { maxRetries }) ?? {}) as { data?: unknown };
    if (Array.isArray(data)) listed = data.map((one) => one?.id).filter((id) => typeof id === "string");
  } catch (error) {
    // Some endpoints answer chats and list nothing.
    const listless = error instanceof RequestError && [404, 405, 501].includes(error.status ?? 0);
    if (!listless || model === undefined) throw error;
  }
  const name = model ?? listed[0];
  if (name === undefined) {
    throw new RequestError(`Cannot choose a model as ${shown} lists none: set OPENAI_MODEL`);
  }
  if (listed.length === 0 || listed.includes(name)) return name;
  // Some servers list a tag that callers leave out, or the other way.
  const tagged = listed.find((id) => id === `${name}:latest` || name === `${id}:latest`);
  if (tagged !== undefined) return tagged;
  const others = listed.slice(0, 10).join(", ") +
    (listed.length > 10 ? ` and ${listed.length - 10} more` : "");
  throw new RequestError(
    `Cannot use the model ${name} at ${shown}: it has ${others}; checkModel: false asks for it all the same`,
    { status: 404, code: "model_not_found" },
  );
}

/** Open the embedded model behind its own server. */
export async function openEmbeddedServer(options: OpenModelOptions): Promise<LanguageModel> {
  const lease = await acquireServer(options);
  try {
    return new Client({
      ...commonOf(options, addressOf(lease.url, undefined), lease.ended),
      kind: "embedded",
      name: lease.model,
      embeddingModel: "all-MiniLM-L6-v2",
      identity: lease.identity,
      cache: await cacheOf(options),
      beforeEmbedding: () => ensure("minilm", { onProgress: options.onProgress }),
      release: lease.release,
    });
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** What every client has, by its options. */
function commonOf(
  options: OpenModelOptions,
  address: Address,
  ended?: () => string | undefined,
): Pick<Parts, "address" | "sender" | "openai" | "maxRetries" | "onNotice"> {
  const { maxRetries = 2, timeoutSeconds = 600, onNotice = toStandardError } = options;
  return {
    address,
    maxRetries,
    onNotice,
    sender: new Sender(address, timeoutSeconds, ended),
    openai: async () => {
      const { default: OpenAI } = await import("openai");
      // Servers of one's own need no key, but the client does.
      const apiKey = options.apiKey?.trim() || "none";
      const { baseURL } = address;
      return new OpenAI({ baseURL, apiKey, maxRetries, timeout: 1000 * Math.min(timeoutSeconds, 2e6) });
    },
  };
}

function toStandardError(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function cacheOf({ cache, onNotice }: OpenModelOptions): Promise<AnswerCache | undefined> {
  if (cache === false) return undefined;
  return await openCache(cache ?? cacheDir("llm", "answers.sqlite"), { onNotice });
}
