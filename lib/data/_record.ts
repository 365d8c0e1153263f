import { type Document, documentId, type Json } from "./document.ts";

/** The Document that a stored record is, or why it is none. */
export function documentFrom(
  record: unknown,
  { source, position, textField }: { source: string; position: number; textField: string },
): Document | string {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return "not a JSON object";
  const fields = record as Record<string, unknown>, text = fields[textField];
  if (typeof text !== "string") return `no text in field ${textField}`;
  if (_isStored(fields)) return fields as unknown as Document;
  const meta: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) if (name !== textField) meta[name] = _json(value);
  return { id: documentId(source, position), text, source, meta };
}

/** Whether the record was written by this room: then its identity stands. */
function _isStored({ id, text, source, meta }: Record<string, unknown>): boolean {
  return typeof id === "string" && /^[0-9a-f]{16}$/.test(id) && typeof text === "string" &&
    typeof source === "string" && typeof meta === "object" && meta !== null && !Array.isArray(meta);
}

/** What a column holds, as JSON: whole numbers of 64 bits lose their type, not their value. */
function _json(value: unknown): Json {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) return null;
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, _json);
  if (Array.isArray(value)) return value.map(_json);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, _json(inner)]));
  }
  return value as Json;
}
