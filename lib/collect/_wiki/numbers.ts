import type { Template } from "./arguments.ts";
import { script } from "./script.ts";
import { unitNames } from "./units.ts";

const fraction: Template = (given) => {
  const parts = given.list();
  if (parts.length === 0) return "1/2";
  if (parts.length === 1) return `1/${parts[0]}`;
  const [top, bottom] = parts.slice(-2).map(grouped);
  return parts.length === 2 ? `${top}/${bottom}` : `${parts[0]} ${top}/${bottom}`;
};

/** What templates show that are made of numbers and signs, by their names. */
export const numbers: Record<string, Template> = {
  "frac, sfrac, fraction, fract, tfrac, dfrac, sfract, frac2": fraction,
  "math/frac": fraction,
  "val": (given) => {
    const number = given.of(1);
    const error = given.of(2);
    const below = given.of(3);
    const exponent = given.of("e");
    const unit = given.of("u", "ul", "upl", "up");
    const per = given.of("upl", "up") && given.of("u", "ul") ? given.of("upl", "up") : "";
    let text = number +
      (below
        ? ` +${error.replace(/^\+/, "")} −${below.replace(/^[-−]/, "")}`
        : error.startsWith("(")
        ? error
        : error && ` ± ${error}`);
    if (exponent) text = `${error && !error.startsWith("(") ? `(${text})` : text}×10${script("^", exponent)}`;
    if (!number && exponent) text = `10${script("^", exponent)}`;
    const prefix = given.of("p");
    const shownUnit = unit && `${/^[°%′″]/.test(unit) ? "" : " "}${unit}${per && `/${per}`}`;
    return `${prefix}${text.replace(/^-/, "−")}${shownUnit}${given.of("s")}`;
  },
  "su": (given) => script("^", given.of("p", 1)) + script("_", given.of("b", 2)),
  "sup, superscript": (given) => script("^", given.of(1)),
  "sub, subscript": (given) => script("_", given.of(1)),
  "pow": (given) => given.of(1) + script("^", given.of(2)),
  "subsup": (given) => given.of(1) + script("_", given.of(2)) + script("^", given.of(3)),
  "sqrt, radic, square root, root": (given) => {
    const of = given.of(1);
    const degree = given.of(2);
    const sign = degree === "3"
      ? "∛"
      : degree === "4"
      ? "∜"
      : degree && degree !== "2"
      ? `${script("^", degree)}√`
      : "√";
    return sign + (/^[\p{L}\p{N}]*$/u.test(of) ? of : `(${of})`);
  },
  "pi, π": () => "π",
  "tau": () => "τ",
  "phi, φ": () => "φ",
  "theta": () => "θ",
  "e, e-sp": (given) => given.of(1) ? `×10${script("^", given.of(1))}` : "e",
  "10^, 10e": (given) => `10${script("^", given.of(1) || "1")}`,
  "esp": (given) => `×10${script("^", given.of(1))}`,
  "gaps": (given) => {
    const unit = given.of("u");
    return given.list().join("") + (given.of("e") && `×10${script("^", given.of("e"))}`) +
      (unit && ` ${unit}`);
  },
  "abs, absolute value, mabs": (given) => `|${given.of(1)}|`,
  "norm": (given) => `‖${given.of(1)}‖`,
  "floor": (given) => `⌊${given.of(1)}⌋`,
  "ceil": (given) => `⌈${given.of(1)}⌉`,
  "overline, overbar, overset bar, x-bar": (given) => `\\overline{${given.of(1)}}`,
  "bra": (given) => `⟨${given.of(1)}|`,
  "ket": (given) => `|${given.of(1)}⟩`,
  "bra-ket, braket": (given) =>
    given.list().length === 2 ? `⟨${given.of(1)}|${given.of(2)}⟩` : given.of(2, 1),
  "brace, mset": (given) => `{${given.list().join(", ")}}`,
  "intmath, int": (given) =>
    `∫${script("_", given.of(1))}${script("^", given.of(2))}${given.of(3) && ` ${given.of(3)}`}`,
  "underset, overset": (given) => given.of(2),
  "bigmath, math2, bmath, mathbf": (given) => given.of(1),
  "num, nts, number table sorting, formatnum, nowrapnum, number, rnd, val2, commas": (given) => given.of(1),
  "ordinal, ord": (given) => ordinal(given.of(1)),
  "minus, −": () => "−",
  "plusmn, ±": (given) => `±${given.of(1)}`,
  "times, ×": () => "×",
  "approx, ≈": () => "≈",
  "percentage, percent": (given) => {
    const [part, whole, digits = "0"] = given.list().map(Number).map(String);
    const share = 100 * Number(part) / Number(whole);
    return Number.isFinite(share)
      ? `${share.toFixed(Math.min(Math.max(Number(digits) || 0, 0), 10))}%`
      : given.of(1);
  },
  "convert, cvt": (given) => {
    const values: string[] = [];
    let i = 1;
    let unit = "";
    // Numbers and what joins them, up to the unit that they are in.
    for (; i <= given.count && unit === ""; i++) {
      const part = given.of(i);
      if (/^[-−+]?[\d.,]+(?:[+⁄/]\d+(?:\/\d+)?)?(?:e[-+]?\d+)?$/i.test(part)) {
        values.push(part.replace("+", " "));
      } else if (values.length > 0 && joins.has(part.toLowerCase())) values.push(part);
      else unit = part;
    }
    if (values.length === 0) return "";
    const text = values.map((value) => joins.get(value.toLowerCase()) ?? value).join("").replace(/\s+/g, " ");
    if (given.of("disp") === "unit") return unit;
    return `${text} ${unitNames(unit, values.at(-1)!, given.of("adj") === "on")}`.trim();
  },
  "height": (given) => {
    if (given.of("m")) return `${given.of("m")} m`;
    if (given.of("cm")) return `${given.of("cm")} cm`;
    return [given.of("ft") && `${given.of("ft")} ft`, given.of("in") && `${given.of("in")} in`].filter((
      one,
    ) => one)
      .join(" ");
  },
  "convinfobox": (given) => given.list().slice(0, 2).join(" "),
  "deg2dms": (given) => `${given.of(1)}°`,
  "rating": (given) => `${given.of(1)}/${given.of(2) || "5"}`,
  "bartable": (given) => given.list().slice(0, 2).join(""),
  "bar percent": (given) => [given.of(1), given.of(3) && `${given.of(3)}%`].filter((one) => one).join(" "),
  "legend, legend2, color box text, legend inline": (given) => given.of(2),
  "composition bar": (given) => `${given.of(1)}/${given.of(2)}`,
  "increase, decrease, steady, increaseneutral, decreaseneutral, nochange, profit, loss, gain": (given) =>
    given.of(1),
};

/** What may stand between the numbers of a conversion, and what it becomes. */
const joins = new Map<string, string>([
  ["-", "–"],
  ["–", "–"],
  ["to", " to "],
  ["to(-)", " to "],
  ["and", " and "],
  ["and(-)", " and "],
  ["or", " or "],
  ["by", " by "],
  ["x", " × "],
  ["×", " × "],
  ["*", " × "],
  ["+/-", " ± "],
  ["±", " ± "],
  ["+", " + "],
]);

/** A sum or a difference above or below a bar needs brackets where the bar becomes a stroke. */
function grouped(part: string): string {
  return /\s[-+−±]\s|^[^(]*\S[+−]\S/.test(part) ? `(${part})` : part;
}

function ordinal(number: string): string {
  const value = Number(number);
  if (!Number.isInteger(value)) return number;
  const ends: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
  return number + ends[new Intl.PluralRules("en", { type: "ordinal" }).select(value)];
}
