import { inRange, ofKind, oneOf, takes } from "../base/mod.ts";
import { loops, lostAnswer } from "./_text_fault.ts";
import { mayBe, sameLanguage } from "./_languages.ts";
import { sameFigures } from "./_numbers.ts";
import { type Markdown, partPrompts, readParts } from "./_parts.ts";
import { copiedShare, sameWords, wordsOf } from "./checks.ts";
import type { Method } from "./method.ts";

/** Options of {@linkcode translate}. */
export interface TranslateOptions {
  /** The most tokens of a page that one prompt holds; longer pages are cut by `segments`. @default {300} */
  maxPartTokens?: number;
  /**
   * Whether a text is in the language asked for, for example by a language rater. @default {not plainly in the page's or any
   * other language, by the script and the commonest words}
   */
  isTarget?: (text: string) => boolean;
  /** What becomes of Markdown's marks (headings, bold). @default {"keep"} */
  markdown?: Markdown;
  /** Sampling temperature. @default {0.3} */
  temperature?: number;
}

/**
 * A page in another language, one new text for each part of it; `meta` holds `language` and the `original`.
 * Follow it with `translateBack`, which accepts what survives the way back.
 *
 * Rejected are answers that are truncated, refuse, stay in the page's language, wholly or in a paragraph, are plainly in a
 * third one, fall into a loop, or change the page's numbers: their values count, not their separators (`3.5` and `3,5`),
 * script or words (`4`, `vier`, `४`).
 *
 * @param language The language asked for, as the prompt names it, for example `Swahili`.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, translate } from "midtrain/synthesize";
 *
 * const method = translate("German"), text = "The whale is in the sea, and it has to rise to breathe.";
 * const page = { id: "1", text, source: "sea", meta: {} }, [prompt] = method.build(page, new Random(1));
 * const german = "Der Wal ist in dem Meer, und er muss auftauchen, um zu atmen.";
 * const results = await method.read([{ prompt, text: german }, { prompt, text: text }], page);
 * assert.deepEqual(results.map((result) => "rejected" in result ? result.rejected : result.text), [german, "not translated"]);
 * ```
 */
export function translate(language: string, options: TranslateOptions = {}): Method {
  ofKind("Cannot translate", { language }, "a text");
  takes("Cannot translate", options, "maxPartTokens?, isTarget?, markdown?, temperature?");
  const { maxPartTokens = 300, isTarget, markdown = "keep", temperature = 0.3 } = options;
  mustBeNamed(language);
  oneOf("Cannot translate", { markdown }, ["keep", "strip"]);
  const cause = (text: string, original: string) => {
    if (copiedShare(text, original) > 0.5 || sameWords(text, original)) return "not translated";
    if (isTarget && !isTarget(text)) return "another language";
    if (!isTarget) {
      const told = longEnough(original) ? [text, ...text.split(/\n\s*\n/)].filter(longEnough) : [];
      if (told.some((one) => sameLanguage(one, original))) return "not translated";
      if (told.some((one) => !mayBe(language, one))) return "another language";
    }
    if (loops(text, original)) return "loop";
    if (!sameFigures(text, original)) return "numbers changed";
  };
  return {
    id: `translate/${language}@1`,
    settings: { markdown },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords: 0,
        temperature,
        instruction:
          `Translate the text below into ${language}. Keep all names and numbers. Write the translation only.`,
        // Other languages may take several tokens a word.
        maxTokens: (words) => 60 + 6 * words,
      }),
    read: (answers) => readParts(answers, { cause, markdown, meta: (original) => ({ language, original }) }),
  };
}

/** Options of {@linkcode translateBack}. */
export interface TranslateBackOptions {
  /** The language of the originals, as the prompt names it. @default {"English"} */
  language?: string;
  /** The lowest chrF between the original and its way there and back, in [0, 1]. @default {0.5} */
  minSimilarity?: number;
  /** Sampling temperature. @default {0} */
  temperature?: number;
}

/**
 * The round trip: each translation is translated back and kept where the original returns, by chrF (see `chrF`). The kept
 * text is the translation, with `similarity` and `returned` in `meta`.
 *
 * @throws {RangeError} If `minSimilarity` is not in [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, translateBack } from "midtrain/synthesize";
 *
 * const meta = { original: "The whale must rise to breathe." };
 * const page = { id: "1", text: "Der Wal muss auftauchen, um zu atmen.", source: "", meta };
 * const method = translateBack(), [prompt] = method.build(page, new Random(1));
 * const [kept] = await method.read([{ prompt, text: "The whale has to rise to breathe." }], page);
 * assert.equal("text" in kept && kept.text, page.text);
 * const [lost] = await method.read([{ prompt, text: "Ships are made of wood." }], page);
 * assert.equal("rejected" in lost && lost.rejected, "lost on the way");
 * ```
 */
export function translateBack(options: TranslateBackOptions = {}): Method {
  takes("Cannot translate back", options, "language?, minSimilarity?, temperature?");
  const { language = "English", minSimilarity = 0.5, temperature = 0 } = options;
  mustBeNamed(language);
  inRange("Cannot translate back", { minSimilarity }, "in [0, 1]");
  return {
    id: `translate-back/${language}@1`,
    settings: { minSimilarity },
    kind: "distill",
    build: ({ text, meta }) =>
      typeof meta.original !== "string" ? [] : [{
        messages: [{
          role: "user",
          content: `Translate the text below into ${language}. Write the translation only.\n\nText:\n${text}`,
        }],
        maxTokens: 60 + 3 * wordsOf(meta.original).length,
        temperature,
      }],
    read([answer], { text, meta }) {
      const lost = lostAnswer(answer);
      if (lost) return [lost];
      const returned = answer.text;
      const similarity = chrF(returned, String(meta.original));
      if (similarity < minSimilarity) return [{ rejected: "lost on the way", sample: returned }];
      return [{ text, meta: { ...meta, returned, similarity } }];
    },
  };
}

/**
 * chrF: the F-score of character n-grams with recall weighed twice (Popović 2015), n from 1 to 6, spaces left out, in
 * [0, 1]. As sacreBLEU's `sentence_chrf`, divided by 100.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chrF } from "midtrain/synthesize";
 *
 * assert.equal(chrF("the whale", "the whale"), 1);
 * assert(chrF("Ships are made of wood.", "The whale must rise to breathe.") < 0.1);
 * ```
 */
export function chrF(hypothesis: string, reference: string): number {
  ofKind("Cannot compare texts", { hypothesis, reference }, "a text");
  const said = hypothesis.replace(/\s+/g, "");
  const meant = reference.replace(/\s+/g, "");
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let n = 1; n <= 6; n++) {
    const ours = grams(said, n);
    const theirs = grams(meant, n);
    if (ours.all === 0 || theirs.all === 0) continue;
    let common = 0;
    for (const [gram, count] of ours.counts) common += Math.min(count, theirs.counts.get(gram) ?? 0);
    precision += common / ours.all;
    recall += common / theirs.all;
    orders++;
  }
  if (orders === 0 || precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  return 5 * precision * recall / (4 * precision + recall);
}

function grams(text: string, n: number): { counts: Map<string, number>; all: number } {
  const letters = Array.from(text);
  const counts = new Map<string, number>();
  const all = Math.max(0, letters.length - n + 1);
  for (let i = 0; i < all; i++) {
    const gram = letters.slice(i, i + n).join("");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return { counts, all };
}

function mustBeNamed(language: string): void {
  if (language.trim() === "") {
    throw new RangeError("Cannot translate as the language must be named: it is empty");
  }
}

/** Few words say little about a language. */
function longEnough(text: string): boolean {
  return wordsOf(text).length >= 8;
}
