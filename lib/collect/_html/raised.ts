import { childless, OPEN } from "./page.ts";
import { MARK, type Pass, SEEN } from "./pass.ts";

/** What stands raised in prose without being a power: endings of ordinals and abbreviations, and signs. */
const endings = /^(?:st|nd|rd|th|ers?|res?|ère|ème|èmes|eme|nde|lle|me|mes|tm|sm|®|©|™|ª|º|e)$/i;
/** Units and functions of more than three letters, which have powers. */
const hasPower =
  /^(?:met(?:er|re)s?|inch(?:es)?|feet|foot|miles?|yards?|acres?|sinh|cosh|tanh|second|seconds)$/i;
/** How much a raised text may hold. */
const LONGEST = 60;
const MOST_PIECES = 40;

/**
 * Powers and indices: `10<sup>6</sup>` becomes `10^6`, `H<sub>2</sub>O` `H_2O`, and more than a sign and a word stands in
 * braces: `2^{n+1}`. A reference to a note becomes `[1]`, `1st` stays, and so does what begins its line or is long.
 */
export const raised: Pass = {
  name: "raised",
  apply(page, { places, steps, marks }) {
    const { count, kinds, tags, names } = page;
    const [sup, sub, link] = ["sup", "sub", "a"].map((name) => names.indexOf(name));
    if (sup < 0 && sub < 0) return;
    const isInline = names.map((name) => inline.has(name));
    // The last characters before, back to the start of the block.
    let before = "";
    for (let i = 0; i < count; i++) {
      if (places[i] !== SEEN) continue;
      const tag = tags[i];
      if (tag === 0) {
        before = (before + page.textOf(i)).slice(-24);
        continue;
      }
      if (!isInline[tag]) before = "";
      if (tag !== sup && tag !== sub || kinds[i] !== OPEN) continue;
      let text = "";
      let linked = /(?:^|[\s_-])(?:reference|footnote|fn|cite|citation|noteref)/i.test(
        page.valuesOf(i, "class").concat(page.valuesOf(i, "id")).join(" "),
      );
      let open = 1;
      let end = i + 1;
      for (; end < count && end <= i + MOST_PIECES && text.length <= LONGEST; end++) {
        if (tags[end] === 0) {
          if (places[end] === SEEN) text += page.textOf(end);
          continue;
        }
        if (tags[end] === link && kinds[end] === OPEN) linked = true;
        if (!isInline[tags[end]]) break;
        if (tags[end] === tag && (open += kinds[end] === OPEN ? 1 : -1) === 0) break;
      }
      if (open > 0 || text.length > LONGEST) continue;
      const [first, last] = marksOf(text.trim(), before, tag === sup, linked);
      if (first === "" && last === "") continue;
      marks.set(i, first);
      steps[i] |= MARK;
      if (last === "") continue;
      marks.set(end, last);
      steps[end] |= MARK;
    }
  },
};

const inline = new Set(
  ("a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong sub sup " +
    "time tt u var wbr").split(" ").filter((name) =>
      name === "img" || name === "wbr" || !childless.has(name)
    ),
);

/** What stands before and after a raised or lowered text. */
function marksOf(text: string, before: string, raised: boolean, linked: boolean): [string, string] {
  if (text === "" || before.trim() === "") return ["", ""];
  const bare: [string, string] = [raised ? "^" : "_", ""];
  if (!raised) return isWord(text) ? bare : ["_{", "}"];
  if (/^[[(].*[\])]$/.test(text) || /^[*†‡§¶]+$/.test(text)) return ["", ""];
  // A price: $5<sup>99</sup>.
  if (/[$€£]\s?[\d,]+\.?$/.test(before) && /^\d\d$/.test(text)) return [before.endsWith(".") ? "" : ".", ""];
  const isNumber = /^\d{1,3}(?:\s*[,–-]\s*\d{1,3})*$/.test(text);
  const word = /[\p{L}\p{M}]+$/u.exec(before)?.[0] ?? "";
  const afterProse = /[\s.,;:!?"”’»…]$/.test(before) || word.length > 3 && !hasPower.test(word);
  if (isNumber && (linked || afterProse)) return ["[", "]"];
  if (linked || /\s$/.test(before)) return ["", ""];
  if (endings.test(text) && (/\d$/.test(before) || text.length > 1 && word !== "" || /[®©™]/.test(text))) {
    return ["", ""];
  }
  return isWord(text) ? bare : ["^{", "}"];
}

function isWord(text: string): boolean {
  return /^[+−-]?(?:\p{L}|\p{N}+|\p{Lu}\p{Ll})$/u.test(text);
}
