import { RequestError } from "./errors.ts";

/** An error of the client, in words that say what to do. */
export async function explain(
  error: unknown,
  at: { baseURL: string; hasKey: boolean; ended?: () => string | undefined },
): Promise<RequestError> {
  const { APIError, APIConnectionError, APIConnectionTimeoutError } = await import("openai");
  if (error instanceof APIConnectionTimeoutError) {
    return new RequestError(`Cannot wait longer for ${at.baseURL}: it did not answer in time`, {
      code: "timeout",
      cause: error,
    });
  }
  if (error instanceof APIConnectionError || !(error instanceof APIError)) {
    const deepest = rootCause(error);
    const message = at.ended?.() ?? `Cannot reach ${at.baseURL}: ${deepest}`;
    return new RequestError(message, { code: "unreachable", cause: error });
  }
  const { status, code, headers } = error;
  const said = error.message.replace(/^\d+ /, "");
  const message = status === 401 || status === 403
    ? `Cannot use ${at.baseURL} as ${
      at.hasKey ? "it refuses the key" : "it wants a key"
    }: set OPENAI_API_KEY (${said})`
    : `${at.baseURL} refuses the request (${status}): ${said}`;
  return new RequestError(message, {
    status,
    code: code ?? undefined,
    retryAfterSeconds: retryAfter(headers),
    cause: error,
  });
}

function rootCause(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = headers?.get("retry-after-ms");
  const value = headers?.get("retry-after");
  if (milliseconds) return Number(milliseconds) / 1000;
  if (!value) return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds)
    ? seconds
    : Math.max(0, (Date.parse(value) - Date.now()) / 1000) || undefined;
}
