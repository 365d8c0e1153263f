import { ofKind } from "../base/mod.ts";
import { readBytes, readText } from "./_bytes.ts";
import { delimited } from "./_delimited.ts";
import { parseJson } from "./_json.ts";
import { parquetRecords } from "./_parquet_records.ts";
import type { Json } from "./document.ts";
import { readJsonl } from "./jsonl.ts";

const wanted = "records: JSON Lines, a JSON array, CSV or Parquet";

/**
 * Read the records of a table as they stand, by the names of its columns: JSON Lines, one JSON array, CSV (also with
 * semicolons or tabs, its cells as texts) or Parquet. What the file is follows from what it holds, whatever its name says;
 * compression is taken off as {@linkcode readBytes} does. JSON Lines and Parquet are read in constant memory.
 *
 * @throws {SyntaxError} If a line is malformed; the message names it.
 * @throws {Deno.errors.InvalidData} If the file is in another format.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readRecords } from "midtrain/data";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "question;answer\nWhat is 2 + 2?;4\n");
 * assert.deepEqual(await Array.fromAsync(readRecords(path)), [{ question: "What is 2 + 2?", answer: "4" }]);
 * ```
 */
export async function* readRecords(path: string): AsyncGenerator<Record<string, Json>> {
  ofKind("Cannot read records", { path }, "a text");
  if (await beginsAsParquet(path)) {
    yield* parquetRecords(path);
    return;
  }
  let begin = "";
  for await (const part of readBytes(path, { wanted })) {
    begin += new TextDecoder().decode(part.subarray(0, 1 << 12));
    if (begin.trim() !== "") break;
  }
  const [first] = begin.replace(/^\ufeff/, "").trimStart();
  if (first === "{") {
    let at = 0;
    for await (const record of readJsonl(path)) yield asRecord(record, path, `value ${at++}`);
    return;
  }
  const text = (await readText(path, wanted)).replace(/^\ufeff/, "");
  if (first === "[") {
    let records: Json;
    try {
      records = parseJson(text);
    } catch (error) {
      throw new SyntaxError(`Cannot read ${path} as it must be one JSON array: ${(error as Error).message}`);
    }
    for (const [at, record] of (records as Json[]).entries()) yield asRecord(record, path, `record ${at}`);
    return;
  }
  const { columns, table } = delimited(path, text, wanted);
  yield* table.records(columns);
}

async function beginsAsParquet(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const head = new Uint8Array(4);
    await file.read(head);
    return new TextDecoder().decode(head) === "PAR1";
  } catch {
    // Whatever is wrong with the file, the reader of its bytes says it.
    return false;
  }
}

function asRecord(value: Json, path: string, at: string): Record<string, Json> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError(
      `Cannot read ${path} as ${at} must be an object: current value is ${
        JSON.stringify(value).slice(0, 40)
      }`,
    );
  }
  return value;
}
