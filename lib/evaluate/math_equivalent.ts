import { ofKind } from "../base/mod.ts";
import { sameLatexValue } from "./_latex_value.ts";
import { hendrycksEquivalent } from "./math_answer.ts";
import { minervaEquivalent, minervaNormal } from "./minerva.ts";

/**
 * Whether two answers of MATH are the same by any of three rules: Hendrycks', Minerva's, or the kit's own, by which `\pi`, `e`
 * and `i` are numbers, `3\frac12` is three and a half, and tuples and intervals are compared part by part, brackets as they
 * are. It accepts whatever one of the published rules accepts, and no other value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mathEquivalent } from "midtrain/evaluate";
 *
 * assert(mathEquivalent("(\\sqrt{12}, \\pi/2]", "(2\\sqrt3, \\frac{\\pi}{2}]"));
 * assert(mathEquivalent("e^{i\\pi}", "-1") && !mathEquivalent("(1, 2)", "[1, 2]"));
 * ```
 */
export function mathEquivalent(a: string, b: string): boolean {
  ofKind("Cannot compare answers", { a, b }, "a text");
  if (hendrycksEquivalent(a, b) || minervaEquivalent(a, b)) return true;
  const [one, other] = [a, b].map((text) => partsOf(minervaNormal(spaced(text))));
  return one.length === other.length &&
    one.every((part, i) =>
      part !== "" &&
      (unmarked(part) === unmarked(other[i]) || sameLatexValue(part, other[i], { constants: true }))
    );
}

/** A text whose commands stay what they are, where Minerva's spelling makes others of `\pi r` and `\theta + 1`. */
function spaced(text: string): string {
  return text.replace(/\\[,;:! ]/g, " ").replace(/(\\(?!frac|sqrt)[a-zA-Z]+) +/g, "$1\\:");
}

const unmarked = (part: string) => part.replaceAll("\\:", "");

/** A list as its parts, its brackets the first of them; anything else as the only part. */
function partsOf(text: string): string[] {
  const bare = text.replace(/\\left|\\right/g, "");
  const [, open, within, close] = /^([([]|\\\{)(.*)([)\]]|\\\})$/s.exec(bare) ?? [undefined, "", bare, ""];
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= within.length; i++) {
    if (i === within.length || (within[i] === "," && depth === 0)) {
      parts.push(within.slice(from, i));
      from = i + 1;
    } else if ("([{".includes(within[i])) depth++;
    else if (")]}".includes(within[i])) depth--;
  }
  return parts.length > 1 ? [open + close || "none", ...parts] : [bare];
}
