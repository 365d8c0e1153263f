/**
 * From the world's formats to Documents: HTML, mail, web archives, dumps of wikis and of Stack Exchange. Named pages
 * and mails are `midtrain/sets`.
 *
 * Begin with {@linkcode htmlToText}, {@linkcode mailToDocument}, {@linkcode readWarcDocuments}, {@linkcode readWikipedia}.
 * @module
 */
export { type Extraction, type HtmlOptions, htmlToText, type Metadata } from "./html.ts";
export { type HtmlDocumentOptions, htmlToDocument } from "./html_document.ts";
export { type MailOptions, mailToDocument } from "./mail.ts";
export { readWarc, type ReadWarcOptions, readWarcRecord, type WarcRecord } from "./warc.ts";
export { readWarcDocuments, type WarcDocumentOptions } from "./warc_documents.ts";
export { type CdxRow, readCdx, type ReadCdxOptions } from "./cdx.ts";
export {
  readWikipedia,
  type ReadWikipediaOptions,
  readWikipediaPage,
  type ReadWikipediaPageOptions,
} from "./wikipedia.ts";
export { type WikitextExtraction, type WikitextOptions, wikitextToText } from "./wikitext.ts";
export { type WarcRecordToWrite, writeWarc } from "./write_warc.ts";
export { type FetchOptions, fetchPages } from "./fetch_pages.ts";
export type { FetchReport } from "./_fetcher.ts";
export { readStackExchange, type ReadStackExchangeOptions } from "./stack_exchange.ts";
