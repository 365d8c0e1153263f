import { checkPattern } from "./_pattern.ts";

/** What makes a word; below U+0100 Oniguruma has raised digits and fractions among it too. */
const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\xb2\\xb3\\xb9\\xbc-\\xbe";

/** Oniguruma's classes by what stands after the backslash; JavaScript's own `\s` takes U+FEFF and leaves U+0085. */
const CLASSES: Readonly<Record<string, string>> = {
  s: "\\p{White_Space}",
  S: "\\P{White_Space}",
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  h: "[0-9A-Fa-f]",
  H: "[^0-9A-Fa-f]",
};

/** What else a backslash makes, outside a class. `^` and `$` stand at lines' ends in Oniguruma, and lines end with U+000A. */
const ANCHORS: Readonly<Record<string, string>> = {
  A: "(?<![^])",
  z: "(?![^])",
  Z: "(?=\\n?(?![^]))",
  b: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
  R: "(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])",
};

/** Names of POSIX, as `[[:alpha:]]` and `\p{Alpha}`. */
const POSIX: Readonly<Record<string, string>> = {
  alnum: "[\\p{Alphabetic}\\p{Nd}]",
  alpha: "\\p{Alphabetic}",
  blank: "[\\p{Zs}\\t]",
  cntrl: "\\p{Cc}",
  digit: "\\p{Nd}",
  lower: "\\p{Lowercase}",
  punct: "[\\p{P}\\p{S}]",
  space: "\\p{White_Space}",
  upper: "\\p{Uppercase}",
  word: `[${WORD}]`,
  xdigit: "[0-9A-Fa-f]",
};

const CONTROLS: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
  0: "\0",
};

/**
 * A pattern of a `tokenizer.json`, which is written for Oniguruma in Ruby's syntax, as a regular expression that finds the
 * same. Source: Oniguruma's `doc/RE`.
 *
 * @throws {RangeError} If it may take time without a bound, or has a sign that is not read here.
 */
export function compilePattern(pattern: string, cannot: string): RegExp {
  checkPattern(pattern, cannot);
  const source = new Translation(pattern, cannot).whole();
  try {
    const found = new RegExp(source, "gv");
    // Only at work is it seen to be too large.
    found.test("");
    return found;
  } catch {
    return refuse(cannot, pattern);
  }
}

function refuse(cannot: string, pattern: string, sign?: string): never {
  const without = sign === undefined ? "" : `, without ${sign}`;
  throw new RangeError(
    `${cannot} as its patterns must be of a kind that is read here${without}: current value is ${
      pattern.slice(0, 80)
    }`,
  );
}

/** A text as a pattern that finds it. */
export function literalPattern(text: string): RegExp {
  return new RegExp(Array.from(text, literal).join(""), "gv");
}

/** A character as itself, in a class or out of it. */
export function literal(character: string): string {
  const code = character.codePointAt(0)!;
  return /[\p{L}\p{N} _]/u.test(character) ? character : `\\u{${code.toString(16)}}`;
}

/** A pattern on its way, sign by sign. */
class Translation {
  #at = 0;
  #held = 0;
  /** Whether small letters are taken for great ones. */
  #folds = false;

  constructor(readonly pattern: string, readonly cannot: string) {}

  whole(): string {
    const source = this.#alternatives();
    if (this.#at < this.pattern.length) this.#refuse("a bracket too many");
    return source;
  }

  #refuse(sign: string): never {
    return refuse(this.cannot, this.pattern, sign);
  }

  /** What matches at the present place is passed over. */
  #take(what: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(what, "yu");
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.pattern) ?? undefined;
    if (found) this.#at = sticky.lastIndex;
    return found;
  }

  /** All up to the bracket that closes a group, or the end. */
  #alternatives(): string {
    let source = "";
    while (this.#at < this.pattern.length && this.pattern[this.#at] !== ")") {
      if (this.#take(/\|/)) source += "|";
      else if (this.#take(/\(\?#[^)]*\)/)) continue;
      else source += this.#repeated(this.#atom());
    }
    return source;
  }

  #repeated(atom: string): string {
    let source = atom;
    for (;;) {
      const braces = this.#take(/\{(?:(\d+)(,?)(\d*)|,(\d+))\}(\??)/);
      if (braces) {
        const [, low = "0", comma = ",", , , lazy] = braces;
        const most = braces[3] ?? braces[4];
        // Ruby reads {2}? as what may stand twice, and {1,3}+ as groups of up to three without end.
        const exact = comma === "";
        source = exact ? `${source}{${low}}` : `${source}{${low},${most}}${lazy}`;
        if (exact && lazy) source = `(?:${source})?`;
        if (this.pattern[this.#at] === "+") {
          if (Number(low) > 1 || exact || lazy) this.#refuse("a repeat of a repeat");
          this.#at++;
          source = `${atom}${low === "0" ? "*" : "+"}`;
        }
        continue;
      }
      const sign = this.#take(/([*+?])([?+]?)/);
      if (!sign) return source;
      const [, repeat, kind] = sign;
      if (source !== atom) this.#refuse("a repeat of a repeat");
      source = kind === "+" ? this.#atomic(`${atom}${repeat}`) : `${atom}${repeat}${kind}`;
    }
  }

  /** What is not tried again once it has matched: a look ahead, and then what it saw. */
  #atomic(source: string): string {
    const name = `held${this.#held++}`;
    return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
  }

  #atom(): string {
    const group = this.#take(/\((\?(?:<?[=!]|[:>]|<[A-Za-z]\w*>|[a-z]*(?:-[a-z]+)?[:)]))?/);
    if (group) return this.#group(group[1] ?? "?:");
    if (this.#take(/\[/)) return this.#class();
    if (this.#take(/\./)) return "[^\\n]";
    if (this.#take(/\^/)) return "(?<![^\\n])";
    if (this.#take(/\$/)) return "(?![^\\n])";
    if (this.#take(/\\/)) return this.#escape(false);
    if (/[*+?(]/.test(this.pattern[this.#at])) this.#refuse(`${this.pattern[this.#at]} there`);
    return literal(this.#take(/[^]/)![0]);
  }

  #group(kind: string): string {
    const options = /^\?([a-z]*)(?:-([a-z]+))?([:)])$/.exec(kind);
    let opening = kind;
    if (options) {
      const [, on, off = ""] = options;
      if (/[^im]/.test(on + off)) this.#refuse(`(${kind}`);
      // Ruby's m lets a dot find the ends of lines; here a dot is a class already.
      if (/m/.test(on + off)) this.#refuse("the option m");
      opening = on === "" && off === "" ? "?:" : `?${on}${off && "-"}${off}:`;
      const folds = this.#folds;
      this.#folds = on.includes("i") || (folds && !off.includes("i"));
      // Options without a group of their own hold to the end of the group around.
      const inside = this.#alternatives();
      this.#folds = folds;
      if (options[3] === ":" && !this.#take(/\)/)) this.#refuse("a group that does not end");
      return `(${opening}${inside})`;
    }
    if (/^\?<[A-Za-z]/.test(kind)) opening = "?:";
    const inside = this.#alternatives();
    if (!this.#take(/\)/)) this.#refuse("a group that does not end");
    return opening === "?>" ? this.#atomic(inside) : `(${opening}${inside})`;
  }

  /** What follows a backslash. */
  #escape(inClass: boolean): string {
    const property = this.#take(/([pP])\{(\^?)([^}]*)\}/);
    if (property) return this.#property(property[3], (property[1] === "P") !== (property[2] === "^"));
    const code = this.#take(/x\{([\da-fA-F]+)\}|x([\da-fA-F]{1,2})|u([\da-fA-F]{4})/);
    if (code) return literal(String.fromCodePoint(parseInt(code[1] ?? code[2] ?? code[3], 16)));
    const [character] = this.#take(/[^]/) ?? [];
    if (character === undefined) this.#refuse("a backslash at its end");
    const known = CLASSES[character] ?? (inClass ? undefined : ANCHORS[character]);
    if (known) return known;
    const control = character === "b" ? "\b" : CONTROLS[character];
    if (control !== undefined) return literal(control);
    if (/[\dA-Za-z]/.test(character)) this.#refuse(`\\${character}`);
    return literal(character);
  }

  #property(given: string, not: boolean): string {
    const name = given.replaceAll(/[ _-]/g, "").toLowerCase();
    const posix = POSIX[name];
    if (posix) return not ? `[^${posix}]` : posix;
    const names = [given, `Script=${given}`, `General_Category=${given}`];
    const found = names.find((name) => {
      try {
        return new RegExp(`\\p{${name}}`, "v");
      } catch {
        return false;
      }
    });
    if (found === undefined) this.#refuse(`\\p{${given}}`);
    return `\\${not ? "P" : "p"}{${found}}`;
  }

  /** A class, after its bracket: of Oniguruma's, `&&` binds last, and all that is no sign stands for itself. */
  #class(): string {
    const not = this.#take(/\^/) ? "^" : "";
    // Of these Oniguruma first takes the complement, and then what differs in case.
    if (this.#folds && not) this.#refuse("[^ under the option i");
    const parts: string[] = [];
    let part = this.#take(/\]/) ? literal("]") : "";
    for (;;) {
      if (this.#at >= this.pattern.length) this.#refuse("a class that does not end");
      if (this.#take(/\]/)) break;
      const posix = this.#take(/\[:(\^?)([a-z]+):\]/);
      if (posix) {
        if (!POSIX[posix[2]]) this.#refuse(posix[0]);
        part += posix[1] ? `[^${POSIX[posix[2]]}]` : POSIX[posix[2]];
      } else if (this.#take(/\[/)) part += this.#class();
      else if (this.#take(/&&/)) {
        if (this.#folds) this.#refuse("&& under the option i");
        parts.push(part);
        part = "";
      } else part += this.#ranged();
    }
    parts.push(part);
    return `[${not}${parts.length === 1 ? part : parts.map((part) => `[${part}]`).join("&&")}]`;
  }

  /** A member of a class, or all from one to another. */
  #ranged(): string {
    const member = () => this.#take(/\\/) ? this.#escape(true) : literal(this.#take(/[^]/)![0]);
    const from = member();
    const ranges = /^-[^\]]/.test(this.pattern.slice(this.#at, this.#at + 2)) && !from.startsWith("[") &&
      !/^\\[pP]/.test(from);
    if (!ranges || this.pattern.startsWith("-[", this.#at)) return from;
    this.#at++;
    return `${from}-${member()}`;
  }
}
