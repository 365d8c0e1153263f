import { ofKind } from "../base/mod.ts";
import { closingNote, opening, refusal } from "./_phrases.ts";

/**
 * A model's answer without what it wraps around the text: its reasoning, an opening such as "Here is the rewritten text:",
 * a Markdown fence or quotation marks around the whole, a closing offer of help or a note on what it did.
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
  let clean = splitReasoning(text.replaceAll("\r\n", "\n")).text;
  let before: string;
  do {
    before = clean;
    clean = unwrap(withoutClosing(clean.replace(opening, "").trim()));
  } while (clean !== before);
  return clean.replace(/\n{3,}/g, "\n\n");
}

/**
 * An answer without the thinking that a model writes before it, and the thinking: what stands in `<think>…</think>` or
 * before a closing mark without an opening one. Where the thinking never ends there is no text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitReasoning } from "midtrain/synthesize";
 *
 * const answer = "<think>\nShort words.\n</think>\n\nWhales sing.";
 * assert.deepEqual(splitReasoning(answer), { text: "Whales sing.", reasoning: "Short words." });
 * ```
 */
export function splitReasoning(text: string): { text: string; reasoning?: string } {
  ofKind("Cannot split off reasoning", { text }, "a text");
  if (!/[>\]▷]/.test(text)) return { text: text.trim() };
  const found: string[] = [];
  const keep = (_: string, inner: string) => {
    found.push(inner.trim());
    return "";
  };
  const rest = text
    .replace(marked, (all, _, inner) => keep(all, inner))
    .replace(
      /\[THINK\]([^]*?)\[\/THINK\]|◁think▷([^]*?)◁\/think▷/g,
      (all, one, other) => keep(all, one ?? other),
    )
    .replace(closedOnly, keep)
    .replace(openedOnly, keep)
    .trim();
  const reasoning = found.filter((one) => one !== "").join("\n\n");
  return reasoning === "" ? { text: rest } : { text: rest, reasoning };
}

const tags =
  "(?:think|thinking|thoughts?|reasoning|reflection|analysis|scratchpad|(?:inner|internal)_(?:monologue|thoughts)|(?:ant|seed:?|ant:)think(?:ing)?)";
const marked = new RegExp(`<(${tags})>([^]*?)</\\1>`, "gi");
const closedOnly = new RegExp(`^([^]*)</${tags}>`, "i");
const openedOnly = new RegExp(`^\\s*(?:<${tags}>|\\[THINK\\])([^]*)$`, "i");

/**
 * Whether an answer declines the task, in any of a dozen languages. Only its beginning is read, so that a text about
 * refusals is none.
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

/** Without a last line that offers help or speaks of what was done. */
function withoutClosing(text: string): string {
  const at = text.lastIndexOf("\n");
  return at >= 0 && closingNote.test(text.slice(at + 1).trim())
    ? text.slice(0, at).replace(/\n\s*(?:[-*_]\s*){3,}$/, "").trim()
    : text;
}

const quotes: [string, string][] = [['"', '"'], ["“", "”"], ["«", "»"], ["'", "'"], ["‘", "’"], ["„", "“"], [
  "「",
  "」",
]];

/** A mark around the whole that says only that this is the answer. */
const named =
  /^<((?:(?:re(?:written|phrased|vised)|paraphrased|translated|simplified|new|final|plain)_?)?(?:text|output|answer|response|result|passage|rewrite|paraphrase|translation|version))>([\s\S]+)<\/\1>$/i;

function unwrap(text: string): string {
  const fence = /^(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n?\1$/.exec(text) ??
    /^("""|'''|(?:-{3,}|\*{3,}|_{3,})(?=\n))([\s\S]+?)\n?\1$/.exec(text) ?? named.exec(text);
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
