import { must } from "../base/mod.ts";
import { unspaced } from "./checks.ts";

/** Terms by what they are in the original: in each, the forms of which one must stand in the translation. */
export type Terms = Readonly<Record<string, string | readonly string[]>>;

/** A term that stands in an original. */
export interface Term {
  term: string;
  forms: string[];
  /** How often. */
  asked: number;
}

/** Throw unless every term has a form. */
export function checkTerms(cannot: string, terms: Terms): void {
  if (typeof terms !== "object" || terms === null || Array.isArray(terms)) {
    throw new TypeError(`${cannot} as terms must be an object such as { whale: "nyangumi" }`);
  }
  for (const [term, given] of Object.entries(terms)) {
    const forms = formsOf(given);
    const named = term.trim() !== "" && forms.length > 0 &&
      forms.every((form) => typeof form === "string" && form.trim() !== "");
    must(cannot, `the term ${term} must be given as a text, or as texts`, given, named);
  }
}

/** Those that an original has, as whole words; an English plural or genitive counts. */
export function termsIn(original: string, terms: Terms): Term[] {
  const text = folded(original);
  return Object.entries(terms).flatMap(([term, given]) => {
    const asked = text.match(asWord(term))?.length ?? 0;
    return asked === 0 ? [] : [{ term, forms: formsOf(given), asked }];
  });
}

/** How often one of the forms stands in a text; a language may bind it to other words. */
export function countForms(text: string, forms: readonly string[]): number {
  const longestFirst = forms.map(folded).toSorted((a, b) => b.length - a.length).map(escaped);
  return folded(text).match(new RegExp(longestFirst.join("|"), "gu"))?.length ?? 0;
}

/** What a prompt says of terms. */
export function termsLine(terms: readonly Term[]): string {
  if (terms.length === 0) return "";
  const list = terms.map(({ term, forms }) =>
    `"${term}" as ${forms.map((form) => `"${form}"`).join(" or ")}`
  );
  return ` Translate these terms only so: ${list.join("; ")}.`;
}

function formsOf(given: string | readonly string[]): string[] {
  return typeof given === "string" ? [given] : [...given ?? []];
}

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase().replaceAll("’", "'").replace(/\s+/g, " ");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function asWord(term: string): RegExp {
  const word = escaped(folded(term).trim());
  if (unspaced.test(term)) return new RegExp(word, "gu");
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])${word}(?:'?s|es)?(?![\\p{L}\\p{M}\\p{N}])`, "gu");
}
