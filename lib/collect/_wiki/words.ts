import type { Arguments, Template } from "./arguments.ts";
import { BLOCK, BREAK } from "./marks.ts";
import { withoutQuotes } from "./quotes.ts";
import { script } from "./script.ts";

const first: Template = (given) => given.of(1);
const last: Template = (given) => given.list().at(-1) ?? "";
const line: Template = (given) => given.list().join(" · ");
const quote: Template = (given) => {
  const text = given.of("text", "quote", 1).replaceAll("\n\n", BLOCK);
  const from = [given.of("author", "sign", "by", 2), given.of("title"), given.of("source", "cite", 3)]
    .filter((one) => one);
  return BLOCK + text + (from.length > 0 ? `${BREAK}— ${from.join(", ")}` : "") + BLOCK;
};

/** What templates show that are made of words, by their names. */
export const words: Record<string, Template> = {
  // Their first argument as it is.
  "nowrap, nobr, nobreak, nowrap begin, nobold, noitalic, normal, small, smaller, midsize, big, large, larger, huge, sc, smallcaps, small caps, sc2, caps, allcaps, em, strong, bold, bolditalic, b, i, italic, ital, strikethrough, del, ins, underline, u, mono, tt, code, codett, kbd, samp, var, pre2, abbr, abbrv, tooltip, h:title, vanchor, visible anchor, plainlist, plain list, flatlist, center, centre, align, longitem, nobots text, not a typo, typo, sic text, proper name, ill, interlanguage link, link-interwiki, illm, ship-name, color text, background color, highlight, mark, mvar, math, mathcal, unstrip, noprint, no italic, polytonic, hebrew, arabic, unicode, music symbol, yes, no, hover title, first word, nihongo title, vert header, vertical text, rotate text, nowraplinks, linktext, gloss, notatypo, flag, flagcountry, flagu, flagicon2, flag+link, country, noflag, flagathlete, player, sup text, verse translation, gcl, done, won, nom, draw, partial, n/a, unknown, tba, maybe, depends, good, bad, ok, active, dropped, included, nonfree, free, pending, proprietary, incorrect, textdiff, sortname2, columns, col-list, div col text, em text, poem text, tq, xt, !xt, mxt, xtn":
    first,
  "color, fontcolor, colored link, resize, font, transl, transliteration, xlit, script, script/hebrew, script/arabic, ruby-ja, native phrase, nativename, bg, lang-rtl":
    last,
  "lang, native name, wikt-lang, wt, rtl-lang": (given) => given.of(2, "text"),
  "hlist, flat list, horizontal list, dot separated": line,
  "ubl, unbulleted list, ublist, plainlist2, bulleted list, blist, ordered list, unordered list": (given) =>
    `\n${given.list().map((item) => `* ${item}`).join("\n")}\n`,
  "langx": (given, { language }) => inLanguage(given.of(1), given.of(2), language),
  "nihongo, nihongo foot": (given) => {
    const more = [given.of(2), given.of(3), given.of(4)].filter((one) => one).join(", ");
    return given.of(1) ? given.of(1) + (more && ` (${more})`) : more;
  },
  "nihongo3": (given) => {
    const more = [given.of(2), given.of(1)].filter((one) => one).join(", ");
    return given.of(3) + (more && ` (${more})`);
  },
  "zh, lang-zh, zhi, zh-hans": (given) => {
    const names: [string, string][] = [
      ["s", "simplified Chinese"],
      ["t", "traditional Chinese"],
      ["c", "Chinese"],
      ["p", "pinyin"],
      ["w", "Wade–Giles"],
      ["j", "Jyutping"],
      ["l", "lit."],
    ];
    const told = names.filter(([key]) => given.of(key)).map(([key, name]) => `${name}: ${given.of(key)}`);
    return told.join("; ") || given.of(1);
  },
  // Pronunciation.
  "ipa, ipa link, ipalink, ipa-all, ipa2, ipa text, api, lautschrift": (given) => given.of(2, 1),
  "ipa-any": (given) => `[${given.of(1)}]`,
  "ipac-en": (given) => {
    const sounds = given.list().filter((sound) =>
      !/^(?:lang|pron|us|uk|usalso|ukalso|also|audio|local|localpron|local pronunciation|pronunciation|,_?|en)$/i
        .test(sound)
    );
    return sounds.length > 0 ? `/${sounds.join("").replaceAll("_", " ")}/` : "";
  },
  "respell, pronunciation respelling, usdict": (given) => given.list().join("-").replaceAll("-_-", " "),
  "audio, audio-ipa, pronunciation": (given) => given.of(2),
  "angbr, angle bracket, angbr ipa": (given) => `⟨${given.of(1)}⟩`,
  "keypress, key press, key": (given) => given.list().join("+"),
  "unichar": (given) => `U+${given.of(1).toUpperCase()}`,
  // Quotations.
  "quote, blockquote, bquote, cquote, quotation, rquote, quote box, quote frame, centered pull quote, pull quote, pullquote, epigraph, imagequote, talkquote, zitat, citation bloc, cita, quoteblock":
    quote,
  "poemquote, poem quote": (given) => BLOCK + given.of("text", 1).replaceAll("\n", BREAK) + BLOCK,
  "circled text": (given) => `(${given.of(1)})`,
  "'\"": () => "'\"",
  // Names and works.
  "sortname": (given) => [given.of(1), given.of(2)].filter((one) => one).join(" "),
  "harv, harvard citation, harvp": (given) => `(${harvard(given)})`,
  "harvtxt, harvard citation text": (given) => {
    const year = given.list().at(-1) ?? "";
    return `${given.list().slice(0, -1).join(" & ")} (${year})`;
  },
  "harvnb, harvard citation no brackets": (given) => harvard(given),
  "cite book, cite web, cite journal, cite news, cite encyclopedia, cite magazine, cite conference, cite thesis, cite report, cite press release, cite av media, cite arxiv, cite video, cite techreport, cite map, cite episode, cite podcast, cite speech, cite interview, cite document, cite paper, citation, vcite book, vcite journal, vcite web, vancite book, vancite journal, cite":
    cited,
  "ship, ss, hms, uss, mv, rms, hmas, hmcs, sms": (given) => given.list().slice(0, 2).join(" "),
  "song, 'album, film": first,
  "simplenuclide, simplenuclide2, nuclide, nuclide2": (given) => {
    const [element, mass] = given.list();
    return mass ? `${withoutQuotes(element)}-${mass}` : element ?? "";
  },
  "chem, chem name": (given) =>
    given.list().map((part, i) => i > 0 && /^(?:[\d+−-]|'*[nmxyz]'*)+$/.test(part) ? script("_", part) : part)
      .join(""),
  "chem2, ce": (given) =>
    given.of(1).replace(
      /(?<=[A-Za-z)\]])\d+/g,
      (digits) => digits.length > 1 ? `_{${digits}}` : `_${digits}`,
    ),
  // Signs.
  "!, pipe": () => "|",
  "!!": () => "||",
  "!-": () => "|-",
  "(!": () => "{|",
  "!)": () => "|}",
  "=": () => "=",
  "((": () => "{{",
  "))": () => "}}",
  "(": () => "{",
  ")": () => "}",
  "·, sep, dot, middot, •, bull, bullet, \\, •w, ·w": () => " · ",
  "nbsp, space, spaces, sp, spc, thinsp, thin space, hair space, hsp, hair, zwsp, shy, wbr, indent, in5, pad, emsp, ensp":
    () => " ",
  "br, crlf, newline": () => BREAK,
  "paragraph break, pb, parabr": () => BLOCK,
  "ndash, en dash, –": () => "–",
  "snd, spnd, spaced ndash, spaced en dash, dash": () => " – ",
  "mdash, em dash, —": () => "—",
  "mdashb, spaced mdash, snds, spaced em dash": () => " — ",
  "', apostrophe": () => "'",
  "'s": () => "'s",
  "\", ''": () => '"',
  "--": () => "–",
  "ellipsis, ..., …": () => "…",
  "dagger": () => "†",
  "double-dagger, ddagger": () => "‡",
  "*, asterisk": () => "*",
  "number sign, #": () => "#",
  "euro, €, eur": (given) => `€${given.of(1)}`,
  "gbp, £, pound sterling": (given) => `£${given.of(1)}`,
  "us$, usd, us dollar": (given) => `US$${given.of(1)}`,
  "inr, indian rupee, ₹": (given) => `₹${given.of(1)}`,
  "jpy, ¥, yen": (given) => `¥${given.of(1)}`,
  "tick, check mark, y, ya, aye": () => "✓",
  "cross, x mark, cross mark, n, nay": () => "✗",
  "rarr, right arrow": () => "→",
  "larr": () => "←",
  "prime": (given) => `${given.of(1)}′`,
  "marriage": (given) =>
    [given.of(1), [given.of(2), given.of(3)].filter((one) => one).join("–")].filter((one) => one).join(", "),
  "vol., volume": (given) => `Vol. ${given.of(1)}`,
  "sharp, music sharp": () => "♯",
  "flat, music flat": () => "♭",
  "pagename, fullpagename, basepagename, subpagename, title": (_, { title }) => title,
  "sitename": () => "Wikipedia",
};

function harvard(given: Arguments): string {
  const names = given.list();
  const year = names.pop() ?? "";
  const page = given.of("p", "pp");
  return `${names.join(" & ")} ${year}${page && `, p. ${page}`}`.trim();
}

/** A work as its citation tells it: who, when, what, where. */
function cited(given: Arguments): string {
  const people: string[] = [];
  for (let i = 1; i <= 50; i++) {
    const name = i === 1
      ? given.of("last1", "last", "surname", "surname1", "author1", "author", "authors", "vauthors")
      : given.of(`last${i}`, `author${i}`, `surname${i}`);
    if (!name) break;
    const own = i === 1 ? given.of("first1", "first", "given", "given1") : given.of(`first${i}`, `given${i}`);
    people.push(own ? `${name}, ${own}` : name);
  }
  const year = given.of("date", "year");
  const head = people.join("; ") + (year && (people.length > 0 ? ` (${year})` : year));
  const title = given.of("chapter", "title", "work");
  const within = given.of("chapter") ? given.of("title") : "";
  const from = [given.of("journal", "work", "newspaper", "magazine", "encyclopedia"), given.of("publisher")];
  return [head, title, within, ...from].map((part) => part.replace(/[.\s]+$/, ""))
    .filter((part, i, parts) => part && parts.indexOf(part) === i).join(". ").concat(title ? "." : "");
}

/** A word of another language after that language's name, in the language of the text. */
export function inLanguage(code: string, text: string, language: string): string {
  try {
    const name = new Intl.DisplayNames([language], { type: "language" }).of(code);
    return text === "" || name === undefined || name === code ? text : `${name}: ${text}`;
  } catch {
    // What is no code of a language names none.
    return text;
  }
}
