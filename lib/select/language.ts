import { must, ofKind } from "../base/mod.ts";
import type { DocumentRater } from "./document_rater.ts";

/** What {@linkcode identifyLanguage} found. */
export interface Language {
  /** The language that most windows are in, by its code of ISO 639-1, such as `de`; empty where none is certain. */
  language: string;
  /** The share of windows that are surely in it, in [0, 1]. */
  share: number;
  /** Whether any window is surely in a language. */
  known: boolean;
  /** The share of windows that are surely in each language. */
  shares: Readonly<Record<string, number>>;
}

/** How long a window is, in UTF-16 units, and how many there are at most. */
const WINDOW = 800;
const MOST = 8;

/**
 * The language of a text, by the package eld (60 languages; its word is taken where it calls it reliable), in up to eight windows
 * that are spread over the text: a page that is half one language and half another says so.
 *
 * eld was weighed against fastText's lid.176: it needs no model file, names fewer languages, and is not certain of texts under
 * some 25 characters. Its numbers are none that FineWeb-2's `languageScore` is a threshold for.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { identifyLanguage } from "midtrain/select";
 *
 * const { language, share } = await identifyLanguage("Der Wal schwamm im Meer, und niemand sah ihn.");
 * assert.deepEqual([language, share], ["de", 1]);
 * assert.equal((await identifyLanguage("12345")).known, false);
 * ```
 */
export async function identifyLanguage(text: string): Promise<Language> {
  ofKind("Cannot identify a language", { text }, "a text");
  const { eld } = await import("eld/medium");
  const windows = Math.min(MOST, Math.max(1, Math.ceil(text.length / WINDOW)));
  const counts = new Map<string, number>();
  for (let at = 0; at < windows; at++) {
    const from = windows === 1 ? 0 : Math.round(at * (text.length - WINDOW) / (windows - 1));
    const found = eld.detect(text.slice(from, from + WINDOW));
    if (found.isReliable()) counts.set(found.language, (counts.get(found.language) ?? 0) + 1);
  }
  const ordered = [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
  const shares = Object.fromEntries(ordered.map(([language, count]) => [language, count / windows]));
  const [language, count] = ordered[0] ?? ["", 0];
  return { language, share: count / windows, known: ordered.length > 0, shares };
}

/**
 * How much of a document is surely in a language, in [0, 1], as a rater; a text in no certain language is not known.
 *
 * @param language A code of ISO 639-1, such as `de`.
 * @throws {RangeError} If it is no such code.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { languageRater, rate } from "midtrain/select";
 *
 * const document = { id: "0", text: "Niemand sah den Wal im Meer schwimmen.", source: "x", meta: {} };
 * const [{ score }] = await Array.fromAsync(rate([document], languageRater("de")));
 * assert.equal(score, 1);
 * ```
 */
export function languageRater(language: string): DocumentRater {
  const cannot = "Cannot rate by language";
  ofKind(cannot, { language }, "a text");
  must(cannot, "language must be a code of two letters, such as de", language, /^[a-z]{2}$/.test(language));
  return {
    name: `language/${language}`,
    rateDocuments: (documents) =>
      Promise.all(documents.map(async ({ text }) => {
        const { shares, known } = await identifyLanguage(text);
        return known
          ? { score: shares[language] ?? 0, known }
          : { score: 0, known, cause: "no certain language" };
      })),
  };
}
