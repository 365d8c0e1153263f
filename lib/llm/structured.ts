import { ofKind } from "../base/mod.ts";
import type { ZodType } from "zod";
import type { Json } from "../data/mod.ts";

/** A schema of zod 4, seen from outside. */
export interface ZodSchema<T> {
  /** What zod keeps of the type. */
  readonly _zod: {
    /** The type of a value that fits. */
    readonly output: T;
  };
}

/** An answer read as JSON: the value, or why there is none. */
export type Parsed<T> =
  | {
    /** The value fits the schema. */
    ok: true;
    /** The value. */
    value: T;
    /** Whether the text had to be repaired to be JSON. */
    repaired: boolean;
  }
  | {
    /** There is no value. */
    ok: false;
    /**
     * - `truncated`: the answer ended at its limit
     * - `malformed`: the text is not JSON, nor near it
     * - `schema`: the JSON is not what was asked for
     */
    cause: "truncated" | "malformed" | "schema";
    /** What exactly is wrong. */
    message: string;
  };

/** A schema, ready to be sent and to check answers. */
export interface AnswerSchema<T> {
  /** As JSON schema. */
  json: { [key: string]: Json };
  /**
   * Read an answer.
   *
   * @param text The model's text.
   * @param options `truncated`: whether it was cut at its limit; then it is not repaired, as what is missing would be guessed.
   */
  parse(text: string, options?: { truncated?: boolean }): Parsed<T>;
}

/**
 * Prepare a schema for structured answers. Text that is nearly JSON (fences, single quotes, trailing commas) is repaired by
 * `jsonrepair`; what does not fit the schema then is a result that says so, never an exception.
 *
 * @param schema A zod schema, or a JSON schema.
 * @throws {TypeError} If the schema cannot be expressed: zod types without a JSON form, JSON schema that zod cannot check.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { answerSchema } from "midtrain/llm";
 *
 * const schema = await answerSchema({ type: "object", properties: { score: { type: "integer" } }, required: ["score"] });
 * assert.deepEqual(schema.parse("{'score': 3}"), { ok: true, value: { score: 3 }, repaired: true });
 * assert.equal(schema.parse('{"score": "high"}').ok, false);
 * ```
 */
export async function answerSchema<T = unknown>(
  schema: ZodSchema<T> | { [key: string]: Json },
): Promise<AnswerSchema<T>> {
  ofKind("Cannot use the schema for answers", { schema }, "an object");
  const [{ z }, { jsonrepair }] = await Promise.all([import("zod"), import("jsonrepair")]);
  let check: ZodType<T>;
  let json: { [key: string]: Json };
  try {
    if ("_zod" in schema) {
      check = schema as ZodType<T>;
      json = z.toJSONSchema(check) as { [key: string]: Json };
    } else {
      check = z.fromJSONSchema(schema as never) as ZodType<T>;
      json = schema as { [key: string]: Json };
    }
  } catch (error) {
    throw new TypeError(
      `Cannot use the schema for answers: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
  return { json, parse };

  function parse(text: string, options: { truncated?: boolean } = {}): Parsed<T> {
    let value: unknown;
    let repaired = false;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (options.truncated) {
        return {
          ok: false,
          cause: "truncated",
          message: `The answer was cut after ${text.length} characters`,
        };
      }
      try {
        value = JSON.parse(jsonrepair(text));
        repaired = true;
      } catch {
        return { ok: false, cause: "malformed", message: (error as Error).message };
      }
    }
    const checked = check.safeParse(value);
    if (checked.success) return { ok: true, value: checked.data, repaired };
    const { path, message } = checked.error.issues[0];
    const cause = repaired && (typeof value !== "object" || value === null) ? "malformed" : "schema";
    return { ok: false, cause, message: path.length > 0 ? `${path.join(".")}: ${message}` : message };
  }
}
