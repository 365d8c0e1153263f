/**
 * From the world's formats to Documents: HTML and mail. Named pages and mails are `midtrain/sets`.
 *
 * Begin with {@linkcode htmlToText}, {@linkcode mailToDocument}.
 * @module
 */
export { type Extraction, type HtmlOptions, htmlToText } from "./html.ts";
export { type MailOptions, mailToDocument } from "./mail.ts";
