import { withoutQuotes } from "./quotes.ts";

/** Ends of ordinals, which stand raised without being exponents. */
const ordinals = /^(?:st|nd|rd|th|er|re|e|ème|ter|o|a|os|as|º|ª|er\.|me)$/i;

/** What is raised or lowered beside a text, as in LaTeX: `^2`, `_{ij}`. */
export function script(sign: "^" | "_", text: string): string {
  const shown = text.replace(/[\ufdd5-\ufdd7]/g, "").trim();
  if (shown === "" || sign === "^" && ordinals.test(withoutQuotes(shown))) return shown;
  const plain = withoutQuotes(shown);
  return sign + (/^(?:\d+|[^\s\ufdd0])$/u.test(plain) ? plain : `{${plain}}`);
}
