import { basename } from "node:path";
import { uncompressedName } from "./_formats.ts";
import { chatText } from "./_messages.ts";
import { type Document, documentId, type Json } from "./document.ts";

/** Options by which a record becomes a Document. */
export interface RecordOptions {
  /**
   * The field that holds the text. A field of messages, `[{ role, content }]` or `[{ from, value }]`, is read as
   * `role: content` with a blank line between messages, and stays in `meta`.
   *
   * @default {"text"}
   */
  textField?: string;
  /**
   * The field that holds the record's own id, a string or a whole number, which becomes the document's.
   *
   * @default {none: the id is made of source and position}
   */
  idField?: string;
  /**
   * What documents and drops name as their source; ids are then `documentId(source, position)`.
   *
   * @default {the path; ids are then of the file's name, position and text, wherever the file lies}
   */
  source?: string;
}

/** The Document that a stored record is, or what it lacks as the predicate of a sentence. */
export function documentFrom(
  record: Json,
  { path, position, options }: { path: string; position: number | string; options: RecordOptions },
): Document | string {
  const { textField = "text", idField, source = path } = options;
  if (typeof record !== "object" || record === null || Array.isArray(record)) return "not a JSON object";
  if ((idField === undefined || idField === "id") && textField === "text" && isStored(record)) {
    return record as unknown as Document;
  }
  const { [textField]: own, ...others } = record;
  const chat = typeof own === "string" ? undefined : chatText(own);
  const text = chat ?? own;
  if (typeof text !== "string") {
    const hint = Object.keys(record).find((name) => chatText(record[name]) !== undefined);
    return `no text in field ${textField}${hint === undefined ? "" : `, but a chat in field ${hint}`}`;
  }
  const meta = chat === undefined ? flat(others, idField) : record;
  if (idField === undefined) {
    const id = options.source === undefined
      ? documentId(fileName(path), `${position}\n${text}`)
      : documentId(source, position);
    return { id, text, source, meta };
  }
  const { [idField]: id, ...rest } = meta;
  if (typeof id === "string" && id !== "" || Number.isSafeInteger(id)) {
    return { id: `${id}`, text, source, meta: rest };
  }
  return `no id in field ${idField}`;
}

/** What else a record says: where that is one field `meta`, as in the Pile, what this holds. */
function flat(others: Record<string, Json>, idField: string | undefined): Record<string, Json> {
  const { meta, ...more } = others;
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return others;
  const names = Object.keys(more);
  if (names.some((name) => name !== idField) || idField !== undefined && Object.hasOwn(meta, idField)) {
    return others;
  }
  return { ...meta, ...more };
}

/** The name of a file without what compression adds. */
export function fileName(path: string): string {
  return uncompressedName(basename(path));
}

const members = ["id", "text", "source", "meta", "lineage"];

/** Whether the record was written by this room: then its identity stands. */
function isStored(record: Record<string, Json>): boolean {
  const { id, text, source, meta } = record;
  return typeof id === "string" && id !== "" && typeof text === "string" && typeof source === "string" &&
    typeof meta === "object" && meta !== null && !Array.isArray(meta) &&
    (/^[0-9a-f]{16}$/.test(id) || Object.keys(record).every((name) => members.includes(name)));
}
