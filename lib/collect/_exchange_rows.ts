import { decodeXML } from "entities";

/** The attributes of a row, as they are written. */
export type Row = ReadonlyMap<string, string>;

const attribute = /\s+([A-Za-z_][\w.:-]*)\s*=\s*"([^"<]*)"/y;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Read a row of a dump of Stack Exchange; a reason when it is none. */
export function rowOf(bytes: Uint8Array): Row | string {
  let xml: string;
  try {
    xml = utf8.decode(bytes);
  } catch {
    return "not UTF-8";
  }
  const row = new Map<string, string>();
  let at = "<row".length;
  for (;;) {
    attribute.lastIndex = at;
    const found = attribute.exec(xml);
    if (!found) break;
    at = attribute.lastIndex;
    row.set(found[1], found[2]);
  }
  return xml.slice(at).trim() === "/>" ? row : "not a row";
}

/** A whole number that a row has, or `undefined`. */
export function numberOf(row: Row, name: string): number | undefined {
  const text = row.get(name);
  if (text === undefined || !/^-?\d{1,15}$/.test(text)) return;
  return Number(text);
}

/** A text that a row has, or an empty one. */
export function textOf(row: Row, name: string): string {
  return decodeXML(row.get(name) ?? "").replaceAll("\r\n", "\n");
}
