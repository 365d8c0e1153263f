import { latexOf } from "./math_symbols.ts";

/** A space of a text, which is kept. */
export const HELD = "\ue000";

/** Spaces only where they say something. */
export function tidied(latex: string): string {
  return latex
    .replace(/(?:\\mathrm\{\w+\}){2,}/g, (letters) => `\\mathrm{${letters.replace(/\\mathrm|[{}]/g, "")}}`)
    .replace(/\s+/g, " ")
    .replace(/ ?([\^_]) ?/g, "$1")
    .replace(/([{([]) /g, "$1")
    .replace(/(?<!\\) ([)\]}])/g, "$1")
    .trim();
}

/** Characters one after the other, so that no command runs into a letter. */
export function charactersOf(text: string): string {
  return concatenated(Array.from(text, latexOf));
}

/** Pieces one after the other: a command's name ends where no letter follows, a script of one letter reads as one where none does. */
export function concatenated(pieces: Iterable<string>): string {
  const all: string[] = [];
  // The end of what was read, beside it: reading it off a long concatenation would flatten that each time.
  let end = "";
  for (const piece of pieces) {
    if (/^[a-zA-Z]/.test(piece) && /\\[a-zA-Z]+$|[_^][a-zA-Z]$/.test(end)) all.push(" ");
    all.push(piece);
    end = (end + piece.slice(-40)).slice(-40);
  }
  return all.join("");
}

/** Words in a formula. */
export function textOf(words: string): string {
  if (/^[\u2009\u200a\u2005\u2006]$/.test(words)) return "\\,";
  // A zero-width space has no words.
  if (/^[\u200b\u2060\ufeff]*$/.test(words)) return "";
  if (words.trim() === "") return words === "" ? "" : "\\ ";
  return `\\text{${words.replace(/[{}%#&$_]/g, "\\$&").replaceAll(" ", HELD)}}`;
}

export function spaceOf(width: string, linebreak: string): string {
  if (linebreak === "newline") return " \\\\ ";
  const [, size, unit] = /^(-?[\d.]+)(em|ex|px|pt)/.exec(width) ?? [];
  const ems = Number(size ?? 0) / ({ em: 1, ex: 2, px: 16, pt: 10 }[unit ?? "em"] ?? 1);
  return ems >= 2 ? "\\qquad " : ems >= 1 ? "\\quad " : ems >= 0.25 ? "\\ " : ems > 0.1 ? "\\," : "";
}

/** A base that has scripts: one thing as it is, more in braces. */
export function based(latex: string): string {
  const one = tidied(latex);
  if (
    /^(?:.|\d[\d.,]*|\\[a-zA-Z]+|\\[^a-zA-Z]|\\(?:math\w+|text|operatorname|sqrt|frac|bar|hat|tilde|vec|dot|ddot|overline|widehat|binom|boldsymbol)(?:\{[^{}]*\})+)$/u
      .test(one)
  ) {
    return one;
  }
  if (one === "") return "{}";
  if (
    /^[([|].*[)\]|]$/.test(one) || /^\\left.*\\right.$/.test(one) ||
    /^\\begin\{(\w+)\}.*\\end\{\1\}$/.test(one)
  ) return one;
  return `{${one}}`;
}

/** A script: one letter or digit as it is, more in braces. */
export function braced(latex: string): string {
  return /^[\p{L}\p{N}*+]$/u.test(latex) ? latex : `{${latex}}`;
}

/** Primes stand as they are. */
export function raised(latex: string): string {
  const plain = latex.replace(/^\^/, "");
  return plain === "" ? "" : /^'+$/.test(plain) ? plain : `^${braced(plain)}`;
}
