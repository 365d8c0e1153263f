/**
 * Characters that stand in wikitext for what is known already, while it is being read. They are no characters in
 * Unicode, which keeps them for such use, and are taken out of what is given.
 */
export const OPEN = "\ufdd0";
/** After the number of a literal that began with {@linkcode OPEN}. */
export const CLOSE = "\ufdd1";
/** Something without text was here: a template, a note, a picture. */
export const GONE = "\ufdd2";
/** A line ends here, within a paragraph. */
export const BREAK = "\ufdd3";
/** A paragraph ends here. */
export const BLOCK = "\ufdd4";

/** Bold begins or ends here; only where emphasis is written. */
export const BOLD = "\ufdd5";
/** Italics begin or end here; only where emphasis is written. */
export const ITALIC = "\ufdd6";
/** Code within a line begins or ends here; only where that is written. */
export const CODE = "\ufdd7";

/** What must not be read as markup: a formula in LaTeX, code, or text between `nowiki`. */
export interface Literal {
  kind: "formula" | "code" | "text";
  text: string;
  /** Whether it stands in a paragraph of its own. */
  block?: boolean;
  /** The language of code, where it is said. */
  language?: string;
}

/** The literals of a page. */
export class Literals {
  readonly #kept: Literal[] = [];

  /** Keep one and get the mark that stands for it. */
  keep(literal: Literal): string {
    return OPEN + (this.#kept.push(literal) - 1) + CLOSE;
  }

  /** What a number between marks stands for. */
  at(number: string): Literal {
    return this.#kept[Number(number)];
  }

  /** The text with what its marks stand for. */
  restore(text: string): string {
    return text.replace(/\ufdd0(\d+)\ufdd1/g, (_, number) => this.at(number).text);
  }
}
