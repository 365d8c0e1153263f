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

/** What must not be read as markup: formulas, code, text between `nowiki`. */
export class Literals {
  readonly #texts: string[] = [];
  readonly #blocks: boolean[] = [];

  /** Keep a text and get the mark that stands for it; a block stands in a paragraph of its own. */
  keep(text: string, block = false): string {
    this.#blocks.push(block);
    return OPEN + (this.#texts.push(text) - 1) + CLOSE;
  }

  /** Whether a mark stands for a block. */
  isBlock(number: string): boolean {
    return this.#blocks[Number(number)];
  }

  /** The text with what its marks stand for. */
  restore(text: string): string {
    return text.replace(/\ufdd0(\d+)\ufdd1/g, (_, number) => this.#texts[Number(number)]);
  }
}
