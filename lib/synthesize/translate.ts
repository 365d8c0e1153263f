import { inRange, ofKind, oneOf, takes } from "../base/mod.ts";
import type { Document, Json } from "../data/mod.ts";
import { loops, lostAnswer } from "./_text_fault.ts";
import { mayBe, tokensAWord, untranslated } from "./_languages.ts";
import { sameFigures } from "./_numbers.ts";
import { type Markdown, partPrompts, readParts } from "./_parts.ts";
import { checkTerms, countForms, type Term, type Terms, termsIn, termsLine } from "./_terms.ts";
import { copiedShare, sameWords, wordsOf } from "./checks.ts";
import type { Accepted, Method, Rejected } from "./method.ts";

/** What says how much of a text is in a language: `languageRater("sw")` of `midtrain/select`, or one's own. */
export interface LanguageRater {
  /** Names it: a journal's outcomes stand as long as it is the same. */
  readonly name: string;
  /** For each text the share in the language, in [0, 1], and whether it could tell. */
  rateDocuments(
    documents: readonly Document[],
  ): readonly { score: number; known: boolean }[] | Promise<readonly { score: number; known: boolean }[]>;
}

/** Options of {@linkcode translate}. */
export interface TranslateOptions {
  /** The most tokens of a page that one prompt holds; longer pages are cut by `segments`, with `Infinity` none is. @default {300} */
  maxPartTokens?: number;
  /**
   * Whether a text is in the language asked for. @default {not plainly in the page's or any other language, by the script and the commonest words}
   */
  isTarget?: (text: string) => boolean;
  /**
   * Rates texts by the language asked for: below half is lost as `another language`. Of a text that it cannot tell the default of `isTarget` decides. Take one that knows
   * the language: another names its relatives. @default {none}
   */
  rater?: LanguageRater;
  /**
   * How terms are to be translated, such as `{ krill: ["krili", "kamba wadogo"] }`: those that a part has are named in its prompt, and each must come out in one of its forms, else the
   * text is lost as `term not kept`. `meta.terms` counts them. @default {none}
   */
  terms?: Terms;
  /** What becomes of Markdown's marks (headings, bold). @default {"keep"} */
  markdown?: Markdown;
  /** Sampling temperature. @default {0.3} */
  temperature?: number;
}

/**
 * A page in another language, one new text for each part of it; `meta` holds `language` and the `original`.
 * Follow it with `translateBack`, which accepts what survives the way back, and with `judgeTranslations`.
 *
 * Rejected are answers that are truncated, refuse, stay in the page's language, wholly or in a paragraph, are plainly in a
 * third one, fall into a loop, lose a term of the list, or change the page's numbers: their values count, not their separators (`3.5` and `3,5`),
 * script or words (`4`, `vier`, `४`). A language that the kit does not know, in whatever script, is given the benefit of the doubt: a `rater` tells more.
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
 * @example Terms come out as listed
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, translate } from "midtrain/synthesize";
 *
 * const method = translate("German", { terms: { sea: ["Meer", "Ozean"] } });
 * const page = { id: "1", text: "The whale is in the sea.", source: "", meta: {} }, [prompt] = method.build(page, new Random(1));
 * const [lost] = await method.read([{ prompt, text: "Der Wal ist in der See." }], page);
 * assert.equal("rejected" in lost && lost.rejected, "term not kept");
 * ```
 */
export function translate(language: string, options: TranslateOptions = {}): Method {
  const cannot = "Cannot translate";
  ofKind(cannot, { language }, "a text");
  takes(cannot, options, "maxPartTokens?, isTarget?, rater?, terms?, markdown?, temperature?");
  const { maxPartTokens = 300, isTarget, rater, terms = {}, markdown = "keep", temperature = 0.3 } = options;
  mustBeNamed(language);
  oneOf(cannot, { markdown }, ["keep", "strip"]);
  checkTerms(cannot, terms);
  if (rater !== undefined) ofKind(cannot, { rater }, "an object with name, rateDocuments");
  if (isTarget && rater) throw new TypeError(`${cannot} with isTarget and rater: one decides, give one`);
  const plainly = (text: string, original: string) => {
    const told = longEnough(original) ? [text, ...text.split(/\n\s*\n/)].filter(longEnough) : [];
    if (told.some((one) => untranslated(language, one, original))) return "not translated";
    if (told.some((one) => !mayBe(language, one))) return "another language";
  };
  const cause = (text: string, original: string) => {
    if (copiedShare(text, original) > 0.5 || sameWords(text, original)) return "not translated";
    if (isTarget && !isTarget(text)) return "another language";
    const wrong = isTarget || rater ? undefined : plainly(text, original);
    if (wrong) return wrong;
    if (loops(text, original)) return "loop";
    if (!sameFigures(text, original)) return "numbers changed";
    if (termsIn(original, terms).some(({ forms }) => countForms(text, forms) === 0)) return "term not kept";
  };
  return {
    id: `translate/${language}@1`,
    settings: { markdown, ...listed(terms, rater) },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords: 0,
        temperature,
        instruction: (part) =>
          `Translate the text below into ${language}. Keep all names and numbers.${
            termsLine(termsIn(part, terms))
          } Write the translation only.`,
        maxTokens: (words) => 60 + tokensAWord(language) * words,
      }),
    async read(answers) {
      const read = readParts(answers, {
        cause,
        markdown,
        meta: (original) => ({ language, original }),
      });
      const whole = read.map((result) => "rejected" in result ? result : withTerms(result, terms));
      return rater ? await rated(whole, { rater, otherwise: plainly }) : whole;
    },
  };
}

/** An accepted text with how often each term of its original was asked for and is found. */
function withTerms(result: Accepted, terms: Terms): Accepted {
  const counts = termsIn(String(result.meta!.original), terms).map(({ term, forms, asked }) =>
    [term, { asked, found: countForms(result.text, forms) }] as const
  );
  return counts.length === 0
    ? result
    : { ...result, meta: { ...result.meta, terms: Object.fromEntries(counts) } };
}

/** What a journal must know of terms and rater. */
function listed(terms: Terms, rater: LanguageRater | undefined): Record<string, Json> {
  const all = Object.entries(terms).map((
    [term, forms],
  ) => [term, typeof forms === "string" ? forms : [...forms]]);
  return {
    ...(all.length > 0 ? { terms: Object.fromEntries(all) } : {}),
    ...(rater ? { rater: rater.name } : {}),
  };
}

interface RatedBy {
  rater: LanguageRater;
  /** Why a text is lost that the rater cannot tell, if it is. */
  otherwise: (text: string, original: string) => string | undefined;
}

/** What is in the rater's language of what was accepted. */
async function rated(
  results: (Accepted | Rejected)[],
  { rater, otherwise }: RatedBy,
): Promise<(Accepted | Rejected)[]> {
  const accepted = results.flatMap((result) => "rejected" in result ? [] : [result]);
  if (accepted.length === 0) return results;
  const texts = accepted.map(({ text }, at): Document => ({ id: `${at}`, text, source: "", meta: {} }));
  const ratings = [...await rater.rateDocuments(texts)];
  return results.map((result) => {
    if ("rejected" in result) return result;
    const { score, known } = ratings.shift()!;
    const rejected = known
      ? score < 0.5 ? "another language" : undefined
      : otherwise(result.text, String(result.meta!.original));
    return rejected === undefined ? result : { rejected, sample: result.text };
  });
}

/** Options of {@linkcode translateBack}. */
export interface TranslateBackOptions {
  /** The language of the originals, as the prompt names it. @default {"English"} */
  language?: string;
  /** The lowest chrF between the original and its way there and back, in [0, 1]. @default {0.5} */
  minSimilarity?: number;
  /** Rates texts by the language of the originals: a way back that is below half in it is lost as `another language`. @default {none} */
  rater?: LanguageRater;
  /** The list that the translations were made with: each term of the original must return, else the text is lost as `term not kept`. @default {none} */
  terms?: Terms;
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
  const cannot = "Cannot translate back";
  takes(cannot, options, "language?, minSimilarity?, rater?, terms?, temperature?");
  const { language = "English", minSimilarity = 0.5, rater, terms = {}, temperature = 0 } = options;
  mustBeNamed(language);
  inRange(cannot, { minSimilarity }, "in [0, 1]");
  checkTerms(cannot, terms);
  if (rater !== undefined) ofKind(cannot, { rater }, "an object with name, rateDocuments");
  return {
    id: `translate-back/${language}@1`,
    settings: { minSimilarity, ...listed(terms, rater) },
    kind: "distill",
    build: ({ text, meta }) =>
      typeof meta.original !== "string" ? [] : [{
        messages: [{
          role: "user",
          content: `Translate the text below into ${language}.${
            termsLine(backwards(termsIn(meta.original, terms), text))
          } Write the translation only.\n\nText:\n${text}`,
        }],
        maxTokens: 60 + 3 * wordsOf(meta.original).length,
        temperature,
      }],
    async read([answer], { text, meta }) {
      const lost = lostAnswer(answer);
      if (lost) return [lost];
      const returned = answer.text;
      const original = String(meta.original);
      if (rater) {
        const way = [{ text: returned, meta: { original } }];
        const [verdict] = await rated(way, { rater, otherwise: () => undefined });
        if ("rejected" in verdict) return [verdict];
      }
      if (termsIn(original, terms).some(({ term }) => countForms(returned, [term]) === 0)) {
        return [{ rejected: "term not kept", sample: returned }];
      }
      const similarity = chrF(returned, original);
      if (similarity < minSimilarity) return [{ rejected: "lost on the way", sample: returned }];
      return [{ text, meta: { ...meta, returned, similarity } }];
    },
  };
}

/** Terms from the forms that a translation has back to those of its original. */
function backwards(terms: readonly Term[], translation: string): Term[] {
  return terms.flatMap(({ term, forms, asked }) =>
    forms.filter((form) => countForms(translation, [form]) > 0).map((form) => ({
      term: form,
      forms: [term],
      asked,
    }))
  );
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
