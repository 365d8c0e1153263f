/**
 * From the world's files to Documents: pages, mails, speeches, a novel.
 * @module
 */
export * from "./html.ts";
export * from "./mail.ts";
export * from "./mails.ts";
export * from "./news.ts";
export * from "./novel.ts";
export * from "./speeches.ts";
export * from "./word_problems.ts";
