import { each, type LengthTokenizer, ofKind, takes, tokensIn, wholeNumber } from "../../base/mod.ts";
import type { Document, Documents, OnDrop } from "../../data/mod.ts";
import { madeDocument } from "../_made.ts";
import { wordsOf } from "../checks.ts";

/** Options of {@linkcode megadocs}. */
export interface MegadocsOptions {
  /** The pages that the texts were made from: each stands at the end of its own. @default {the texts alone} */
  pages?: Documents;
  /** Counts tokens, for `tokens`. @default {tokens are not counted} */
  tokenizer?: LengthTokenizer;
  /** The most tokens of a text: what does not fit begins the next one of the same page; needs `tokenizer`. @default {no limit} */
  tokens?: number;
  /** Called with every text that is in none, and why. */
  onDrop?: OnDrop;
}

/**
 * Megadocs: the texts that were made from one page, stitched into one long text (arXiv:2603.18534). There up to 32 rephrases of a web page in one
 * document lowered the loss more than as many documents, on long contexts above all.
 *
 * Texts belong together by the first parent of their lineage, and stand in the order that they come in, parted by an empty line; a text
 * with the words of another is dropped as `text stands twice`, one that finds no other as `nothing to stitch`, one that is too long as `longer than a text`. The order, and the page at
 * the end, are ours. The paper's other way, thoughts within the page, is `thinkAloud` with parts. All texts are held in memory.
 *
 * `meta.parts` has each part's `id` and span in the text, in UTF-16 code units.
 *
 * @param texts What `synthesize` gives, for example by `rephrase("encyclopaedic", { count: 8, join: true })`.
 * @throws {RangeError} If `tokens` is no whole number >= 1.
 * @throws {TypeError} If a text has no lineage.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { megadocs } from "midtrain/synthesize";
 *
 * const lineage = { parents: ["page"], prompt: "rephrase/plain@1", model: "m", sampling: {} };
 * const texts = ["Whales breathe.", "A whale must breathe."].map((text, id) => {
 *   return { id: `${id}`, text, source: "", meta: {}, lineage };
 * });
 * const [{ text, lineage: made }] = await Array.fromAsync(megadocs(texts));
 * assert.equal(text, "Whales breathe.\n\nA whale must breathe.");
 * assert.deepEqual(made?.parents, ["0", "1"]);
 * ```
 */
export async function* megadocs(texts: Documents, options: MegadocsOptions = {}): AsyncGenerator<Document> {
  const cannot = "Cannot stitch texts";
  takes(cannot, options, "pages?, tokenizer?, tokens?, onDrop?");
  ofKind(cannot, { texts }, "a list or another iterable");
  const { pages, tokenizer, tokens, onDrop } = options;
  if (tokens !== undefined) {
    wholeNumber(cannot, { tokens }, ">= 1");
    if (!tokenizer) throw new TypeError(`${cannot} with tokens as there is no tokenizer: give tokenizer too`);
    ofKind(cannot, { tokenizer }, "an object with name, encode");
  }
  const drop = (document: Document, reason: string) =>
    onDrop?.({
      id: document.id,
      source: document.source,
      stage: id,
      reason,
      excerpt: document.text.slice(0, 200),
    });
  const groups = new Map<string, Document[]>();
  for await (const text of each(cannot, { texts }, "an object with id, text")) {
    const parent = text.lineage?.parents[0];
    if (parent === undefined) {
      throw new TypeError(`${cannot} as every text must have a lineage with parents: ${text.id} has none`);
    }
    groups.getOrInsertComputed(parent, () => []).push(text);
  }
  const ends = new Map<string, Document>();
  if (pages) {
    for await (const page of each(cannot, { pages }, "an object with id, text")) {
      if (groups.has(page.id)) ends.set(page.id, page);
    }
  }
  const length = (text: string) => tokens === undefined ? 0 : tokensIn(text, tokenizer!);
  for (const [parent, group] of groups) {
    const different = distinct(group, drop);
    const end = ends.get(parent);
    const packs = packed(different, { tokens, length, end, drop });
    for (const [at, parts] of packs.entries()) {
      const all = end ? [...parts, end] : parts;
      if (all.length < 2) drop(all[0], "nothing to stitch");
      else yield stitched(all, { parent, at, tokens });
    }
  }
}

const id = "pages/megadoc@1";
const glue = "\n\n";

function distinct(group: Document[], drop: (document: Document, reason: string) => void): Document[] {
  const seen = new Set<string>();
  return group.filter((text) => {
    const key = wordsOf(text.text).join(" ");
    if (seen.has(key)) drop(text, "text stands twice");
    return !seen.has(key) && seen.add(key);
  });
}

interface Packing {
  tokens: number | undefined;
  length: (text: string) => number;
  end: Document | undefined;
  drop: (document: Document, reason: string) => void;
}

/** Texts of one page in packs that are no longer than the limit with the page at their end. */
function packed(group: Document[], { tokens = Infinity, length, end, drop }: Packing): Document[][] {
  const packs: Document[][] = [];
  const whole = (parts: Document[]) =>
    length([...parts, ...end ? [end] : []].map(({ text }) => text).join(glue));
  let open: Document[] = [];
  for (const text of group) {
    if (whole([...open, text]) <= tokens) open.push(text);
    else if (whole([text]) > tokens) drop(text, "longer than a text");
    else {
      packs.push(open);
      open = [text];
    }
  }
  if (open.length > 0) packs.push(open);
  return packs;
}

function stitched(
  parts: Document[],
  { parent, at, tokens }: { parent: string; at: number; tokens: number | undefined },
): Document {
  let text = "";
  const spans = parts.map((part) => {
    const start = text === "" ? 0 : text.length + glue.length;
    text += `${start === 0 ? "" : glue}${part.text}`;
    return { id: part.id, span: [start, text.length] };
  });
  return madeDocument({
    by: id,
    position: `${parent}/${at}/${parts.map(({ id }) => id).join(",")}`,
    text,
    parents: parts.map(({ id }) => id),
    settings: tokens === undefined ? {} : { tokens },
    meta: { page: parent, parts: spans },
  });
}
