import { ofKind } from "../base/mod.ts";

/**
 * A model's answer without what it wraps around the text: an opening such as "Here is the rewritten text:", a Markdown
 * fence or quotation marks around the whole, a closing offer of help.
 *
 * The rules are ours, as published methods each strip the phrase that their own model likes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cleanAnswer } from "midtrain/synthesize";
 *
 * const answer = 'Sure! Here is the rewritten text:\n\n"Whales breathe air."\n\nLet me know if you need more.';
 * assert.equal(cleanAnswer(answer), "Whales breathe air.");
 * ```
 */
export function cleanAnswer(text: string): string {
  ofKind("Cannot clean an answer", { text }, "a text");
  let clean = text.replaceAll("\r\n", "\n").trim();
  let before: string;
  do {
    before = clean;
    clean = unwrap(clean.replace(opening, "").replace(closing, "").trim());
  } while (clean !== before);
  return clean.replace(/\n{3,}/g, "\n\n");
}

/**
 * Whether an answer declines the task. Only its beginning is read, so that a text about refusals is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isRefusal } from "midtrain/synthesize";
 *
 * assert(isRefusal("I'm sorry, but I cannot help with that."));
 * assert(!isRefusal("Ahab said he could not help with that."));
 * ```
 */
export function isRefusal(text: string): boolean {
  ofKind("Cannot tell a refusal", { text }, "a text");
  return refusal.test(text.trimStart());
}

// A line that speaks of the text that follows and ends in a colon, after any greeting.
const opening =
  /^(?:(?:sure|certainly|of course|absolutely|okay|ok|great)\b[^\n]{0,40}?[,.!:]\s*)?(?:(?:here(?:'s| is| are)|this is|below is|below are|the following is)\b[^\n]{0,120}:(?:\s*\n|\s+(?=["“«]))|(?:here(?:'s| is| are)|below is)\b[^\n:]{0,80}:\s|\*{0,2}(?:new|rewritten|revised|rephrased|paraphrased|plain) (?:text|version|problem)\*{0,2}:\*{0,2}\s*|(?:sure|certainly|of course|absolutely)[,.!]\s*\n)/i;

const closing =
  /\n\s*(?:(?:please )?let me know\b|i hope (?:this|that)\b|feel free to\b|is there anything else\b|would you like me to\b)[^\n]*$/i;

const refusal =
  /^(?:i['’]m sorry\b|i am sorry\b|sorry,|i apologi[sz]e\b|unfortunately, i\b|i (?:cannot|can['’]t|can not|am unable|am not able|won['’]t)\b|as an? (?:ai|language model)\b)/i;

const quotes: [string, string][] = [['"', '"'], ["“", "”"], ["«", "»"], ["'", "'"], ["‘", "’"]];

function unwrap(text: string): string {
  const fence = /^(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n?\1$/.exec(text);
  if (fence && !fence[2].includes(fence[1])) return fence[2].trim();
  for (const [open, close] of quotes) {
    const inner = text.slice(1, -1);
    // Quotation marks inside mean that the outer two may belong to different quotations.
    if (
      text.length > 1 && text.startsWith(open) && text.endsWith(close) && !inner.includes(open) &&
      !inner.includes(close)
    ) {
      return inner.trim();
    }
  }
  return text;
}
