import type { Address } from "./_address.ts";
import { RequestError } from "./errors.ts";

/** What a server says when it refuses, in the shapes that there are. */
interface Said {
  error?: { message?: unknown; code?: unknown; type?: unknown; param?: unknown } | string | null;
  message?: unknown;
  detail?: unknown;
}

/** A refusal by its status and body, in words that say what to do. */
export function refusal(
  status: number,
  body: string,
  { headers, address }: { headers?: Headers | undefined; address: Address },
): RequestError {
  const { shown, hasKey } = address;
  let said: Said = {};
  try {
    said = JSON.parse(body) ?? {};
  } catch {
    // Proxies answer with pages.
  }
  const error = typeof said.error === "object" && said.error !== null ? said.error : {};
  const message = typeof said.error === "string" ? said.error : error.message ?? said.message ?? said.detail;
  const words = typeof message === "string"
    ? message
    : message === undefined
    ? body
    : JSON.stringify(message);
  const plain =
    address.mask(words.slice(0, 10_000).replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim().slice(0, 500) ||
    "no reason is given";
  // Out of money is the type at some and the code at others.
  const codes = [error.code, error.type].filter((code) => typeof code === "string");
  const code = codes.includes("insufficient_quota") || outOfMoney.test(plain)
    ? "insufficient_quota"
    : codes[0];
  return new RequestError(
    status === 401
      ? `Cannot use ${shown} as it ${
        hasKey ? "refuses the key" : "wants a key"
      }: set OPENAI_API_KEY (${plain})`
      : `${shown} refuses the request (${status}): ${plain}`,
    {
      status,
      code: code === undefined ? undefined : address.mask(code),
      retryAfterSeconds: retryAfter(headers),
      parameter: typeof error.param === "string" ? error.param : undefined,
    },
  );
}

const outOfMoney =
  /insufficient.{0,12}(?:quota|credit|balance|fund)|out of credit|hard limit has been reached/i;

/**
 * A request without an answer: `unreachable` where there was no connection, `connection_lost` where it broke, `ended` where the
 * server's process is over. The error below is named and not kept, as it may hold the address with its password.
 */
export function connectionLost(
  error: unknown,
  { address, ended }: { address: Address; ended?: string | undefined },
): RequestError {
  const named = address.baseURL === Deno.env.get("OPENAI_BASE_URL")?.trim()
    ? ", which OPENAI_BASE_URL names"
    : "";
  if (ended !== undefined) return new RequestError(ended, { code: "ended" });
  const cause = rootCause(error);
  return new RequestError(`Cannot reach ${address.shown}${named}: ${address.mask(cause)}`, {
    code: unconnected.test(cause) ? "unreachable" : "connection_lost",
  });
}

/** How the two clients say that nothing listens, or that there is no such host. */
const unconnected = /client error \(Connect\)|ECONNREFUSED|ENOTFOUND|EAI_AGAIN/;

/** An error of OpenAI's client, which sends files and batches. */
export async function explain(error: unknown, address: Address): Promise<RequestError> {
  const { APIError, APIConnectionError, APIConnectionTimeoutError } = await import("openai");
  if (error instanceof APIConnectionTimeoutError) {
    return new RequestError(`Cannot wait longer for ${address.shown}: it did not answer in time`, {
      code: "timeout",
    });
  }
  if (error instanceof APIConnectionError || !(error instanceof APIError)) {
    return connectionLost(error, { address });
  }
  const { message, code, type, param } = error;
  const said = { error: { message: message.replace(/^\d+ /, ""), code, type, param } };
  return refusal(error.status, JSON.stringify(said), { headers: error.headers, address });
}

function rootCause(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = Number(headers?.get("retry-after-ms") ?? NaN) / 1000;
  if (milliseconds >= 0) return milliseconds;
  const value = headers?.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Math.max(0, (Date.parse(value) - Date.now()) / 1000) : seconds;
  // A date that is over says that there is nothing to wait for, and so does nonsense.
  return wait > 0 || seconds === 0 ? wait : undefined;
}
