import { ofKind } from "./kind.ts";

/**
 * Text that stands for itself in HTML, between tags and in attributes. Characters that are not seen, or that turn what is around
 * them, become `\ufffd`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { escapeHtml } from "midtrain/base";
 *
 * assert.equal(escapeHtml("a < b & c"), "a &lt; b &amp; c");
 * ```
 */
export function escapeHtml(text: string): string {
  ofKind("Cannot write HTML", { text }, "a text");
  return text.toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, "\ufffd")
    .replace(/[&<>"']/g, (letter) => entities[letter]);
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A page of HTML that runs no script and asks for nothing: it opens offline, and a text in it that was not escaped could still
 * load and run nothing.
 *
 * @param title Its title, as text.
 * @param body What its body holds, as HTML: escape what others wrote by {@linkcode escapeHtml}.
 * @param style Its style sheet.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { escapeHtml, offlinePage } from "midtrain/base";
 *
 * const html = offlinePage("Found", `<p>${escapeHtml("a < b")}</p>`, "p { color: navy }");
 * assert.match(html, /default-src 'none'/);
 * assert.match(html, /<p>a &lt; b<\/p>/);
 * ```
 */
export function offlinePage(title: string, body: string, style: string): string {
  ofKind("Cannot write a page", { title, body, style }, "a text");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
