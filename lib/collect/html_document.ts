import { takes } from "../base/mod.ts";
import { type Document, documentId, type Json, type OnDrop } from "../data/mod.ts";
import { type HtmlOptions, htmlToText } from "./html.ts";

/** Options of {@linkcode htmlToDocument}. */
export interface HtmlDocumentOptions extends HtmlOptions {
  /** What the document names as its source. @default {"web"} */
  source?: string;
  /** Where in the source the page stands; with the source it makes the id. @default {its url, else 0} */
  position?: number | string;
  /** What else is known of the page, kept in `meta`. */
  meta?: Record<string, Json>;
  /** Called with the reason why a page gives no document. */
  onDrop?: OnDrop | undefined;
}

/**
 * A page as a Document: its text by {@linkcode htmlToText}. `meta` holds `title`, `language` and `method`, `url` as given, and
 * where the page says so `author`, `published`, `canonicalUrl` and `site`; of bytes also `encoding` and `encodingBy`. What the
 * page does not say is absent.
 *
 * @returns `undefined` when the page has no text; `onDrop` hears why.
 * @throws {TypeError} If the page is neither text nor bytes.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { htmlToDocument } from "midtrain/collect";
 *
 * const page = new Uint8Array([...new TextEncoder().encode("<title>Tea</title><p>Caf"), 0xe9]);
 * const url = "https://tea.example/2024/01/31/cafe";
 * const document = await htmlToDocument(page, { url, contentType: "text/html; charset=iso-8859-1" });
 * assert.equal(document?.text, "Café");
 * assert.equal(document?.meta.published, "2024-01-31");
 * assert.equal(document?.meta.encoding, "windows-1252");
 * ```
 */
export async function htmlToDocument(
  page: string | Uint8Array,
  options: HtmlDocumentOptions = {},
): Promise<Document | undefined> {
  takes(
    "Cannot read a page",
    options,
    "source?, position?, meta?, onDrop?, contentType?, url?, keep?, captions?, references?, format?",
  );
  const { source = "web", url, position = url ?? 0, meta = {}, onDrop, ...rest } = options;
  const { text, elements: _, reason: _reason, ...said } = await htmlToText(
    page,
    url === undefined ? rest : { ...rest, url },
  );
  const id = documentId(source, position);
  if (text === "") {
    onDrop?.({ id, source, stage: "collect/html", reason: "no text", excerpt: said.title.slice(0, 200) });
    return undefined;
  }
  return { id, text, source, meta: { ...meta, ...(url === undefined ? {} : { url }), ...said } };
}
