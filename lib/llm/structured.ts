import { ofKind } from "../base/mod.ts";
import type { ZodType } from "zod";
import type { Json } from "../data/mod.ts";
import { brokenText, lastBalanced, withoutThinking, withWholeBackslashes } from "./_json_text.ts";
import { inNewWords } from "./_schema_dialects.ts";

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
 * `jsonrepair`, thinking before it and prose around it are passed over (the last object counts), and LaTeX keeps its
 * backslashes (`"\\frac"` with one is no form feed). What does not fit the schema then, or holds control characters, is a
 * result that says so, never an exception.
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
      json = inNewWords(schema as { [key: string]: Json });
      check = z.fromJSONSchema(json as never) as ZodType<T>;
    }
  } catch (error) {
    throw new TypeError(
      `Cannot use the schema for answers: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
  return { json, parse };

  function parse(text: string, options: { truncated?: boolean } = {}): Parsed<T> {
    const written = withoutThinking(text);
    const whole = withWholeBackslashes(written);
    const repaired = whole !== text.trim();
    let strict: string;
    try {
      return fit(JSON.parse(whole), repaired);
    } catch (error) {
      strict = (error as Error).message;
    }
    if (options.truncated) {
      return { ok: false, cause: "truncated", message: `The answer was cut after ${text.length} characters` };
    }
    const last = lastBalanced(whole);
    const tries = [
      ...(last === undefined ? [] : [() => JSON.parse(last)]),
      () => JSON.parse(jsonrepair(whole)),
      ...(last === undefined ? [] : [() => JSON.parse(jsonrepair(last))]),
    ];
    let failed: Parsed<T> | undefined;
    for (const read of tries) {
      try {
        const result = fit(read(), true);
        if (result.ok) return result;
        failed ??= result;
      } catch {
        // The next way may read it.
      }
    }
    return failed ?? { ok: false, cause: "malformed", message: strict };
  }

  function fit(value: unknown, repaired: boolean): Parsed<T> {
    const broken = brokenText(value);
    if (broken !== undefined) {
      const where = broken === "" ? "" : ` in ${broken}`;
      return { ok: false, cause: "malformed", message: `a control character stands${where}` };
    }
    const checked = check.safeParse(value);
    if (checked.success) return { ok: true, value: checked.data, repaired };
    const { path, message } = checked.error.issues[0];
    const cause = repaired && (typeof value !== "object" || value === null) ? "malformed" : "schema";
    return { ok: false, cause, message: path.length > 0 ? `${path.join(".")}: ${message}` : message };
  }
}
