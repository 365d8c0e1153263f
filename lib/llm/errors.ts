/** A request that a model's server did not answer as it should. */
export class RequestError extends Error {
  /** The error's class. */
  override name = "RequestError";
  /** The HTTP status; absent where there was no answer at all. */
  readonly status: number | undefined;
  /** The server's own code, for example `context_length_exceeded`. */
  readonly code: string | undefined;
  /** How long the server asks to wait before the next request, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  /** The parameter that the server names as the one it refuses. */
  readonly parameter: string | undefined;

  /**
   * A failed request.
   *
   * @param message What happened and what would help.
   * @param details Status, code, waiting time, parameter and the error below, as far as they are known.
   */
  constructor(
    message: string,
    details: {
      status?: number | undefined;
      code?: string | undefined;
      retryAfterSeconds?: number | undefined;
      parameter?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.parameter = details.parameter;
  }
}

/** Thrown when a prompt does not fit the model's context. */
export class ContextLengthError extends RangeError {
  /** The error's class. */
  override name = "ContextLengthError";
}

/** Thrown when a schema cannot become a grammar that guides the model. */
export class SchemaError extends TypeError {
  /** The error's class. */
  override name = "SchemaError";
}
