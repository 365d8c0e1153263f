import { ofKind, oneOf, takes } from "../base/mod.ts";

/**
 * What stands in the last `\boxed{…}` (or `\fbox{…}`) of a text, braces within it kept whole; `null` where there is none, or
 * it is not closed. `\boxed 7` without braces goes up to the next dollar.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { boxedAnswer } from "midtrain/evaluate";
 *
 * assert.equal(boxedAnswer("so $x = \\boxed{\\frac{1}{2}}$."), "\\frac{1}{2}");
 * assert.equal(boxedAnswer("I do not know"), null);
 * ```
 */
export function boxedAnswer(text: string): string | null {
  ofKind("Cannot read a boxed answer", { text }, "a text");
  const bare = text.split("\\boxed ");
  if (bare.length > 1) return bare.at(-1)!.split("$")[0];
  const boxed = text.lastIndexOf("\\boxed");
  const start = boxed >= 0 ? boxed : text.lastIndexOf("\\fbox");
  if (start < 0) return null;
  let depth = 0;
  let from = -1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{" && depth++ === 0 && from < 0) from = i + 1;
    if (text[i] === "}" && --depth === 0) return from < 0 ? null : text.slice(from, i);
  }
  return null;
}

/** Options of {@linkcode hendrycksEquivalent}. */
export interface HendrycksOptions {
  /**
   * Whose reading.
   * - `official`: `modeling/math_equivalence.py` of hendrycks/math.
   * - `lm-eval`: that of `hendrycks_math` in lm-eval 0.4.13. A bare `%` stays, and a slash between what are no whole numbers
   *   lets both answers be compared as they are.
   *
   * @default {"official"}
   */
  reading?: "official" | "lm-eval";
}

/**
 * Whether two answers of MATH are the same by the rule that came with the set (Hendrycks et al. 2021, arXiv 2103.03874): LaTeX
 * is brought to one spelling, and the texts are compared. Nothing is computed: `2\sqrt3` is not `\sqrt{12}`, and sums in
 * another order differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hendrycksEquivalent } from "midtrain/evaluate";
 *
 * assert(hendrycksEquivalent("\\dfrac12", "1/2") && hendrycksEquivalent("x = 0.5", "\\frac{1}{2}"));
 * assert(!hendrycksEquivalent("2\\sqrt3", "\\sqrt{12}"));
 * ```
 */
export function hendrycksEquivalent(a: string, b: string, options: HendrycksOptions = {}): boolean {
  const cannot = "Cannot compare answers";
  takes(cannot, options, "reading?");
  ofKind(cannot, { a, b }, "a text");
  const { reading = "official" } = options;
  oneOf(cannot, { reading }, ["official", "lm-eval"]);
  const [one, other] = [a, b].map((text) => strip(text, reading));
  // What cannot be read is compared as it stands.
  return one === undefined || other === undefined ? a === b : one === other;
}

/** The one spelling; undefined where the rule gives up. */
function strip(text: string, reading: "official" | "lm-eval"): string | undefined {
  let rest = text.replaceAll("\n", "").replaceAll("\\!", "").replaceAll("\\\\", "\\")
    .replaceAll("tfrac", "frac").replaceAll("dfrac", "frac")
    .replaceAll("\\left", "").replaceAll("\\right", "").replaceAll("^{\\circ}", "").replaceAll("^\\circ", "")
    .replaceAll("\\$", "");
  const units = rest.split("\\text{ ");
  if (units.length > 2) return undefined;
  rest = units[0].replaceAll("\\%", "");
  if (reading === "official") rest = rest.replaceAll("%", "");
  rest = rest.replaceAll(" .", " 0.").replaceAll("{.", "{0.");
  if (rest === "") return rest;
  if (rest.startsWith(".")) rest = `0${rest}`;
  const sides = rest.split("=");
  if (sides.length === 2 && sides[0].length <= 2) rest = sides[1];
  if (/\\sqrt(?:$|\\sqrt)/.test(rest)) return undefined;
  rest = rest.replace(/\\sqrt([^{])/gu, "\\sqrt{$1}").replaceAll(" ", "");
  const fractions = withBraces(rest);
  if (fractions === undefined) return undefined;
  rest = fractions === "0.5" ? "\\frac{1}{2}" : fractions;
  const parts = rest.split("/");
  if (parts.length !== 2) return rest;
  const whole = parts.every((part) => /^[+-]?\d+(?:_\d+)*$/.test(part));
  if (!whole) return reading === "official" ? rest : undefined;
  return parts.every((part) => String(BigInt(part.replace(/[+_]/g, ""))) === part)
    ? `\\frac{${parts[0]}}{${parts[1]}}`
    : rest;
}

/** `\frac12` as `\frac{1}{2}`; undefined where a `\frac` has nothing behind it. */
function withBraces(text: string): string | undefined {
  const [front, ...fractions] = text.split("\\frac");
  let whole = front;
  for (const fraction of fractions) {
    const [above, below, ...rest] = fraction;
    if (above === undefined) return undefined;
    if (above !== "{" && below === undefined) return text;
    whole += above === "{"
      ? `\\frac${fraction}`
      : `\\frac{${above}}${below === "{" ? "{" : `{${below}}`}${rest.join("")}`;
  }
  return whole;
}
