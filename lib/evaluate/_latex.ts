import * as complex from "./_complex.ts";
import type { Complex } from "./_complex.ts";

/** An expression, given what its letters are worth. */
export type Node = (valueOf: (name: string) => Complex) => Complex;

export type { Complex };
export const isFinitePair = ([re, im]: Complex): boolean => Number.isFinite(re) && Number.isFinite(im);

/** How a text is read. */
export interface ParseOptions {
  /**
   * Whether `3\frac{1}{2}` is three and a half and `2/3x` two thirds of x; else, as sympy reads them, the first is a product,
   * the second has 3x below, and `\pir`, once `\pi r`, is a letter of its own.
   */
  plain: boolean;
}

/** The expression that a text of LaTeX is; undefined where it is none: a list, an equation, a word, an unknown command. */
export function parseLatex(text: string, options: ParseOptions): Node | undefined {
  if (text.length > LONGEST) return undefined;
  const parser = new Parser(text, options);
  try {
    return parser.whole();
  } catch (error) {
    if (error instanceof NoExpression) return undefined;
    throw error;
  }
}

const LONGEST = 2000;
const DEEPEST = 60;

class NoExpression extends Error {}

const TOKENS = /\\[a-zA-Z]+|\\.|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\S/gu;
const SPACES = new Set(["\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad", "\\left", "\\right", "\\displaystyle"]);
const ALIASES: Record<string, string> = {
  ...{
    "\\dfrac": "\\frac",
    "\\tfrac": "\\frac",
    "\\cfrac": "\\frac",
    "\\dbinom": "\\binom",
    "\\tbinom": "\\binom",
  },
  ...{
    "\\cdot": "*",
    "\\times": "*",
    "\\ast": "*",
    "\\div": "/",
    ":": "/",
    "\\lvert": "|",
    "\\rvert": "|",
    "−": "-",
  },
  ...{ "\\{": "(", "\\}": ")", "[": "(", "]": ")", "π": "\\pi" },
};
const GREEK = new Set(
  "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
    .split(" ").map((name) => `\\${name}`),
);
const CLOSING: Record<string, string> = { "(": ")", "{": "}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil" };
const AROUND: Record<string, (value: Complex) => Complex> = {
  "(": (value) => value,
  "{": (value) => value,
  "\\lfloor": complex.realPart(Math.floor),
  "\\lceil": complex.realPart(Math.ceil),
};

/** A command that Minerva's spelling made another: letters behind it came close, or its last `a` went as an article. */
const GLUED = new RegExp(
  `^(?:${
    [...GREEK, ...Object.keys(complex.FUNCTIONS), ...Object.keys(ALIASES), ...SPACES]
      .filter((name) => /^\\[a-zA-Z]+$/.test(name)).map((name) => `\\${name.replace(/a$/, "a?")}`).join("|")
  })[a-zA-Z]*$`,
);

/** Reads by descent: sums, products, signs, powers; no more than {@linkcode DEEPEST} within each other. */
class Parser {
  #tokens: string[];
  #at = 0;
  #depth = 0;
  /** Whether a bar closes an absolute value. */
  #inBars = false;
  #plain: boolean;

  constructor(text: string, { plain }: ParseOptions) {
    this.#plain = plain;
    this.#tokens = (text.match(TOKENS) ?? []).filter((token) => !SPACES.has(token)).map((token) =>
      Object.hasOwn(ALIASES, token) ? ALIASES[token] : token
    );
  }

  whole(): Node {
    const node = this.#sum();
    if (this.#at < this.#tokens.length) throw new NoExpression();
    return node;
  }

  get #next(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #take(token: string): boolean {
    if (this.#next !== token) return false;
    this.#at++;
    return true;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) throw new NoExpression();
    const value = read();
    this.#depth--;
    return value;
  }

  #sum(): Node {
    const terms = [this.#product(true)];
    while (this.#next === "+" || this.#next === "-") {
      const minus = this.#tokens[this.#at++] === "-";
      const term = this.#product(true);
      terms.push(minus ? (valueOf) => complex.multiply([-1, 0], term(valueOf)) : term);
    }
    return (valueOf) => terms.map((term) => term(valueOf)).reduce(complex.add);
  }

  /** Factors side by side, or with a sign between; an argument without brackets ends before the next function. */
  #product(functions: boolean): Node {
    const factors = [this.#signed(functions)];
    for (;;) {
      const before = this.#tokens[this.#at - 1];
      if (this.#take("*")) factors.push(this.#signed(functions));
      else if (this.#take("/")) {
        const below = this.#below(functions);
        factors.push((valueOf) => complex.divide([1, 0], below(valueOf)));
      } else if (!this.#begins(functions)) break;
      else if (this.#plain && this.#next === "\\frac" && /^\d+$/.test(before)) {
        const whole = factors.pop()!;
        const part = this.#power(functions);
        factors.push((valueOf) => complex.add(whole(valueOf), part(valueOf)));
      } else factors.push(this.#power(functions));
    }
    return (valueOf) => factors.map((factor) => factor(valueOf)).reduce(complex.multiply);
  }

  /** What a slash divides by. */
  #below(functions: boolean): Node {
    const factors = [this.#signed(functions)];
    while (!this.#plain && this.#begins(functions)) factors.push(this.#power(functions));
    return (valueOf) => factors.map((factor) => factor(valueOf)).reduce(complex.multiply);
  }

  #signed(functions: boolean): Node {
    if (this.#take("+")) return this.#deeper(() => this.#signed(functions));
    if (!this.#take("-")) return this.#power(functions);
    const node = this.#deeper(() => this.#signed(functions));
    return (valueOf) => complex.multiply([-1, 0], node(valueOf));
  }

  #begins(functions: boolean): boolean {
    const token = this.#next;
    if (token === "|") return !this.#inBars;
    if (Object.hasOwn(complex.FUNCTIONS, token)) return functions;
    return /^\.?\d|^[a-zA-Z]/.test(token) || GREEK.has(token) || Object.hasOwn(CLOSING, token) ||
      ["\\frac", "\\sqrt", "\\binom"].includes(token) || !this.#plain && GLUED.test(token);
  }

  #power(functions: boolean): Node {
    let node = this.#atom(functions);
    for (;;) {
      if (this.#take("!")) {
        const base = node;
        node = (valueOf) => complex.factorial(base(valueOf));
      } else if (this.#take("^")) {
        const base = node;
        const exponent = this.#argument({ whole: true });
        node = (valueOf) => complex.power(base(valueOf), exponent(valueOf));
      } else return node;
    }
  }

  /** What stands behind `^`, `_` or a command: a group, or one character as in TeX; a power takes a whole number. */
  #argument({ whole = false } = {}): Node {
    return this.#deeper(() => {
      const token = this.#next;
      if (!whole && /^\d./.test(token)) {
        this.#tokens.splice(this.#at, 1, token[0], ...token.slice(1).match(/^\d+(?:\.\d+)?|^\.\d+|\S/g)!);
      }
      return this.#next === "-" ? this.#signed(false) : this.#atom(false);
    });
  }

  #atom(functions: boolean): Node {
    if (!this.#begins(functions)) throw new NoExpression();
    const token = this.#tokens[this.#at++];
    if (token === "|") return this.#absolute();
    if (Object.hasOwn(CLOSING, token)) {
      const node = this.#within(CLOSING[token]);
      const around = AROUND[token];
      return (valueOf) => around(node(valueOf));
    }
    if (/\d/.test(token)) {
      const value: Complex = [Number(token.replaceAll(",", "")), 0];
      return () => value;
    }
    if (Object.hasOwn(complex.FUNCTIONS, token)) return this.#function(token);
    if (token === "\\frac" || token === "\\binom") {
      const above = this.#argument();
      const below = this.#argument();
      const join = token === "\\frac" ? complex.divide : complex.binomial;
      return (valueOf) => join(above(valueOf), below(valueOf));
    }
    if (token === "\\sqrt") return this.#root();
    const name = this.#take("_") ? `${token}_${this.#subscript()}` : token;
    return (valueOf) => valueOf(name);
  }

  #within(closing: string): Node {
    const bars = this.#inBars;
    this.#inBars = false;
    const node = this.#deeper(() => this.#sum());
    if (!this.#take(closing)) throw new NoExpression();
    this.#inBars = bars;
    return node;
  }

  #absolute(): Node {
    const bars = this.#inBars;
    this.#inBars = true;
    const node = this.#deeper(() => this.#sum());
    if (!this.#take("|")) throw new NoExpression();
    this.#inBars = bars;
    return (valueOf) => [Math.hypot(...node(valueOf)), 0];
  }

  /** The letters of an index: part of a name. */
  #subscript(): string {
    if (!this.#take("{")) return this.#tokens[this.#at++] ?? "";
    const from = this.#at;
    while (this.#at < this.#tokens.length && this.#next !== "}") this.#at++;
    const name = this.#tokens.slice(from, this.#at).join("");
    if (!this.#take("}")) throw new NoExpression();
    return name;
  }

  #root(): Node {
    const degree: Node = this.#take("(") ? this.#within(")") : () => [2, 0];
    const node = this.#argument();
    return (valueOf) => complex.power(node(valueOf), complex.divide([1, 0], degree(valueOf)));
  }

  /** A function with its base and power in either order, and its argument: in brackets, or the factors that follow. */
  #function(name: string): Node {
    let base: Node | undefined;
    let exponent: Node | undefined;
    while (this.#next === "_" || this.#next === "^") {
      if (this.#tokens[this.#at++] === "_") base = this.#argument();
      else exponent = this.#argument({ whole: true });
    }
    const bracket = this.#next;
    const argument = this.#deeper(() =>
      Object.hasOwn(CLOSING, bracket) && this.#at++ >= 0
        ? this.#within(CLOSING[bracket])
        : this.#product(false)
    );
    const apply = complex.FUNCTIONS[name];
    return (valueOf) => {
      const by = exponent?.(valueOf);
      const value = argument(valueOf);
      if (by?.[0] === -1 && by[1] === 0 && Object.hasOwn(complex.INVERSES, name)) {
        return complex.FUNCTIONS[complex.INVERSES[name]](value);
      }
      const plain = base && name === "\\log"
        ? complex.divide(complex.log(value), complex.log(base(valueOf)))
        : apply(value);
      return by ? complex.power(plain, by) : plain;
    };
  }
}
