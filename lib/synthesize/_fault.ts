import type { RequestError } from "../llm/mod.ts";

/** What to do about a request that was not answered. */
export type Fault =
  /** The run was ended meanwhile. */
  | { kind: "halted" }
  /** Ask in a later run. */
  | { kind: "pending" }
  /** End the run. */
  | { kind: "fatal"; message: string }
  /** Give the request up; `ofDocument`: for a reason of its own. */
  | { kind: "refused"; phrase: string; message: string; status: number; ofDocument: boolean }
  /** Wait: the endpoint refuses for its load, or starts. Or slow down and try again, some times. */
  | {
    kind: "busy" | "failed";
    /** What it says of the endpoint's load. */
    sign: "overload" | "busy" | "fault";
    phrase: string;
    message: string;
    retryAfterMilliseconds: number;
    /** Where there was no answer: whether nothing could be connected to, or a connection broke. */
    away?: "unreachable" | "broken";
  };

/** What became of a request without a status. */
const phrases: Readonly<Record<string, string>> = {
  malformed: "malformed response",
  "too_long": "endless answer",
  timeout: "timeout",
};

/** Statuses of a server that is there and takes no more, and of what stands before one that starts. */
const BUSY = [429, 502, 503, 504, 529];

/** Statuses that no later request changes: no key, no money, no such model. */
const FATAL = [401, 402, 404, 410];

/** What speaks of the prompt alone, in a code or in words. */
const ofDocument =
  /context.?length|maximum context|too (?:long|large|many tokens)|content.?(?:filter|policy)|moderat|flagged/i;

/** What to do about an error of the door to models; any other error is a bug and ends the run. */
export function faultOf(error: unknown): Exclude<Fault, { kind: "halted" }> {
  const { name, message = String(error), status, code, retryAfterSeconds } = error as Partial<RequestError>;
  const fault = { message, retryAfterMilliseconds: 1000 * (retryAfterSeconds ?? 0) };
  if (error instanceof SyntaxError) {
    return { ...fault, kind: "failed", sign: "fault", phrase: "malformed response" };
  }
  if (name === "PendingError") return { kind: "pending" };
  if (name !== "RequestError") return { kind: "fatal", message };
  if (status === undefined) {
    const sign = code === "timeout" ? "overload" : "fault";
    const away = code === "unreachable" ? code : code === "connection_lost" ? "broken" : undefined;
    const phrase = phrases[code ?? ""] ?? "connection lost";
    return { ...fault, kind: "failed", sign, phrase, ...(away ? { away } : {}) };
  }
  if (FATAL.includes(status) || code === "insufficient_quota") return { kind: "fatal", message };
  if (BUSY.includes(status)) {
    return { ...fault, kind: "busy", sign: "busy", phrase: status === 429 ? "rate limited" : "server busy" };
  }
  if (status >= 500 || status === 408 || status === 409) {
    return { ...fault, kind: "failed", sign: "fault", phrase: "server error" };
  }
  return {
    kind: "refused",
    phrase: "refused by the endpoint",
    message,
    status,
    ofDocument: status === 413 || ofDocument.test(`${code} ${message}`),
  };
}
