import { once } from "node:events";
import type { Server as HttpServer, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { refuseRenamed, takes, wholeNumber } from "../base/mod.ts";
import { type Embedder, openEmbedder } from "./embedder.ts";
import { type EmbeddedOptions, openEmbedded } from "./open_embedded.ts";
import type { Models } from "./_routes.ts";

/** The names of this machine's loopback interface. */
const LOOPBACK: readonly string[] = ["127.0.0.1", "::1", "localhost"];

/** Options of {@linkcode serve}. */
export interface ServeOptions extends EmbeddedOptions {
  /** The port to listen on; 0 takes a free one. @default {0} */
  port?: number | undefined;
  /** A loopback address; the server takes no others. @default {"127.0.0.1"} */
  hostname?: "127.0.0.1" | "::1" | "localhost" | undefined;
}

/** A server that runs. */
export interface Server {
  /** The base address for OpenAI's clients, for example `http://127.0.0.1:8123/v1`. */
  url: string;
  /** The port it listens on. */
  port: number;
  /** The language model's name. */
  model: string;
  /** Weights and engine: what decides the answers. */
  identity: string;
  /** Stop: the requests in progress end first. */
  close(): Promise<void>;
  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serve the embedded model on this machine, for OpenAI's clients and for lm-eval.
 *
 * - `/health`, `/v1/models`, `/v1/models/NAME`, `/v1/chat/completions` (streaming, tools, JSON and JSON schema, stop, seed, n, logprobs), `/v1/completions` (also token
 *   numbers; echo with the log-probabilities of prompt and answer), `/v1/embeddings`
 * - vLLM's `/tokenize`, `/detokenize`, `/tokenizer_info`
 * - `/loglikelihood`: `{ pairs: [{ context, continuation }] }` gives `{ results: [{ logLikelihood, tokens, greedy }] }`
 *
 * Log-probabilities are those of the model itself, at temperature 1 over the whole vocabulary, whatever the sampling. Without a
 * seed each answer is drawn anew. Errors have OpenAI's shape. What is in flight is decoded together, up to `sequences` requests; the rest wait in order.
 *
 * A JSON schema with what a grammar cannot hold (`pattern`, a bound on one side) is refused, unless it says `strict: false`: then
 * that part is left out, and the answer is for the client to check. Requests of foreign web pages, and bodies that are not JSON,
 * are refused.
 *
 * @throws {RangeError} If the hostname is not a loopback address, or the port is in use, needs other rights or is out of range.
 * @example
 * ```ts ignore
 * import { serve } from "midtrain/llm";
 *
 * await using server = await serve({ port: 8123 });
 * await fetch(`${server.url}/models`);
 * ```
 */
export async function serve(options: ServeOptions = {}): Promise<Server> {
  refuseRenamed("Cannot serve", options, { contextSize: "context" });
  takes(
    "Cannot serve",
    options,
    "port?, hostname?, modelPath?, context?, threads?, sequences?, queueLimit?, onProgress?",
  );
  const { port = 0, hostname = "127.0.0.1", ...embedded } = options;
  const { threads, queueLimit, onProgress } = embedded;
  if (!LOOPBACK.includes(hostname)) {
    throw new RangeError(
      `Cannot serve on ${hostname} as only loopback addresses are allowed: ${LOOPBACK.join(", ")}`,
    );
  }
  wholeNumber("Cannot serve", { port }, "in [0, 65535]");
  // Deno.serve() of 2.9.6 does not say that a client left when its request came in more than one packet.
  const { createServer } = await import("node:http");
  const { answer } = await import("./_answer.ts");
  const ready = Promise.withResolvers<Models>();
  ready.promise.catch(() => {});
  // The port is taken before the weights are loaded, so that a port in use is known at once.
  const site = { models: ready.promise, hosts: LOOPBACK };
  const busy = new Set<Promise<unknown>>();
  const server = createServer((incoming, outgoing) => {
    const work = answer(site, incoming, outgoing).catch(() => {}).then(() => sent(outgoing));
    busy.add(work);
    void work.then(() => busy.delete(work));
  });
  await listen(server, port, hostname);
  try {
    const model = await openEmbedded(embedded);
    let embedder: Promise<Embedder> | undefined;
    ready.resolve({
      model,
      embedder: () => embedder ??= openEmbedder({ threads, queueLimit, onProgress }),
      embedderName: "all-MiniLM-L6-v2",
    });
    const taken = (server.address() as AddressInfo).port;
    const close = async () => {
      await stop(server, busy);
      await Promise.all([model.close(), embedder?.then((opened) => opened.close())]);
    };
    return {
      url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${taken}/v1`,
      port: taken,
      model: model.name,
      identity: model.identity,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    ready.reject(error);
    await stop(server, busy);
    throw error;
  }
}

async function listen(server: HttpServer, port: number, hostname: string): Promise<void> {
  server.listen(port, hostname);
  try {
    await once(server, "listening");
  } catch (error) {
    const why = { EADDRINUSE: "it is in use", EACCES: "only an administrator may open it" }[
      (error as { code?: string }).code ?? ""
    ];
    if (!why) throw error;
    throw new RangeError(`Cannot serve on port ${port} as ${why}: choose another, or 0 for any free one`, {
      cause: error,
    });
  }
}

/** Resolve when an answer is on its way, or nobody waits for it any more. */
async function sent(outgoing: ServerResponse): Promise<void> {
  if (outgoing.writableFinished || outgoing.destroyed) return;
  await Promise.race([once(outgoing, "finish"), once(outgoing, "close")]).catch(() => {});
}

/** Stop listening and let requests in progress end; a connection that its client keeps for later is closed. */
async function stop(server: HttpServer, busy: ReadonlySet<Promise<unknown>>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  while (busy.size > 0) await Promise.all(busy);
  // Idle connections only would leave out some that are idle.
  server.closeAllConnections();
  await closed;
}
