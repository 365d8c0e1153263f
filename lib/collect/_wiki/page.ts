import { decodeXML } from "entities";
import { readBytes } from "../../data/mod.ts";
import { commonNamespaces, type Namespaces } from "./links.ts";

/** What a dump says of its wiki. */
export interface Wiki {
  /** For example `enwiki`; empty where the dump does not say. */
  database: string;
  /** For example `Wikipedia`. */
  name: string;
  /** What the addresses of its pages begin with, empty where it is not said. */
  base: string;
  language: string;
  namespaces: Namespaces;
}

/** A page as a dump has it. */
export interface WikiPage {
  title: string;
  namespace: number;
  id: number;
  revision: number;
  timestamp: string;
  /** `wikitext`, or what else its text is. */
  model: string;
  /** Where the page leads; empty when it has its own text. */
  redirect: string;
  text: string;
}

/** Bytes within which a dump must have told of its wiki. */
const headBytes = 1 << 20;

/**
 * What a dump tells of its wiki before its first page.
 *
 * @throws {Deno.errors.InvalidData} If it is no dump of a wiki.
 */
export async function wikiOf(path: string): Promise<Wiki> {
  const decoder = new TextDecoder();
  let head = "";
  for await (const part of readBytes(path, { wanted: "a dump of a wiki in XML" })) {
    head += decoder.decode(part, { stream: true });
    if (/<\/siteinfo>|<page>/.test(head) || head.length > headBytes) break;
  }
  if (!/^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]{0,2000}?-->\s*)?<mediawiki[\s>]/.test(head)) {
    throw new Deno.errors.InvalidData(
      `Cannot read ${path} as it must be a dump of a wiki in XML: it ${
        head === "" ? "is empty" : `begins with ${JSON.stringify(head.slice(0, 40))}`
      }`,
    );
  }
  const info = head.slice(0, head.indexOf("</siteinfo>") + 1);
  const main = field(info, "base");
  const names = { 6: new Set(commonNamespaces.files), 14: new Set(commonNamespaces.categories) };
  for (const [, key, name] of info.matchAll(/<namespace key="(6|14)"[^>]*>([^<]*)</g)) {
    names[key as unknown as 6 | 14].add(decodeXML(name).toLowerCase());
  }
  return {
    database: field(info, "dbname"),
    name: field(info, "sitename"),
    base: /^https?:\/\//.test(main) ? main.slice(0, main.lastIndexOf("/") + 1) : "",
    language: /<mediawiki[^>]*\sxml:lang="([^"]+)"/.exec(head)?.[1] ?? "en",
    namespaces: { files: names[6], categories: names[14] },
  };
}

/** Read a page of a dump, its last revision where it has several; a reason when it is none. */
export function pageOf(bytes: Uint8Array): WikiPage | string {
  let xml: string;
  try {
    xml = utf8.decode(bytes);
  } catch {
    return "not UTF-8";
  }
  const revision = xml.lastIndexOf("<revision>");
  const head = xml.slice(0, revision < 0 ? undefined : xml.indexOf("<revision>"));
  const title = field(head, "title");
  const id = Number(field(head, "id") || NaN);
  const open = revision < 0 ? -1 : xml.indexOf("<text", revision);
  if (title === "" || !Number.isSafeInteger(id) || open < 0) return "not a page";
  const begin = xml.indexOf(">", open);
  const isEmpty = xml[begin - 1] === "/";
  const end = isEmpty ? begin : xml.indexOf("</text>", begin);
  if (begin < 0 || end < 0) return "not a page";
  const about = xml.slice(revision, open) + xml.slice(end);
  return {
    title,
    namespace: Number(field(head, "ns") || 0),
    id,
    revision: Number(field(about, "id")),
    timestamp: field(about, "timestamp"),
    model: field(about, "model") || "wikitext",
    redirect: decodeXML(/<redirect title="([^"]*)"/.exec(head)?.[1] ?? ""),
    text: isEmpty ? "" : decodeXML(xml.slice(begin + 1, end)),
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function field(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}>`);
  if (start < 0) return "";
  const end = xml.indexOf("<", start + name.length + 2);
  return decodeXML(xml.slice(start + name.length + 2, end < 0 ? undefined : end)).trim();
}
