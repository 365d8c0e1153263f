import { plain } from "../base/mod.ts";
import { type Document, documentId, type Json } from "./document.ts";

/** The Document that a stored record is, or why it is none. */
export function documentFrom(
  record: unknown,
  { source, position, textField }: { source: string; position: number; textField: string },
): Document | string {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return "not a JSON object";
  const fields = record as Record<string, unknown>;
  const text = fields[textField];
  if (typeof text !== "string") return `no text in field ${textField}`;
  if (isStored(fields)) return fields as unknown as Document;
  const meta: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) if (name !== textField) meta[name] = plain(value);
  return { id: documentId(source, position), text, source, meta };
}

/** Whether the record was written by this room: then its identity stands. */
function isStored({ id, text, source, meta }: Record<string, unknown>): boolean {
  return typeof id === "string" && /^[0-9a-f]{16}$/.test(id) && typeof text === "string" &&
    typeof source === "string" && typeof meta === "object" && meta !== null && !Array.isArray(meta);
}
