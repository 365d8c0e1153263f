/**
 * From the world's formats to Documents: HTML, mail and web archives. Named pages and mails are `midtrain/sets`.
 *
 * Begin with {@linkcode htmlToText}, {@linkcode mailToDocument}, {@linkcode readWarcDocuments}.
 * @module
 */
export { type Extraction, type HtmlOptions, htmlToText } from "./html.ts";
export { type MailOptions, mailToDocument } from "./mail.ts";
export { readWarc, type ReadWarcOptions, readWarcRecord, type WarcRecord } from "./warc.ts";
export { readWarcDocuments, type WarcDocumentOptions } from "./warc_documents.ts";
export { type CdxRow, readCdx, type ReadCdxOptions } from "./cdx.ts";
export { wikitextToText, type WikitextExtraction, type WikitextOptions } from "./wikitext.ts";
