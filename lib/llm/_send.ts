import type { Json } from "../data/mod.ts";
import type { Address } from "./_address.ts";
import { connectionLost, refusal } from "./_explain.ts";
import { RequestError } from "./errors.ts";

/** The most bytes of an answer whose length nothing else bounds. */
const LARGEST_ANSWER = 32 * 2 ** 20;

/** The longest wait that a timer keeps. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** How one request is sent. */
export interface SendOptions {
  signal?: AbortSignal | undefined;
  /** How often it is sent again after a failure that may pass. */
  maxRetries: number;
  /** The most bytes of its answer. */
  most?: number;
  /** Called before each time it is sent; what it throws ends it. */
  onSend?: (() => void) | undefined;
}

/** Sends requests to one endpoint: each attempt has its limit of time, whatever the socket does, and its answer one of size. */
export class Sender {
  readonly #address: Address;
  readonly #milliseconds: number;
  readonly #ended: (() => string | undefined) | undefined;

  constructor(address: Address, timeoutSeconds: number, ended?: () => string | undefined) {
    this.#address = address;
    this.#milliseconds = Math.min(LONGEST_TIMER, 1000 * timeoutSeconds);
    this.#ended = ended;
  }

  /** What a route answers to a body, or without one. @throws {RequestError} If it is no JSON. */
  async send(path: string, body: Json | undefined, options: SendOptions): Promise<Json> {
    for (let attempt = 1;; attempt++) {
      options.onSend?.();
      try {
        return await this.#attempt(path, body, options);
      } catch (error) {
        if (!(error instanceof RequestError) || attempt > options.maxRetries) throw error;
        const seconds = passes(error) ? error.retryAfterSeconds ?? Math.min(8, 2 ** (attempt - 2)) : Infinity;
        // Who asks for more has no use for another attempt; the caller knows how long it would wait.
        if (seconds > 60) throw error;
        await pause(1000 * seconds, options.signal);
      }
    }
  }

  async #attempt(
    path: string,
    body: Json | undefined,
    { signal, most = LARGEST_ANSWER }: SendOptions,
  ): Promise<Json> {
    signal?.throwIfAborted();
    const abort = new AbortController();
    const leave = () => abort.abort(signal!.reason);
    signal?.addEventListener("abort", leave, { once: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort.abort();
    }, this.#milliseconds);
    const { shown, headers } = this.#address;
    try {
      const response = await fetch(this.#address.at(path), {
        headers,
        signal: abort.signal,
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      });
      const text = await textOf(response, most);
      if (!response.ok) {
        throw refusal(response.status, text, { headers: response.headers, address: this.#address });
      }
      return parsed(text, this.#address);
    } catch (error) {
      if (error instanceof RequestError) throw error;
      if (signal?.aborted) throw signal.reason;
      if (late) {
        throw new RequestError(
          `Cannot wait longer for ${shown}: it did not answer in ${this.#milliseconds / 1000} s`,
          {
            code: "timeout",
          },
        );
      }
      if (error instanceof TooLong) {
        throw new RequestError(`Cannot read the answer of ${shown} as it is longer than ${most} bytes`, {
          code: "too_long",
        });
      }
      throw connectionLost(error, { address: this.#address, ended: this.#ended?.() });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
    }
  }
}

class TooLong extends Error {}

/** A body as text, and no more of it than is allowed. */
async function textOf(response: Response, most: number): Promise<string> {
  const announced = Number(response.headers.get("content-length") ?? NaN);
  // Nearly every answer says its length and is taken in one piece; a compressed one says that of its compressed form.
  if (announced <= most && !response.headers.has("content-encoding")) return await response.text();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > most) throw new TooLong();
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function parsed(text: string, { shown, mask }: Address): Json {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    const begins = text.trim() === ""
      ? "is empty"
      : `begins ${JSON.stringify(mask(text.slice(0, 10_000)).slice(0, 100))}`;
    throw new RequestError(`Cannot read the answer of ${shown} as it is no JSON: it ${begins}`, {
      code: "malformed",
    });
  }
}

/** Whether a failure may pass by itself. */
function passes({ status, code }: RequestError): boolean {
  if (status === undefined) return ["timeout", "unreachable", "connection_lost"].includes(code ?? "");
  return status >= 500 || status === 408 || status === 409 || status === 429 && code !== "insufficient_quota";
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
