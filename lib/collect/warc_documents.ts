import { basename } from "node:path";
import { inRange, ofKind, takes } from "../base/mod.ts";
import { type Document, documentId, type Json } from "../data/mod.ts";
import { parseResponse } from "./_http.ts";
import { type HtmlOptions, htmlToText } from "./html.ts";
import { readWarc, type ReadWarcOptions, type WarcRecord } from "./warc.ts";

/** Options of {@linkcode readWarcDocuments}. */
export interface WarcDocumentOptions extends ReadWarcOptions {
  /** What documents and drops name as their source. @default {the path} */
  source?: string;
  /** How the text is taken out of a page. @default {htmlToText's own} */
  html?: HtmlOptions;
  /** The longest page that is read, decompressed, in bytes. @default {67108864} */
  maxPageBytes?: number;
}

/**
 * The pages of a web archive as Documents: of WARC each HTML page that was answered with 200, through
 * {@linkcode htmlToText}; of WET the texts as they stand. Chunks and compression by gzip, deflate, Brotli and zstd are taken
 * off the answers.
 *
 * A document's id is the record's own, as FineWeb has it; `meta` holds `url`, `date`, `offset` (from which the archive can
 * be read on), what {@linkcode htmlToText} says beside the text (`title`, `language`, `published` and others), and
 * `truncated` where the page is not whole, as Common Crawl cuts it at 1 MiB. `onDrop` hears of each other response, conversion and resource: `revisit`, `status 404`, `not
 * HTML`, `no text` and others; of requests and metadata, which are no pages, it does not.
 *
 * @throws {Deno.errors.InvalidData} As {@linkcode readWarc}.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readWarcDocuments } from "midtrain/collect";
 *
 * const path = await Deno.makeTempFile({ suffix: ".warc" });
 * const content = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Boil &amp; pour</p>";
 * await Deno.writeTextFile(
 *   path,
 *   `WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://tea.example/\r\nContent-Length: ${content.length}\r\n\r\n${content}\r\n\r\n`,
 * );
 * const [{ text, meta }] = await Array.fromAsync(readWarcDocuments(path, { html: { keep: "all" } }));
 * assert.equal(text, "Boil & pour");
 * assert.equal(meta.url, "http://tea.example/");
 * ```
 */
export async function* readWarcDocuments(
  path: string,
  options: WarcDocumentOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot read a WARC", options, "from?, maxRecordBytes?, onDrop?, source?, html?, maxPageBytes?");
  ofKind("Cannot read a WARC", { path }, "a text");
  const { source = path, html = {}, maxPageBytes = 64 << 20, onDrop, ...reading } = options;
  inRange(`Cannot read ${path}`, { maxPageBytes }, ">= 1");
  for await (const record of readWarc(path, { ...reading, onDrop })) {
    if (!["response", "revisit", "conversion", "resource"].includes(record.type)) continue;
    const page = record.type === "conversion" ? plainText(record) : await pageOf(record, html, maxPageBytes);
    const id = record.id || documentId(basename(path), record.offset);
    if ("reason" in page) {
      const excerpt = `${record.url}${page.detail ? ` ${page.detail}` : ""}`.slice(0, 200);
      onDrop?.({ id, source, stage: "collect/warc", reason: page.reason, excerpt });
      continue;
    }
    const { text, meta, truncated = record.truncated } = page;
    yield {
      id,
      text,
      source,
      meta: {
        url: record.url,
        date: record.date,
        offset: record.offset,
        ...meta,
        ...truncated !== undefined && { truncated },
      },
    };
  }
}

interface Page {
  text: string;
  meta: Record<string, Json>;
  /** Why the page is not whole. */
  truncated?: string;
}

interface NoPage {
  reason: string;
  detail?: string;
}

function plainText({ headers, content }: WarcRecord): Page | NoPage {
  const text = new TextDecoder().decode(content).replaceAll("\r\n", "\n").trim();
  if (text === "") return { reason: "no text" };
  return { text, meta: { language: headers["warc-identified-content-language"] ?? "" } };
}

async function pageOf(
  record: WarcRecord,
  options: HtmlOptions,
  maxPageBytes: number,
): Promise<Page | NoPage> {
  if (record.type === "revisit") return { reason: "revisit" };
  const answer = record.type === "resource"
    ? { status: 200, headers: record.headers, body: record.content, truncated: false }
    : await parseResponse(record.content, maxPageBytes);
  if (typeof answer === "string") return { reason: answer };
  const { status, headers, body, truncated } = answer;
  if (status !== 200) return { reason: `status ${status}` };
  const contentType = headers["content-type"] ?? "";
  if (!isHtml(contentType, body)) return { reason: "not HTML", detail: contentType };
  if (body.length > maxPageBytes) return { reason: `longer than ${maxPageBytes} bytes` };
  const { elements: _, reason: _reason, text, ...said } = await htmlToText(body, { ...options, contentType });
  if (text === "") return { reason: "no text" };
  return {
    text,
    meta: said,
    ...truncated && { truncated: record.truncated ?? "cut off" },
  };
}

/** By what the server says, or where it says nothing by how the page begins. */
function isHtml(contentType: string, body: Uint8Array): boolean {
  const [type] = contentType.toLowerCase().split(";");
  if (type.trim() !== "") return ["text/html", "application/xhtml+xml"].includes(type.trim());
  return /^(?:\ufeff)?\s*(?:<!--[^]*?-->\s*)*<(?:!doctype html|html|head|body)[\s>]/i.test(
    new TextDecoder().decode(body.subarray(0, 1024)),
  );
}
