import { z } from "zod";
import { ContextLengthError, SchemaError } from "./errors.ts";
import { ChatTemplateError } from "./_chat_template.ts";
import { QueueFullError } from "./_queue.ts";

/** A refusal in the shape that OpenAI's clients read. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    message: string,
    readonly details: { type?: string; param?: string | null; code?: string | null; headers?: HeadersInit } =
      {},
  ) {
    super(message);
  }

  /** The body of the answer. */
  get body(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    const { type = "invalid_request_error", param = null, code = null } = this.details;
    return { error: { message: this.message, type, param, code } };
  }
}

/** What went wrong, as a refusal. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ContextLengthError) {
    return new ApiError(400, error.message, { code: "context_length_exceeded" });
  }
  if (error instanceof ChatTemplateError) return new ApiError(400, error.message, { param: "messages" });
  if (error instanceof SchemaError) {
    return new ApiError(400, error.message, { code: "invalid_schema", param: "response_format" });
  }
  if (error instanceof QueueFullError) {
    return new ApiError(429, error.message, {
      type: "rate_limit_error",
      code: "rate_limit_exceeded",
      headers: { "retry-after": "1" },
    });
  }
  if (error instanceof z.ZodError) {
    const { message, path } = error.issues[0];
    const param = path.join(".") || null;
    return new ApiError(400, `Cannot read the request${param ? ` as ${param} is wrong` : ""}: ${message}`, {
      param,
    });
  }
  return new ApiError(500, error instanceof Error ? error.message : String(error), { type: "server_error" });
}

/** The refusal as a response. */
export function refuse(error: unknown): Response {
  const refusal = toApiError(error);
  return Response.json(refusal.body, { status: refusal.status, headers: refusal.details.headers ?? {} });
}
