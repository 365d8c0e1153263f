/** Formulas that stand in the text as such: nothing in them is escaped. */
const formula =
  /\$\$[^$]{1,500}\$\$|(?<![\\$])\$(?![\s$])[^$\n]{1,500}?(?<![\s\\])\$(?![\d$])|\\\([^\n]{1,500}?\\\)|\\\[[^\n]{1,500}?\\\]/g;

/** The pieces of a block as Markdown: a character of a text is escaped where it would be read as a sign, and only there. */
export function escaped(pieces: readonly { text: string; isText: boolean }[]): string {
  const whole = pieces.map(({ text }) => text).join("");
  // One star, backtick or dollar alone in its block says nothing.
  const paired = (sign: string) => whole.indexOf(sign) !== whole.lastIndexOf(sign);
  const signs = {
    "*": paired("*"),
    "_": paired("_"),
    "`": paired("`"),
    "$": paired("$"),
    "~": whole.includes("~~"),
  };
  return pieces.map(({ text, isText }, i) => {
    if (!isText) return text;
    let from = 0;
    let out = "";
    for (const found of text.matchAll(formula)) {
      out += plain(text.slice(from, found.index), signs) + found[0];
      from = found.index + found[0].length;
    }
    out += plain(text.slice(from), signs);
    return i === 0 ? atStart(out) : out;
  }).join("");
}

function plain(text: string, signs: Readonly<Record<"*" | "_" | "`" | "$" | "~", boolean>>): string {
  let out = text;
  // A star between spaces, or an underscore within a word, is none of Markdown's.
  if (signs["*"]) out = out.replace(/(?<=\S)\*|\*(?=\S)/g, "\\*");
  if (signs._) out = out.replace(/(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}])/gu, "\\_");
  if (signs["`"]) out = out.replaceAll("`", "\\`");
  if (signs.$) out = out.replaceAll(/(?<!\\)\$/g, "\\$");
  if (signs["~"]) out = out.replaceAll("~~", "\\~\\~");
  if (out.includes("](")) out = out.replaceAll("](", "\\](");
  return out.replace(/<(?=[a-zA-Z/!?])/g, "\\<").replace(/&(?=#?\w{1,31};)/g, "\\&");
}

/** What would begin a heading, a quotation, a list, a rule or code. */
function atStart(text: string): string {
  return text.replace(
    /^(\s*)(?:(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|[-=]{2,}\s*$|(?:_[ \t]*){3,}$|~{3})|(\d{1,9})([.)])(?=\s|$))/,
    (whole, space, sign, number, dot) =>
      sign === undefined ? `${space}${number}\\${dot}` : `${space}\\${whole.slice(space.length)}`,
  );
}
